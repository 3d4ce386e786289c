// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace kedge {

/// What went wrong, by what one can do about it. The list is closed; exit_status() maps it.
enum class ErrorKind {
    usage,            ///< the command line is wrong, or names something unknown
    configuration,    ///< a configuration, plan or template file is wrong
    connection,       ///< the database can't be reached
    locked,           ///< another deployer, or another writer, holds what is needed
    edited_history,   ///< what was deployed is not what the plan or the scripts now say
    script,           ///< a script can't be read, or holds what kedge can't run
    refused,          ///< the database refused a statement
    gate,             ///< a rule that the configuration sets does not hold
    interrupted,      ///< the operator, or the system, asked to stop
    outcome_unknown,  ///< the connection was lost where it matters
    internal,         ///< our own mistake
};

/// A place in a file. Line and column count from 1; 0 means "not known". Columns count characters.
struct Location {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;

    /// `file:line:column`, shortened to what is known; empty for no file.
    [[nodiscard]] std::string to_string() const;
};

/// The one value that tells of an error. Everything but kind and message is optional.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;      ///< what happened, on what; lower case, no final stop
    Location where;           ///< the place in a script, plan or configuration file
    std::string source_line;  ///< the text of that line, for the caret
    std::string code;         ///< the server's own code (SQLSTATE, errno, SQLite result code)
    std::string detail;       ///< the server's detail, or a list of what is concerned
    std::string context;      ///< where within the server: functions, by their call
    std::string hint;         ///< what to do next
    std::string state;        ///< in which state the database is now, and what was applied
    std::vector<Error> also;  ///< further errors of the same operation, in order
};

/// Carries an Error to where the operation ends. Thrown by value, caught by reference.
class Failure : public std::exception {
  public:
    explicit Failure(Error error) : error_(std::move(error)) {}
    Failure(ErrorKind kind, std::string message, std::string hint = {});

    [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
    [[nodiscard]] const Error& error() const noexcept { return error_; }
    [[nodiscard]] Error& error() noexcept { return error_; }

  private:
    Error error_;
};

/// The process' exit status for an error of this kind.
[[nodiscard]] int exit_status(ErrorKind kind) noexcept;

/// The stable name of a kind, as JSON reports give it.
[[nodiscard]] const char* kind_name(ErrorKind kind) noexcept;

}  // namespace kedge
