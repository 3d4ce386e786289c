// SPDX-License-Identifier: MIT
#include "report/text_reporter.hpp"

#include <fmt/format.h>

#include "support/clock.hpp"
#include "support/held_signals.hpp"
#include "support/text.hpp"

namespace kedge::report {

using migrate::Operation;
using namespace std::chrono_literals;

namespace {

char sign_of(Operation operation) noexcept {
    switch (operation) {
        case Operation::deploy:
            return '+';
        case Operation::revert:
            return '-';
        case Operation::verify:
            return '*';
        case Operation::rehearse:
            return '~';
        case Operation::test:
            return '=';
    }
    return ' ';
}

}  // namespace

TextReporter::TextReporter(Sink out, Sink error, TextOptions options)
    : out_(std::move(out)), error_(std::move(error)), options_(options) {
    if (options_.style.is_terminal && !options_.quiet) {
        const HeldSignals signals;
        clock_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
    }
}

TextReporter::~TextReporter() = default;

void TextReporter::handle(const migrate::Event& event) {
    const std::lock_guard guard(mutex_);
    std::visit([this](const auto& e) { on(e); }, event);
}

void TextReporter::tick(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, 200ms, [] { return false; });
        if (line_is_open_) draw_clock();
    }
}

void TextReporter::draw_clock() {
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - change_start_);
    if (elapsed < 1s) return;
    out_(fmt::format("\r{}{}\x1b[K", open_line_,
                     painted(options_.style, Paint::dim, format_elapsed(elapsed))));
}

std::string TextReporter::line_start(Operation operation, const std::string& name) const {
    const std::size_t width = display_width(name);
    const std::string dots(2 + (widest_ > width ? widest_ - width : 0), '.');
    return fmt::format("  {} {} {} ", sign_of(operation), name, dots);
}

void TextReporter::interrupt_line() {
    if (line_is_open_) {
        out_("\r\x1b[K" + open_line_ + "\n");
        line_is_open_ = false;
    } else if (!pending_start_.empty()) {
        out_(pending_start_ + "\n");
        pending_start_.clear();
    }
}

void TextReporter::on(const migrate::RunStarted& event) {
    widest_ = event.widest_name;
    std::string line;
    switch (event.operation) {
        case Operation::deploy:
            line = event.boundary.empty()
                       ? fmt::format("Deploying changes to {}", event.destination)
                       : fmt::format("Deploying changes through {} to {}", event.boundary,
                                     event.destination);
            break;
        case Operation::revert:
            if (event.is_rollback) {
                error_(event.boundary.empty() ? std::string("Reverting all changes\n")
                                              : fmt::format("Reverting to {}\n", event.boundary));
                return;
            }
            line = event.boundary.empty()
                       ? fmt::format("Reverting all changes from {}", event.destination)
                       : fmt::format("Reverting changes to {} from {}", event.boundary,
                                     event.destination);
            break;
        case Operation::verify:
            line = fmt::format("Verifying {}", event.destination);
            break;
        case Operation::rehearse:
            line = fmt::format("Rehearsing changes of {} in a scratch database", event.destination);
            break;
        case Operation::test:
            line = fmt::format("Testing {}", event.destination);
            break;
    }
    if (!options_.quiet) out_(line + "\n");
}

void TextReporter::on(const migrate::ChangeStarted& event) {
    change_start_ = std::chrono::steady_clock::now();
    last_waiting_ = -1ms;
    if (options_.quiet) return;
    const std::string start = line_start(event.operation, event.name);
    if (options_.style.is_terminal) {
        open_line_ = start;
        line_is_open_ = true;
        out_(start);
    } else {
        pending_start_ = start.substr(0, start.find_last_not_of(" .") + 1);
    }
}

void TextReporter::on(const migrate::StatementDone& event) {
    interrupt_line();
    std::string text = replace_all(event.text, "\n", "\n      ");
    out_(fmt::format(
        "      {}  {}\n", text,
        painted(options_.style, Paint::dim,
                fmt::format("[{}, {}]", event.where.to_string(), format_elapsed(event.elapsed)))));
}

void TextReporter::on(const migrate::ScriptOutput& event) {
    // A verify script speaks by failing; what it selects is of interest only to who asks.
    if (event.operation == Operation::verify && options_.verbosity < 2 && !event.is_message) return;
    interrupt_line();
    (event.is_message ? error_ : out_)(event.text);
    if (!event.is_message) output_is_open_ = !event.text.ends_with('\n');
}

void TextReporter::on(const migrate::Notice& event) {
    if (options_.quiet) return;
    interrupt_line();
    out_(event.text + "\n");
}

void TextReporter::on(const migrate::Warning& event) {
    interrupt_line();
    error_(painted(options_.style, Paint::yellow, "warning: ") + event.text + "\n");
}

void TextReporter::on(const migrate::Waiting& event) {
    const bool first = last_waiting_ < 0ms;
    if (!first && event.waited - last_waiting_ < 5s) return;
    last_waiting_ = event.waited;
    if (options_.quiet) return;
    interrupt_line();
    error_(fmt::format(
        "waiting for {}{}\n", event.holder,
        first ? std::string("...") : fmt::format(", for {} now", format_elapsed(event.waited))));
}

void TextReporter::on(const migrate::ChangeDone& event) {
    // A script may end in the middle of a line.
    if (std::exchange(output_is_open_, false)) out_("\n");
    const bool show = !options_.quiet || (!event.ok && event.operation == Operation::verify);
    if (show) {
        std::string line = options_.style.is_terminal && line_is_open_ ? "\r" : "";
        line += line_start(event.operation, event.name);
        line += event.ok ? painted(options_.style, Paint::green, "ok")
                         : painted(options_.style, Paint::red, "not ok");
        if (!event.remark.empty()) line += fmt::format(" # {}", event.remark);
        if (event.elapsed >= 1s || options_.verbosity > 1) {
            std::string time = format_elapsed(event.elapsed);
            const char* before = ": ";
            for (const auto& [step, elapsed] : event.steps) {
                if (elapsed.count() == 0) continue;
                time += fmt::format("{}{} {}", std::exchange(before, ", "), step,
                                    format_elapsed(elapsed));
            }
            line += painted(options_.style, Paint::dim, fmt::format(" ({})", time));
        }
        if (options_.style.is_terminal) line += "\x1b[K";
        out_(line + "\n");
    }
    line_is_open_ = false;
    pending_start_.clear();
}

}  // namespace kedge::report
