// SPDX-License-Identifier: MIT
#include "db/postgres/postgres_connection.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "db/postgres/connect.hpp"
#include "db/postgres/pqxx_session.hpp"
#include "db/postgres/server_error.hpp"
#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

/// Puts a session back as it was made, inside a transaction too. First what the script has put off
/// to its end is done while its own settings hold, as its own COMMIT would do it.
constexpr const char* kEndScript =
    "SET CONSTRAINTS ALL IMMEDIATE; CLOSE ALL; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; "
    "DISCARD TEMP; DISCARD SEQUENCES; UNLISTEN *; DEALLOCATE ALL; ";
/// The server looks every so often whether its client is still there: if it isn't, a long statement
/// ends, and with it the lock.
constexpr const char* kWatchClient = "SET client_connection_check_interval = '2s'";
constexpr const char* kUnlockAll = "SELECT pg_catalog.pg_advisory_unlock_all()";

/// Each `?` of a statement of kedge's own, by what stands for the n-th (from 1).
template <typename Replacement>
std::string with_parameters(std::string_view sql, Replacement replacement) {
    std::string out;
    std::size_t count = 0;
    for (const char c : sql) {
        if (c == '?') {
            out += replacement(++count);
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<std::string> parameter_of(const Value& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return std::nullopt;
    return text_of(value);
}

std::size_t count_statements(std::string_view sql) {
    return 1 + static_cast<std::size_t>(std::count(sql.begin(), sql.end(), ';'));
}

/// Byte offset of the n-th character, from 1.
std::size_t byte_offset(std::string_view text, std::size_t character, bool utf8) {
    std::size_t at = 0;
    for (std::size_t i = 1; i < character && at < text.size(); ++i) {
        at += utf8 ? decode_utf8(text, at).size : 1;
    }
    return at;
}

class PostgresConnection final : public Connection {
  public:
    explicit PostgresConnection(OpenOptions options) : options_(std::move(options)) {
        connect_anew();
    }

    const Abilities& abilities() const noexcept override { return abilities_; }
    const std::string& name() const noexcept override { return options_.name; }

    using Connection::begin;
    using Connection::query;
    using Connection::write;

    std::vector<Row> query(const std::string& sql, std::span<const Value> values) override {
        flush();
        auto known = numbered_.find(sql);
        if (known == numbered_.end()) {
            known = numbered_
                        .emplace(sql, with_parameters(
                                          sql, [](std::size_t n) { return fmt::format("${}", n); }))
                        .first;
        }
        std::vector<std::optional<std::string>> parameters;
        for (const Value& value : values) parameters.push_back(parameter_of(value));
        if (is_lost()) throw Failure(lost());
        try {
            return session_->query(known->second, parameters);
        } catch (const Failure&) {
            if (is_lost()) throw Failure(lost());
            throw;
        }
    }

    /// Waits in the queue: nothing that kedge writes is looked at before its commit.
    std::string write(const std::string& sql, std::span<const Value> values) override {
        std::string text =
            with_parameters(sql, [&](std::size_t n) { return literal(values[n - 1]); });
        queue(text, 1);
        return text;
    }

    void execute(const std::string& sql) override {
        queue(sql, count_statements(sql));
        flush();
    }
    void enqueue(const std::string& sql) override { queue(sql, count_statements(sql)); }

    void flush() override {
        if (queued_ > 0) exchange({}, {}, nullptr);
    }

    void begin(const std::string& characteristics) override {
        queue("BEGIN " + characteristics, 1);
        begins_ = true;
        for (const auto& [setting, value] :
             {std::pair("lock_timeout", &options_.lock_timeout),
              std::pair("statement_timeout", &options_.statement_timeout)}) {
            if (!value->empty())
                queue(fmt::format("SET LOCAL {} = {}", setting, literal(*value)), 1);
        }
    }

    void commit() override {
        queue("COMMIT", 1);
        flush();
        if (last_tag_ == "COMMIT") {
            clean_ = std::exchange(ended_, false);
            return;
        }
        throw Failure(ErrorKind::refused,
                      "the server rolled the transaction back in place of committing it");
    }

    void rollback() noexcept override {
        ended_ = false;
        forget_queue();
        if (PQtransactionStatus(raw()) != PQTRANS_IDLE) Result(PQexec(raw(), "ROLLBACK"));
    }

    bool in_transaction() const override {
        const PGTransactionStatusType status = PQtransactionStatus(raw());
        return begins_ || status == PQTRANS_INTRANS || status == PQTRANS_INERROR ||
               status == PQTRANS_ACTIVE;
    }

    void run(std::string_view text, std::span<const TextRange> statements,
             StatementObserver& observer) override;

    std::vector<ForeignKeyGap> foreign_key_gaps() override { return {}; }
    /// Other deployers are kept out by the lock, and no other writer concerns the registry.
    bool changed_by_others() override { return false; }

    void end_script() override {
        ended_ = true;
        enqueue(end_of_script_);
        // The message that the registry's rows go in is read in the encoding that the script left.
        if (PQclientEncoding(raw()) != encoding_) flush();
    }
    void reset_session() override {
        if (is_lost()) {
            connect_anew();
        } else if (!in_transaction() && !clean_) {
            // At once: what a message holds before BEGIN is rolled back with the transaction.
            execute(end_of_script_);
            clean_ = true;
        }
    }

    bool is_lost() const noexcept override {
        pollfd socket{PQsocket(raw()), POLLIN, 0};
        // What comes unasked is a notice, or the end.
        if (PQtransactionStatus(raw()) != PQTRANS_ACTIVE && ::poll(&socket, 1, 0) > 0) {
            PQconsumeInput(raw());
        }
        return PQstatus(raw()) == CONNECTION_BAD;
    }

    bool try_lock(const std::string& key) override {
        const auto rows = query(fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})", key));
        holds_lock_ = std::get<std::int64_t>(rows.front().front()) != 0;
        if (holds_lock_) {
            // Given back with all others, and taken anew: never free for a moment.
            end_of_script_ = fmt::format(
                "{0}{1}SELECT pg_catalog.pg_advisory_xact_lock({2}); {3}; SELECT "
                "pg_catalog.pg_advisory_lock({2})",
                kEndScript, watches_client() ? fmt::format("{}; ", kWatchClient) : "", key,
                kUnlockAll);
        }
        return holds_lock_;
    }
    bool holds_lock() const noexcept override { return holds_lock_ && !is_lost(); }

    std::map<std::string, std::string> client_variables() override;

    bool shares_sessions() override {
        // A pool gives its clients numbers of its own.
        return std::get<std::int64_t>(
                   query("SELECT pg_catalog.pg_backend_pid()").front().front()) !=
               PQbackendPID(raw());
    }
    std::unique_ptr<Connection> connect_as(const std::map<std::string, std::string>& parameters,
                                           bool keep) override;

  private:
    [[nodiscard]] PGconn* raw() const noexcept { return session_->raw(); }

    void connect_anew() {
        auto parameters = options_.parameters;
        if (options_.password) {
            std::string password = options_.password();
            if (!password.empty()) parameters.emplace_back("password", std::move(password));
        }
        RawConnection opened = connect(std::move(parameters), options_.name, options_.cancellation);
        session_.reset();
        forget_queue();
        last_words_.clear();
        session_ = std::make_unique<PqxxSession>(std::move(opened));
        PQsetNoticeReceiver(raw(), &PostgresConnection::on_notice, this);
        cancel_.reset(PQgetCancel(raw()));
        encoding_ = PQclientEncoding(raw());
        clean_ = true;
        ended_ = false;
        end_of_script_ = kEndScript;
        end_of_script_ += kUnlockAll;
        holds_lock_ = false;
    }

    /// Since PostgreSQL 14, and not on all systems.
    bool watches_client() {
        constexpr int kSince = 140000;
        if (PQserverVersion(raw()) < kSince) return false;
        try {
            execute(kWatchClient);
            return true;
        } catch (const Failure&) {
            if (is_lost()) throw;
            return false;
        }
    }

    static void on_notice(void* self_pointer, const PGresult* notice) {
        auto& self = *static_cast<PostgresConnection*>(self_pointer);
        try {
            const ServerMessage message = message_of(notice);
            if (is_fatal(notice)) {
                self.last_words_ = message.message;
            } else if (self.observer_ != nullptr) {
                self.observer_->notice(message);
            } else if (self.ended_ && self.options_.on_late_notice) {
                self.options_.on_late_notice(message);
            }
        } catch (...) {
            // libpq is C: what a listener throws waits until its call is over.
            self.thrown_ = std::current_exception();
        }
    }

    std::string literal(const Value& value) const {
        if (std::holds_alternative<std::nullptr_t>(value)) return "NULL";
        if (const auto* text = std::get_if<std::string>(&value)) return literal(*text);
        return text_of(value);
    }

    std::string literal(const std::string& text) const {
        const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
            PQescapeLiteral(raw(), text.data(), text.size()), &PQfreemem);
        if (!quoted) throw Failure(ErrorKind::refused, std::string(trim(PQerrorMessage(raw()))));
        return quoted.get();
    }

    void queue(std::string_view sql, std::size_t count) {
        queue_ += sql;
        queue_ += ";\n";
        queued_ += count;
    }

    void forget_queue() noexcept {
        queue_.clear();
        queued_ = 0;
        begins_ = false;
    }

    /// Sends the queue and the text as one message, and takes all that comes back.
    void exchange(std::string_view text, std::span<const TextRange> statements,
                  StatementObserver* observer);
    Result next_result();
    void wait_for_result();
    void feed_copy(StatementObserver* observer);
    void take_copy(StatementObserver* observer);
    void drain() noexcept;
    void rethrow() {
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }
    [[nodiscard]] bool should_stop() const noexcept {
        return options_.cancellation != nullptr && options_.cancellation->requested();
    }
    [[nodiscard]] Error error_of(const PGresult* result) const;
    [[nodiscard]] Error lost() const { return lost_connection(raw(), last_words_); }

    OpenOptions options_;
    Abilities abilities_{.transactional_ddl = true};
    std::unique_ptr<PqxxSession> session_;
    std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel_{nullptr, &PQfreeCancel};
    std::unordered_map<std::string, std::string> numbered_;  ///< `?` as `$1`, by text
    std::string queue_;       ///< what is to be sent before anything else
    std::size_t queued_ = 0;  ///< statements in it
    bool begins_ = false;     ///< a BEGIN is among them
    std::string last_tag_;
    StatementObserver* observer_ = nullptr;
    std::exception_ptr thrown_;
    bool cancelled_ = false;
    std::string end_of_script_;  ///< puts the session back as it was made
    std::string last_words_;     ///< why the server ended the session
    int encoding_ = 0;           ///< of the session as it was made
    bool holds_lock_ = false;
    bool clean_ = true;   ///< no script has run since the session was put back
    bool ended_ = false;  ///< the end of the script is in the transaction
};

/// What one message brings back, statement by statement.
class Answers {
  public:
    Answers(std::size_t own, std::span<const TextRange> statements, std::string_view text,
            StatementObserver* observer)
        : own_(own), statements_(statements), text_(text), observer_(observer) {
        announce();
    }

    void take_rows(const PGresult* result) {
        if (!is_scripts()) return;
        if (!std::exchange(in_rows_, true)) {
            std::vector<std::string> names;
            for (int i = 0; i < PQnfields(result); ++i) names.emplace_back(PQfname(result, i));
            observer_->columns(names);
        }
        cells_.resize(static_cast<std::size_t>(PQnfields(result)));
        for (int row = 0; row < PQntuples(result); ++row, ++rows_) {
            for (int i = 0; i < PQnfields(result); ++i) {
                Cell& cell = cells_[static_cast<std::size_t>(i)];
                cell.reset();
                if (PQgetisnull(result, row, i) == 0) {
                    cell.emplace(PQgetvalue(result, row, i),
                                 static_cast<std::size_t>(PQgetlength(result, row, i)));
                }
            }
            observer_->row(cells_);
        }
    }

    void end_statement(const PGresult* result) {
        if (is_scripts()) {
            if (PQresultStatus(result) == PGRES_TUPLES_OK) take_rows(result);
            const auto now = SteadyClock::now();
            const std::string_view changed = PQcmdTuples(const_cast<PGresult*>(result));
            const std::int64_t rows = in_rows_ ? rows_ : std::atoll(std::string(changed).c_str());
            const auto [begin, end] = range();
            observer_->finished(
                text_.substr(begin, end - begin),
                std::chrono::duration_cast<std::chrono::microseconds>(now - started_), rows);
        }
        ++done_;
        in_rows_ = false;
        rows_ = 0;
        announce();
    }

    /// The answers are those of the script's own statements by now.
    [[nodiscard]] bool is_scripts() const noexcept { return observer_ != nullptr && done_ >= own_; }
    /// Where the statement in turn stands in the text.
    [[nodiscard]] TextRange range() const noexcept {
        const std::size_t index = std::min(done_ - own_, statements_.size() - 1);
        return statements_[index];
    }

  private:
    void announce() {
        started_ = SteadyClock::now();
        if (is_scripts() && done_ - own_ < statements_.size()) observer_->running(range().first);
    }

    std::size_t own_;
    std::span<const TextRange> statements_;
    std::string_view text_;
    StatementObserver* observer_;
    std::size_t done_ = 0;
    bool in_rows_ = false;
    std::int64_t rows_ = 0;
    std::vector<Cell> cells_;
    SteadyClock::time_point started_;
};

void PostgresConnection::run(std::string_view text, std::span<const TextRange> statements,
                             StatementObserver& observer) {
    // A dialect puts what may be left out into a text of its own.
    for (const auto& [begin, end] : statements) {
        if (!observer.starting(text.substr(begin, end - begin), begin)) return;
    }
    if (statements.empty()) return;
    clean_ = false;
    ended_ = false;
    exchange(text, statements, &observer);
}

void PostgresConnection::exchange(std::string_view text, std::span<const TextRange> statements,
                                  StatementObserver* observer) {
    std::string message = std::move(queue_);
    const std::size_t base = message.size();
    const std::size_t own = queued_;
    forget_queue();
    message += text;
    // What kedge has to do itself after a request to stop isn't stopped by it.
    const bool stops = should_stop();
    if (stops && observer != nullptr) throw Failure(ErrorKind::interrupted, "interrupted");
    cancelled_ = stops;
    observer_ = observer;
    const bool utf8 = std::string_view(pg_encoding_to_char(PQclientEncoding(raw()))) == "UTF8";
    if (PQsendQuery(raw(), message.c_str()) == 0) throw Failure(lost());
    if (observer != nullptr) PQsetSingleRowMode(raw());

    std::optional<Error> error;
    std::size_t position = 0;
    try {
        Answers answers(own, statements, text, observer);
        TextRange failed{0, 0};
        bool of_script = false;
        while (const Result result = next_result()) {
            switch (PQresultStatus(result.get())) {
                case PGRES_SINGLE_TUPLE:
                    answers.take_rows(result.get());
                    break;
                case PGRES_COPY_IN:
                    feed_copy(answers.is_scripts() ? observer : nullptr);
                    break;
                case PGRES_COPY_OUT:
                    take_copy(answers.is_scripts() ? observer : nullptr);
                    break;
                case PGRES_TUPLES_OK:
                case PGRES_COMMAND_OK:
                case PGRES_EMPTY_QUERY:
                    last_tag_ = PQcmdStatus(result.get());
                    answers.end_statement(result.get());
                    break;
                default:
                    if (error) break;
                    error = error_of(result.get());
                    position = error_position(result.get());
                    of_script = answers.is_scripts();
                    if (of_script) failed = answers.range();
            }
            rethrow();
        }
        observer_ = nullptr;
        if (!error) return;
        if (position > 0) {
            const std::size_t at = byte_offset(message, position, utf8);
            if (at >= base && observer != nullptr) {
                throw StatementFailure(std::move(*error), at - base);
            }
        }
        if (of_script) throw StatementFailure(std::move(*error), failed.first);
    } catch (...) {
        observer_ = nullptr;
        drain();
        throw;
    }
    throw Failure(std::move(*error));
}

Error PostgresConnection::error_of(const PGresult* result) const {
    if (PQstatus(raw()) == CONNECTION_BAD) return lost();
    Error error = error_of_result(result);
    constexpr std::string_view kCanceled = "57014";
    if (error.code == kCanceled && cancelled_) {
        error.kind = ErrorKind::interrupted;
        error.message = "interrupted";
    }
    return error;
}

Result PostgresConnection::next_result() {
    wait_for_result();
    return Result(PQgetResult(raw()));
}

void PostgresConnection::wait_for_result() {
    const auto start = SteadyClock::now();
    while (PQisBusy(raw()) != 0) {
        if (should_stop() && !std::exchange(cancelled_, true) && cancel_) {
            std::array<char, 256> trouble{};
            PQcancel(cancel_.get(), trouble.data(), static_cast<int>(trouble.size()));
        }
        pollfd socket{PQsocket(raw()), POLLIN, 0};
        const int ready = ::poll(&socket, 1, 250);
        if (ready > 0 && PQconsumeInput(raw()) == 0) return;  // the next result says why
        rethrow();
        const auto waited =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
        if (ready == 0 && options_.on_wait && waited > 500ms)
            options_.on_wait(PQbackendPID(raw()), waited);
    }
}

void PostgresConnection::feed_copy(StatementObserver* observer) {
    std::string chunk;
    const char* trouble = observer == nullptr ? "kedge has no data for it" : nullptr;
    try {
        while (trouble == nullptr && observer->copy_in(chunk)) {
            if (should_stop()) {
                cancelled_ = true;
                trouble = "interrupted";
            } else if (!chunk.empty() &&
                       PQputCopyData(raw(), chunk.data(), static_cast<int>(chunk.size())) <= 0) {
                break;  // the next result says why
            }
            chunk.clear();
        }
    } catch (...) {
        PQputCopyEnd(raw(), "the data can't be read");
        throw;
    }
    PQputCopyEnd(raw(), trouble);
}

void PostgresConnection::take_copy(StatementObserver* observer) {
    for (;;) {
        char* buffer = nullptr;
        const int size = PQgetCopyData(raw(), &buffer, 1);
        const std::unique_ptr<char, decltype(&PQfreemem)> owned(buffer, &PQfreemem);
        if (size > 0) {
            if (observer != nullptr) observer->copy_out({buffer, static_cast<std::size_t>(size)});
        } else if (size < 0) {
            return;  // its end, or an error that the next result tells
        } else {
            if (should_stop() && !std::exchange(cancelled_, true) && cancel_) {
                std::array<char, 256> trouble{};
                PQcancel(cancel_.get(), trouble.data(), static_cast<int>(trouble.size()));
            }
            pollfd socket{PQsocket(raw()), POLLIN, 0};
            if (::poll(&socket, 1, 250) > 0 && PQconsumeInput(raw()) == 0) return;
        }
    }
}

/// Whatever was interrupted half-way, the session can be used again after it.
void PostgresConnection::drain() noexcept {
    if (PQtransactionStatus(raw()) != PQTRANS_ACTIVE) return;
    std::array<char, 256> trouble{};
    if (cancel_) PQcancel(cancel_.get(), trouble.data(), static_cast<int>(trouble.size()));
    while (const Result result{PQgetResult(raw())}) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN) PQputCopyEnd(raw(), "stopped");
        char* buffer = nullptr;
        while (status == PGRES_COPY_OUT && PQgetCopyData(raw(), &buffer, 0) > 0) PQfreemem(buffer);
        if (PQstatus(raw()) == CONNECTION_BAD) return;
    }
    thrown_ = nullptr;
}

std::unique_ptr<Connection> PostgresConnection::connect_as(
    const std::map<std::string, std::string>& parameters, bool keep) {
    OpenOptions options = options_;
    if (!keep) options.parameters.clear();
    const auto set = [&](const std::string& keyword, const std::string& value) {
        std::erase_if(options.parameters,
                      [&](const auto& known) { return known.first == keyword; });
        options.parameters.emplace_back(keyword, value);
    };
    for (const auto& [keyword, value] : parameters) {
        if (keyword != "conninfo") {
            set(keyword, value);
            continue;
        }
        char* trouble = nullptr;
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
            PQconninfoParse(value.c_str(), &trouble), &PQconninfoFree);
        const std::unique_ptr<char, decltype(&PQfreemem)> words(trouble, &PQfreemem);
        if (!parsed) {
            throw Failure(ErrorKind::script,
                          std::string(trim(trouble == nullptr ? "out of memory" : trouble)));
        }
        for (const PQconninfoOption* o = parsed.get(); o->keyword != nullptr; ++o) {
            if (o->val != nullptr) set(o->keyword, o->val);
        }
    }
    // Another host or role is not to be told this one's password.
    if (!keep || parameters.count("user") > 0 || parameters.count("host") > 0)
        options.password = {};
    options.name = "the session of \\connect";
    return std::make_unique<PostgresConnection>(std::move(options));
}

std::map<std::string, std::string> PostgresConnection::client_variables() {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    const auto dotted = [](int version) {
        return fmt::format("{}.{}", version / 10000, version % 10000);
    };
    return {{"DBNAME", text(PQdb(raw()))},
            {"USER", text(PQuser(raw()))},
            {"HOST", text(PQhost(raw()))},
            {"PORT", text(PQport(raw()))},
            {"ENCODING", text(pg_encoding_to_char(PQclientEncoding(raw())))},
            {"SERVER_VERSION_NAME", text(PQparameterStatus(raw(), "server_version"))},
            {"SERVER_VERSION_NUM", std::to_string(PQserverVersion(raw()))},
            {"VERSION", "PostgreSQL " + dotted(PQlibVersion())},
            {"VERSION_NAME", dotted(PQlibVersion())},
            {"VERSION_NUM", std::to_string(PQlibVersion())}};
}

}  // namespace

std::unique_ptr<Connection> open(OpenOptions options) {
    return std::make_unique<PostgresConnection>(std::move(options));
}

}  // namespace kedge::db::postgres
