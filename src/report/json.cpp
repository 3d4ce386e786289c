// SPDX-License-Identifier: MIT
#include "report/json.hpp"

#include "report/json_text.hpp"

namespace kedge::report {
namespace {

std::string moment(Timestamp time) {
    return iso_moment(time, 6) + "Z";
}

double seconds(std::chrono::microseconds elapsed) {
    return static_cast<double>(elapsed.count()) / 1e6;
}

Json person(const registry::Person& who) {
    return {{"name", who.name}, {"email", who.email}};
}

Json person(const plan::Planner& who) {
    return {{"name", std::string(who.name)}, {"email", std::string(who.email)}};
}

Json error_object(const Error& error) {
    Json out = {{"kind", kind_name(error.kind)}, {"message", error.message}};
    if (!error.where.file.empty()) {
        out["file"] = error.where.file;
        if (error.where.line > 0) out["line"] = error.where.line;
        if (error.where.column > 0) out["column"] = error.where.column;
    }
    if (!error.source_line.empty()) out["source_line"] = error.source_line;
    if (!error.code.empty()) out["code"] = error.code;
    if (!error.detail.empty()) out["detail"] = error.detail;
    if (!error.state.empty()) out["state"] = error.state;
    if (!error.hint.empty()) out["hint"] = error.hint;
    if (!error.also.empty()) {
        Json also = Json::array();
        for (const Error& more : error.also) also.push_back(error_object(more));
        out["also"] = std::move(also);
    }
    return out;
}

Json event_object(const registry::Event& event) {
    return {{"event", event.event},
            {"change_id", event.change_id},
            {"change", event.change},
            {"project", event.project},
            {"note", event.note},
            {"requires", event.required},
            {"conflicts", event.conflicts},
            {"tags", event.tags},
            {"committed_at", moment(event.committed_at)},
            {"committer", person(event.committer)},
            {"planned_at", moment(event.planned_at)},
            {"planner", person(event.planner)}};
}

Json change_results(const std::vector<migrate::ChangeResult>& changes) {
    Json out = Json::array();
    for (const auto& change : changes) {
        out.push_back(
            {{"id", change.id}, {"change", change.name}, {"seconds", seconds(change.elapsed)}});
    }
    return out;
}

}  // namespace

std::string json_error(const Error& error) {
    return json_text({{"error", error_object(error)}});
}

std::string json_status(const migrate::Status& status) {
    Json out = {{"target", status.target}, {"project", status.project}};
    if (status.current) {
        Json current = event_object(*status.current);
        current.erase("event");
        out["current"] = std::move(current);
    } else {
        out["current"] = nullptr;
    }
    if (status.plan_is_other_project || status.current_not_planned) {
        out["pending"] = nullptr;
    } else {
        out["pending"] = status.pending;
        out["pending_between"] = status.pending_between;
    }
    out["current_is_planned"] = !status.current_not_planned;
    Json changes = Json::array();
    for (const auto& change : status.changes) {
        changes.push_back({{"id", change.id},
                           {"change", change.name},
                           {"committed_at", moment(change.committed_at)},
                           {"committer", person(change.committer)}});
    }
    if (!changes.empty()) out["changes"] = std::move(changes);
    Json tags = Json::array();
    for (const auto& tag : status.tags) {
        tags.push_back({{"tag", tag.name},
                        {"committed_at", moment(tag.committed_at)},
                        {"committer", person(tag.committer)}});
    }
    if (!tags.empty()) out["tags"] = std::move(tags);
    Json edited = Json::array();
    for (const auto& script : status.edited) {
        edited.push_back({{"change", script.change}, {"script", script.path}});
    }
    out["edited_scripts"] = std::move(edited);
    Json half = Json::array();
    for (const auto& entry : status.half_applied) {
        half.push_back({{"change", entry.change},
                        {"operation", entry.operation},
                        {"statements_done", entry.position},
                        {"stopped_at", entry.where},
                        {"error", entry.error}});
    }
    out["half_applied"] = std::move(half);
    return json_text(out);
}

std::string json_deploy(const std::string& target, const migrate::DeployResult& result) {
    using Outcome = migrate::DeployResult::Outcome;
    Json out = {{"target", target},
                {"outcome", result.outcome == Outcome::deployed        ? "deployed"
                            : result.outcome == Outcome::nothing_to_do ? "nothing_to_do"
                                                                       : "failed"}};
    if (!result.message.empty()) out["message"] = result.message;
    out["deployed"] = change_results(result.deployed);
    if (!result.reverted.empty()) out["reverted"] = change_results(result.reverted);
    if (result.error) {
        out["failed_change"] = result.failed_change;
        out["verify_failed"] = result.verify_failed;
        out["error"] = error_object(*result.error);
    }
    return json_text(out);
}

std::string json_deploy_plan(const std::string& target, const migrate::DeployPlan& plan) {
    Json steps = Json::array();
    for (const auto& step : plan.steps) {
        Json one = {{"change", step.name},
                    {"deploy_script", step.deploy_script},
                    {"statements", step.statements},
                    {"transaction", step.mode == script::Mode::transaction}};
        if (step.is_between) one["before_deployed"] = true;
        if (!step.journal_reason.empty()) one["reason"] = step.journal_reason;
        if (!step.verify_script.empty()) one["verify_script"] = step.verify_script;
        steps.push_back(std::move(one));
    }
    return json_text({{"target", target},
                      {"message", plan.message},
                      {"creates_registry", plan.creates_registry},
                      {"would_deploy", steps}});
}

std::string json_revert(const std::string& target, const std::string& message,
                        const migrate::RevertResult& result) {
    Json out = {{"target", target},
                {"outcome", result.error              ? "failed"
                            : result.reverted.empty() ? "nothing_to_do"
                                                      : "reverted"}};
    if (!message.empty()) out["message"] = message;
    out["reverted"] = change_results(result.reverted);
    if (result.error) {
        out["failed_change"] = result.failed_change;
        out["error"] = error_object(*result.error);
    }
    return json_text(out);
}

std::string json_reconcile(const std::string& target, const migrate::ReconcilePlan& plan,
                           bool done) {
    Json changes = Json::array();
    for (const auto& change : plan.changes) {
        const registry::CarriedChange& carried = change.carried;
        Json one = {{"change", change.name}, {"old_id", carried.old_id}, {"id", carried.record.id}};
        if (carried.moves) {
            one["old_moment"] = moment(*change.old_moment);
            one["moment"] = moment(carried.committed_at);
        }
        changes.push_back(std::move(one));
    }
    return json_text({{"target", target},
                      {"message", plan.nothing_to_do},
                      {done ? "carried_over" : "would_carry_over", changes},
                      {"pending_between", plan.between}});
}

std::string json_resolve(const std::string& target, const migrate::ResolveResult& result) {
    return json_text({{"target", target},
                      {"change", result.change},
                      {"done", result.done},
                      {"verified", result.verified}});
}

std::string json_revert_plan(const std::string& target, const migrate::RevertPlan& plan) {
    return json_text(
        {{"target", target}, {"message", plan.nothing_to_do}, {"would_revert", plan.names}});
}

std::string json_verify(const std::string& target, const migrate::VerifyResult& result) {
    Json changes = Json::array();
    for (const auto& change : result.changes) {
        Json problems = Json::array();
        for (const auto problem : change.problems) problems.push_back(problem_text(problem));
        Json one = {{"id", change.id},
                    {"change", change.name},
                    {"ok", change.problems.empty()},
                    {"problems", problems},
                    {"seconds", seconds(change.elapsed)}};
        if (change.error) one["error"] = error_object(*change.error);
        changes.push_back(std::move(one));
    }
    Json out = {{"target", target}, {"ok", result.problems == 0}, {"problems", result.problems}};
    if (!result.message.empty()) out["message"] = result.message;
    out["changes"] = std::move(changes);
    out["undeployed"] = result.undeployed;
    return json_text(out);
}

std::string json_check(const std::string& target, const migrate::CheckResult& result) {
    Json edited = Json::array();
    for (const auto& script : result.edited) {
        edited.push_back({{"change", script.change}, {"script", script.path}});
    }
    Json out = {{"target", target}, {"ok", !result.diverges_at.has_value()}};
    if (!result.message.empty()) out["message"] = result.message;
    out["diverges_at"] = result.diverges_at ? Json(*result.diverges_at) : Json(nullptr);
    out["edited_scripts"] = std::move(edited);
    return json_text(out);
}

std::string json_events(const std::vector<registry::Event>& events) {
    Json out = Json::array();
    for (const registry::Event& event : events) out.push_back(event_object(event));
    return json_text(out);
}

std::string json_plan(const plan::Plan& plan, const std::vector<std::size_t>& indexes) {
    Json changes = Json::array();
    for (const std::size_t index : indexes) {
        const plan::Change& change = plan.changes()[index];
        Json required = Json::array();
        for (const auto& dependency : change.required) required.push_back(dependency.text);
        Json conflicts = Json::array();
        for (const auto& dependency : change.conflicts) conflicts.push_back(dependency.text);
        Json tags = Json::array();
        for (const std::size_t tag : change.tags) {
            const plan::Tag& t = plan.tags()[tag];
            tags.push_back({{"tag", "@" + std::string(t.name)},
                            {"id", t.id.str()},
                            {"note", std::string(t.note)},
                            {"planned_at", moment(t.planned_at)},
                            {"planner", person(t.planner)}});
        }
        changes.push_back({{"change", std::string(change.name)},
                           {"id", change.id.str()},
                           {"note", std::string(change.note)},
                           {"requires", required},
                           {"conflicts", conflicts},
                           {"tags", tags},
                           {"planned_at", moment(change.planned_at)},
                           {"planner", person(change.planner)},
                           {"line", change.line}});
    }
    Json out = {{"project", std::string(plan.project())}, {"file", plan.file()}};
    if (!plan.uri().empty()) out["uri"] = std::string(plan.uri());
    out["changes"] = std::move(changes);
    return json_text(out);
}

std::string json_targets(const std::vector<project::Target>& targets) {
    Json out = Json::array();
    for (const project::Target& target : targets) {
        Json dirs;
        Json reworked;
        for (const auto kind : project::kScriptKinds) {
            dirs[script_word(kind)] = target.dirs.at(kind);
            reworked[script_word(kind)] = target.reworked_dirs.at(kind);
        }
        out.push_back({{"name", target.name},
                       {"uri", target.uri ? Json(target.uri->display()) : Json(nullptr)},
                       {"registry", target.registry},
                       {"top_dir", target.top_dir},
                       {"plan_file", target.plan_file},
                       {"extension", target.extension},
                       {"script_dirs", dirs},
                       {"reworked_script_dirs", reworked},
                       {"variables", target.variables}});
    }
    return json_text(out);
}

std::string json_pairs(const std::vector<std::pair<std::string, std::vector<std::string>>>& pairs) {
    Json out = Json::object();
    for (const auto& [key, values] : pairs) {
        out[key] = values.size() == 1 ? Json(values.front()) : Json(values);
    }
    return json_text(out);
}

}  // namespace kedge::report
