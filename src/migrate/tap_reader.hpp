// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/check.hpp"

namespace kedge::migrate {

/// Reads the Test Anything Protocol as pgTAP and its kin give it in the rows of queries: test lines
/// with their directives, plans, remarks, subtests by their indentation, and bailing out. Other
/// text is passed over. https://testanything.org/tap-version-14-specification.html
class TapReader {
  public:
    /// `checks`: where tests are put, and whose last one remarks belong to.
    explicit TapReader(std::vector<Check>& checks) : checks_(checks) {}

    /// The text of a row, which may have several lines. `where` is that of its statement. True if
    /// there was any TAP in it.
    bool read(std::string_view text, const Location& where);
    /// At the end: adds a failed check for each thing in which plan and tests don't agree.
    void finish();

    [[nodiscard]] bool has_bailed_out() const noexcept { return bail_out_.has_value(); }
    /// Why.
    [[nodiscard]] const std::string& bail_out() const { return *bail_out_; }

  private:
    bool line(std::string_view text, const Location& where);
    bool plan(std::string_view text, const Location& where);
    bool test(std::string_view text, const Location& where);
    void remark(std::string_view text);
    void complain(std::string name, const Location& where);

    std::vector<Check>& checks_;
    std::size_t tests_ = 0;
    std::optional<std::size_t> planned_;
    Location plan_where_;
    Location last_where_;
    std::optional<std::string> bail_out_;
    std::vector<std::string> nested_;  ///< lines of a subtest whose own line is yet to come
    bool seen_ = false;                ///< any TAP
};

}  // namespace kedge::migrate
