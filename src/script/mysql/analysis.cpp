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
    : script_(script), reader_(script.path, starting_sql_mode(script), [this](Error error) {
          errors_.push_back(std::move(error));
      }) {}

void Analyser::fail(std::string message, std::string hint) {
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

Analysis Analyser::run() {
    for (bool more = true; more;) {
        const Reader::Item item = reader_.next();
        directives();
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
    result_.has_own_transaction = transactions_ > 0;
    if (!script_.variables.empty()) {
        std::vector<std::string> parts;
        for (const auto& [name, value] : script_.variables) {
            // As Sqitch has them set: a backslash means what it means to the server.
            parts.push_back(fmt::format("@{} = {}", quoted_name(name), quoted_literal(value)));
        }
        result_.prologue.push_back("SET " + join(parts, ", "));
        result_.touches_session = true;
    }
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
        result_.journal_reason.clear();
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
                        "script is taken back; end it with COMMIT;",
                        opened_at_.to_string()));
    }
    result_.rolls_back = transactions_ == 1 && (ended_by_rollback_ || open_);
}

void Analyser::directives() {
    for (const Directive& directive : reader_.take_directives()) {
        line_ = directive.line;
        if (to_lower_ascii(directive.text) != "no-transaction") {
            static const std::array<std::string, 1> kKnown = {"no-transaction"};
            fail(fmt::format("unknown directive \"{}\"{}", directive.text,
                             did_you_mean(to_lower_ascii(directive.text), kKnown)),
                 "there is: -- kedge: no-transaction");
        } else if (result_.statements > 0) {
            fail("\"-- kedge: no-transaction\" must stand before the first statement");
        } else {
            needs_journal(fmt::format("-- kedge: no-transaction on line {}", directive.line));
        }
    }
}

void Analyser::statement() {
    const Statement& statement = reader_.statement();
    line_ = statement.origins.front().line;
    ++result_.statements;
    const Tokens head = head_of(statement.text, reader_.modes());
    if (is_distributed(head)) {
        fail("kedge can't take part in an XA transaction", "write START TRANSACTION and COMMIT");
        return;
    }
    if (is_temporary(head) && result_.lives_in_session.empty()) {
        result_.lives_in_session = "the temporary tables that it had made";
    }
    const Control control = control_of(head);
    // A variable may be set within any statement.
    if (control == Control::session || control == Control::opaque || head.at(0).is("SET") ||
        statement.text.find('@') != std::string::npos) {
        result_.touches_session = true;
    }
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

void Analyser::begin(const Tokens& head) {
    if (head.at(0).is("SET")) autocommit_off_ = true;
    if (open_) {
        // A second BEGIN commits what the first began.
        warn(fmt::format("{} commits the transaction that began on line {}", title_of(head),
                         opened_at_.line));
    }
    open_ = true;
    opened_at_ = here();
    ++transactions_;
}

void Analyser::end(const Tokens& head, bool rolls_back) {
    if (head.has("CHAIN") && !head.has("NO")) {
        fail("AND CHAIN begins another transaction in the same breath, which kedge doesn't follow",
             "write COMMIT; START TRANSACTION;");
    }
    if (head.has("RELEASE") && !head.match(head.find("RELEASE") - 1, {"NO"})) {
        fail("RELEASE ends the session, and with it kedge's lock", "leave it out");
    }
    if (head.at(0).is("SET")) {
        autocommit_off_ = false;
    } else if (!open_ && !autocommit_off_ && !ended_by_itself_) {
        warn(fmt::format("{} without BEGIN has no effect", head.at(0).text));
    }
    if (open_) ended_by_rollback_ = rolls_back;
    open_ = false;
    ended_by_itself_ = false;
}

void Analyser::outside(const Tokens& head) {
    if (is_verify()) {
        const Control control = control_of(head);
        if (control == Control::outside) {
            warn(fmt::format("{} can't be taken back, so what it does stays", title_of(head)));
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
