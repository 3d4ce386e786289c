// SPDX-License-Identifier: MIT
#include "migrate/test.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "migrate/scratch.hpp"
#include "support/held_signals.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// While the scratch database is made ready, only what is amiss is of interest.
class WarningsOnly final : public Reporter {
  public:
    explicit WarningsOnly(Reporter& outer) : outer_(outer) {}
    void handle(const Event& event) override {
        if (std::holds_alternative<Warning>(event)) outer_.handle(event);
    }

  private:
    Reporter& outer_;
};

class Tests {
  public:
    Tests(const project::Target& target, const TestSessionMaker& make_session, Reporter& reporter,
          const TestOptions& options)
        : target_(target),
          make_session_(make_session),
          reporter_(reporter),
          options_(options),
          done_(options.files.size()) {
        result_.target = target.name;
        for (const std::string& path : options.files) result_.files.emplace_back().path = path;
    }

    TestResult run() {
        const auto start = SteadyClock::now();
        Worker first(*this);
        first.connect();
        look_over(first);
        announce();
        {
            std::vector<std::jthread> threads;
            const std::size_t jobs =
                std::clamp<std::size_t>(options_.jobs, 1, options_.files.size());
            {
                // They go to this thread, which only waits.
                const HeldSignals signals;
                threads.emplace_back([&] { first.work(); });
                for (std::size_t i = 1; i < jobs; ++i) threads.emplace_back([&] { work_too(); });
            }
            try {
                report_in_order();
            } catch (...) {
                stop_ = true;
                throw;
            }
        }
        if (trouble_) std::rethrow_exception(trouble_);
        for (const TestedFile& file : result_.files) {
            if (file.bail_out && !result_.bail_out) result_.bail_out = file.bail_out;
        }
        result_.elapsed =
            std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start);
        return std::move(result_);
    }

  private:
    struct Prepared {
        script::Script script;
        script::Analysis analysis;
    };

    /// Takes one file after the other, on a connection of its own.
    class Worker {
      public:
        explicit Worker(Tests& tests)
            : tests_(tests),
              listener_(tests.reporter_, tests.mutex_),
              session_(tests.make_session_(tests.target_, listener_)) {}

        void connect() {
            connection_ =
                engine_of(tests_.target_).connect(tests_.target_, session_.surroundings());
        }

        [[nodiscard]] Prepared prepare(const std::string& path) {
            Prepared out{session_.script(script::Purpose::test, path), {}};
            out.script.client_variables.merge(connection_->client_variables());
            out.analysis = session_.dialect().analyse(out.script);
            return out;
        }

        void work() noexcept {
            try {
                if (!connection_) connect();
                for (auto index = tests_.next(); index; index = tests_.next()) take(*index);
            } catch (...) {
                tests_.give_up(std::current_exception());
            }
        }

      private:
        void take(std::size_t index) {
            session_.check_interrupted();
            TestedFile& file = tests_.result_.files[index];
            const Prepared& prepared = tests_.prepared_[index];
            listener_.listen_for(file);
            file.warnings = prepared.analysis.warnings;
            run_test(session_, *connection_, prepared.script, prepared.analysis, file);
            tests_.finish(index);
        }

        Tests& tests_;
        TestListener listener_;
        Session session_;
        std::unique_ptr<db::Connection> connection_;
    };

    void work_too() noexcept {
        try {
            Worker(*this).work();
        } catch (...) {
            give_up(std::current_exception());
        }
    }

    void look_over(Worker& worker) {
        std::vector<Error> errors;
        for (const std::string& path : options_.files) {
            try {
                prepared_.push_back(worker.prepare(path));
            } catch (const Failure& failure) {
                if (failure.error().kind != ErrorKind::script) throw;
                errors.push_back(failure.error());
            }
        }
        if (errors.empty()) return;
        Error first = std::move(errors.front());
        first.also.insert(first.also.end(), std::make_move_iterator(errors.begin() + 1),
                          std::make_move_iterator(errors.end()));
        throw Failure(std::move(first));
    }

    void announce() {
        RunStarted event;
        event.operation = Operation::test;
        event.destination = target_.name;
        event.count = options_.files.size();
        for (const std::string& path : options_.files) {
            event.widest_name = std::max(event.widest_name, display_width(path));
        }
        tell(event);
    }

    void tell(const Event& event) {
        const std::lock_guard guard(mutex_);
        reporter_.handle(event);
    }

    /// The next file that nobody has; none where no more are to run.
    std::optional<std::size_t> next() {
        if (stop_) return std::nullopt;
        const std::size_t index = next_++;
        return index < options_.files.size() ? std::optional(index) : std::nullopt;
    }

    void finish(std::size_t index) {
        if (result_.files[index].bail_out) stop_ = true;
        {
            const std::lock_guard guard(state_);
            done_[index] = true;
        }
        changed_.notify_all();
    }

    void give_up(std::exception_ptr trouble) noexcept {
        stop_ = true;
        {
            const std::lock_guard guard(state_);
            if (!trouble_) trouble_ = std::move(trouble);
        }
        changed_.notify_all();
    }

    /// Tells of each file when those before it are told of, whichever ends first.
    void report_in_order() {
        for (std::size_t i = 0; i < options_.files.size(); ++i) {
            const TestedFile& file = result_.files[i];
            if (stop_ && i >= next_) return;
            tell(ChangeStarted{Operation::test, file.path});
            {
                std::unique_lock lock(state_);
                changed_.wait(lock, [&] { return done_[i] || trouble_ || (stop_ && i >= next_); });
                if (!done_[i]) return;
            }
            tell(ChangeDone{Operation::test, file.path, !file.has_failed(), remark_on(file),
                            file.elapsed});
        }
    }

    static std::string remark_on(const TestedFile& file) {
        if (file.bail_out) return "bailed out: " + *file.bail_out;
        if (file.error) return "stopped by an error";
        const auto count = [&](Check::Outcome outcome) {
            return std::count_if(file.checks.begin(), file.checks.end(),
                                 [&](const Check& check) { return check.outcome == outcome; });
        };
        if (const auto failed = count(Check::Outcome::failed); failed > 0) {
            return fmt::format("{} of {} failed", failed, file.checks.size());
        }
        const auto skipped = count(Check::Outcome::skipped);
        if (skipped > 0 && static_cast<std::size_t>(skipped) == file.checks.size()) {
            const std::string& reason = file.checks.front().reason;
            return reason.empty() ? "skipped" : "skipped: " + reason;
        }
        return {};
    }

    const project::Target& target_;
    const TestSessionMaker& make_session_;
    Reporter& reporter_;
    const TestOptions& options_;
    std::vector<Prepared> prepared_;
    TestResult result_;
    std::mutex mutex_;  ///< of the reporter
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> stop_ = false;
    std::mutex state_;  ///< of the two below
    std::vector<bool> done_;
    std::exception_ptr trouble_;
    std::condition_variable changed_;
};

}  // namespace

std::size_t TestResult::count(Check::Outcome outcome) const {
    std::size_t out = 0;
    for (const TestedFile& file : files) {
        out += static_cast<std::size_t>(
            std::count_if(file.checks.begin(), file.checks.end(),
                          [&](const Check& check) { return check.outcome == outcome; }));
    }
    return out;
}

bool TestResult::has_passed() const {
    return !bail_out && std::none_of(files.begin(), files.end(),
                                     [](const TestedFile& file) { return file.has_failed(); });
}

TestResult test(const project::Target& target, const TestSessionMaker& make_session,
                Reporter& reporter, const TestOptions& options) {
    return Tests(target, make_session, reporter, options).run();
}

TestResult test_in_scratch(const project::Target& target,
                           const std::optional<project::Target>& server,
                           const TestSessionMaker& make_session, Reporter& reporter,
                           const TestOptions& options) {
    WarningsOnly warnings(reporter);
    const Session like = make_session(target, warnings);
    const Scratch scratch(target, {}, server, like.surroundings());
    {
        Session session = make_session(scratch.target(), warnings);
        const auto& changes = session.plan().changes();
        static_cast<void>(planned_state(
            session, changes.empty() ? std::nullopt : std::optional(changes.back().id.str())));
    }
    TestResult out = test(scratch.target(), make_session, reporter, options);
    out.target = target.name;
    return out;
}

}  // namespace kedge::migrate
