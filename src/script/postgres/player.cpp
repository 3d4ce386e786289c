// SPDX-License-Identifier: MIT
#include "script/postgres/player.hpp"

#include <fmt/format.h>

#include "script/postgres/connect_command.hpp"
#include "script/postgres/dialect.hpp"
#include "script/postgres/reference.hpp"
#include "script/postgres/statement_kind.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

constexpr std::size_t kMostTogether = 100;
constexpr std::size_t kLongestTogether = 64 * 1024;
constexpr std::size_t kCopyChunk = 64 * 1024;

}  // namespace

PostgresPlayer::PostgresPlayer(const Script& script, Output output)
    : output_(std::move(output)),
      purpose_(script.purpose),
      variables_(starting_variables(script)),
      reader_(
          script.path, variables_,
          [this](const std::string& command) { return shell_.output_of(command); },
          [this](std::string_view path) { return shell_.path(path); },
          [](Error error) { throw Failure(std::move(error)); }) {}

void PostgresPlayer::fail(std::string message) const {
    Error error;
    error.kind = ErrorKind::script;
    error.message = std::move(message);
    error.where = where_;
    throw Failure(std::move(error));
}

Step PostgresPlayer::made_step(std::string text, std::string file, std::size_t line) {
    Step step;
    step.statements = {{0, text.size()}};
    step.text = std::move(text);
    step.file = std::move(file);
    step.origins = {{0, line, 1, true}};
    return step;
}

bool PostgresPlayer::stands_alone(const Pending& pending) {
    if (pending.ending.command != MetaCommand::reset || pending.statement.compound) return true;
    const Tokens head = head_of(pending.statement.text);
    if (is_copy(head)) return true;
    switch (kind_of(head)) {
        case StatementKind::begin:
        case StatementKind::commit:
        case StatementKind::rollback:
        case StatementKind::prepare:
        case StatementKind::outside:
            return true;
        default:
            return is_local_setting(head) || may_notice(head, pending.statement.text);
    }
}

void PostgresPlayer::add(Step& step, Pending& pending) {
    if (!step.text.empty()) step.text += '\n';
    const std::size_t begin = step.text.size();
    step.text += pending.statement.text;
    step.file = pending.file;
    for (Origin origin : pending.statement.origins) {
        origin.offset += begin;
        step.origins.push_back(origin);
    }
    expect(step, step.statements.size(), pending.comments, purpose_);
    step.statements.emplace_back(begin, step.text.size());
}

bool PostgresPlayer::next(Step& step) {
    step = {};
    taking_ = Taking::print;
    copy_from_script_ = true;
    takes_data_ = false;
    data_ended_ = false;
    started_ = std::chrono::steady_clock::now();
    if (!generated_.empty()) {
        step = std::move(generated_.front());
        generated_.pop_front();
        where_ = step.location(0);
        return true;
    }
    for (;;) {
        if (ahead_) {
            add(step, *ahead_);
            const bool alone = stands_alone(*ahead_);
            const Tokens head = head_of(ahead_->statement.text);
            takes_data_ = copies_from_client(head);
            where_ = step.location(0);
            if (alone) prepare_ending(ahead_->ending);
            ahead_.reset();
            if (const auto standard = sets_standard_strings(head)) {
                reader_.set_standard_strings(*standard);
            }
            data_begin_ = {reader_.path(), reader_.line() + 1, 0};
            const bool full =
                step.statements.size() >= kMostTogether || step.text.size() >= kLongestTogether;
            if (alone || full || changes_reading(head)) return true;
        }
        const Reader::Item item = reader_.next(!step.statements.empty());
        for (const std::string& warning : reader_.take_warnings()) show_message(warning);
        switch (item) {
            case Reader::Item::end:
            case Reader::Item::hold:
                if (!step.statements.empty()) return true;
                return false;
            case Reader::Item::statement:
                ahead_ = Pending{reader_.statement(), reader_.ending(), reader_.path(),
                                 reader_.take_comments()};
                if (!step.statements.empty() &&
                    (ahead_->file != step.file || stands_alone(*ahead_) ||
                     step.text.size() + ahead_->statement.text.size() > kLongestTogether)) {
                    return true;
                }
                break;
            case Reader::Item::command:
                where_ = {reader_.path(), reader_.line(), 0};
                if (obey(reader_.call(), step)) return true;
                break;
        }
    }
}

void PostgresPlayer::prepare_ending(const MetaCall& ending) {
    switch (ending.command) {
        case MetaCommand::store:
            taking_ = Taking::store;
            prefix_ = ending.arguments.empty() ? std::string() : ending.arguments.front();
            break;
        case MetaCommand::execute:
            taking_ = Taking::execute;
            break;
        case MetaCommand::send_expanded:
            expanded_before_ = std::exchange(settings_.expanded, true);
            [[fallthrough]];
        case MetaCommand::send:
            if (!ending.arguments.empty()) once_ = open_target(ending.arguments.front());
            break;
        default:
            break;
    }
}

Stream PostgresPlayer::open_target(const std::string& target) {
    try {
        if (target.starts_with('|')) {
            return Stream::open_program(shell_.command_line(target.substr(1)), "w");
        }
        return Stream::open_file(shell_.path(target), "w");
    } catch (Failure& failure) {
        failure.error().where = where_;
        throw;
    }
}

void PostgresPlayer::redirect(const std::string& target) {
    if (out_) {
        Stream closing = std::move(*out_);
        out_.reset();
        closing.close();
    }
    if (!target.empty()) out_ = open_target(target);
}

void PostgresPlayer::print(std::string_view text) {
    output_(Channel::results, text);
}

void PostgresPlayer::write_result(std::string_view text) {
    if (once_) {
        once_->write(text);
    } else if (out_) {
        out_->write(text);
    } else {
        print(text);
    }
}

void PostgresPlayer::show_columns(const std::vector<std::string>& names) {
    names_ = names;
    stored_.clear();
    result_rows_ = 0;
    if (taking_ != Taking::print) return;
    printer_.columns(settings_, names, [this](std::string_view text) { write_result(text); });
}

void PostgresPlayer::show_row(std::span<const Cell> values) {
    ++result_rows_;
    switch (taking_) {
        case Taking::print:
            printer_.row(values, [this](std::string_view text) { write_result(text); });
            break;
        case Taking::store:
            if (result_rows_ > 1) fail("more than one row returned for \\gset");
            for (std::size_t i = 0; i < values.size(); ++i) {
                stored_.emplace_back(
                    prefix_ + names_[i],
                    values[i] ? std::optional(std::string(*values[i])) : std::nullopt);
            }
            break;
        case Taking::execute:
            for (const Cell& value : values) {
                if (!value) continue;
                generated_.push_back(made_step(std::string(*value), where_.file, where_.line));
            }
            break;
    }
}

void PostgresPlayer::finished(std::int64_t rows) {
    if (taking_ == Taking::store) {
        if (result_rows_ == 0) fail("no rows returned for \\gset");
        for (auto& [name, value] : stored_) {
            if (!Variables::is_name(name))
                fail(fmt::format("\\gset: \"{}\" can't be the name of a variable", name));
            if (value) {
                variables_.set(name, std::move(*value));
            } else {
                variables_.unset(name);
            }
        }
        stored_.clear();
    }
    printer_.end([this](std::string_view text) { write_result(text); });
    if (once_) {
        Stream closing = std::move(*once_);
        once_.reset();
        closing.close();
    }
    if (copy_stream_) {
        Stream closing = std::move(*copy_stream_);
        copy_stream_.reset();
        closing.close();
    }
    if (expanded_before_) settings_.expanded = *std::exchange(expanded_before_, std::nullopt);
    result_rows_ = 0;
    variables_.set("ROW_COUNT", std::to_string(rows));
    if (timing_) {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double, std::milli> elapsed = now - started_;
        print(fmt::format("Time: {:.3f} ms\n", elapsed.count()));
        started_ = now;
    }
}

void PostgresPlayer::skipped() {
    std::string chunk;
    if (takes_data_ && copy_from_script_) {
        while (copy_in(chunk)) {
        }
    }
    once_.reset();
    copy_stream_.reset();
    if (expanded_before_) settings_.expanded = *std::exchange(expanded_before_, std::nullopt);
}

void PostgresPlayer::connected(const std::map<std::string, std::string>& client_variables) {
    for (const auto& [name, value] : client_variables) variables_.set(name, value);
}

bool PostgresPlayer::copy_in(std::string& chunk) {
    if (!copy_from_script_) {
        return copy_stream_->read(chunk, kCopyChunk);
    }
    chunk.clear();
    std::string line;
    while (!data_ended_ && chunk.size() < kCopyChunk) {
        data_ended_ = !reader_.data_line(line);
        if (!data_ended_) chunk += line;
    }
    return !chunk.empty();
}

void PostgresPlayer::copy_out(std::string_view data) {
    if (copy_stream_) {
        copy_stream_->write(data);
    } else {
        write_result(data);
    }
}

std::optional<Location> PostgresPlayer::data_line(std::size_t n) const {
    if (!copy_from_script_) return std::nullopt;
    return Location{data_begin_.file, data_begin_.line + n - 1, 0};
}

bool PostgresPlayer::obey(const MetaCall& call, Step& step) {
    const auto& arguments = call.arguments;
    const std::string first = arguments.empty() ? std::string() : arguments.front();
    const std::optional<std::string> given =
        arguments.empty() ? std::nullopt : std::optional(arguments.front());
    const auto set = [&](std::string_view name, const std::optional<std::string>& value) {
        const std::string problem = settings_.set(name, value);
        if (!problem.empty()) fail(problem);
    };
    switch (call.command) {
        case MetaCommand::copy:
            return copy(call, step);
        case MetaCommand::echo:
        case MetaCommand::query_echo:
        case MetaCommand::warn:
            show(call);
            break;
        case MetaCommand::output:
            redirect(first);
            break;
        case MetaCommand::shell:
            static_cast<void>(shell_.run(first, [this](std::string_view text) { print(text); }));
            break;
        case MetaCommand::change_folder:
            shell_.change_folder(first);
            break;
        case MetaCommand::set_environment:
            if (!arguments.empty()) {
                shell_.set_environment(
                    first, arguments.size() > 1 ? std::optional(arguments[1]) : std::nullopt);
            }
            break;
        case MetaCommand::get_environment:
            if (arguments.size() != 2)
                fail("\\getenv takes a variable of psql and one of the environment");
            if (const auto value = shell_.environment(arguments[1])) variables_.set(first, *value);
            break;
        case MetaCommand::encoding:
            if (arguments.empty()) {
                print(variables_.find("ENCODING").value_or("") + "\n");
                break;
            }
            variables_.set("ENCODING", first);
            step = made_step(fmt::format("SET client_encoding TO {}", quoted_literal(first)),
                             reader_.path(), call.line);
            return true;
        case MetaCommand::connect:
            step = {};
            step.file = where_.file;
            step.origins = {{0, call.line, 1, true}};
            step.connect = parse_connect(arguments);
            return true;
        case MetaCommand::expanded:
            set("expanded", given);
            break;
        case MetaCommand::aligned:
            settings_.format = settings_.format == PrintSettings::Format::aligned
                                   ? PrintSettings::Format::unaligned
                                   : PrintSettings::Format::aligned;
            break;
        case MetaCommand::tuples_only:
            set("tuples_only", given);
            break;
        case MetaCommand::field_separator:
            set("fieldsep", given);
            break;
        case MetaCommand::title:
            set("title", given);
            break;
        case MetaCommand::print_setting:
            set(first, arguments.size() > 1 ? std::optional(arguments[1]) : std::nullopt);
            break;
        case MetaCommand::timing:
            timing_ = given ? psql_boolean(*given).value_or(timing_) : !timing_;
            break;
        case MetaCommand::print_buffer:
            print(reader_.buffer() + "\n");
            break;
        default:
            fail(fmt::format("kedge can't run \\{}", call.name));
    }
    return false;
}

void PostgresPlayer::show(const MetaCall& call) {
    std::vector<std::string> words = call.arguments;
    const bool newline = words.empty() || words.front() != "-n";
    if (!newline) words.erase(words.begin());
    const std::string text = join(words, " ") + (newline ? "\n" : "");
    if (call.command == MetaCommand::warn) {
        show_message(text);
    } else if (call.command == MetaCommand::query_echo) {
        write_result(text);
    } else {
        print(text);
    }
}

bool PostgresPlayer::copy(const MetaCall& call, Step& step) {
    const CopyCommand copy = parse_copy(call.arguments.front());
    if (!copy.problem.empty()) fail(copy.problem);
    try {
        switch (copy.place) {
            case CopyCommand::Place::file:
                copy_stream_ = Stream::open_file(shell_.path(copy.name), copy.from ? "r" : "w");
                break;
            case CopyCommand::Place::program:
                copy_stream_ =
                    Stream::open_program(shell_.command_line(copy.name), copy.from ? "r" : "w");
                break;
            case CopyCommand::Place::process:
                fail("\\copy: pstdin and pstdout are psql's own, and kedge runs without it");
            default:
                break;
        }
    } catch (Failure& failure) {
        failure.error().where = where_;
        throw;
    }
    copy_from_script_ = copy.place == CopyCommand::Place::script;
    takes_data_ = copy.from;
    data_begin_ = {reader_.path(), reader_.line() + 1, 0};
    step = made_step(copy.sql, reader_.path(), call.line);
    return true;
}

}  // namespace kedge::script::postgres
