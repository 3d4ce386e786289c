// SPDX-License-Identifier: MIT
#include "script/mysql/lock_tables.hpp"

#include <limits>

#include "script/mysql/token.hpp"

namespace kedge::script::mysql {

std::string lock_tables_with(std::string_view statement, std::string_view table) {
    const Tokens tokens(statement, std::numeric_limits<std::size_t>::max());
    std::string out(statement);
    if (!tokens.at(0).is("LOCK") || !tokens.at(1).is_any({"TABLE", "TABLES"})) return out;
    // MariaDB may say at the end how long to wait for the locks.
    std::size_t last = tokens.size() - 1;
    if (tokens.at(last).is(";")) --last;
    if (tokens.at(last).is("NOWAIT")) {
        --last;
    } else if (tokens.at(last - 1).is("WAIT")) {
        last -= 2;
    }
    return out.insert(tokens.at(last).end, ", " + std::string(table) + " WRITE");
}

}  // namespace kedge::script::mysql
