// SPDX-License-Identifier: MIT
#include "script/postgres/analysis.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "script/postgres/copy_command.hpp"
#include "script/postgres/dialect.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

constexpr std::array kOutsideWords = {"CREATE DATABASE", "DROP DATABASE", "CONCURRENTLY",
                                      "VACUUM",          "ALTER SYSTEM",  "TABLESPACE"};

}  // namespace

Analyser::Analyser(const Script& script)
    : script_(script),
      variables_(starting_variables(script)),
      reader_(
          script.path, variables_,
          [this](const std::string&) {
              variables_.meet_unknown();
              return std::optional<std::string>("");
          },
          [this](std::string_view path) { return shell_.path(path); },
          [this](Error error) {
              // What may never be run is complained of when it is.
              if (reader_.certain()) errors_.push_back(std::move(error));
          }) {}

void Analyser::fail(std::string message, std::string hint) {
    if (!reader_.certain()) return;
    Error error;
    error.kind = ErrorKind::script;
    error.message = std::move(message);
    error.hint = std::move(hint);
    error.where = here();
    errors_.push_back(std::move(error));
}

void Analyser::warn(std::string message) {
    result_.warnings.push_back(fmt::format("{}: {}", here().to_string(), message));
}

void Analyser::needs_journal(std::string reason) {
    if (result_.mode == Mode::journal) return;
    result_.mode = Mode::journal;
    result_.journal_reason = std::move(reason);
}

void Analyser::lives_in_session(std::string what) {
    if (result_.lives_in_session.empty()) result_.lives_in_session = std::move(what);
}

Analysis Analyser::run() {
    for (bool more = true; more;) {
        const Reader::Item item = reader_.next(false);
        directives();
        switch (item) {
            case Reader::Item::statement:
                statement();
                break;
            case Reader::Item::command:
                line_ = reader_.line();
                command();
                break;
            default:
                more = false;
        }
    }
    result_.has_own_transaction = transactions_ > 0;
    // The session may be touched by any function that a statement calls.
    result_.touches_session = true;
    decide();
    if (!errors_.empty()) {
        Error first = std::move(errors_.front());
        first.also.assign(std::make_move_iterator(errors_.begin() + 1),
                          std::make_move_iterator(errors_.end()));
        throw Failure(std::move(first));
    }
    return std::move(result_);
}

void Analyser::decide() {
    // A verify script leaves nothing behind, so whatever transactions it has become savepoints.
    if (is_verify()) {
        result_.mode = Mode::transaction;
        return;
    }
    if (script_.resumes) {
        needs_journal("part of it ran already");
    } else if (transactions_ > 1) {
        needs_journal("it has several transactions of its own");
    } else if (transactions_ == 1 && outside_work_) {
        needs_journal(
            fmt::format("it makes changes outside its own transaction, the first on line {}",
                        outside_work_->line));
    } else if (!enum_reason_.empty()) {
        needs_journal(enum_reason_);
    }
    if (result_.mode == Mode::journal) {
        if (!open_) return;
        Error error;
        error.kind = ErrorKind::script;
        error.message = "the transaction that begins here is never committed";
        error.hint = "end the script with COMMIT;";
        error.where = opened_at_;
        errors_.push_back(std::move(error));
        return;
    }
    if (open_) {
        result_.warnings.push_back(
            fmt::format("{}: the transaction that begins here is never committed, so all of the "
                        "script is taken "
                        "back; end it with COMMIT;",
                        opened_at_.to_string()));
    }
    // Under the journal the server itself says so.
    result_.warnings.insert(result_.warnings.end(), local_settings_.begin(), local_settings_.end());
    result_.rolls_back = transactions_ == 1 && (ended_by_rollback_ || open_);
}

void Analyser::directives() {
    for (const Directive& directive : reader_.take_directives()) {
        if (to_lower_ascii(directive.text) != "no-transaction") {
            line_ = directive.line;
            static const std::array<std::string, 1> kKnown = {"no-transaction"};
            fail(fmt::format("unknown directive \"{}\"{}", directive.text,
                             did_you_mean(to_lower_ascii(directive.text), kKnown)),
                 "there is: -- kedge: no-transaction");
        } else if (result_.statements > 0) {
            line_ = directive.line;
            fail("\"-- kedge: no-transaction\" must stand before the first statement");
        } else {
            needs_journal(fmt::format("-- kedge: no-transaction on line {}", directive.line));
        }
    }
}

void Analyser::skip_data() {
    for (std::string line; reader_.data_line(line);) {
    }
}

void Analyser::statement() {
    const Statement& statement = reader_.statement();
    line_ = statement.origins.empty() ? reader_.line() : statement.origins.front().line;
    ++result_.statements;
    const Tokens head = head_of(statement.text);
    switch (reader_.ending().command) {
        case MetaCommand::store: {
            const auto& arguments = reader_.ending().arguments;
            variables_.make_unknown_from(arguments.empty() ? "" : arguments.front());
            lives_in_session("the values that it had asked for with \\gset");
            break;
        }
        case MetaCommand::execute: {
            lives_in_session("the statements that it had made for \\gexec");
            std::string text = statement.text;
            std::transform(text.begin(), text.end(), text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            for (const char* word : kOutsideWords) {
                if (text.find(word) != text.npos) {
                    needs_journal(
                        fmt::format("\\gexec on line {} may run {}", reader_.line(), word));
                }
            }
            if (!open_ && !outside_work_) outside_work_ = here();
            break;
        }
        default:
            break;
    }
    track(kind_of(head), head, statement.text);
    if (const auto standard = sets_standard_strings(head)) reader_.set_standard_strings(*standard);
    if (copies_from_client(head)) skip_data();
}

void Analyser::track(StatementKind kind, const Tokens& head, std::string_view text) {
    if (makes_temporary(head)) lives_in_session("the temporary tables that it had made");
    if (open_ && (is_local_setting(head) || (makes_temporary(head) && head.has("DROP")))) {
        ends_something_ = true;
    }
    watch_enums(head, text);
    switch (kind) {
        case StatementKind::begin:
            begin(head, text);
            return;
        case StatementKind::commit:
        case StatementKind::rollback:
            end(head, kind == StatementKind::rollback);
            return;
        case StatementKind::prepare:
            fail("PREPARE TRANSACTION leaves the script's work to somebody else's COMMIT PREPARED",
                 "write COMMIT instead");
            return;
        default:
            break;
    }
    // SET TRANSACTION at the beginning of its own transaction stands for the words behind BEGIN.
    if (open_ && head.match(0, {"SET", "TRANSACTION"})) {
        if (result_.characteristics.empty())
            result_.characteristics = characteristics_of(text, head);
    }
    if (!open_ && may_end_transactions(head)) {
        needs_journal(fmt::format("the DO block on line {} ends transactions by itself", line_));
    }
    if (!open_) {
        outside_work(kind, head);
    } else if (kind == StatementKind::outside && !is_verify()) {
        fail(fmt::format("{} can't run inside a transaction", title_of(head)),
             "let it stand before BEGIN, or after COMMIT");
    }
}

void Analyser::begin(const Tokens& head, std::string_view text) {
    if (open_) {
        warn(fmt::format("BEGIN within the transaction that began on line {} has no effect",
                         opened_at_.line));
        return;
    }
    open_ = true;
    opened_at_ = here();
    ++transactions_;
    if (transactions_ == 1) result_.characteristics = characteristics_of(text, head);
}

void Analyser::end(const Tokens& head, bool rolls_back) {
    const auto chain = std::find_if(head.begin(), head.end(),
                                    [](const Token& token) { return token.is("CHAIN"); });
    if (chain != head.end() && !head.has("NO")) {
        fail("AND CHAIN begins another transaction in the same breath, which kedge doesn't follow",
             "write COMMIT; BEGIN;");
    }
    if (!open_) warn(fmt::format("{} without BEGIN has no effect", head.at(0).text));
    if (open_) ended_by_rollback_ = rolls_back;
    open_ = false;
}

void Analyser::outside_work(StatementKind kind, const Tokens& head) {
    switch (kind) {
        case StatementKind::session:
            if (is_local_setting(head)) {
                local_settings_.push_back(fmt::format(
                    "{}: SET LOCAL outside a transaction has no effect", here().to_string()));
            }
            return;
        case StatementKind::query:
            // What it sees has to be what is left when the script's own transaction is over.
            if (ends_something_ && !outside_work_) outside_work_ = here();
            return;
        case StatementKind::outside:
            needs_journal(fmt::format("{} on line {}", title_of(head), line_));
            break;
        default:
            break;
    }
    if (!outside_work_) outside_work_ = here();
}

void Analyser::watch_enums(const Tokens& head, std::string_view text) {
    for (const auto& [value, line] : enum_values_) {
        if (!enum_reason_.empty() || text.find(value) == text.npos) continue;
        enum_reason_ =
            fmt::format("it uses on line {} the new enum value {} of line {}", line_, value, line);
    }
    const std::string value = added_enum_value(head);
    if (value.empty()) return;
    // Inside its own transaction it fails in psql too.
    if (!open_) enum_values_.emplace_back(value, line_);
}

void Analyser::command() {
    const MetaCall& call = reader_.call();
    switch (call.command) {
        case MetaCommand::copy:
            copy();
            break;
        case MetaCommand::connect:
            // Two sessions can't commit as one.
            needs_journal(fmt::format("\\connect on line {}", call.line));
            for (const char* name : {"DBNAME", "USER", "HOST", "PORT"})
                variables_.make_unknown(name);
            break;
        case MetaCommand::shell:
            if (call.arguments.front().empty()) fail("\\! takes a command for the shell");
            break;
        case MetaCommand::change_folder:
            try {
                shell_.change_folder(call.arguments.empty() ? "" : call.arguments.front());
            } catch (const Failure& failure) {
                fail(failure.error().message);
            }
            break;
        case MetaCommand::get_environment:
            if (call.arguments.size() == 2) variables_.make_unknown(call.arguments.front());
            break;
        default:
            break;
    }
}

void Analyser::copy() {
    const CopyCommand copy = parse_copy(reader_.call().arguments.front());
    if (!copy.problem.empty()) {
        fail(copy.problem);
        return;
    }
    if (copy.place == CopyCommand::Place::process) {
        fail("\\copy: pstdin and pstdout are psql's own, and kedge runs without it",
             "use a file, or stdin for data that stand in the script");
    }
    ++result_.statements;
    if (copy.from && !open_ && !outside_work_) outside_work_ = here();
    if (copy.from && copy.place == CopyCommand::Place::script) skip_data();
}

}  // namespace kedge::script::postgres
