// SPDX-License-Identifier: MIT
// What the server, or its client library, says of a failure, as an Error of ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/error.hpp"

namespace kedge::db::mysql {

/// The session is gone, by the client library's or the server's number of the error.
[[nodiscard]] bool is_lost_connection(unsigned number) noexcept;

/// The code is `1064 (42000)`: the server's number, and the SQLSTATE.
[[nodiscard]] Error error_of(unsigned number, std::string_view sqlstate, std::string message);

/// Why a connection could not be made.
[[nodiscard]] Error connect_error(unsigned number, std::string_view message,
                                  const std::string& name);

/// The line, from 1, that a message of a syntax error names: `... near 'x' at line 3`.
[[nodiscard]] std::optional<std::size_t> error_line(std::string_view message);
/// What such a message quotes of the text, from where the trouble is; empty for nothing.
[[nodiscard]] std::string_view error_near(std::string_view message);

}  // namespace kedge::db::mysql
