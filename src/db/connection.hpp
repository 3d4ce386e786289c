// SPDX-License-Identifier: MIT
// What kedge needs of a database, whatever the engine. Drivers are in the folders beside; the
// client libraries' headers are included nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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

/// A value of a result row as text; nothing for NULL. Good until the call that it is given to ends.
using Cell = std::optional<std::string_view>;

/// What the server says beside results: a notice, a warning.
struct ServerMessage {
    std::string severity;  ///< as the server words it: `NOTICE`
    std::string code;      ///< SQLSTATE
    std::string message;
    std::string detail;
    std::string hint;
    std::string context;

    /// In lines, as the server's own client writes it: `NOTICE:  message`, `DETAIL:  ...`.
    [[nodiscard]] std::string to_text() const;
};

/// Where a statement begins and ends in a text, in bytes.
using TextRange = std::pair<std::size_t, std::size_t>;

/// Is told of each statement of a script's text as run() gets to it.
class StatementObserver {
  public:
    virtual ~StatementObserver() = default;
    /// Before anything of the text is sent that holds the statement; false leaves it out.
    virtual bool starting(std::string_view sql, std::size_t offset) = 0;
    /// The statement at `offset` is the one that runs now.
    virtual void running(std::size_t offset) = 0;
    virtual void columns(const std::vector<std::string>& names) = 0;
    virtual void row(std::span<const Cell> values) = 0;
    /// `rows`: how many it returned or changed.
    virtual void finished(std::string_view sql, std::chrono::microseconds elapsed,
                          std::int64_t rows) = 0;
    virtual void notice(const ServerMessage& message) = 0;
    /// More data for a COPY that reads from the client; false at their end.
    virtual bool copy_in(std::string& chunk) = 0;
    /// Data of a COPY that writes to the client.
    virtual void copy_out(std::string_view data) = 0;
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
    /// Runs queries of kedge's own, in one message where there is a wire. What each gives, by its
    /// place among them, is handed over as it comes, while the server is at the next.
    using TakeRows = std::function<void(std::size_t query, std::vector<Row> rows)>;
    virtual void query_all(const std::vector<std::string>& queries, const TakeRows& take) {
        for (std::size_t i = 0; i < queries.size(); ++i) take(i, query(queries[i]));
    }
    /// Runs one statement without a result. Returns its text with the values put in, so that it
    /// can be written down and run again. It may wait as by enqueue().
    virtual std::string write(const std::string& sql, std::span<const Value> values) = 0;
    std::string write(const std::string& sql, std::initializer_list<Value> values = {}) {
        return write(sql, std::span<const Value>(values.begin(), values.size()));
    }
    /// Runs any number of statements of kedge's own.
    virtual void execute(const std::string& sql) = 0;
    /// Runs statements of kedge's own no later than whatever is run next, so that an engine behind
    /// a wire can send the two together. Their failure is that call's.
    virtual void enqueue(const std::string& sql) { execute(sql); }
    /// Runs what waits.
    virtual void flush() {}

    /// Begins a transaction that may write, and waits for the right to. `characteristics` are those
    /// of SQL's SET TRANSACTION, for an engine that has them.
    virtual void begin(const std::string& characteristics) = 0;
    void begin() { begin({}); }
    virtual void commit() = 0;
    /// A query that goes along with a commit, and what came of it.
    struct Rider {
        std::string sql;
        std::vector<Row> rows = {};
        std::optional<Error> refusal = std::nullopt;  ///< of the query; the commit is done
    };
    /// Commits, and runs the query after it, in one message where there are messages. Failure is
    /// the commit's own.
    virtual void commit_and_ask(Rider& rider);
    /// Rolls back if a transaction is open. Never throws: it is used on the way out of an error.
    virtual void rollback() noexcept = 0;
    /// Asks the protocol, not our own memory.
    [[nodiscard]] virtual bool in_transaction() const = 0;

    /// Runs script text. `statements` is where the script's dialect finds statements in it; an
    /// engine that ends them itself goes by its own reading.
    virtual void run(std::string_view text, std::span<const TextRange> statements,
                     StatementObserver& observer) = 0;
    /// After a script that ran in a transaction, within it: what the script may have left in the
    /// session is put back, where the engine can do that here. See reset_session().
    virtual void end_script() {}

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

    /// True if the session is gone, and nothing can be done on it any more.
    [[nodiscard]] virtual bool is_lost() const noexcept { return false; }
    /// Takes a lock of the server's for this session, if nobody has it. `key` names it in the
    /// engine's own way. The session holds it to its end, whatever its scripts give back.
    [[nodiscard]] virtual bool try_lock(const std::string& key) {
        static_cast<void>(key);
        throw Failure(ErrorKind::internal, "the engine has no locks of a session");
    }
    /// False where none was taken, or the session that had it is gone.
    [[nodiscard]] virtual bool holds_lock() const noexcept { return false; }
    /// True if it may be that each transaction has another session of the server's, as behind a
    /// pool of connections: what a script sets in the session then doesn't last.
    [[nodiscard]] virtual bool shares_sessions() { return false; }
    /// Another session, for a script that asks for one in its client's language: by the parameters
    /// of that client, `keep` those of this session that aren't named. Failure (connection).
    [[nodiscard]] virtual std::unique_ptr<Connection> connect_as(
        const std::map<std::string, std::string>& parameters, bool keep) {
        static_cast<void>(parameters);
        static_cast<void>(keep);
        throw Failure(ErrorKind::internal, "the engine has no other sessions");
    }
    /// What opens one more session like this one: on the same server and database, by the same
    /// role. It may be called, and what it opens used, by another thread while this session is at
    /// work; it gives null if there is none to be had, and Failure (interrupted) when `stop` is
    /// requested, which outlives what is opened. Empty where the engine has no use for that.
    [[nodiscard]] virtual std::function<std::unique_ptr<Connection>()> opener(
        const Cancellation& stop) const {
        static_cast<void>(stop);
        return {};
    }
    /// What the engine's own client makes known to scripts of the session: variables by name.
    [[nodiscard]] virtual std::map<std::string, std::string> client_variables() { return {}; }

    /// What an error's code is called: the code, its parts, the names that it has. Text of scripts
    /// is compared with these.
    [[nodiscard]] virtual std::vector<std::string> names_of_code(const std::string& code) const {
        return {code};
    }

    /// The database as messages name it, without a password.
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

}  // namespace kedge::db
