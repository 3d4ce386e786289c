// SPDX-License-Identifier: MIT
#include "migrate/foreign_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {

void refuse_new_gaps(db::Connection& target,
                     const std::vector<db::Connection::ForeignKeyGap>& before) {
    std::vector<std::string> lines;
    for (const auto& gap : target.foreign_key_gaps()) {
        const auto known = std::find_if(before.begin(), before.end(), [&](const auto& b) {
            return b.table == gap.table && b.parent == gap.parent;
        });
        const std::int64_t more = gap.rows - (known == before.end() ? 0 : known->rows);
        if (more <= 0) continue;
        lines.push_back(fmt::format("{} row{} of \"{}\" without their row in \"{}\"", more,
                                    more == 1 ? "" : "s", gap.table, gap.parent));
    }
    if (lines.empty()) return;
    Error error;
    error.kind = ErrorKind::refused;
    error.message = "foreign keys would be broken: " + join(lines, "; ");
    error.hint =
        "the script ran with foreign keys off, and PRAGMA foreign_key_check found this "
        "before the commit";
    throw Failure(std::move(error));
}

}  // namespace kedge::migrate
