// SPDX-License-Identifier: MIT
#include "migrate/test_script.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "db/quiet_observer.hpp"
#include "migrate/tap_reader.hpp"
#include "migrate/transaction_script.hpp"

namespace kedge::migrate {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// The script said that nothing more makes sense.
struct BailedOut {};

class TestScript final : public TransactionScript {
  public:
    TestScript(Session& session, db::Connection& target, const script::Script& script,
               TestedFile& file)
        : TransactionScript(session, target, script), file_(file), tap_(file.checks) {}

    void run() {
        try {
            play();
            session().flush();
        } catch (const BailedOut&) {
            file_.bail_out = tap_.bail_out();
            return;
        }
        tap_.finish();
    }

    void running(std::size_t offset) override {
        TransactionScript::running(offset);
        output_before_ = file_.output.size();
        has_tap_ = false;
    }

    void columns(const std::vector<std::string>& names) override {
        TransactionScript::columns(names);
        is_single_ = names.size() == 1;
    }

    void row(std::span<const db::Cell> values) override {
        TransactionScript::row(values);
        if (!is_single_ || is_watched() || !values.front()) return;
        has_tap_ = tap_.read(*values.front(), location(first_token(started_))) || has_tap_;
    }

    void finished(std::string_view sql, std::chrono::microseconds elapsed,
                  std::int64_t rows) override {
        TransactionScript::finished(sql, elapsed, rows);
        // Of these results there is a better account.
        if (has_tap_ || is_watched()) file_.output.resize(output_before_);
        if (tap_.has_bailed_out()) throw BailedOut{};
    }

  private:
    void judged(Check check) override { file_.checks.push_back(std::move(check)); }

    TestedFile& file_;
    TapReader tap_;
    bool is_single_ = false;
    bool has_tap_ = false;
    std::size_t output_before_ = 0;
};

/// Ends the transaction as the file's last statement. What the server says to that is of rows that
/// it can't take back.
class RollBack final : public db::QuietObserver {
  public:
    explicit RollBack(TestedFile& file) : file_(file) {}

    void notice(const db::ServerMessage& message) override {
        file_.warnings.push_back("when it was rolled back: " + message.message);
    }

  private:
    TestedFile& file_;
};

void roll_back(db::Connection& connection, TestedFile& file) {
    if (!file.error && connection.in_transaction()) {
        try {
            RollBack observer(file);
            db::run_statement(connection, "ROLLBACK", observer);
        } catch (const Failure&) {
            // The one below meets the same trouble, or none.
        }
    }
    connection.rollback();
}

/// What is said of the file as a whole: how it ended, or that it has nothing else to say.
void add_last_check(TestedFile& file) {
    if (!file.error && (!file.checks.empty() || file.bail_out)) return;
    Check check;
    check.name = "runs to its end";
    check.where = {file.path, 0, 0};
    if (file.error) {
        check.outcome = Check::Outcome::failed;
        if (!file.error->where.file.empty()) check.where = file.error->where;
        check.detail = file.error->code.empty()
                           ? file.error->message
                           : file.error->message + " [" + file.error->code + "]";
    }
    file.checks.push_back(std::move(check));
}

}  // namespace

bool TestedFile::has_failed() const {
    return bail_out || std::any_of(checks.begin(), checks.end(), [](const Check& check) {
               return check.outcome == Check::Outcome::failed;
           });
}

void TestListener::handle(const Event& event) {
    const auto* const output = std::get_if<ScriptOutput>(&event);
    const auto* const warning = std::get_if<Warning>(&event);
    if (file_ != nullptr && output != nullptr) {
        (output->is_message ? file_->messages : file_->output) += output->text;
    } else if (file_ != nullptr && warning != nullptr) {
        file_->warnings.push_back(warning->text);
    } else {
        const std::lock_guard guard(mutex_);
        outer_.handle(event);
    }
}

void run_test(Session& session, db::Connection& connection, const script::Script& script,
              const script::Analysis& analysis, TestedFile& file) {
    const auto start = SteadyClock::now();
    file.has_run = true;
    try {
        for (const std::string& setting : analysis.settings) connection.execute(setting);
        connection.begin(analysis.characteristics);
        for (const std::string& statement : analysis.prologue) connection.write(statement);
        TestScript(session, connection, script, file).run();
    } catch (const db::StatementFailure& failure) {
        const ErrorKind kind = failure.error().kind;
        if (kind != ErrorKind::refused && kind != ErrorKind::locked) throw;
        file.error = failure.error();
    } catch (const Failure& failure) {
        const ErrorKind kind = failure.error().kind;
        if (kind != ErrorKind::refused && kind != ErrorKind::script) throw;
        file.error = failure.error();
    }
    roll_back(connection, file);
    connection.reset_session();
    add_last_check(file);
    file.elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start);
}

}  // namespace kedge::migrate
