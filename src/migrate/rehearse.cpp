// SPDX-License-Identifier: MIT
#include "migrate/rehearse.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "migrate/deploy.hpp"
#include "migrate/live_state.hpp"
#include "migrate/plan_order.hpp"
#include "migrate/revert.hpp"
#include "migrate/scratch.hpp"
#include "migrate/script_runner.hpp"
#include "project/scripts.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using Outcome = RehearsedChange::Outcome;
using SteadyClock = std::chrono::steady_clock;

/// The first planned change that is not deployed. Failure (edited history) if the target's last one
/// isn't planned.
std::size_t first_pending(Session& session) {
    if (!session.open_for_reading() || session.deployed().empty()) return 0;
    const auto& last = session.deployed().changes().back();
    const auto index = session.plan().find_id(last.id);
    if (index) {
        const auto between = pending_between(session);
        return between.empty() ? *index + 1 : between.front();
    }
    throw Failure(ErrorKind::edited_history,
                  fmt::format("\"{}\", the last change that is deployed to {}, is not in the plan",
                              last.name, session.target().name),
                  "were lines of the plan merged or moved? kedge reconcile; or rehearse the whole "
                  "plan with --all");
}

class Rehearsal {
  public:
    Rehearsal(Session& session, const SessionMaker& make_session,
              const std::optional<project::Target>& server, const RehearseOptions& options)
        : original_(session), make_session_(make_session), server_(server), options_(options) {}

    RehearseResult run() {
        RehearseResult out;
        out.target = original_.target().name;
        const plan::Plan& plan = original_.plan();
        const std::size_t first = options_.first ? *options_.first : first_pending(original_);
        const std::size_t end = options_.to ? plan.get(*options_.to) + 1 : plan.changes().size();
        out.prepared = first;
        if (first >= end) {
            out.message = "nothing to rehearse: no change is pending";
            return out;
        }
        announce(first, end);
        for (std::size_t i = first; i < end; ++i) {
            original_.check_interrupted();
            if (!session_) prepare(i);
            out.changes.push_back(try_out(i));
            const Outcome outcome = out.changes.back().outcome;
            // What comes after it stands on it.
            if (outcome == Outcome::deploy_failed || outcome == Outcome::verify_failed) break;
        }
        return out;
    }

  private:
    void announce(std::size_t first, std::size_t end) {
        RunStarted event;
        event.operation = Operation::rehearse;
        event.destination = original_.target().name;
        event.count = end - first;
        for (std::size_t i = first; i < end; ++i) {
            event.widest_name =
                std::max(event.widest_name, display_width(original_.plan().name_with_tags(i)));
        }
        original_.reporter().handle(event);
    }

    /// Leaves a new scratch database with the first `count` changes.
    void prepare(std::size_t count) {
        session_.reset();
        scratch_.reset();
        scratch_ = std::make_unique<Scratch>(original_.target(), original_.making(), server_,
                                             original_.surroundings());
        session_ = std::make_unique<Session>(make_session_(scratch_->target()));
        session_->record_by(RecordMode::off);
        const auto& changes = original_.plan().changes();
        before_.state =
            planned_state(*session_,
                          count == 0 ? std::nullopt : std::optional(changes[count - 1].id.str()))
                .state;
        if (fill(count == 0)) before_.state = read();
        before_.rows = read_rows_of(before_.state);
    }

    /// The sample rows of a script come in one transaction, as a deploy script would bring them. It
    /// may do more than that. False for none. `from_nothing`: no change is deployed yet.
    bool fill(bool from_nothing) {
        if (options_.data_from) {
            const bool has_tables =
                std::any_of(before_.state.objects().begin(), before_.state.objects().end(),
                            [](const auto& entry) { return entry.first.kind.ends_with("table"); });
            if (!has_tables) {
                original_.reporter().handle(
                    Warning{"no rows are copied: none of the tables is there before the first "
                            "change that is rehearsed"});
            }
            engine_of(scratch_->target())
                .copy_rows(*options_.data_from, scratch_->target(), original_.surroundings());
        }
        if (options_.data.empty()) return options_.data_from.has_value();
        const script::Script script = session_->script(script::Purpose::deploy, options_.data);
        const script::Analysis analysis = session_->dialect().analyse(script);
        session_->open_for_writing(false, true);
        db::Connection& target = session_->store().target();
        target.begin();
        try {
            ScriptRunner(*session_).run_in_transaction(script, analysis);
            target.commit();
        } catch (Failure& failure) {
            session_->store().rollback();
            if (from_nothing && failure.error().hint.empty()) {
                failure.error().hint =
                    "no change is deployed yet when these rows come: rehearse what is pending on a "
                    "target, or from a later change on";
            }
            throw;
        }
        session_->finish();
        return true;
    }

    RehearsedChange try_out(std::size_t index) {
        RehearsedChange out;
        out.name = original_.plan().name_with_tags(index);
        out.revert_script = project::planned_script(original_.target(), original_.plan(), index,
                                                    project::ScriptKind::revert);
        original_.reporter().handle(ChangeStarted{Operation::rehearse, out.name});
        const auto start = SteadyClock::now();
        step_through(index, out);
        const bool ok = out.outcome == Outcome::proven;
        // Neither says anything of the scripts.
        const bool is_stopped = out.error && (out.error->kind == ErrorKind::interrupted ||
                                              out.error->kind == ErrorKind::connection);
        const char* why = ok ? "" : is_stopped ? "stopped" : to_string(out.outcome);
        original_.reporter().handle(
            ChangeDone{Operation::rehearse,
                       out.name,
                       ok,
                       why,
                       elapsed_since(start),
                       {{options_.verify ? "deploy and verify" : "deploy", out.deployed},
                        {"revert", out.reverted},
                        {"deploy again", out.deployed_again}}});
        if (is_stopped) {
            session_.reset();
            out.error->state = "the target was not touched";
            throw Failure(std::move(*out.error));
        }
        // Nothing that comes after it would mean anything here.
        if (!ok) session_.reset();
        return out;
    }

    void step_through(std::size_t index, RehearsedChange& out) {
        auto start = SteadyClock::now();
        if (!deploy_one(index, options_.verify, out)) return;
        out.deployed = elapsed_since(start);
        const schema::State deployed = read();
        start = SteadyClock::now();
        if (!revert_one(index, out)) return;
        out.reverted = elapsed_since(start);
        const schema::State after = read();
        out.left = schema::compare(before_.state, after, false);
        out.rows = compare_rows(before_.rows, read_rows_of(after));
        if (!out.left.empty() || !out.rows.empty()) {
            out.outcome = Outcome::not_restored;
            return;
        }
        start = SteadyClock::now();
        if (!deploy_one(index, false, out)) {
            out.outcome = Outcome::not_repeatable;
            return;
        }
        out.deployed_again = elapsed_since(start);
        before_.state = read();
        out.left = schema::compare(deployed, before_.state, false);
        if (!out.left.empty()) out.outcome = Outcome::not_repeatable;
        before_.rows = read_rows_of(before_.state);
    }

    bool deploy_one(std::size_t index, bool verify, RehearsedChange& out) {
        DeployOptions options;
        options.to = original_.plan().changes()[index].id.str();
        options.mode = RollbackMode::change;
        options.verify = verify;
        DeployResult result = deploy(*session_, options);
        if (!result.error) return true;
        out.outcome = result.verify_failed ? Outcome::verify_failed : Outcome::deploy_failed;
        out.error = std::move(result.error);
        return false;
    }

    bool revert_one(std::size_t index, RehearsedChange& out) {
        RevertResult result = revert_to_count(*session_, index, {});
        if (!result.error) return true;
        out.outcome = Outcome::revert_failed;
        out.error = std::move(result.error);
        return false;
    }

    [[nodiscard]] schema::State read() const {
        return live_state(scratch_->target(), original_.surroundings()).state;
    }

    [[nodiscard]] RowDigests read_rows_of(const schema::State& state) const {
        if (!options_.rows) return {};
        const Engine& engine = engine_of(scratch_->target());
        const auto connection = engine.connect(scratch_->target(), original_.surroundings());
        return read_rows(*connection, engine, state);
    }

    Session& original_;
    const SessionMaker& make_session_;
    const std::optional<project::Target>& server_;
    const RehearseOptions& options_;
    std::unique_ptr<Scratch> scratch_;  ///< outlives the session in it
    std::unique_ptr<Session> session_;  ///< null where a new one is needed
    struct {
        schema::State state;
        RowDigests rows;
    } before_;  ///< the change in turn
};

}  // namespace

const char* to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::proven:
            return "proven";
        case Outcome::not_restored:
            return "not restored";
        case Outcome::not_repeatable:
            return "not repeatable";
        case Outcome::deploy_failed:
            return "deploy failed";
        case Outcome::verify_failed:
            return "verify failed";
        case Outcome::revert_failed:
            return "revert failed";
    }
    return "";
}

bool RehearseResult::is_proven() const {
    return std::all_of(changes.begin(), changes.end(), [](const RehearsedChange& change) {
        return change.outcome == Outcome::proven;
    });
}

RehearseResult rehearse(Session& session, const SessionMaker& make_session,
                        const std::optional<project::Target>& server,
                        const RehearseOptions& options) {
    return Rehearsal(session, make_session, server, options).run();
}

}  // namespace kedge::migrate
