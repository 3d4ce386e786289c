// SPDX-License-Identifier: MIT
#include "db/sqlite/sqlite_connection.hpp"

#include <unordered_map>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "db/sqlite/code_names.hpp"
#include "db/sqlite/functions.hpp"

namespace kedge::db::sqlite {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How often a running statement looks whether it should stop, in steps of SQLite's machine.
constexpr int kProgressSteps = 2000;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using RawStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

ErrorKind kind_of(int code) noexcept {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::locked;
        case SQLITE_INTERRUPT:
            return ErrorKind::interrupted;
        case SQLITE_CANTOPEN:
        case SQLITE_NOTADB:
            return ErrorKind::connection;
        default:
            return ErrorKind::refused;
    }
}

std::string hint_of(int code) {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another program is writing; wait for it, or raise --lock-timeout";
        case SQLITE_FULL:
            return "the disk, or a quota, is full";
        case SQLITE_READONLY:
            return "the file, or its directory, can't be written";
        case SQLITE_NOTADB:
            return "is it an SQLite file, and not an encrypted one?";
        case SQLITE_CORRUPT:
            return "check the file with: PRAGMA integrity_check";
        default:
            return {};
    }
}

Error error_of(int code, std::string message) {
    Error error;
    error.kind = kind_of(code);
    error.message = std::move(message);
    error.code = std::to_string(code);
    error.hint = hint_of(code);
    return error;
}

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(std::string path, OpenOptions options)
        : path_(std::move(path)), options_(std::move(options)) {
        connect();
    }

    const Abilities& abilities() const noexcept override { return abilities_; }
    const std::string& name() const noexcept override { return path_; }

    using Connection::query;
    using Connection::write;

    std::vector<Row> query(const std::string& sql, std::span<const Value> values) override {
        return guarded([&] {
            SQLite::Statement& statement = prepared(sql, values);
            std::vector<Row> rows;
            while (statement.executeStep()) {
                Row& row = rows.emplace_back();
                for (int i = 0; i < statement.getColumnCount(); ++i) {
                    row.push_back(value_of(statement.getColumn(i)));
                }
            }
            statement.reset();
            return rows;
        });
    }

    std::string write(const std::string& sql, std::span<const Value> values) override {
        return guarded([&] {
            SQLite::Statement& statement = prepared(sql, values);
            statement.exec();
            std::string text = statement.getExpandedSQL();
            statement.reset();
            return text;
        });
    }

    void execute(const std::string& sql) override {
        guarded([&] { db_->exec(sql); });
    }

    using Connection::begin;
    void begin(const std::string&) override { execute("BEGIN IMMEDIATE"); }
    void commit() override { execute("COMMIT"); }

    void rollback() noexcept override {
        // A request to stop must not stop the way back.
        stoppable_ = false;
        if (in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        stoppable_ = true;
    }

    bool in_transaction() const override { return sqlite3_get_autocommit(handle()) == 0; }

    void run(std::string_view text, std::span<const TextRange>,
             StatementObserver& observer) override;
    std::vector<ForeignKeyGap> foreign_key_gaps() override;

    bool changed_by_others() override {
        const auto version = std::get<std::int64_t>(query("PRAGMA data_version")[0][0]);
        return std::exchange(data_version_, version) != version;
    }

    std::vector<std::string> names_of_code(const std::string& code) const override {
        return code_names(code);
    }

    void reset_session() override {
        // A database in memory ends with its session.
        if (path_.empty() || path_ == ":memory:") return;
        statements_.clear();
        data_version_ = -1;  // it counts per connection
        db_.reset();
        connect();
    }

  private:
    sqlite3* handle() const noexcept { return db_->getHandle(); }

    void connect() {
        // One thread works with a connection, so its mutexes would only cost.
        int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
        if (options_.create) flags |= SQLite::OPEN_CREATE;
        guarded([&] { db_ = std::make_unique<SQLite::Database>(path_, flags); },
                fmt::format("cannot open the database {}: ", path_));
        sqlite3_extended_result_codes(handle(), 1);
        sqlite3_busy_handler(handle(), &SqliteConnection::on_busy, this);
        sqlite3_progress_handler(handle(), kProgressSteps, &SqliteConnection::on_progress, this);
        register_functions(handle());
        sqlite3_db_config(handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, options_.triggers ? 1 : 0,
                          nullptr);
        // The file is read only now, so that what is no database is told here and not later.
        guarded([&] { db_->exec("PRAGMA schema_version"); },
                fmt::format("cannot read the database {}: ", path_));
    }

    static int on_busy(void* self_pointer, int attempt) {
        auto& self = *static_cast<SqliteConnection*>(self_pointer);
        const auto now = std::chrono::steady_clock::now();
        if (attempt == 0) self.busy_since_ = now;
        if (!self.options_.busy || self.should_stop()) return 0;
        const auto waited =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - self.busy_since_);
        return self.options_.busy(waited) ? 1 : 0;
    }

    static int on_progress(void* self_pointer) {
        return static_cast<SqliteConnection*>(self_pointer)->should_stop() ? 1 : 0;
    }

    bool should_stop() const noexcept {
        return stoppable_ && options_.cancellation != nullptr && options_.cancellation->requested();
    }

    static Value value_of(const SQLite::Column& column) {
        if (column.isNull()) return nullptr;
        if (column.isInteger()) return std::int64_t{column.getInt64()};
        if (column.isFloat()) return column.getDouble();
        return column.getString();
    }

    SQLite::Statement& prepared(const std::string& sql, std::span<const Value> values) {
        auto found = statements_.find(sql);
        if (found == statements_.end()) {
            found = statements_.emplace(sql, std::make_unique<SQLite::Statement>(*db_, sql)).first;
        }
        SQLite::Statement& statement = *found->second;
        statement.reset();
        int index = 0;
        for (const Value& value : values) {
            ++index;
            if (const auto* number = std::get_if<std::int64_t>(&value)) {
                statement.bind(index, *number);
            } else if (const auto* real = std::get_if<double>(&value)) {
                statement.bind(index, *real);
            } else if (const auto* text = std::get_if<std::string>(&value)) {
                statement.bind(index, *text);
            } else {
                statement.bind(index);
            }
        }
        return statement;
    }

    /// Calls SQLiteCpp and turns its exceptions into ours.
    template <typename Call>
    auto guarded(Call call, const std::string& prefix = {}) -> decltype(call()) {
        try {
            return call();
        } catch (const SQLite::Exception& e) {
            // A failed statement must not keep its locks until it is used again.
            for (auto& [sql, statement] : statements_) statement->tryReset();
            throw Failure(error_of(
                e.getExtendedErrorCode() != 0 ? e.getExtendedErrorCode() : e.getErrorCode(),
                prefix + e.what()));
        }
    }

    [[noreturn]] void fail_statement(int code, std::size_t offset) const {
        throw StatementFailure(error_of(code, sqlite3_errmsg(handle())), offset);
    }

    std::string path_;
    OpenOptions options_;
    Abilities abilities_{.transactional_ddl = true};
    SteadyTime busy_since_{};
    bool stoppable_ = true;
    std::int64_t data_version_ = -1;
    std::unique_ptr<SQLite::Database> db_;
    std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
};

void SqliteConnection::run(std::string_view text, std::span<const TextRange>,
                           StatementObserver& observer) {
    // With its NUL counted in, SQLite reads the text where it stands; else it copies what is left
    // of it for each statement.
    const std::string terminated(text);
    std::size_t at = 0;
    while (at < terminated.size()) {
        if (should_stop()) throw Failure(ErrorKind::interrupted, "interrupted");
        const char* begin = terminated.c_str() + at;
        const char* tail = nullptr;
        sqlite3_stmt* raw = nullptr;
        int code = sqlite3_prepare_v2(handle(), begin, static_cast<int>(terminated.size() - at + 1),
                                      &raw, &tail);
        const RawStatement statement(raw);
        if (code != SQLITE_OK) {
            const int error_at = sqlite3_error_offset(handle());
            fail_statement(code, at + (error_at > 0 ? static_cast<std::size_t>(error_at) : 0));
        }
        const auto end = static_cast<std::size_t>(tail - terminated.c_str());
        const std::string_view sql(begin, end - at);
        const std::size_t start = at;
        at = end;
        // A comment, or white space, is no statement.
        if (!statement || !observer.starting(sql, start)) continue;
        observer.running(start);

        const auto started = std::chrono::steady_clock::now();
        const int width = sqlite3_column_count(raw);
        std::vector<Cell> cells(static_cast<std::size_t>(width));
        std::int64_t rows = 0;
        const auto changes = sqlite3_total_changes64(handle());
        while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
            if (rows++ == 0) {
                std::vector<std::string> names;
                for (int i = 0; i < width; ++i) names.emplace_back(sqlite3_column_name(raw, i));
                observer.columns(names);
            }
            for (int i = 0; i < width; ++i) {
                const auto* bytes =
                    static_cast<const char*>(static_cast<const void*>(sqlite3_column_text(raw, i)));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw, i));
                Cell& cell = cells[static_cast<std::size_t>(i)];
                cell.reset();
                if (bytes != nullptr) cell.emplace(bytes, size);
            }
            observer.row(cells);
        }
        if (code != SQLITE_DONE) fail_statement(code, start);
        // What is told of the last change stands until the next.
        if (width == 0 && sqlite3_total_changes64(handle()) != changes) {
            rows = sqlite3_changes64(handle());
        }
        observer.finished(sql,
                          std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::steady_clock::now() - started),
                          rows);
    }
}

std::vector<Connection::ForeignKeyGap> SqliteConnection::foreign_key_gaps() {
    std::vector<ForeignKeyGap> out;
    for (const Row& row : query("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check "
                                "GROUP BY 1, 2 ORDER BY 1, 2")) {
        out.push_back({text_of(row[0]), text_of(row[1]), std::get<std::int64_t>(row[2])});
    }
    return out;
}

}  // namespace

std::unique_ptr<Connection> open(const std::string& path, const OpenOptions& options) {
    return std::make_unique<SqliteConnection>(path, options);
}

}  // namespace kedge::db::sqlite
