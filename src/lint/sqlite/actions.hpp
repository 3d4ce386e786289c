// SPDX-License-Identifier: MIT
// What the text of a statement of SQLite's says that it does. https://www.sqlite.org/lang.html
#pragma once

#include <string_view>
#include <vector>

#include "lint/action.hpp"

namespace kedge::lint::sqlite {

/// The actions of one statement; none for a text that is none. Never fails: what isn't understood
/// is Act::other.
[[nodiscard]] std::vector<Action> actions_of(std::string_view statement);

/// What stands within it, but for double-quoted strings, which the text alone doesn't show, and
/// functions, which SQLite tells.
[[nodiscard]] std::vector<Mention> mentions_of(std::string_view statement);

}  // namespace kedge::lint::sqlite
