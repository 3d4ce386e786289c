// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

namespace kedge {

/// A compiled Perl-compatible regular expression over UTF-8 text. Sqitch hands its users' patterns
/// to Perl, so std::regex would not do. A constant Regex may be used by several threads at a time.
class Regex {
  public:
    /// Throws Failure(usage) with the pattern and the offset for a pattern that can't be compiled.
    explicit Regex(std::string_view pattern, bool caseless = false);

    /// Whether the pattern matches anywhere in the text; bytes that are no UTF-8 match nothing.
    /// Throws Failure(usage) when the match takes more steps than the library's limit allows.
    [[nodiscard]] bool search(std::string_view text) const;

  private:
    struct Program;
    struct Release {
        void operator()(Program* program) const noexcept;
    };
    std::unique_ptr<Program, Release> program_;
};

}  // namespace kedge
