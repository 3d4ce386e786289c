// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "migrate/reporter.hpp"
#include "report/style.hpp"

namespace kedge::report {

struct TextOptions {
    Style style;
    bool quiet = false;  ///< only warnings and what verify found
    int verbosity = 1;   ///< 2: each statement with its time, and the output of verify scripts
};

/// Tells a run to people: a line for each change, and on a terminal a clock beside a change that
/// takes long.
class TextReporter final : public migrate::Reporter {
  public:
    TextReporter(Sink out, Sink error, TextOptions options);
    ~TextReporter() override;
    TextReporter(const TextReporter&) = delete;
    TextReporter& operator=(const TextReporter&) = delete;

    void handle(const migrate::Event& event) override;
    [[nodiscard]] bool wants_statements() const override { return options_.verbosity > 1; }

  private:
    void on(const migrate::RunStarted& event);
    void on(const migrate::ChangeStarted& event);
    void on(const migrate::StatementDone& event);
    void on(const migrate::ScriptOutput& event);
    void on(const migrate::Notice& event);
    void on(const migrate::Warning& event);
    void on(const migrate::Waiting& event);
    void on(const migrate::ChangeDone& event);

    [[nodiscard]] std::string line_start(migrate::Operation operation,
                                         const std::string& name) const;
    /// Puts a line of other text where the line of the change in progress stands.
    void interrupt_line();
    void tick(const std::stop_token& stop);
    void draw_clock();

    Sink out_;
    Sink error_;
    TextOptions options_;
    std::size_t widest_ = 0;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::string open_line_;        ///< what the terminal shows of the change in progress
    bool output_is_open_ = false;  ///< a script's output ended without a line end
    bool line_is_open_ = false;
    std::string pending_start_;  ///< off a terminal: said only if something comes between
    std::chrono::steady_clock::time_point change_start_{};
    std::chrono::milliseconds last_waiting_{-1};
    std::jthread clock_;
};

}  // namespace kedge::report
