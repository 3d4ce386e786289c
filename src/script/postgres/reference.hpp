// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kedge::script::postgres {

/// A reference to a variable of psql: `:name`, `:'name'`, `:"name"` or `:{?name}`.
struct Reference {
    enum class Kind { none, plain, literal, name, test };
    Kind kind = Kind::none;
    std::string_view variable;
    std::size_t length = 0;  ///< with the colon
};

/// The one that the text begins with.
[[nodiscard]] Reference reference_at(std::string_view text) noexcept;

/// The value as an SQL string, right whatever the server's standard_conforming_strings.
[[nodiscard]] std::string quoted_literal(std::string_view value);
/// The value as a quoted SQL name.
[[nodiscard]] std::string quoted_name(std::string_view value);

}  // namespace kedge::script::postgres
