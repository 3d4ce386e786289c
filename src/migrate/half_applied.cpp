// SPDX-License-Identifier: MIT
#include "migrate/half_applied.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "migrate/change_runner.hpp"
#include "migrate/statement_looks.hpp"
#include "migrate/statement_trail.hpp"
#include "project/scripts.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using project::ScriptKind;

std::string script_of(Session& session, const registry::JournalEntry& entry, ScriptKind kind) {
    const plan::Plan& plan = session.plan();
    const auto index = plan.find_id(entry.change_id);
    if (!index) {
        throw Failure(ErrorKind::edited_history,
                      fmt::format("the deploy of \"{}\" stopped half-way, and the plan has that "
                                  "change no more",
                                  entry.change),
                      "use the plan with which it was deployed");
    }
    return project::planned_script(session.target(), plan, *index, kind);
}

/// Puts the steps together that take the first statements of a script back, or says why not.
std::string collect_undo(Session& session, const std::vector<std::string>& statements,
                         std::vector<script::Undo::Step>& steps) {
    if (statements.empty()) return "its statements are not known without running it";
    std::set<std::string> created;
    bool spreads = false;
    std::vector<std::vector<script::Undo::Step>> parts;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto undo = session.dialect().undo(statements[i]);
        const auto cannot = [&](const char* why) {
            return fmt::format("statement {} {}: {}", i + 1, why,
                               split(trim(statements[i]), '\n').front());
        };
        if (!undo) return cannot("doesn't show how to take it back");
        const bool goes_along = !undo->changes.empty() && created.count(undo->changes) > 0;
        if (!undo->changes.empty() && undo->steps.empty() && (!goes_along || spreads)) {
            return cannot(spreads ? "may have set off a trigger" : "changes what was there before");
        }
        spreads = spreads || undo->spreads_changes;
        if (!undo->creates.empty()) created.insert(undo->creates);
        // What goes along with its table, whatever it did to it, needs no step.
        parts.push_back(goes_along ? std::vector<script::Undo::Step>() : undo->steps);
    }
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        steps.insert(steps.end(), part->begin(), part->end());
    }
    return {};
}

/// Whether the server knows the thing: it then shows how it is defined.
bool exists(Session& session, const std::string& query) {
    try {
        return !session.store().target().query(query).empty();
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused) throw;
        return false;
    }
}

std::vector<HalfRevert::Thing> things_of(Session& session, const script::Script& script) {
    std::vector<HalfRevert::Thing> out;
    for (const std::string& statement : session.dialect().statements(script)) {
        const auto settlement = session.dialect().settlement(statement);
        if (!settlement) continue;
        for (const script::Look& look : settlement->looks) {
            const bool known = std::any_of(out.begin(), out.end(), [&](const auto& thing) {
                return thing.subject == look.subject;
            });
            if (!known) out.push_back({look.subject, exists(session, look.query)});
        }
    }
    return out;
}

std::string digest_of(const std::vector<std::string>& statements, std::size_t count) {
    std::string hash;
    for (std::size_t i = 0; i < count && i < statements.size(); ++i) {
        hash = digest_with(hash, statements[i]);
    }
    return hash;
}

/// What became of the statement that was cut off, if any: an entry without that doubt, or why it
/// can't be known.
std::string settle(Session& session, const std::vector<std::string>& statements,
                   registry::JournalEntry& entry) {
    if (entry.state != "unsure") return {};
    const std::string unknown =
        fmt::format("nothing shows whether statement {} did its work", entry.position + 1);
    const auto looks = StatementLooks::parse(entry.looks);
    if (!looks || entry.position >= statements.size()) return unknown;
    const StatementLooks::Comparison found = looks->compare(session.store().target());
    if (!found.unreadable.empty() || found.changed.empty() == found.same.empty()) return unknown;
    if (found.changed.empty()) {
        const auto settlement = session.dialect().settlement(statements[entry.position]);
        if (!settlement || settlement->looks_may_miss) return unknown;
    } else {
        ++entry.position;
        entry.prefix_hash = digest_of(statements, entry.position);
    }
    entry.state = "stopped";
    entry.looks.clear();
    return {};
}

/// The part that ran must be as it was; else nothing can be said about it.
void require_unedited(const std::vector<std::string>& statements,
                      const registry::JournalEntry& entry, const std::string& path) {
    const std::string hash = digest_of(statements, entry.position);
    if (statements.empty() || entry.prefix_hash.empty() || hash == entry.prefix_hash) return;
    Error error;
    error.kind = ErrorKind::edited_history;
    error.message = fmt::format(
        "the first {} statements of the script ran already, and were "
        "edited since",
        entry.position);
    error.where = {path, 0, 0};
    error.hint = "restore them, so that it shows what there is to take back";
    throw Failure(std::move(error));
}

void run_steps(Session& session, HalfRevert half) {
    registry::Store& store = session.store();
    half.entry.state = "undoing";
    store.journal().put(half.entry);
    store.target().flush();
    for (const script::Undo::Step& step : half.steps) {
        session.check_interrupted();
        if (!exists(session, step.exists)) {
            session.reporter().handle(
                Notice{fmt::format("{} is not there any more", step.subject)});
            continue;
        }
        session.reporter().handle(Notice{step.sql});
        store.target().execute(step.sql);
    }
    store.journal().remove(half.entry);
    store.target().flush();
}

}  // namespace

std::optional<registry::JournalEntry> half_applied(Session& session) {
    for (const auto& entry : session.store().journal().entries()) {
        if (entry.operation == "deploy" && entry.state != "done" &&
            entry.project == session.plan().project()) {
            return entry;
        }
    }
    return std::nullopt;
}

Error stopped_half_way(const registry::JournalEntry& entry) {
    Error error;
    error.kind = ErrorKind::edited_history;
    error.message = fmt::format("the {} of \"{}\" stopped half-way, after {} statements, at {}",
                                entry.operation, entry.change, entry.position, entry.where);
    error.detail = entry.error;
    return error;
}

HalfRevert plan_half_revert(Session& session, const registry::JournalEntry& entry) {
    HalfRevert out;
    out.entry = entry;
    const std::string deploy_path = script_of(session, entry, ScriptKind::deploy);
    std::vector<std::string> statements =
        session.dialect().statements(session.script(script::Purpose::deploy, deploy_path));
    require_unedited(statements, entry, deploy_path);
    const std::string unknown = settle(session, statements, out.entry);
    statements.resize(std::min(statements.size(), out.entry.position));
    const auto entries = session.store().journal().entries();
    const bool is_being_undone =
        std::any_of(entries.begin(), entries.end(), [&](const registry::JournalEntry& other) {
            return other.operation == "undo" && other.change_id == entry.change_id;
        });
    if (is_being_undone) {
        out.not_provable = "its revert script has begun to take it back";
    } else if (!unknown.empty()) {
        out.not_provable = unknown;
    } else if (out.entry.position > 0) {
        out.not_provable = collect_undo(session, statements, out.steps);
    }
    if (out.not_provable.empty()) return out;
    out.steps.clear();
    out.script = script_of(session, entry, ScriptKind::revert);
    if (!file_exists(out.script)) {
        Error error;
        error.kind = ErrorKind::script;
        error.message = fmt::format(
            "the half-applied \"{}\" can't be taken back: {}; and {} does "
            "not exist",
            entry.change, out.not_provable, out.script);
        error.hint = fmt::format(
            "take it back by hand, and say so: kedge resolve {} --as reverted "
            "--reason ...",
            entry.change);
        throw Failure(std::move(error));
    }
    out.things = things_of(session, session.script(script::Purpose::revert, out.script));
    return out;
}

RevertResult revert_half(Session& session, const HalfRevert& half) {
    RevertResult result;
    const auto start = std::chrono::steady_clock::now();
    session.reporter().handle(ChangeStarted{Operation::revert, half.entry.change});
    const auto done = [&](bool ok) {
        const auto elapsed = elapsed_since(start);
        session.reporter().handle(
            ChangeDone{Operation::revert, half.entry.change, ok, {}, elapsed});
        return elapsed;
    };
    try {
        if (half.not_provable.empty()) {
            run_steps(session, half);
        } else {
            ChangeRunner::Step step;
            step.entry = half.entry;
            step.undo_script = [&] { return session.script(script::Purpose::revert, half.script); };
            ChangeRunner(session).take_back(step);
        }
    } catch (const Failure& failure) {
        done(false);
        result.error = failure.error();
        result.failed_change = half.entry.change;
        if (result.error->state.empty()) {
            result.error->state = fmt::format("\"{}\" is half applied still", half.entry.change);
        }
        if (result.error->hint.empty()) {
            result.error->hint = fmt::format(
                "run kedge revert again; or finish it by hand, and say so: kedge resolve {} --as "
                "reverted --reason ...",
                half.entry.change);
        }
        return result;
    }
    result.reverted.push_back({half.entry.change_id, half.entry.change, done(true)});
    return result;
}

void forget_half_applied(Session& session, const std::string& change_id) {
    registry::Journal& journal = session.store().journal();
    for (const registry::JournalEntry& entry : journal.entries()) {
        if (entry.change_id == change_id && entry.state != "done") journal.remove(entry);
    }
    session.store().target().flush();
}

}  // namespace kedge::migrate
