// SPDX-License-Identifier: MIT
#include "migrate/revert.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "migrate/change_runner.hpp"
#include "migrate/dependencies.hpp"
#include "migrate/half_applied.hpp"
#include "migrate/recording.hpp"
#include "project/scripts.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using project::ScriptKind;
using SteadyClock = std::chrono::steady_clock;

/// Takes one deployed change back.
class Reverter {
  public:
    Reverter(Session& session, const RevertOptions& options)
        : session_(session),
          options_(options),
          runner_(session),
          recorder_(session, options.log_only) {}

    /// Before the first of so many changes.
    void begin(std::size_t count) {
        recorder_.look();
        recorder_.begin(count);
    }
    /// After the last of them, or a failure.
    void finish() { recorder_.finish(); }

    void revert(const registry::DeployedChange& change) {
        if (options_.log_only) {
            session_.store().begin_registry();
            record(change);
            session_.store().commit_registry();
            recorder_.commit();
            return;
        }
        const std::string path = project::deployed_script(
            session_.target(), session_.plan(), change.id, change.name, ScriptKind::revert);
        project::require_script(path, ScriptKind::revert);
        ChangeRunner::Step step;
        step.entry = entry_of(change);
        step.script = session_.script(script::Purpose::revert, path);
        step.script.resumes = step.entry.is_partial();
        step.analysis = session_.dialect().analyse(step.script);
        step.record = [&] { record(change); };
        runner_.run(step);
        recorder_.commit();
    }

  private:
    void record(const registry::DeployedChange& change) {
        const Timestamp moment = session_.registry().record_revert(change.id);
        recorder_.record("revert", change.id, change.name, moment);
    }

    registry::JournalEntry entry_of(const registry::DeployedChange& change) {
        // Read once: what is added later is of changes that are through.
        if (!known_) known_ = session_.store().journal().entries();
        for (const auto& entry : *known_) {
            if (entry.state != "done" && entry.change_id == change.id &&
                entry.operation == "revert") {
                return entry;
            }
        }
        registry::JournalEntry entry;
        entry.change_id = change.id;
        entry.operation = "revert";
        entry.change = change.name;
        entry.project = std::string(session_.plan().project());
        return entry;
    }

    Session& session_;
    const RevertOptions& options_;
    ChangeRunner runner_;
    StateRecorder recorder_;
    std::optional<std::vector<registry::JournalEntry>> known_;
};

/// A deploy that stopped half-way has to be finished, or taken back, before anything else.
[[noreturn]] void refuse_half_deploy(const registry::JournalEntry& entry) {
    Error error = stopped_half_way(entry);
    error.hint = "finish it first: kedge deploy; or take it back: kedge revert --to @HEAD";
    error.state = "nothing was reverted";
    throw Failure(std::move(error));
}

}  // namespace

std::size_t deployed_index(Session& session, const std::string& key) {
    const plan::ChangeKey parsed = plan::ChangeKey::parse(key);
    const plan::Plan& plan = session.plan();
    if (const auto index = session.deployed().find(parsed, false)) return *index;
    if (parsed.tag && !parsed.tag->empty() && *parsed.tag != "HEAD" && *parsed.tag != "ROOT" &&
        !plan.find_tag(*parsed.tag)) {
        std::vector<std::string> tags;
        for (const plan::Tag& tag : plan.tags()) tags.push_back(fmt::format("@{}", tag.name));
        const std::string tag = fmt::format("@{}", *parsed.tag);
        throw Failure(ErrorKind::usage,
                      fmt::format("unknown tag \"{}\"{}", tag, did_you_mean(tag, tags)));
    }
    if (plan.find(key)) {
        throw Failure(ErrorKind::usage, fmt::format("change not deployed: \"{}\"", key));
    }
    std::vector<std::string> names;
    for (const auto& change : session.deployed().changes()) names.push_back(change.name);
    throw Failure(ErrorKind::usage,
                  fmt::format("unknown change: \"{}\"{}", key, did_you_mean(key, names)));
}

std::optional<std::size_t> first_divergence(Session& session) {
    const auto& deployed = session.deployed().changes();
    const plan::Plan& plan = session.plan();
    for (std::size_t i = 0; i < deployed.size(); ++i) {
        if (i >= plan.changes().size()) return i;
        const std::string path =
            project::planned_script(session.target(), plan, i, ScriptKind::deploy);
        if (project::is_edited(path, deployed[i].script_hash)) return i;
    }
    return std::nullopt;
}

std::vector<EditedScript> edited_scripts(Session& session, bool quick) {
    std::vector<EditedScript> out;
    for (const auto& change : session.deployed().changes()) {
        const auto index = session.plan().find_id(change.id);
        if (!index) continue;
        std::string path =
            project::planned_script(session.target(), session.plan(), *index, ScriptKind::deploy);
        if (quick && !project::may_be_newer(path, change.committed_at)) continue;
        if (!project::is_edited(path, change.script_hash)) continue;
        out.push_back({change.name_with_tags(), std::move(path)});
    }
    return out;
}

namespace {

RevertPlan prepare_revert(Session& session, const RevertOptions& options) {
    session.open_for_writing(true, !options.log_only);
    session.require_current_registry();
    RevertPlan out;
    const auto& deployed = session.deployed().changes();
    if (options.to) {
        out.keep = deployed_index(session, *options.to) + 1;
        if (out.keep == deployed.size()) {
            out.nothing_to_do = fmt::format("no changes deployed since: \"{}\"", *options.to);
        }
    } else if (deployed.empty()) {
        out.nothing_to_do = "nothing to revert (nothing deployed)";
    } else if (options.modified) {
        const auto divergence = first_divergence(session);
        if (!divergence) out.nothing_to_do = "nothing to revert (no script was edited)";
        out.keep = divergence.value_or(deployed.size());
    }
    out.half = half_applied(session);
    if (out.half && (!options.takes_half || options.log_only)) refuse_half_deploy(*out.half);
    if (out.half) out.names.push_back(out.half->change + " (half applied)");
    if (!out.nothing_to_do.empty()) {
        out.keep = deployed.size();
        if (!out.half) session.finish();
        return out;
    }
    if (out.keep > 0) out.boundary = deployed[out.keep - 1].name_with_tags();
    std::vector<registry::DeployedChange> going;
    for (std::size_t i = deployed.size(); i-- > out.keep;) {
        going.push_back(deployed[i]);
        out.names.push_back(deployed[i].name_with_tags());
    }
    check_dependents(session, going);
    return out;
}

}  // namespace

RevertPlan plan_revert(Session& session, const RevertOptions& options) {
    try {
        return prepare_revert(session, options);
    } catch (Failure& failure) {
        say_nothing_was(failure.error(), "reverted");
        throw;
    }
}

RevertResult revert_to_count(Session& session, std::size_t keep, const RevertOptions& options) {
    const auto& deployed = session.deployed().changes();
    std::vector<registry::DeployedChange> going;
    for (std::size_t i = deployed.size(); i-- > keep;) going.push_back(deployed[i]);
    return revert_changes(session, going, options);
}

RevertResult revert_changes(Session& session, const std::vector<registry::DeployedChange>& changes,
                            const RevertOptions& options) {
    RevertResult result;
    registry::Deployed& deployed = session.deployed();
    std::unordered_set<std::string> going;
    for (const auto& change : changes) going.insert(change.id);
    RunStarted started;
    started.operation = Operation::revert;
    started.destination = session.target().name;
    started.is_rollback = options.is_rollback;
    started.count = changes.size();
    for (const auto& change : deployed.changes()) {
        if (!going.contains(change.id)) started.boundary = change.name_with_tags();
    }
    for (const auto& change : changes) {
        started.widest_name = std::max(started.widest_name, display_width(change.name_with_tags()));
    }
    session.reporter().handle(started);
    Reverter reverter(session, options);
    for (const registry::DeployedChange& change : changes) {
        const std::string name = change.name_with_tags();
        session.reporter().handle(ChangeStarted{Operation::revert, name});
        const auto start = SteadyClock::now();
        try {
            session.check_interrupted();
            if (result.reverted.empty()) reverter.begin(started.count);
            if (result.reverted.empty() && started.count > 1) {
                session.registry().read_all_details(std::string(session.plan().project()));
            }
            reverter.revert(change);
        } catch (const Failure& failure) {
            session.store().rollback();
            session.reporter().handle(
                ChangeDone{Operation::revert, name, false, {}, elapsed_since(start)});
            result.error = failure.error();
            result.failed_change = name;
            reverter.finish();
            if (result.error->state.empty()) {
                result.error->state = fmt::format("the database is at \"{}\"",
                                                  deployed.changes().back().name_with_tags());
            }
            break;
        }
        deployed.remove(change.id);
        result.reverted.push_back({change.id, name, elapsed_since(start)});
        session.reporter().handle(
            ChangeDone{Operation::revert, name, true, {}, elapsed_since(start)});
    }
    if (!result.error) reverter.finish();
    if (!options.is_rollback) session.finish(result.error.has_value());
    return result;
}

}  // namespace kedge::migrate
