// SPDX-License-Identifier: MIT
#include "migrate/verify.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "migrate/change_runner.hpp"
#include "migrate/revert.hpp"
#include "project/scripts.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using Change = VerifyResult::Change;
using Problem = Change::Problem;
using project::ScriptKind;

/// A key of `--from` or `--to`: it has to be deployed and planned.
std::size_t boundary(Session& session, const std::string& key) {
    const auto index = session.deployed().find(plan::ChangeKey::parse(key), false);
    if (!index) {
        throw Failure(ErrorKind::usage,
                      session.plan().find(key)
                          ? fmt::format("change \"{}\" has not been deployed", key)
                          : fmt::format("cannot find \"{}\" in the database or the plan", key));
    }
    if (!session.plan().find_id(session.deployed().changes()[*index].id)) {
        throw Failure(ErrorKind::usage,
                      fmt::format("change \"{}\" is deployed, but not planned", key));
    }
    return *index;
}

struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
};

Range range_of(Session& session, const VerifyOptions& options) {
    Range out;
    out.last = session.deployed().changes().size() - 1;
    if (options.from) out.first = boundary(session, *options.from);
    if (options.to) out.last = boundary(session, *options.to);
    if (out.first > out.last) {
        const auto& changes = session.deployed().changes();
        throw Failure(
            ErrorKind::usage,
            fmt::format("\"{}\" was deployed after \"{}\", so there is nothing between them",
                        changes[out.first].name, changes[out.last].name),
            "give the earlier one first");
    }
    return out;
}

class Verifier {
  public:
    Verifier(Session& session, const VerifyOptions& options)
        : session_(session), options_(options), runner_(session) {}

    VerifyResult run() {
        const auto& plan = session_.plan().changes();
        if (!session_.open_for_reading() || session_.deployed().empty()) {
            result_.message = plan.empty() ? "nothing to verify (no planned or deployed changes)"
                                           : "no changes deployed";
            return std::move(result_);
        }
        if (plan.empty()) {
            throw Failure(ErrorKind::usage, "there are deployed changes, but none planned",
                          "is this the right plan for this database?");
        }
        range_ = range_of(session_, options_);
        find_plan_range();
        announce();
        for (std::size_t i = range_.first; i <= range_.last; ++i) verify_deployed(i);
        report_undeployed();
        return std::move(result_);
    }

  private:
    /// Planned changes between the boundaries; to the plan's end if the last deployed change isn't
    /// planned.
    void find_plan_range() {
        const auto& deployed = session_.deployed().changes();
        const plan::Plan& plan = session_.plan();
        plan_first_ =
            options_.from ? plan.find_id(deployed[range_.first].id).value_or(0) : std::size_t{0};
        plan_last_ = plan.find_id(deployed[range_.last].id).value_or(plan.changes().size() - 1);
    }

    void announce() {
        RunStarted started;
        started.operation = Operation::verify;
        started.destination = session_.target().name;
        const auto& deployed = session_.deployed().changes();
        started.count = range_.last - range_.first + 1;
        for (std::size_t i = range_.first; i <= range_.last; ++i) {
            started.widest_name =
                std::max(started.widest_name, display_width(deployed[i].name_with_tags()));
        }
        for (std::size_t i = plan_first_; i <= plan_last_; ++i) {
            if (session_.deployed().find_id(session_.plan().changes()[i].id.view())) continue;
            started.widest_name =
                std::max(started.widest_name, display_width(session_.plan().name_with_tags(i)));
        }
        session_.reporter().handle(started);
    }

    void verify_deployed(std::size_t i) {
        const registry::DeployedChange& deployed = session_.deployed().changes()[i];
        Change change;
        change.id = deployed.id;
        change.name = deployed.name_with_tags();
        session_.reporter().handle(ChangeStarted{Operation::verify, change.name});
        const auto start = std::chrono::steady_clock::now();
        const auto index = session_.plan().find_id(deployed.id);
        if (!index) {
            change.problems.push_back(Problem::not_planned);
        } else if (*index != plan_first_ + (i - range_.first)) {
            change.problems.push_back(Problem::out_of_order);
        }
        // What was reworked since can't be expected to stand as it was.
        if (!index || !session_.plan().changes()[*index].is_reworked()) run_script(change);
        change.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start);
        finish(std::move(change));
    }

    void run_script(Change& change) {
        const std::string name = change.name.substr(0, change.name.find(" @"));
        const std::string path = project::deployed_script(session_.target(), session_.plan(),
                                                          change.id, name, ScriptKind::verify);
        if (!file_exists(path)) {
            session_.reporter().handle(
                Warning{fmt::format("verify script {} does not exist", path)});
            return;
        }
        try {
            const script::Script script = session_.script(script::Purpose::verify, path);
            const script::Analysis analysis = session_.dialect().analyse(script);
            for (const std::string& warning : analysis.warnings) {
                session_.reporter().handle(Warning{warning});
            }
            ChangeRunner::Step step;
            step.verify = &script;
            step.verify_analysis = &analysis;
            runner_.verify_only(step);
        } catch (const Failure& failure) {
            const ErrorKind kind = failure.error().kind;
            if (kind != ErrorKind::refused && kind != ErrorKind::script) throw;
            change.problems.push_back(Problem::script_failed);
            change.error = failure.error();
        }
    }

    void finish(Change change) {
        std::string remark;
        for (const Problem problem : change.problems) {
            if (!remark.empty()) remark += ", ";
            remark += problem_text(problem);
        }
        session_.reporter().handle(ChangeDone{Operation::verify, change.name,
                                              change.problems.empty(), remark, change.elapsed});
        result_.problems += change.problems.size();
        result_.changes.push_back(std::move(change));
    }

    void report_undeployed() {
        const plan::Plan& plan = session_.plan();
        for (std::size_t i = plan_first_; i <= plan_last_; ++i) {
            if (session_.deployed().find_id(plan.changes()[i].id.view())) continue;
            Change change;
            change.id = plan.changes()[i].id.str();
            change.name = plan.name_with_tags(i);
            change.problems.push_back(Problem::not_deployed);
            session_.reporter().handle(ChangeStarted{Operation::verify, change.name});
            finish(std::move(change));
        }
        if (options_.to) return;
        for (std::size_t i = plan_last_ + 1; i < plan.changes().size(); ++i) {
            if (session_.deployed().find_id(plan.changes()[i].id.view())) continue;
            result_.undeployed.push_back(plan.name_with_tags(i));
        }
    }

    Session& session_;
    const VerifyOptions& options_;
    ChangeRunner runner_;
    Range range_;
    std::size_t plan_first_ = 0;
    std::size_t plan_last_ = 0;
    VerifyResult result_;
};

}  // namespace

const char* problem_text(Problem problem) noexcept {
    switch (problem) {
        case Problem::not_planned:
            return "not present in the plan";
        case Problem::out_of_order:
            return "out of order";
        case Problem::not_deployed:
            return "not deployed";
        case Problem::script_failed:
            return "verify script failed";
    }
    return "";
}

VerifyResult verify(Session& session, const VerifyOptions& options) {
    return Verifier(session, options).run();
}

CheckResult check(Session& session, const VerifyOptions& options) {
    CheckResult out;
    if (!session.open_for_reading() || session.deployed().empty()) {
        out.message = session.plan().changes().empty()
                          ? "nothing to check (no planned or deployed changes)"
                          : "no changes deployed";
        return out;
    }
    if (session.plan().changes().empty()) {
        throw Failure(ErrorKind::usage, "there are deployed changes, but none planned",
                      "is this the right plan for this database?");
    }
    const Range range = range_of(session, options);
    const auto divergence = first_divergence(session);
    if (divergence && *divergence >= range.first && *divergence <= range.last) {
        out.diverges_at = session.deployed().changes()[*divergence].name_with_tags();
    }
    for (const EditedScript& script : edited_scripts(session, false)) {
        out.edited.push_back({script.change, script.path});
    }
    return out;
}

}  // namespace kedge::migrate
