// SPDX-License-Identifier: MIT
#include "db/postgres/server_error.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

ErrorKind kind_of(std::string_view sqlstate) {
    // Lock not available, and deadlock detected: another try may get through.
    if (sqlstate == "55P03" || sqlstate == "40P01") return ErrorKind::locked;
    // Connection exceptions, and a server that shuts down or is not up yet.
    if (sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02" ||
        sqlstate == "57P03") {
        return ErrorKind::connection;
    }
    return ErrorKind::refused;
}

/// What to do next, where the server doesn't say.
std::string hint_of(std::string_view sqlstate) {
    if (sqlstate == "55P03") {
        return "another session holds the lock for longer than lock_timeout; try again, or with "
               "--lock-retries";
    }
    if (sqlstate == "40P01") return "run it again; with --lock-retries kedge does so by itself";
    if (sqlstate == "25001" || sqlstate == "2D000") {
        return "if the script has to run outside a transaction, let its first line say: "
               "-- kedge: no-transaction";
    }
    if (sqlstate == "55P04") {
        return "a new value of an enum can be used only after its commit: use it in a change of "
               "its own, or let the first line say: -- kedge: no-transaction";
    }
    if (sqlstate == "53100") return "the server's disk is full";
    if (sqlstate == "53300") return "the server takes no more connections (max_connections)";
    if (sqlstate == "25006")
        return "is this a standby? name the primary, or add target_session_attrs=read-write";
    if (sqlstate == "42501") return "grant the role what it needs, or deploy as another one";
    return {};
}

}  // namespace

Error error_of_state(std::string sqlstate, std::string message) {
    Error error;
    error.kind = kind_of(sqlstate);
    error.message = std::move(message);
    error.hint = hint_of(sqlstate);
    error.code = std::move(sqlstate);
    return error;
}

Error error_of_result(const PGresult* result) {
    Error error =
        error_of_state(field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_MESSAGE_PRIMARY));
    if (error.message.empty()) error.message = std::string(trim(PQresultErrorMessage(result)));
    error.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    error.context = field(result, PG_DIAG_CONTEXT);
    if (std::string hint = field(result, PG_DIAG_MESSAGE_HINT); !hint.empty()) {
        error.hint = std::move(hint);
    }
    return error;
}

void call_interrupted(Error& error) {
    constexpr std::string_view kCanceled = "57014";
    if (error.code != kCanceled) return;
    error.kind = ErrorKind::interrupted;
    error.message = "interrupted";
}

std::size_t error_position(const PGresult* result) {
    const char* text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    return text == nullptr ? 0 : static_cast<std::size_t>(std::strtoul(text, nullptr, 10));
}

std::string on_one_line(std::string_view message) {
    std::string out;
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t end = std::min(message.find('\n', at), message.size());
        const std::string_view line = message.substr(at, end - at);
        if (!line.starts_with('\t') && !trim(line).empty()) {
            out += (out.empty() ? "" : "; ") + std::string(trim(line));
        }
        at = end + 1;
    }
    return out;
}

bool is_fatal(const PGresult* notice) {
    const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity == "FATAL" || severity == "PANIC";
}

Error lost_connection(const PGconn* connection, const std::string& last_words) {
    Error error;
    error.kind = ErrorKind::connection;
    const std::string words =
        last_words.empty() ? on_one_line(PQerrorMessage(connection)) : last_words;
    error.message = "the connection to the database was lost" + (words.empty() ? "" : ": " + words);
    if (words.find("query_wait_timeout") != words.npos) {
        error.hint = "the pool lends no further session; kedge needs two at a time";
    }
    return error;
}

ServerMessage message_of(const PGresult* notice) {
    return {field(notice, PG_DIAG_SEVERITY),        field(notice, PG_DIAG_SQLSTATE),
            field(notice, PG_DIAG_MESSAGE_PRIMARY), field(notice, PG_DIAG_MESSAGE_DETAIL),
            field(notice, PG_DIAG_MESSAGE_HINT),    field(notice, PG_DIAG_CONTEXT)};
}

}  // namespace kedge::db::postgres
