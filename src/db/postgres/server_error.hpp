// SPDX-License-Identifier: MIT
// What PostgreSQL says of an error, as kedge's one value. The codes are those of its manual,
// appendix A.
#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "db/connection.hpp"
#include "support/error.hpp"

namespace kedge::db::postgres {

/// An error by its SQLSTATE and message alone.
[[nodiscard]] Error error_of_state(std::string sqlstate, std::string message);

/// All that a result with an error says, but for the place.
[[nodiscard]] Error error_of_result(const PGresult* result);

/// Of a session that kedge asked the server to cancel: a canceled statement was interrupted.
void call_interrupted(Error& error);

/// Place of the error in the text that was sent, in characters from 1; 0 if it isn't known.
[[nodiscard]] std::size_t error_position(const PGresult* result);

/// A message of libpq's on one line, without its guesses at the cause, which stand on lines of
/// their own.
[[nodiscard]] std::string on_one_line(std::string_view message);

/// The notice says that the server ends the session.
[[nodiscard]] bool is_fatal(const PGresult* notice);

/// The connection is gone; `last_words` are the server's, if there are any.
[[nodiscard]] Error lost_connection(const PGconn* connection, const std::string& last_words);

[[nodiscard]] ServerMessage message_of(const PGresult* notice);

}  // namespace kedge::db::postgres
