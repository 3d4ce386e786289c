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
    : Findings(script),
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
    if (reader_.certain()) Findings::fail(here(), std::move(message), std::move(hint));
}

Analysis Analyser::run() {
    for (bool more = true; more;) {
        const Reader::Item item = reader_.next(false);
        directives();
        for (const auto& [file, comments] : reader_.take_last_comments()) {
            expectations(comments, file, {});
        }
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
    // The session may be touched by any function that a statement calls.
    result_.touches_session = true;
    decide();
    return take();
}

void Analyser::decide() {
    decide_mode();
    if (only_looks()) return;
    if (!enum_reason_.empty()) needs_journal(enum_reason_);
    judge_open_transaction();
    // Under the journal the server itself says so.
    if (result_.mode == Mode::journal) return;
    result_.warnings.insert(result_.warnings.end(), local_settings_.begin(), local_settings_.end());
}

void Analyser::directives() {
    for (const Directive& found : reader_.take_directives()) {
        directive(found, {found.file, found.line, 0}, reader_.certain());
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
    expectations(reader_.take_comments(), reader_.path(), statement.text, reader_.certain());
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
    if (is_test() && kind == StatementKind::outside) {
        fail(fmt::format("a test can't hold {}: it runs outside of transactions only",
                         title_of(head)),
             "a test is a transaction that is rolled back");
    }
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
    } else if (kind == StatementKind::outside && !only_looks()) {
        fail(fmt::format("{} can't run inside a transaction", title_of(head)),
             "let it stand before BEGIN, or after COMMIT");
    }
}

void Analyser::begin(const Tokens& head, std::string_view text) {
    if (open_) {
        warn(here(), fmt::format("BEGIN within the transaction that began on line {} has no effect",
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
    if (!open_) warn(here(), fmt::format("{} without BEGIN has no effect", head.at(0).text));
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
