// SPDX-License-Identifier: MIT
// What kedge needs of a database, whatever the engine. Drivers are in the folders beside; the
// client libraries' headers are included nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/cancellation.hpp"
#include "support/error.hpp"

namespace kedge::db {

/// NULL, an integer, a floating point number, or text.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Row = std::vector<Value>;

/// The value as text; NULL as the empty string.
[[nodiscard]] std::string text_of(const Value& value);

/// What an engine can do. The code above asks for the ability, never for the engine's name.
struct Abilities {
    bool transactional_ddl = false;
};

/// The database refused a statement of a script. `offset` is where in the text given to run() the
/// trouble is, in bytes; the place in the file is for the caller to add.
class StatementFailure : public Failure {
  public:
    StatementFailure(Error error, std::size_t offset)
        : Failure(std::move(error)), offset_(offset) {}
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

  private:
    std::size_t offset_;
};

/// Is told of each statement of a script's text as run() gets to it.
class StatementObserver {
  public:
    virtual ~StatementObserver() = default;
    /// Before the statement runs; false leaves it out.
    virtual bool starting(std::string_view sql, std::size_t offset) = 0;
    virtual void columns(const std::vector<std::string>& names) = 0;
    virtual void row(const std::vector<std::string>& values) = 0;
    virtual void finished(std::string_view sql, std::chrono::microseconds elapsed) = 0;
};

/// Called, again and again, while another connection holds what this one needs. `waited` is the
/// time so far; false gives up.
using BusyHandler = std::function<bool(std::chrono::milliseconds waited)>;

/// One session with a database. For one thread. Everything throws Failure; a lost connection has
/// the kind `connection`, a lock not obtained `locked`, a request to stop `interrupted`.
class Connection {
  public:
    virtual ~Connection() = default;

    [[nodiscard]] virtual const Abilities& abilities() const noexcept = 0;

    /// kedge's own statements, with bound values. Kept prepared.
    virtual std::vector<Row> query(const std::string& sql, std::span<const Value> values) = 0;
    std::vector<Row> query(const std::string& sql, std::initializer_list<Value> values = {}) {
        return query(sql, std::span<const Value>(values.begin(), values.size()));
    }
    /// Runs one statement without a result. Returns its text with the values put in, so that it
    /// can be written down and run again.
    virtual std::string write(const std::string& sql, std::span<const Value> values) = 0;
    std::string write(const std::string& sql, std::initializer_list<Value> values = {}) {
        return write(sql, std::span<const Value>(values.begin(), values.size()));
    }
    /// Runs any number of statements of kedge's own.
    virtual void execute(const std::string& sql) = 0;

    /// Begins a transaction that may write, and waits for the right to.
    virtual void begin() = 0;
    virtual void commit() = 0;
    /// Rolls back if a transaction is open. Never throws: it is used on the way out of an error.
    virtual void rollback() noexcept = 0;
    /// Asks the protocol, not our own memory.
    [[nodiscard]] virtual bool in_transaction() const = 0;

    /// Runs script text. The text is cut where the engine itself ends each statement.
    virtual void run(std::string_view text, StatementObserver& observer) = 0;

    /// Counts the rows whose foreign key points nowhere, by table and parent; for a check that a
    /// script made none. Engines that can't be brought there give none.
    struct ForeignKeyGap {
        std::string table;
        std::string parent;
        std::int64_t rows = 0;
    };
    virtual std::vector<ForeignKeyGap> foreign_key_gaps() = 0;

    /// Whether another session may have committed since the last call; the first call says yes.
    /// To be asked inside a transaction, when nobody else can any more.
    virtual bool changed_by_others() = 0;

    /// Makes the session as new: settings, temporary objects, attached files.
    virtual void reset_session() = 0;

    /// The database as messages name it, without a password.
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

}  // namespace kedge::db
