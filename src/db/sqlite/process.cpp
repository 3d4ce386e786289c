// SPDX-License-Identifier: MIT
#include "db/sqlite/process.hpp"

#include <sqlite3.h>

namespace kedge::db {

void stop_counting_sqlite_memory() noexcept {
    // If SQLite was used already it refuses, and goes on counting.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace kedge::db
