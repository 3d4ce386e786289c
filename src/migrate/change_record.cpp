// SPDX-License-Identifier: MIT
#include "migrate/change_record.hpp"

#include <fmt/format.h>

namespace kedge::migrate {

std::vector<registry::TagRecord> tag_records(const plan::Plan& plan, std::size_t change) {
    std::vector<registry::TagRecord> out;
    for (const std::size_t index : plan.changes()[change].tags) {
        const plan::Tag& tag = plan.tags()[index];
        out.push_back({tag.id.str(),
                       fmt::format("@{}", tag.name),
                       std::string(tag.note),
                       tag.planned_at,
                       {std::string(tag.planner.name), std::string(tag.planner.email)}});
    }
    return out;
}

registry::ChangeRecord change_record(const plan::Plan& plan, std::size_t index,
                                     const ResolvedDependencies& resolved,
                                     std::string script_hash) {
    const plan::Change& change = plan.changes()[index];
    registry::ChangeRecord out;
    out.id = change.id.str();
    out.name = std::string(change.name);
    out.project = std::string(plan.project());
    out.note = std::string(change.note);
    out.script_hash = std::move(script_hash);
    out.planned_at = change.planned_at;
    out.planner = {std::string(change.planner.name), std::string(change.planner.email)};
    for (const plan::Dependency& dependency : change.required) {
        out.dependencies.push_back(
            {false, std::string(dependency.text), resolved.find(out.id, dependency.text)});
    }
    for (const plan::Dependency& dependency : change.conflicts) {
        out.dependencies.push_back({true, std::string(dependency.text), {}});
    }
    out.tags = tag_records(plan, index);
    return out;
}

}  // namespace kedge::migrate
