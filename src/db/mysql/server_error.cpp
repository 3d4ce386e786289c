// SPDX-License-Identifier: MIT
#include "db/mysql/server_error.hpp"

#include <charconv>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::db::mysql {
namespace {

// Numbers as in "Server Error Message Reference" of MySQL's manual and "MariaDB Error Codes".
constexpr unsigned kTooManyConnections = 1040;
constexpr unsigned kDatabaseAccessDenied = 1044;
constexpr unsigned kAccessDenied = 1045;
constexpr unsigned kUnknownDatabase = 1049;
constexpr unsigned kServerShutdown = 1053;
constexpr unsigned kTableAccessDenied = 1142;
constexpr unsigned kLockWaitTimeout = 1205;
constexpr unsigned kDeadlock = 1213;
constexpr unsigned kNeedsPrivilege = 1227;
constexpr unsigned kReadOnly = 1290;
constexpr unsigned kTableFull = 1114;
constexpr unsigned kDiskFull = 1021;
constexpr unsigned kInterrupted = 1317;
constexpr unsigned kFunctionsNeedTrust = 1418;
constexpr unsigned kFunctionsNeedSuper = 1419;
constexpr unsigned kReadOnlyMariaDb = 1836;
constexpr unsigned kKilled = 1927;
constexpr unsigned kLockNowait = 3572;
constexpr unsigned kIdleTooLong = 4031;
constexpr unsigned kLocalInfile = 4166;
constexpr unsigned kLocalInfileMySql = 3948;

ErrorKind kind_of(unsigned number) {
    if (is_lost_connection(number)) return ErrorKind::connection;
    switch (number) {
        case kLockWaitTimeout:
        case kDeadlock:
        case kLockNowait:
            return ErrorKind::locked;
        default:
            return ErrorKind::refused;
    }
}

std::string hint_of(unsigned number) {
    switch (number) {
        case kLockWaitTimeout:
        case kLockNowait:
            return "another session holds the lock; try again, or with --lock-retries";
        case kDeadlock:
            return "run it again; with --lock-retries kedge does so by itself";
        case kTableFull:
        case kDiskFull:
            return "the server's disk, or a limit of its tablespace, is full";
        case kReadOnly:
        case kReadOnlyMariaDb:
            return "is this a replica? name the primary";
        case kDatabaseAccessDenied:
        case kTableAccessDenied:
        case kNeedsPrivilege:
            return "grant the account what it needs, or deploy as another one";
        case kFunctionsNeedTrust:
        case kFunctionsNeedSuper:
            return "with binary logging on, routines need the right SUPER or "
                   "log_bin_trust_function_creators=1";
        case kLocalInfile:
        case kLocalInfileMySql:
            return "a server that may ask for local files may ask for any; to allow it, add "
                   "local_infile=1 to the target's URI";
        default:
            return {};
    }
}

}  // namespace

bool is_lost_connection(unsigned number) noexcept {
    constexpr unsigned kSocketError = 2002;
    constexpr unsigned kHostError = 2003;
    constexpr unsigned kUnknownHost = 2005;
    constexpr unsigned kGoneAway = 2006;
    constexpr unsigned kLost = 2013;
    constexpr unsigned kLostAt = 2055;
    switch (number) {
        case kSocketError:
        case kHostError:
        case kUnknownHost:
        case kGoneAway:
        case kLost:
        case kLostAt:
        case kServerShutdown:
        case kKilled:
        case kIdleTooLong:
            return true;
        default:
            return false;
    }
}

Error error_of(unsigned number, std::string_view sqlstate, std::string message) {
    Error error;
    error.kind = number == kInterrupted ? ErrorKind::refused : kind_of(number);
    error.message = std::move(message);
    error.code = fmt::format("{} ({})", number, sqlstate);
    error.hint = hint_of(number);
    return error;
}

Error connect_error(unsigned number, std::string_view message, const std::string& name) {
    Error error;
    error.kind = ErrorKind::connection;
    error.message = fmt::format("cannot connect to {}: {}", name, trim(message));
    error.code = std::to_string(number);
    switch (number) {
        case kAccessDenied:
            error.hint =
                "a password may come from MYSQL_PWD, ~/.my.cnf, or password_command in the "
                "configuration";
            break;
        case kUnknownDatabase:
            error.hint = "is the name right? kedge makes no databases but the registry's";
            break;
        case kDatabaseAccessDenied:
            error.hint = "grant the account rights on that database";
            break;
        case kTooManyConnections:
            error.hint = "the server takes no more connections (max_connections)";
            break;
        default:
            if (is_lost_connection(number)) {
                error.hint = "is the server running there, and does it listen on that address?";
            }
            break;
    }
    return error;
}

std::optional<std::size_t> error_line(std::string_view message) {
    constexpr std::string_view kMark = " at line ";
    const std::size_t mark = message.rfind(kMark);
    if (mark == message.npos) return std::nullopt;
    const std::string_view digits = message.substr(mark + kMark.size());
    std::size_t line = 0;
    const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
    if (trouble != std::errc{} || line == 0) return std::nullopt;
    return line;
}

std::string_view error_near(std::string_view message) {
    constexpr std::string_view kMark = " near '";
    const std::size_t mark = message.find(kMark);
    const std::size_t end = message.rfind("' at line ");
    if (mark == message.npos || end == message.npos || end < mark + kMark.size()) return {};
    return message.substr(mark + kMark.size(), end - mark - kMark.size());
}

}  // namespace kedge::db::mysql
