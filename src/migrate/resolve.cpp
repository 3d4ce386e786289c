// SPDX-License-Identifier: MIT
#include "migrate/resolve.hpp"

#include <optional>

#include <fmt/format.h>

#include "migrate/change_record.hpp"
#include "migrate/change_runner.hpp"
#include "migrate/dependencies.hpp"
#include "migrate/half_applied.hpp"
#include "migrate/plan_order.hpp"
#include "project/scripts.hpp"
#include "registry/resolutions.hpp"
#include "support/files.hpp"

namespace kedge::migrate {
namespace {

using project::ScriptKind;
using As = ResolveOptions::As;

/// The entry that an operator speaks of; where its revert script had begun to take a deploy back,
/// that deploy's.
registry::JournalEntry stopped_entry(Session& session, const std::string& change_id,
                                     const std::string& name) {
    std::optional<registry::JournalEntry> found;
    for (const auto& entry : session.store().journal().entries()) {
        if (entry.state == "done" || entry.change_id != change_id) continue;
        if (!found || found->operation == "undo") found = entry;
    }
    if (found) return *found;
    throw Failure(
        ErrorKind::usage, fmt::format("\"{}\" has not stopped half-way", name),
        "kedge status tells what has; what was done wholly by hand is recorded with: kedge "
        "deploy --log-only, kedge revert --log-only");
}

/// Whether the verify script says that the change is there; nothing where there is no script.
std::optional<bool> ask_verify(Session& session, std::size_t index, Error& verdict) {
    const std::string path =
        project::planned_script(session.target(), session.plan(), index, ScriptKind::verify);
    if (!file_exists(path)) return std::nullopt;
    const script::Script verify = session.script(script::Purpose::verify, path);
    const script::Analysis analysis = session.dialect().analyse(verify);
    ChangeRunner::Step step;
    step.verify = &verify;
    step.verify_analysis = &analysis;
    try {
        ChangeRunner(session).verify_only(step);
        return true;
    } catch (const VerifyFailure& failure) {
        verdict = failure.error();
        return false;
    }
}

void require_verdict(Session& session, std::size_t index, As as, ResolveResult& result) {
    Error verdict;
    const auto is_there = ask_verify(session, index, verdict);
    if (!is_there) {
        session.reporter().handle(Warning{
            fmt::format("\"{}\" has no verify script: your word is all there is", result.change)});
        return;
    }
    result.verified = true;
    if (*is_there == (as == As::deployed)) return;
    Error error;
    error.kind = ErrorKind::refused;
    error.message =
        as == As::deployed
            ? fmt::format("\"{}\" is not as its verify script wants it", result.change)
            : fmt::format("\"{}\" is still there, as its verify script says", result.change);
    error.state = "nothing was recorded";
    error.hint = "bring the database where you say it is, and try again";
    if (as == As::deployed) error.also.push_back(std::move(verdict));
    throw Failure(std::move(error));
}

/// Puts the registry right by what the operator says; returns what that was.
std::string record(Session& session, std::size_t index, As as, bool was_deployed) {
    const plan::Plan& plan = session.plan();
    registry::Registry& registry = session.registry();
    if ((as == As::deployed) == was_deployed) {
        return was_deployed ? "is recorded as deployed, as it was" : "is not recorded as deployed";
    }
    if (as == As::reverted) {
        registry.record_revert(plan.changes()[index].id.str());
        return "was recorded as reverted";
    }
    const ResolvedDependencies resolved = check_dependencies(session, {index});
    const std::string path =
        project::planned_script(session.target(), plan, index, ScriptKind::deploy);
    const registry::ChangeRecord record =
        change_record(plan, index, resolved, project::script_hash(path).str());
    const Places places = places_between(session, {index});
    for (const auto& [id, moment] : places.moved) registry.move_change(id, moment);
    registry.record_deploy(record, places.of(record.id));
    return "was recorded as deployed";
}

}  // namespace

ResolveResult resolve(Session& session, const ResolveOptions& options) {
    session.open_for_writing(true, true);
    session.require_current_registry();
    const plan::Plan& plan = session.plan();
    const auto index = plan.find(options.change);
    if (!index) {
        throw Failure(ErrorKind::usage, fmt::format("unknown change: \"{}\"", options.change));
    }
    ResolveResult result;
    result.change = plan.name_with_tags(*index);
    registry::JournalEntry entry =
        stopped_entry(session, plan.changes()[*index].id.str(), result.change);
    bool was_deployed = false;
    for (const auto& change : session.deployed().changes()) {
        if (change.id == entry.change_id) was_deployed = true;
    }
    registry::Resolution resolution{entry.change_id, entry.operation, entry.change,
                                    entry.project,   "deployed",      options.reason};
    registry::Store& store = session.store();
    if (options.as == As::at) {
        resolution.resolved_as = fmt::format("at:{}", options.position);
        entry.state = "stopped";
        entry.position = options.position;
        entry.prefix_hash.clear();  // what ran is what the operator says, not what a script said
        entry.looks.clear();
        entry.error = "resolved by hand: " + options.reason;
        result.done = fmt::format("goes on behind statement {} with the next kedge {}",
                                  options.position, entry.command());
    } else {
        if (options.as == As::reverted) resolution.resolved_as = "reverted";
        require_verdict(session, *index, options.as, result);
    }
    registry::create_resolutions(store.target(), session.registry().sql());
    store.begin();
    try {
        if (options.as == As::at) {
            store.journal().put(entry);
        } else {
            result.done = record(session, *index, options.as, was_deployed);
            for (const registry::JournalEntry& known : store.journal().entries()) {
                if (known.change_id == entry.change_id) store.journal().remove(known);
            }
        }
        registry::add_resolution(store.target(), session.registry().sql(), resolution,
                                 session.surroundings().committer,
                                 session.surroundings().clock.now());
        if (options.as == As::at || (options.as == As::deployed) == was_deployed) {
            store.target().commit();
            store.rollback();
        } else {
            store.commit(entry);
        }
    } catch (...) {
        store.rollback();
        throw;
    }
    session.finish();
    return result;
}

}  // namespace kedge::migrate
