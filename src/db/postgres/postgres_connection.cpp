// SPDX-License-Identifier: MIT
#include "db/postgres/postgres_connection.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "db/postgres/client_variables.hpp"
#include "db/postgres/connect.hpp"
#include "db/postgres/exchange.hpp"
#include "db/postgres/pqxx_session.hpp"
#include "db/postgres/server_error.hpp"
#include "db/postgres/stopper.hpp"
#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

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

class PostgresConnection final : public Connection {
  public:
    explicit PostgresConnection(OpenOptions options)
        : options_(std::move(options)),
          exchange_(options_.cancellation, options_.on_wait),
          stopper_(options_.stops_queries ? options_.cancellation : nullptr) {
        connect_anew();
    }

    const Abilities& abilities() const noexcept override { return abilities_; }
    const std::string& name() const noexcept override { return options_.name; }

    using Connection::begin;
    using Connection::query;
    using Connection::write;

    std::vector<Row> query(const std::string& sql, std::span<const Value> values) override {
        // Without values a question mark is no place for one.
        if (values.empty()) return ask([&] { return session_->query(sql, {}); });
        auto known = numbered_.find(sql);
        if (known == numbered_.end()) {
            known = numbered_
                        .emplace(sql, with_parameters(
                                          sql, [](std::size_t n) { return fmt::format("${}", n); }))
                        .first;
        }
        std::vector<std::optional<std::string>> parameters;
        for (const Value& value : values) parameters.push_back(parameter_of(value));
        return ask([&] { return session_->query(known->second, parameters); });
    }

    void query_all(const std::vector<std::string>& queries, const TakeRows& take) override {
        ask([&] { session_->query_all(queries, take); });
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
        if (queued_ > 0) exchange_.run(take_queue());
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
        if (exchange_.last_tag() == "COMMIT") {
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
            const std::string watch = watches_client() ? fmt::format("{}; ", kWatchClient) : "";
            end_of_script_ = fmt::format(
                "{0}{1}SELECT pg_catalog.pg_advisory_xact_lock({2}), "
                "pg_catalog.pg_advisory_unlock_all(), pg_catalog.pg_advisory_lock({2})",
                kEndScript, watch, key);
        }
        return holds_lock_;
    }
    bool holds_lock() const noexcept override { return holds_lock_ && !is_lost(); }

    std::map<std::string, std::string> client_variables() override {
        return client_variables_of(raw());
    }

    bool shares_sessions() override {
        // A pool gives its clients numbers of its own.
        return std::get<std::int64_t>(
                   query("SELECT pg_catalog.pg_backend_pid()").front().front()) !=
               PQbackendPID(raw());
    }
    std::unique_ptr<Connection> connect_as(const std::map<std::string, std::string>& parameters,
                                           bool keep) override {
        OpenOptions options = options_;
        if (!keep) options.parameters.clear();
        add_parameters(options.parameters, parameters);
        // Another host or role is not to be told this one's password.
        if (!keep || parameters.count("user") > 0 || parameters.count("host") > 0) {
            options.password = {};
        }
        options.name = "the session of \\connect";
        return std::make_unique<PostgresConnection>(std::move(options));
    }
    std::function<std::unique_ptr<Connection>()> opener(const Cancellation& stop) const override {
        OpenOptions options = options_;
        // Of several hosts the one that this session is on; and who listens to it hears no other.
        add_parameters(options.parameters, {{"host", PQhost(raw())}, {"port", PQport(raw())}});
        options.password = [password = std::string(PQpass(raw()))] { return password; };
        options.on_wait = nullptr;
        options.on_late_notice = nullptr;
        options.cancellation = &stop;
        options.stops_queries = false;
        return [options]() -> std::unique_ptr<Connection> {
            try {
                return std::make_unique<PostgresConnection>(options);
            } catch (const Failure& failure) {
                if (failure.error().kind != ErrorKind::connection) throw;
                return nullptr;
            }
        };
    }

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
        session_ = std::make_unique<PqxxSession>(std::move(opened));
        exchange_.attach(raw());
        stopper_.attach(raw());
        encoding_ = PQclientEncoding(raw());
        clean_ = true;
        ended_ = false;
        end_of_script_ = kEndScript;
        end_of_script_ += kUnlockAll;
        holds_lock_ = false;
    }

    /// Runs a query of kedge's own behind what waits to be sent.
    template <typename Query>
    auto ask(const Query& query) -> decltype(query()) {
        flush();
        if (is_lost()) throw Failure(exchange_.lost());
        const Stopper::Call call(stopper_);
        try {
            return query();
        } catch (Failure& failure) {
            if (is_lost()) throw Failure(exchange_.lost());
            if (call.was_stopped()) call_interrupted(failure.error());
            throw;
        }
    }

    /// Since PostgreSQL 14, and not on all systems. Tried once, before any transaction.
    bool watches_client() {
        constexpr int kSince = 140000;
        if (PQserverVersion(raw()) < kSince) return false;
        if (watches_client_) {
            if (*watches_client_) enqueue(kWatchClient);
            return *watches_client_;
        }
        try {
            execute(kWatchClient);
            watches_client_ = true;
        } catch (const Failure&) {
            if (is_lost()) throw;
            watches_client_ = false;
        }
        return *watches_client_;
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

    /// What waits, as the beginning of a message.
    [[nodiscard]] Exchange::Message take_queue() {
        Exchange::Message message{std::move(queue_), queued_};
        if (ended_) message.listener = &options_.on_late_notice;
        forget_queue();
        return message;
    }

    OpenOptions options_;
    Abilities abilities_{.transactional_ddl = true};
    Exchange exchange_;
    Stopper stopper_;
    std::unique_ptr<PqxxSession> session_;
    std::unordered_map<std::string, std::string> numbered_;  ///< `?` as `$1`, by text
    std::string queue_;          ///< what is to be sent before anything else
    std::size_t queued_ = 0;     ///< statements in it
    bool begins_ = false;        ///< a BEGIN is among them
    std::string end_of_script_;  ///< puts the session back as it was made
    int encoding_ = 0;           ///< of the session as it was made
    bool holds_lock_ = false;
    std::optional<bool> watches_client_;  ///< whether the server can
    bool clean_ = true;                   ///< no script has run since the session was put back
    bool ended_ = false;                  ///< the end of the script is in the transaction
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
    Exchange::Message message = take_queue();
    message.text = text;
    message.statements = statements;
    message.observer = &observer;
    exchange_.run(message);
}

}  // namespace

std::unique_ptr<Connection> open(OpenOptions options) {
    return std::make_unique<PostgresConnection>(std::move(options));
}

}  // namespace kedge::db::postgres
