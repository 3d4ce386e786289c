// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace kedge::migrate {

/// A scratch database of SQLite's: an empty file in a folder of its own, which nobody else may look
/// into, in memory where the system has a folder there. A database without a file could be had by
/// one connection alone, and scripts attach files beside it.
struct ScratchFile {
    std::string database;
    std::shared_ptr<void> hold;  ///< while it is there, no other run takes the file for a left one
};

/// `room`: bytes that may be needed; where memory has less, and where TMPDIR is set, it is made
/// there. What runs that were killed have left is taken away. Failure (connection).
[[nodiscard]] ScratchFile make_scratch_file(std::uintmax_t room);

/// With all that stands beside it.
void remove_scratch_file(const std::string& database);

/// Whether it is one. After a crash of the machine nobody needs it.
[[nodiscard]] bool is_scratch_file(const std::string& database);

}  // namespace kedge::migrate
