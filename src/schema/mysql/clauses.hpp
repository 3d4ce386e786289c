// SPDX-License-Identifier: MIT
// Pieces that printed statements of several kinds of objects have in common.
#pragma once

#include <string>
#include <string_view>

#include "schema/mysql/printed.hpp"
#include "schema/state.hpp"

namespace kedge::schema::mysql {

inline void set_yes(Attributes& attributes, std::string_view name) {
    set(attributes, name, "yes");
}

/// `name = value`, `name value` or `name` alone, whatever the name: what no reader knows is kept as
/// it is printed, and a difference in it is told. Passes over it.
void read_option(Cursor& cursor, Attributes& attributes);

/// `DEFINER=user@host`, if it comes next.
void read_definer(Cursor& cursor, Attributes& attributes);

}  // namespace kedge::schema::mysql
