// SPDX-License-Identifier: MIT
#include "db/mysql/mysql_connection.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "db/mysql/connect.hpp"
#include "db/mysql/exchange.hpp"
#include "db/mysql/sql_text.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::db::mysql {
namespace {

/// A session that waits for a long script must not be ended for idleness; the server's most.
constexpr const char* kLongestIdle = "31536000";

/// What a script may have set that would change what kedge's own rows come to.
constexpr const char* kEndScript =
    "SET SESSION foreign_key_checks = 1, sql_safe_updates = 0, "
    "sql_select_limit = 18446744073709551615";

std::size_t count_statements(std::string_view sql) {
    return 1 + static_cast<std::size_t>(std::count(sql.begin(), sql.end(), ';'));
}

/// A time-out of the configuration in seconds, with a fraction where it has one.
double seconds_of(const std::string& setting, const std::string& text) {
    double number = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit =
        trim(std::string_view(text).substr(static_cast<std::size_t>(end - text.data())));
    double factor = 0;
    if (unit.empty() || unit == "s") factor = 1;
    if (unit == "ms") factor = 0.001;
    if (unit == "min") factor = 60;
    if (unit == "h") factor = 3600;
    if (trouble != std::errc{} || factor == 0 || number < 0) {
        throw Failure(ErrorKind::configuration, fmt::format("{} = {} is no time", setting, text),
                      "for example: 5s, 500ms, 2min");
    }
    return number * factor;
}

class MysqlConnection final : public Connection {
  public:
    explicit MysqlConnection(OpenOptions options)
        : options_(std::move(options)),
          client_(client_parameters(options_.parameters)),
          exchange_(options_.cancellation, options_.on_wait) {
        connect_anew();
    }

    const Abilities& abilities() const noexcept override { return abilities_; }
    const std::string& name() const noexcept override { return options_.name; }

    using Connection::begin;
    using Connection::query;
    using Connection::write;

    std::vector<Row> query(const std::string& sql, std::span<const Value> values) override {
        flush();
        require();
        return exchange_.query(own_text(sql, values));
    }

    /// Waits in the queue: nothing that kedge writes is looked at before its commit.
    std::string write(const std::string& sql, std::span<const Value> values) override {
        std::string text = own_text(sql, values);
        queue(text, 1);
        return text;
    }

    void execute(const std::string& sql) override {
        queue(own_text(sql, {}), count_statements(sql));
        flush();
    }
    void enqueue(const std::string& sql) override {
        queue(own_text(sql, {}), count_statements(sql));
    }

    void flush() override {
        if (queued_ == 0) return;
        require();
        exchange_.run(take_queue());
    }

    void begin(const std::string& characteristics) override {
        queue("START TRANSACTION " + characteristics, 1);
        begins_ = true;
    }

    void commit() override {
        queue("COMMIT", 1);
        flush();
    }

    void commit_and_ask(Rider& rider) override {
        queue("COMMIT", 1);
        require();
        Exchange::Message message = take_queue();
        message.text = rider.sql;
        message.rider = &rider;
        exchange_.run(message);
    }

    void rollback() noexcept override {
        forget_queue();
        if (is_lost()) return;
        try {
            // After an error the server tells nothing of the transaction, so it isn't asked.
            exchange_.run({"ROLLBACK", 1});
        } catch (const Failure&) {
            return;  // the session is gone, and the transaction with it
        }
    }

    bool in_transaction() const override { return begins_ || exchange_.in_transaction(); }

    void run(std::string_view text, std::span<const TextRange> statements,
             StatementObserver& observer) override {
        // A dialect gives one statement at a time.
        for (const auto& [begin, end] : statements) {
            const std::string_view sql = text.substr(begin, end - begin);
            if (!observer.starting(sql, begin)) continue;
            require();
            clean_ = false;
            may_have_set_role_ = may_have_set_role_ || may_set_role(sql);
            if (sql.size() >= kLarge) check_size(sql.size());
            Exchange::Message message = take_queue();
            message.text = sql;
            message.observer = &observer;
            exchange_.run(message);
        }
    }

    std::vector<ForeignKeyGap> foreign_key_gaps() override { return {}; }
    /// Other deployers are kept out by the lock, and no other writer concerns the registry.
    bool changed_by_others() override { return false; }

    void end_script() override { queue(kEndScript, 1); }

    void reset_session() override {
        if (is_lost()) {
            connect_anew();
            return;
        }
        if (clean_ || in_transaction()) return;
        // Servers from before MySQL 5.7.3 and MariaDB 10.2.4 can't do it.
        if (mysql_reset_connection(raw_.get()) != 0) {
            connect_anew();
            return;
        }
        start_session();
        if (may_have_set_role_) reset_role();
        if (!options_.dbname.empty()) {
            try {
                execute("USE " + kedge::quoted(options_.dbname, '`'));
            } catch (const Failure&) {
                if (is_lost()) throw;  // else a script took the database away
            }
        }
    }

    bool is_lost() const noexcept override { return exchange_.is_lost(); }

    /// Of `1062 (23000)` both, and by itself each.
    std::vector<std::string> names_of_code(const std::string& code) const override {
        const std::size_t open = code.find(" (");
        if (open == std::string::npos || !code.ends_with(')')) return {code};
        return {code.substr(0, open), code.substr(open + 2, code.size() - open - 3)};
    }

    std::map<std::string, std::string> client_variables() override {
        if (!sql_mode_) sql_mode_ = text_of(query("SELECT @@sql_mode").front().front());
        return {{"sql_mode", *sql_mode_}};
    }

    bool try_lock(const std::string& key) override {
        holds_lock_ = take_lock(key);
        if (holds_lock_) lock_ = key;
        return holds_lock_;
    }
    bool holds_lock() const noexcept override { return holds_lock_ && !is_lost(); }

  private:
    /// From this size on a text may be too much for the server.
    static constexpr std::size_t kLarge = std::size_t{512} * 1024;

    void connect_anew() {
        // The old one stays until there is a new one: it is still asked why it is lost.
        RawConnection opened = connect(options_, client_);
        forget_queue();
        exchange_.attach(opened.get());
        raw_ = std::move(opened);
        may_have_set_role_ = false;
        start_session();
    }

    /// What holds in every session, whoever made it as new.
    void start_session() {
        std::string settings = fmt::format("SET NAMES {}; SET SESSION wait_timeout = {}",
                                           client_.charset, kLongestIdle);
        if (!options_.lock_timeout.empty()) {
            // The servers count these in whole seconds; 0 would not wait at all.
            const double seconds = seconds_of("lock_timeout", options_.lock_timeout);
            const auto whole = std::max<long>(1, static_cast<long>(seconds + 0.999));
            settings +=
                fmt::format(", lock_wait_timeout = {0}, innodb_lock_wait_timeout = {0}", whole);
        }
        if (!options_.statement_timeout.empty()) {
            const double seconds = seconds_of("statement_timeout", options_.statement_timeout);
            // MySQL's is for queries alone, in milliseconds.
            settings += is_mariadb() ? fmt::format(", max_statement_time = {}", seconds)
                                     : fmt::format(", max_execution_time = {}",
                                                   static_cast<long>(seconds * 1000));
        }
        if (!client_.init_command.empty()) settings += "; " + client_.init_command;
        execute(settings);
        clean_ = true;
        if (!lock_.empty()) holds_lock_ = take_lock(lock_);
    }

    /// SET ROLE, or what may run it out of sight.
    [[nodiscard]] static bool may_set_role(std::string_view sql) {
        constexpr std::size_t kLongest = 1024;  // a statement that sets a role has no data
        if (sql.size() > kLongest) return false;
        const std::string text = to_lower_ascii(sql);
        return text.find("role") != text.npos || text.find("call") != text.npos ||
               text.find("execute") != text.npos;
    }

    /// To the role that a login has. Neither server does it along with the rest of a session.
    void reset_role() {
        may_have_set_role_ = false;
        if (!is_mariadb()) {
            constexpr int kWithRoles = 8;
            if (std::atoi(raw_->server_version) < kWithRoles) return;
            const auto all = query("SELECT @@activate_all_roles_on_login").front().front();
            execute(text_of(all) == "1" ? "SET ROLE ALL" : "SET ROLE DEFAULT");
            return;
        }
        execute("SET ROLE NONE");
        for (const Row& row :
             query("SELECT role_name FROM information_schema.applicable_roles WHERE is_default = "
                   "'YES'")) {
            execute("SET ROLE " + kedge::quoted(text_of(row.front()), '`'));
        }
    }

    [[nodiscard]] bool is_mariadb() const {
        const char* version = raw_->server_version;
        return version != nullptr && std::string_view(version).find("MariaDB") != std::string::npos;
    }

    bool take_lock(const std::string& key) {
        // MySQL takes names of 64 characters, and MariaDB longer ones.
        constexpr std::size_t kLongestName = 64;
        const bool fits = is_mariadb() || key.size() <= kLongestName;
        const auto rows =
            query("SELECT GET_LOCK(?, 0)", {fits ? key : "kedge " + Sha1::of(key).str()});
        const auto* got = std::get_if<std::int64_t>(&rows.front().front());
        return got != nullptr && *got == 1;
    }

    void check_size(std::size_t size) {
        if (largest_ == 0) {
            largest_ = static_cast<std::size_t>(
                std::get<std::int64_t>(query("SELECT @@max_allowed_packet").front().front()));
        }
        // The server would answer by ending the session.
        if (size + 1 < largest_) return;
        Error error;
        error.kind = ErrorKind::refused;
        error.message = fmt::format(
            "the statement has {} bytes, and the server takes no more than {}", size, largest_);
        error.hint = "raise the server's max_allowed_packet, or split the statement";
        throw StatementFailure(std::move(error), 0);
    }

    void require() const {
        if (is_lost()) throw Failure(exchange_.lost());
    }

    void queue(std::string_view sql, std::size_t count) {
        queue_ += sql;
        queue_ += ";\n";
        queued_ += count;
        if (queue_.size() >= kLarge) flush();
    }

    void forget_queue() noexcept {
        queue_.clear();
        queued_ = 0;
        begins_ = false;
    }

    [[nodiscard]] Exchange::Message take_queue() {
        Exchange::Message message{std::move(queue_), queued_};
        // The server would take what is behind the last semicolon for one more statement.
        if (message.own.ends_with(";\n")) message.own.resize(message.own.size() - 1);
        forget_queue();
        return message;
    }

    OpenOptions options_;
    ClientParameters client_;
    Abilities abilities_{.transactional_ddl = false};
    RawConnection raw_;
    Exchange exchange_;
    std::string queue_;       ///< what is to be sent before anything else
    std::size_t queued_ = 0;  ///< statements in it
    bool begins_ = false;     ///< a START TRANSACTION is among them
    bool may_have_set_role_ = false;
    bool clean_ = true;        ///< no script has run since the session was made as new
    std::size_t largest_ = 0;  ///< text that the server takes; 0 while it wasn't asked
    std::string lock_;         ///< the key of the lock that the session is to hold
    bool holds_lock_ = false;
    std::optional<std::string> sql_mode_;  ///< that a session begins with
};

}  // namespace

std::unique_ptr<Connection> open(OpenOptions options) {
    return std::make_unique<MysqlConnection>(std::move(options));
}

}  // namespace kedge::db::mysql
