// SPDX-License-Identifier: MIT
#pragma once

namespace kedge::db {

/// Spares SQLite the counting of its memory, a lock at each allocation: a seventh of the time that
/// deploying a thousand changes takes. To be called before the process opens its first connection,
/// and by a program for itself alone: the setting is the process's, so no library may make it.
void stop_counting_sqlite_memory() noexcept;

}  // namespace kedge::db
