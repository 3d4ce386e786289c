// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::project {

/// A template and the name it is reported under. Both must outlive the object.
class TemplateSource {
  public:
    TemplateSource(std::string_view text, const std::string& file_name)
        : text_(text), file_name_(file_name) {}

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    /// Throws Failure (configuration) that points at a byte of the text.
    [[noreturn]] void fail(std::size_t offset, const std::string& message,
                           const std::string& hint = {}) const;

  private:
    std::string_view text_;
    const std::string& file_name_;
};

struct TemplateToken {
    enum class Kind {
        text,       ///< what stands between tags, chomped
        word,       ///< a variable, directive or method name
        string,     ///< a quoted string, unescaped
        number,     ///< as it renders: "1.50" is "1.5"
        symbol,     ///< an operator or a bracket
        separator,  ///< the end of a tag, or a semicolon
        end,        ///< behind the last token
    };

    Kind kind = Kind::end;
    std::string value;
    std::size_t offset = 0;
};

/// Cuts a template into tokens; the last is always Kind::end. Throws Failure (configuration) for an
/// unclosed tag or string and for characters that mean nothing in a tag.
[[nodiscard]] std::vector<TemplateToken> tokenize_template(const TemplateSource& source);

}  // namespace kedge::project
