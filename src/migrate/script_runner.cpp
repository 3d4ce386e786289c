// SPDX-License-Identifier: MIT
#include "migrate/script_runner.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "migrate/journaled_script.hpp"
#include "migrate/transaction_script.hpp"

namespace kedge::migrate {
namespace {

/// Which statement comes after the first `done` of a script; \gexec makes more than it has.
std::string next_statement(std::size_t done, std::size_t all) {
    return done < all ? fmt::format("at statement {} of {}", done + 1, all)
                      : fmt::format("after statement {}", done);
}

/// The journal is what the next run goes by, so its mark doesn't wait for what else is written.
void write_mark(db::Connection& target, Error& error) {
    try {
        target.flush();
    } catch (const Failure& failure) {
        error.also.push_back(failure.error());
    }
}

}  // namespace

void ScriptRunner::run_in_transaction(const script::Script& script,
                                      const script::Analysis& analysis) {
    db::Connection& target = session_.store().target();
    const bool take_back = analysis.rolls_back || script::only_looks(script.purpose);
    // Where it fails, the transaction around goes with it.
    if (take_back) target.enqueue("SAVEPOINT kedge_whole");
    for (const std::string& statement : analysis.prologue) target.write(statement);
    TransactionScript(session_, script).play();
    target.end_script();
    if (take_back) target.enqueue("ROLLBACK TO kedge_whole; RELEASE SAVEPOINT kedge_whole");
}

void ScriptRunner::run_under_journal(const script::Script& script, const script::Analysis& analysis,
                                     registry::JournalEntry& entry,
                                     std::optional<StatementLooks> ahead) {
    db::Connection& target = session_.store().target();
    if (entry.position > 0 && !analysis.lives_in_session.empty()) {
        Error error;
        error.kind = ErrorKind::script;
        error.message = fmt::format("{} stopped after {} statements, and {} are gone", script.path,
                                    entry.position, analysis.lives_in_session);
        error.hint =
            "do by hand what is left of it, then record the change with: kedge deploy --log-only";
        error.state = fmt::format("the first {} statements are permanent", entry.position);
        throw Failure(std::move(error));
    }
    session_.store().journal().create();
    if (target.shares_sessions()) {
        session_.reporter().handle(Warning{fmt::format(
            "{} runs statement by statement, through a pool of connections: what it sets in the "
            "session may not last; if it has to, connect to the server itself",
            script.path)});
    }
    for (const std::string& statement : analysis.prologue) target.write(statement);
    try {
        play_under_journal(session_, script, analysis, entry, std::move(ahead));
    } catch (Failure& failure) {
        if (target.is_lost()) {
            failure.error().state = fmt::format(
                "the connection was lost {}; the journal knows which are permanent, and kedge "
                "status tells",
                next_statement(entry.position, analysis.statements));
            failure.error().hint =
                fmt::format("run kedge {} again: it goes on where it stopped", entry.command());
            throw;
        }
        target.rollback();
        registry::Journal& journal = session_.store().journal();
        journal.forget();
        // What counts is what was committed, not how far this process got.
        const std::size_t marked = entry.position - entry.unmarked;
        entry.unmarked = 0;
        entry.looks.clear();
        std::size_t position = 0;
        std::string prefix_hash;
        for (const registry::JournalEntry& kept : journal.entries()) {
            if (kept.change_id != entry.change_id || kept.operation != entry.operation) continue;
            position = kept.position;
            prefix_hash = kept.prefix_hash;
        }
        if (entry.certain > position) {
            position = entry.certain;
            prefix_hash = entry.certain_hash;
        }
        // What came behind that needs no mark, and counts as done along with it.
        if (position == 0 || position != marked) {
            entry.position = position;
            entry.prefix_hash = std::move(prefix_hash);
        }
        if (entry.position <= entry.idle) {
            entry.position = 0;
            entry.prefix_hash.clear();
        }
        Error& error = failure.error();
        if (entry.is_unknown) {
            error.state = fmt::format(
                "stopped {}, which has perhaps committed a part of its work; the {} before it {} "
                "permanent",
                next_statement(entry.position, analysis.statements), entry.position,
                entry.position == 1 ? "is" : "are");
            error.hint = fmt::format(
                "look what it did, and say so: kedge resolve {0} --as at:{1} if it is done, --as "
                "at:{2} if it is to run",
                entry.change, entry.position + 1, entry.position);
        } else if (entry.position > 0 || entry.has_leftovers) {
            entry.state = "stopped";
            entry.error = error.message;
            journal.put(entry);
            error.state =
                fmt::format("stopped {}: the {} before it {} permanent, the rest was not run",
                            next_statement(entry.position, analysis.statements), entry.position,
                            entry.position == 1 ? "is" : "are");
            if (error.hint.empty()) {
                error.hint = fmt::format("mend the script and run kedge {} again: it goes on there",
                                         entry.command());
            }
        } else {
            journal.create();
            journal.remove(entry);
            entry.where.clear();
            entry.state.clear();
            error.state = "nothing of it was kept";
        }
        write_mark(target, error);
        throw;
    }
}

}  // namespace kedge::migrate
