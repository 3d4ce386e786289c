// SPDX-License-Identifier: MIT
#include "migrate/script_observer.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "script/source.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

Operation operation_of(script::Purpose purpose) {
    switch (purpose) {
        case script::Purpose::deploy:
            return Operation::deploy;
        case script::Purpose::revert:
            return Operation::revert;
        case script::Purpose::verify:
            return Operation::verify;
        case script::Purpose::test:
            return Operation::test;
    }
    return Operation::deploy;
}

/// The line of a script as it stands there; empty if it can't be read any more.
std::string source_line(const Location& where) {
    std::string line;
    try {
        script::LineReader lines(where.file);
        while (lines.next(line) && lines.line() < where.line) {
        }
        if (where.line == 1 && line.starts_with(kByteOrderMark)) {
            line.erase(0, kByteOrderMark.size());
        }
        if (lines.line() != where.line) return {};
    } catch (const Failure&) {
        return {};
    }
    return std::string(trim(line.substr(0, line.find_last_not_of("\r\n") + 1)).empty()
                           ? std::string()
                           : line.substr(0, line.find_last_not_of("\r\n") + 1));
}

}  // namespace

ScriptObserver::ScriptObserver(Session& session, const script::Script& script)
    : ScriptObserver(session, session.store().target(), script) {}

ScriptObserver::ScriptObserver(Session& session, db::Connection& target,
                               const script::Script& script)
    : session_(session),
      target_(target),
      operation_(operation_of(script.purpose)),
      player_(
          session.dialect().play(script, [this](script::Channel channel, std::string_view text) {
              session_.reporter().handle(ScriptOutput{operation_, std::string(text),
                                                      channel == script::Channel::messages});
          })) {}

void ScriptObserver::play() {
    while (player_->next(step_)) {
        base_ = 0;
        if (step_.connect) {
            connect();
        } else {
            play_step();
        }
    }
}

void ScriptObserver::notice(const db::ServerMessage& message) {
    const Location where = location(first_token(started_));
    player_->show_message(fmt::format("{}:{}: {}", where.file, where.line, message.to_text()));
    if (!session_.target().strict_warnings || warning_ ||
        to_lower_ascii(message.severity) != "warning") {
        return;
    }
    Error& error = warning_.emplace();
    error.kind = ErrorKind::refused;
    error.message = "the server warned: " + message.message;
    error.code = message.code;
    error.where = where;
    error.source_line = source_line(where);
    error.hint =
        "warnings are errors here: --strict-warnings, or strict_warnings in the configuration";
}

void ScriptObserver::refuse_warning() {
    if (!warning_) return;
    throw Failure(*std::exchange(warning_, std::nullopt));
}

void ScriptObserver::play_step() {
    if (!session_.reporter().wants_statements()) {
        run_text(step_.text, step_.statements);
        return;
    }
    // Whoever wants to know of each statement gets them one by one, with their time.
    for (const auto& [begin, end] : step_.statements) run_statement(begin, end);
}

void ScriptObserver::run_statement(std::size_t begin, std::size_t end) {
    base_ = begin;
    started_ = 0;
    const db::TextRange whole{0, end - begin};
    run_text(std::string_view(step_.text).substr(begin, end - begin), {&whole, 1});
    base_ = 0;
}

void ScriptObserver::run_text(std::string_view text, std::span<const db::TextRange> statements) {
    try {
        session().run(text, statements, *this);
    } catch (db::StatementFailure& failure) {
        place(failure);
        throw;
    }
}

void ScriptObserver::connect() {
    try {
        elsewhere_ = session().connect_as(step_.connect->parameters, step_.connect->keep);
    } catch (Failure& failure) {
        failure.error().where = location(0);
        throw;
    }
    player_->connected(elsewhere_->client_variables());
}

std::size_t ScriptObserver::first_token(std::size_t offset) const {
    const std::string_view text = std::string_view(step_.text).substr(base_);
    while (offset < text.size()) {
        if (text.substr(offset, 2) == "--") {
            offset = std::min(text.find('\n', offset), text.size());
        } else if (text.substr(offset, 2) == "/*") {
            const std::size_t end = text.find("*/", offset + 2);
            offset = end == std::string_view::npos ? text.size() : end + 2;
        } else if (text[offset] == ' ' || text[offset] == '\t' || text[offset] == '\n' ||
                   text[offset] == '\r') {
            ++offset;
        } else {
            break;
        }
    }
    return offset;
}

void ScriptObserver::tell_done(std::string_view sql, std::chrono::microseconds elapsed) {
    if (!session_.reporter().wants_statements()) return;
    session_.reporter().handle(
        StatementDone{std::string(trim(sql)), location(first_token(started_)), elapsed});
}

void ScriptObserver::place(db::StatementFailure& failure) const {
    const std::size_t offset =
        failure.offset() == started_ ? first_token(started_) : failure.offset();
    Error& error = failure.error();
    error.where = place_of_data(error.context).value_or(location(offset));
    error.source_line = source_line(error.where);
}

std::optional<Location> ScriptObserver::place_of_data(const std::string& context) const {
    constexpr std::string_view kMark = ", line ";
    const std::size_t mark = context.find(kMark);
    if (!context.starts_with("COPY ") || mark == context.npos) return std::nullopt;
    const auto line = std::strtoul(context.c_str() + mark + kMark.size(), nullptr, 10);
    return line == 0 ? std::nullopt : player_->data_line(line);
}

}  // namespace kedge::migrate
