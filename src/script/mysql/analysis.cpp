// SPDX-License-Identifier: MIT
#include "script/mysql/analysis.hpp"

#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "script/mysql/dialect.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
Analyser::Analyser(const Script& script)
    : Findings(script), reader_(script.path, starting_sql_mode(script), [this](Error error) {
          errors_.push_back(std::move(error));
      }) {}

Analysis Analyser::run() {
    for (bool more = true; more;) {
        const Reader::Item item = reader_.next();
        directives();
        for (const auto& [file, comments] : reader_.take_last_comments()) {
            expectations(comments, file, {});
        }
        switch (item) {
            case Reader::Item::statement:
                statement();
                break;
            case Reader::Item::command:
                break;
            default:
                more = false;
        }
    }
    for (std::string& warning : reader_.take_warnings()) {
        result_.warnings.push_back(std::move(warning));
    }
    if (!script_.variables.empty()) {
        std::vector<std::string> parts;
        for (const auto& [name, value] : script_.variables) {
            // As Sqitch has them set: a backslash means what it means to the server.
            parts.push_back(fmt::format("@{} = {}", quoted_name(name), quoted_literal(value)));
        }
        result_.prologue.push_back("SET " + join(parts, ", "));
        result_.touches_session = true;
    }
    if (begin_opens_) result_.opening.clear();
    decide_mode();
    if (counts_ && result_.mode == Mode::journal) {
        fail(*counts_,
             "ROW_COUNT() and FOUND_ROWS() would tell of the journal's statements, which come "
             "between",
             "put the statement and the one before it between BEGIN; and COMMIT;");
    }
    if (!only_looks()) judge_open_transaction();
    return take();
}

void Analyser::directives() {
    for (const Directive& found : reader_.take_directives()) {
        directive(found, {found.file, found.line, 0});
    }
}

void Analyser::note_opening(const Statement& statement, const Tokens& head, Control control) {
    const bool is_first = result_.statements == 1;
    const bool is_second = result_.statements == 2 && result_.opening.size() == 1;
    const bool is_plain_begin = control == Control::begin && !head.at(0).is("SET") &&
                                characteristics_of(statement.text, head).empty();
    if (is_second && !begin_opens_) return;
    if (control == Control::outside && (is_first || is_second)) {
        result_.opening.push_back(statement.text);
        begin_opens_ = false;
    } else if (is_first && is_plain_begin) {
        result_.opening.push_back(statement.text);
        begin_opens_ = true;
    } else if (is_second) {
        result_.opening.clear();
    }
}

void Analyser::statement() {
    const Statement& statement = reader_.statement();
    line_ = statement.origins.front().line;
    ++result_.statements;
    expectations(reader_.take_comments(), reader_.path(), statement.text);
    const Tokens head = head_of(statement.text, reader_.modes());
    if (is_distributed(head)) {
        fail(here(), "kedge can't take part in an XA transaction",
             "write START TRANSACTION and COMMIT");
        return;
    }
    if (is_temporary(head)) lives_in_session("the temporary tables that it had made");
    const Control control = control_of(head);
    note_opening(statement, head, control);
    // A variable may be set within any statement.
    if (control == Control::session || control == Control::opaque || head.at(0).is("SET") ||
        statement.text.find('@') != std::string::npos) {
        result_.touches_session = true;
    }
    if (control != Control::outside) asks_for_what_came_before(statement.text);
    switch (control) {
        case Control::begin:
            if (transactions_ == 0) {
                result_.characteristics = characteristics_of(statement.text, head);
            }
            begin(head);
            break;
        case Control::commit:
        case Control::rollback:
            end(head, head.at(0).is("ROLLBACK"));
            break;
        case Control::session:
        case Control::setting:
            if (is_temporary(head) || is_lock(head)) outside(head);
            break;
        case Control::outside:
        case Control::opaque:
            outside(head);
            break;
        case Control::none:
            if (open_) break;
            if (autocommit_off_) {
                open_ = true;
                opened_at_ = here();
                ++transactions_;
            } else if (!outside_work_) {
                outside_work_ = here();
            }
            break;
    }
}

void Analyser::asks_for_what_came_before(std::string_view text) {
    if (!open_ && !counts_ && (calls(text, "ROW_COUNT") || calls(text, "FOUND_ROWS"))) {
        counts_ = here();
    }
    if (asks_for_id_ || !calls(text, "LAST_INSERT_ID")) return;
    // Not that of another script.
    result_.prologue.emplace_back("SET last_insert_id = 0");
    asks_for_id_ = true;
}

void Analyser::begin(const Tokens& head) {
    if (head.at(0).is("SET")) autocommit_off_ = true;
    if (open_) {
        // A second BEGIN commits what the first began.
        warn(here(), fmt::format("{} commits the transaction that began on line {}", title_of(head),
                                 opened_at_.line));
    }
    open_ = true;
    opened_at_ = here();
    ++transactions_;
}

void Analyser::end(const Tokens& head, bool rolls_back) {
    if (head.has("CHAIN") && !head.has("NO")) {
        fail(here(),
             "AND CHAIN begins another transaction in the same breath, which kedge doesn't follow",
             "write COMMIT; START TRANSACTION;");
    }
    if (head.has("RELEASE") && !head.match(head.find("RELEASE") - 1, {"NO"})) {
        fail(here(), "RELEASE ends the session, and with it kedge's lock", "leave it out");
    }
    if (head.at(0).is("SET")) {
        autocommit_off_ = false;
    } else if (!open_ && !autocommit_off_ && !ended_by_itself_) {
        warn(here(), fmt::format("{} without BEGIN has no effect", head.at(0).text));
    }
    if (open_) ended_by_rollback_ = rolls_back;
    open_ = false;
    ended_by_itself_ = false;
}

void Analyser::outside(const Tokens& head) {
    if (only_looks()) {
        if (control_of(head) == Control::outside && is_test()) {
            fail(here(),
                 fmt::format("a test can't hold {}: the server commits with it, so it can't "
                             "be rolled back",
                             title_of(head)),
                 "let a change make what the test needs, or make a temporary table");
        } else if (control_of(head) == Control::outside) {
            warn(here(),
                 fmt::format("{} can't be taken back, so what it does stays", title_of(head)));
        }
        return;
    }
    needs_journal(fmt::format("{} on line {}", title_of(head), line_));
    if (!open_) return;
    // It commits what was open, so what follows is in no transaction of the script's.
    if (control_of(head) != Control::outside) return;
    open_ = false;
    ended_by_itself_ = true;
}

}  // namespace kedge::script::mysql
