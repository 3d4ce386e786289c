// SPDX-License-Identifier: MIT
#include "migrate/deploy.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "migrate/change_record.hpp"
#include "migrate/change_runner.hpp"
#include "migrate/dependencies.hpp"
#include "migrate/drift.hpp"
#include "migrate/half_applied.hpp"
#include "migrate/pending.hpp"
#include "migrate/plan_order.hpp"
#include "migrate/recording.hpp"
#include "migrate/revert.hpp"
#include "migrate/upgrade.hpp"
#include "project/scripts.hpp"
#include "support/beside.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using project::ScriptKind;
using SteadyClock = std::chrono::steady_clock;

/// The script can't be run, or the database refused it or made it wait for too long: the server's
/// own code tells that from the lock between deployers.
bool is_scripts_fault(const Error& error) {
    return error.kind == ErrorKind::refused || error.kind == ErrorKind::script ||
           (error.kind == ErrorKind::locked && !error.code.empty());
}

/// The scripts of one pending change, looked over before anything runs.
struct Prepared {
    std::size_t index = 0;
    script::Script deploy;
    script::Analysis deploy_analysis;
    std::optional<script::Script> verify;
    script::Analysis verify_analysis;
    bool has_deploy = true;
};

/// Those of all pending changes, and what is to be said of them.
struct PreparedScripts {
    std::vector<Prepared> changes;
    std::vector<std::string> warnings;
    std::vector<Error> errors;
};

class Deployer {
  public:
    Deployer(Session& session, const DeployOptions& options)
        : session_(session),
          options_(options),
          runner_(session),
          recorder_(session, options.log_only) {}

    DeployResult run();
    DeployPlan dry_run();

  private:
    /// All that comes before the first script; false if there is nothing to run.
    bool prepare_run();
    /// Touches neither the database nor the reporter.
    [[nodiscard]] PreparedScripts prepare_all();
    [[nodiscard]] Prepared prepare(std::size_t index, std::vector<std::string>& warnings);
    void take_over(PreparedScripts scripts);
    void record_new_tags();
    void check_half_applied();
    /// Failure (gate), or a warning, where the schema has drifted.
    void check_drift();
    void deploy_each();
    void deploy_as_one();
    ChangeRunner::Step make_step(const Prepared& prepared);
    /// Where an earlier run was cut off while it took the change back, that is brought to its end.
    void finish_undo(ChangeRunner::Step& step);
    void record(const registry::ChangeRecord& record);
    /// What was recorded is committed now.
    void take_over_recorded();
    void record_failure(const registry::ChangeRecord& record);
    void fail(const Prepared& prepared, const Error& error, bool by_verify);
    void roll_back();
    void announce();
    /// Makes room in the order of deployment for what stands before deployed changes.
    void find_places();
    [[nodiscard]] std::string hash_of(const Prepared& prepared) const;

    Session& session_;
    const DeployOptions& options_;
    ChangeRunner runner_;
    StateRecorder recorder_;
    Pending pending_;
    ResolvedDependencies resolved_;
    std::vector<Prepared> prepared_;
    std::optional<registry::JournalEntry> half_applied_;
    bool is_being_undone_ = false;  ///< its revert script has begun to take that back
    Places places_;
    std::optional<schema::Snapshot> live_;  ///< before the run, if it was read
    std::vector<registry::RecordedDeploy> recorded_;
    DeployResult result_;
};

Prepared Deployer::prepare(std::size_t index, std::vector<std::string>& warnings) {
    const plan::Plan& plan = session_.plan();
    Prepared out;
    out.index = index;
    out.deploy = session_.script(
        script::Purpose::deploy,
        project::planned_script(session_.target(), plan, index, ScriptKind::deploy));
    out.deploy.resumes = half_applied_ && half_applied_->is_partial() &&
                         plan.changes()[index].id == half_applied_->change_id;
    out.has_deploy = file_exists(out.deploy.path);
    if (out.has_deploy && !options_.log_only) {
        out.deploy_analysis = session_.dialect().analyse(out.deploy);
    }
    if (!options_.verify) return out;
    std::string path = project::planned_script(session_.target(), plan, index, ScriptKind::verify);
    if (!file_exists(path)) {
        warnings.push_back(fmt::format("verify script {} does not exist", path));
        return out;
    }
    out.verify = session_.script(script::Purpose::verify, std::move(path));
    out.verify_analysis = session_.dialect().analyse(*out.verify);
    return out;
}

PreparedScripts Deployer::prepare_all() {
    PreparedScripts out;
    for (const std::size_t i : pending_.changes) {
        try {
            out.changes.push_back(prepare(i, out.warnings));
            const Prepared& last = out.changes.back();
            for (const script::Analysis* read : {&last.deploy_analysis, &last.verify_analysis}) {
                out.warnings.insert(out.warnings.end(), read->warnings.begin(),
                                    read->warnings.end());
            }
        } catch (const Failure& failure) {
            out.errors.push_back(failure.error());
        }
    }
    return out;
}

void Deployer::take_over(PreparedScripts scripts) {
    for (std::string& warning : scripts.warnings) {
        session_.reporter().handle(Warning{std::move(warning)});
    }
    prepared_ = std::move(scripts.changes);
    std::vector<Error>& errors = scripts.errors;
    if (errors.empty()) return;
    Error first = std::move(errors.front());
    for (std::size_t i = 1; i < errors.size(); ++i) first.also.push_back(std::move(errors[i]));
    first.state = "nothing was run";
    throw Failure(std::move(first));
}

void Deployer::record_new_tags() {
    const auto position = deployed_position(session_);
    if (!position) return;
    const auto& known = session_.deployed().changes().back().tags;
    std::vector<registry::TagRecord> tags = tag_records(session_.plan(), *position);
    tags.erase(std::remove_if(tags.begin(), tags.end(),
                              [&](const registry::TagRecord& tag) {
                                  return std::find(known.begin(), known.end(), tag.name) !=
                                         known.end();
                              }),
               tags.end());
    if (tags.empty()) return;
    registry::ChangeRecord change;
    change.id = session_.plan().changes()[*position].id.str();
    change.project = std::string(session_.plan().project());
    session_.store().begin_registry();
    try {
        session_.registry().record_tags(change, tags);
        session_.store().commit_registry();
    } catch (...) {
        session_.store().rollback();
        throw;
    }
    session_.forget_deployed();
}

void Deployer::check_half_applied() {
    for (const registry::JournalEntry& entry : session_.store().journal().entries()) {
        if (entry.state == "done" || entry.project != session_.plan().project()) continue;
        const bool is_next =
            !pending_.changes.empty() &&
            session_.plan().changes()[pending_.changes.front()].id == entry.change_id;
        if (is_next && entry.operation == "undo") {
            is_being_undone_ = true;
            continue;
        }
        if (is_next && entry.operation == "deploy" && entry.state != "undoing") {
            half_applied_ = entry;
            continue;
        }
        Error error = stopped_half_way(entry);
        error.hint = fmt::format("finish it first: kedge {}",
                                 entry.state == "undoing" ? "revert" : entry.command());
        if (entry.state == "undoing") {
            error.message =
                fmt::format("a revert of the half-applied \"{}\" was cut off", entry.change);
        }
        throw Failure(std::move(error));
    }
}

void Deployer::check_drift() {
    // What is half applied is known, and no drift.
    if (options_.on_drift == OnDrift::ignore || half_applied_ || !session_.has_registry()) return;
    const auto found = drift_of(session_, options_.drift_ignored, {}, live_);
    if (!found || found->outcome == DriftResult::Outcome::in_sync) return;
    if (!found->unrecorded.empty()) return;  // what they did can't be told from drift
    const std::string told = summary(*found);
    if (options_.on_drift == OnDrift::warn) {
        session_.reporter().handle(Warning{told + "; kedge drift tells all"});
        return;
    }
    Error error;
    error.kind = ErrorKind::gate;
    error.message = told;
    error.hint =
        "bring the schema back, or accept it with kedge baseline; or deploy all the same with "
        "--drift warn";
    throw Failure(std::move(error));
}

std::string Deployer::hash_of(const Prepared& prepared) const {
    return project::script_hash(prepared.deploy.path).str();
}

void Deployer::announce() {
    RunStarted event;
    event.operation = Operation::deploy;
    event.destination = session_.target().name;
    if (options_.to) event.boundary = session_.plan().name_with_tags(pending_.last);
    event.count = pending_.changes.size();
    for (const std::size_t i : pending_.changes) {
        event.widest_name =
            std::max(event.widest_name, display_width(session_.plan().name_with_tags(i)));
    }
    session_.reporter().handle(event);
}

ChangeRunner::Step Deployer::make_step(const Prepared& prepared) {
    ChangeRunner::Step step;
    const plan::Change& change = session_.plan().changes()[prepared.index];
    if (half_applied_ && change.id == half_applied_->change_id) step.entry = *half_applied_;
    step.entry.change_id = change.id.str();
    step.entry.operation = "deploy";
    step.entry.change = std::string(change.name);
    step.entry.project = std::string(session_.plan().project());
    step.script = prepared.deploy;
    step.analysis = prepared.deploy_analysis;
    if (prepared.verify) {
        step.verify = &*prepared.verify;
        step.verify_analysis = &prepared.verify_analysis;
    }
    const Prepared* next = &prepared + 1;
    if (next != prepared_.data() + prepared_.size()) step.next = &next->deploy_analysis;
    step.undo_script = [this, &prepared] {
        const std::string path = project::planned_script(session_.target(), session_.plan(),
                                                         prepared.index, ScriptKind::revert);
        project::require_script(path, ScriptKind::revert);
        return session_.script(script::Purpose::revert, path);
    };
    return step;
}

void Deployer::finish_undo(ChangeRunner::Step& step) {
    if (!is_being_undone_ || step.entry.change_id != half_applied_->change_id) return;
    session_.reporter().handle(Notice{
        fmt::format("first its revert script goes on to take back what an earlier run left of {}",
                    step.entry.change)});
    runner_.take_back(step);
    is_being_undone_ = false;
    step.script.resumes = false;
    step.analysis = session_.dialect().analyse(step.script);
}

void Deployer::record(const registry::ChangeRecord& record) {
    recorded_.push_back(session_.registry().record_deploy(record, places_.of(record.id)));
    recorder_.record("deploy", record.id, record.name, recorded_.back().event);
}

void Deployer::take_over_recorded() {
    recorder_.commit();
    for (registry::RecordedDeploy& deploy : std::exchange(recorded_, {})) {
        session_.deployed().add(std::move(deploy.change), std::move(deploy.tags));
    }
}

/// The registry's own refusal, in words about scripts.
void explain_same_script(Error& error, const std::string& change) {
    if (error.kind != ErrorKind::refused || error.where.line > 0 ||
        error.message.find("script_hash") == std::string::npos) {
        return;
    }
    error.message = fmt::format(
        "cannot record change \"{}\": its deploy script is the same, byte for byte, as that of "
        "another deployed change",
        change);
    error.detail.clear();
    error.hint = "edit the script; a registry of Sqitch's holds each script once";
}

void Deployer::record_failure(const registry::ChangeRecord& record) {
    try {
        session_.store().begin_registry();
        session_.registry().record_fail(record);
        session_.store().commit_registry();
    } catch (const Failure& failure) {
        session_.store().rollback();
        session_.reporter().handle(
            Warning{fmt::format("the failure could not be recorded: {}", failure.error().message)});
    }
}

void Deployer::fail(const Prepared& prepared, const Error& error, bool by_verify) {
    result_.outcome = DeployResult::Outcome::failed;
    result_.error = error;
    result_.verify_failed = by_verify;
    result_.failed_change = session_.plan().name_with_tags(prepared.index);
}

void Deployer::deploy_each() {
    for (const Prepared& prepared : prepared_) {
        const std::string name = session_.plan().name_with_tags(prepared.index);
        session_.reporter().handle(ChangeStarted{Operation::deploy, name});
        const auto start = SteadyClock::now();
        registry::ChangeRecord record;
        ChangeRunner::Step step = make_step(prepared);
        bool by_verify = false;
        std::optional<Error> error;
        try {
            session_.check_interrupted();
            record = change_record(session_.plan(), prepared.index, resolved_, hash_of(prepared));
            project::require_script(prepared.deploy.path, ScriptKind::deploy);
            step.record = [&] {
                recorded_.clear();  // of an attempt that was rolled back
                this->record(record);
            };
            if (options_.log_only) {
                if (step.verify != nullptr) runner_.verify_only(step);
                session_.store().begin_registry();
                step.record();
                session_.store().commit_registry();
                // Somebody finished it by hand.
                if (step.entry.is_partial()) forget_half_applied(session_, step.entry.change_id);
            } else {
                finish_undo(step);
                runner_.run(step);
            }
        } catch (const VerifyFailure& failure) {
            error = failure.error();
            by_verify = true;
        } catch (const Failure& failure) {
            error = failure.error();
        }
        if (error) {
            session_.store().rollback();
            recorded_.clear();
            explain_same_script(*error, record.name);
            const bool own_fault = is_scripts_fault(*error);
            if (own_fault) record_failure(record);
            recorder_.finish();
            session_.reporter().handle(ChangeDone{Operation::deploy, name, false,
                                                  by_verify ? "verify failed" : "",
                                                  elapsed_since(start)});
            fail(prepared, *error, by_verify);
            // With part of a change permanent nothing before it can be taken back safely, and what
            // was interrupted is to stop at once.
            if (own_fault && !step.entry.is_partial()) roll_back();
            return;
        }
        take_over_recorded();
        result_.deployed.push_back({record.id, name, elapsed_since(start)});
        session_.reporter().handle(
            ChangeDone{Operation::deploy, name, true, {}, elapsed_since(start)});
    }
    recorder_.finish();
    result_.outcome = DeployResult::Outcome::deployed;
}

void Deployer::deploy_as_one() {
    for (const Prepared& prepared : prepared_) {
        const script::Analysis& analysis = prepared.deploy_analysis;
        if (analysis.mode == script::Mode::transaction && analysis.settings.empty() &&
            analysis.cleanup.empty()) {
            continue;
        }
        throw Failure(
            ErrorKind::usage,
            fmt::format("{} can't run in one transaction with others: {}", prepared.deploy.path,
                        analysis.mode == script::Mode::journal
                            ? analysis.journal_reason
                            : "it changes settings of the session"),
            "deploy without --single-transaction");
    }
    const Prepared* current = nullptr;
    registry::ChangeRecord record;
    ChangeRunner::Step last;
    try {
        session_.store().begin();
        for (const Prepared& prepared : prepared_) {
            current = &prepared;
            const auto start = SteadyClock::now();
            const std::string name = session_.plan().name_with_tags(prepared.index);
            session_.reporter().handle(ChangeStarted{Operation::deploy, name});
            session_.check_interrupted();
            record = change_record(session_.plan(), prepared.index, resolved_, hash_of(prepared));
            project::require_script(prepared.deploy.path, ScriptKind::deploy);
            ChangeRunner::Step step = make_step(prepared);
            step.record = [&] { this->record(record); };
            runner_.run_inside(step);
            recorder_.commit();
            last = std::move(step);
            result_.deployed.push_back({record.id, name, elapsed_since(start)});
            session_.reporter().handle(
                ChangeDone{Operation::deploy, name, true, {}, elapsed_since(start)});
        }
        session_.store().commit(last.entry);
        take_over_recorded();
        recorder_.finish();
        result_.outcome = DeployResult::Outcome::deployed;
    } catch (const Failure& failure) {
        session_.store().rollback();
        result_.deployed.clear();
        recorded_.clear();
        if (current == nullptr) throw;
        const std::string name = session_.plan().name_with_tags(current->index);
        session_.reporter().handle(ChangeDone{Operation::deploy, name, false, {}, {}});
        if (is_scripts_fault(failure.error())) record_failure(record);
        Error error = failure.error();
        explain_same_script(error, record.name);
        fail(*current, error, dynamic_cast<const VerifyFailure*>(&failure) != nullptr);
        result_.error->state = "all changes of this run were rolled back together";
    }
}

void Deployer::roll_back() {
    if (options_.mode == RollbackMode::change) return;
    const registry::Deployed& deployed = session_.deployed();
    std::vector<registry::DeployedChange> going;
    for (auto done = result_.deployed.rbegin(); done != result_.deployed.rend(); ++done) {
        const registry::DeployedChange& change = deployed.changes()[*deployed.find_id(done->id)];
        if (options_.mode == RollbackMode::tag && !change.tags.empty()) break;
        going.push_back(change);
    }
    if (going.empty()) return;
    RevertOptions options;
    options.log_only = options_.log_only;
    options.is_rollback = true;
    RevertResult reverted = revert_changes(session_, going, options);
    result_.reverted = std::move(reverted.reverted);
    if (reverted.error) {
        result_.error->also.push_back(*reverted.error);
        result_.error->state = fmt::format(
            "taking back the changes of this run stopped at \"{}\": the schema has to be repaired "
            "by hand",
            reverted.failed_change);
    }
}

void Deployer::find_places() {
    if (pending_.between == 0) return;
    places_ = places_between(session_, pending_.changes);
    if (places_.moved.empty()) return;
    session_.store().begin_registry();
    try {
        for (const auto& [id, moment] : places_.moved) session_.registry().move_change(id, moment);
        session_.store().commit_registry();
    } catch (...) {
        session_.store().rollback();
        throw;
    }
    session_.forget_deployed();
}

bool Deployer::prepare_run() {
    session_.open_for_writing(false, !options_.log_only);
    if (session_.has_registry()) {
        upgrade_if_older(session_);
        record_new_tags();
    }
    pending_ = pending_changes(session_, options_.to, options_.out_of_order);
    check_half_applied();
    if (!pending_.nothing_to_do.empty()) {
        result_.message = pending_.nothing_to_do;
        session_.finish();
        return false;
    }
    // While the server looks at its catalog.
    auto scripts = beside([this] { return prepare_all(); });
    check_drift();
    recorder_.look(std::move(live_));
    take_over(scripts.valid() ? scripts.get() : prepare_all());
    provide_registry(session_);
    announce();
    resolved_ = check_dependencies(session_, pending_.changes);
    find_places();
    return true;
}

DeployResult Deployer::run() {
    try {
        if (!prepare_run()) return std::move(result_);
        recorder_.begin(prepared_.size());
    } catch (Failure& failure) {
        say_nothing_was(failure.error(), "run");
        throw;
    }
    if (options_.single_transaction) {
        deploy_as_one();
    } else {
        deploy_each();
    }
    if (result_.error && result_.error->state.empty()) {
        const auto& left = session_.deployed().changes();
        result_.error->state =
            left.empty() ? "nothing is deployed"
                         : fmt::format("the database is at \"{}\"", left.back().name_with_tags());
    }
    session_.finish(result_.error.has_value());
    return std::move(result_);
}

DeployPlan Deployer::dry_run() {
    DeployPlan out;
    out.creates_registry = !session_.open_for_reading();
    pending_ = pending_changes(session_, options_.to, options_.out_of_order);
    if (!out.creates_registry) check_half_applied();
    if (!pending_.nothing_to_do.empty()) {
        out.message = pending_.nothing_to_do;
        return out;
    }
    take_over(prepare_all());
    static_cast<void>(check_dependencies(session_, pending_.changes));
    if (pending_.between > 0) static_cast<void>(places_between(session_, pending_.changes));
    for (const Prepared& prepared : prepared_) {
        DeployPlan::Step& step = out.steps.emplace_back();
        step.name = session_.plan().name_with_tags(prepared.index);
        step.deploy_script = prepared.deploy.path;
        if (prepared.verify) step.verify_script = prepared.verify->path;
        step.mode = prepared.deploy_analysis.mode;
        step.journal_reason = prepared.deploy_analysis.journal_reason;
        step.statements = prepared.deploy_analysis.statements;
        step.is_between = out.steps.size() <= pending_.between;
        project::require_script(prepared.deploy.path, ScriptKind::deploy);
    }
    return out;
}

}  // namespace

DeployResult deploy(Session& session, const DeployOptions& options) {
    return Deployer(session, options).run();
}

DeployPlan plan_deploy(Session& session, const DeployOptions& options) {
    return Deployer(session, options).dry_run();
}

}  // namespace kedge::migrate
