// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kedge {

// Whole files, read and written in one piece by POSIX calls. What fails throws
// Failure(configuration) with the path, the system's words for the error, and errno as code.

/// The file's bytes as they are.
[[nodiscard]] std::string read_file(const std::string& path);

/// As read_file, but nothing for a path that does not exist.
[[nodiscard]] std::optional<std::string> read_file_if_exists(const std::string& path);

/// Hands out the file's bytes in pieces, for one that may be larger than the memory.
void read_file_in_pieces(const std::string& path,
                         const std::function<void(std::string_view piece)>& take);

/// Whether there is a file, or anything else but a directory, that can be reached by this path.
[[nodiscard]] bool file_exists(const std::string& path) noexcept;

/// Puts the text in place of the file's, so that a reader, or a machine that comes up after a
/// crash, finds the whole old or the whole new text. Follows symbolic links, and keeps mode and,
/// where allowed, owner of the file. On failure the old file is as it was and nothing is left over.
void write_file_atomically(const std::string& path, std::string_view text);

/// As write_file_atomically, by way of `path.lock`, which must not exist: of two writers who keep
/// to this, one gets Failure(locked).
void write_file_locked(const std::string& path, std::string_view text);

}  // namespace kedge
