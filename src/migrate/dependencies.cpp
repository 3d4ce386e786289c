// SPDX-License-Identifier: MIT
#include "migrate/dependencies.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {
namespace {

std::string key_of(std::string_view change_id, std::string_view text) {
    return fmt::format("{} {}", change_id, text);
}

/// Finds what a dependency means, for one check.
class Resolver {
  public:
    explicit Resolver(Session& session) : session_(session) {}

    /// The id of the change that is deployed, or will be by then; empty if there is none.
    std::string resolve(const plan::Dependency& dependency) {
        if (!dependency.id.empty()) return deployed_id(dependency.id);
        if (!dependency.project.empty()) return resolve_foreign(dependency);
        const auto index = find_planned(session_.plan(), dependency);
        if (!index) {
            // A name that the plan hasn't got: Sqitch gives up here, since it may be a slip.
            throw Failure(ErrorKind::usage,
                          fmt::format("unable to find change \"{}\" in plan {}", dependency.text,
                                      session_.plan().file()),
                          "correct the dependency, or write project:change if it is another's");
        }
        const std::string_view id = session_.plan().changes()[*index].id.view();
        return batch_.count(std::string(id)) > 0 ? std::string(id) : deployed_id(id);
    }

    void will_be_deployed(std::string_view id) { batch_.emplace(id); }

    /// The planned change that a dependency on the plan's own means, if there is one.
    static std::optional<std::size_t> find_planned(const plan::Plan& plan,
                                                   const plan::Dependency& dependency) {
        if (!dependency.id.empty()) return plan.find_id(dependency.id);
        if (!dependency.project.empty()) return std::nullopt;
        if (dependency.tag.empty()) {
            return plan.has_change(dependency.change) ? std::optional(plan.get(dependency.change))
                                                      : std::nullopt;
        }
        return plan.find(dependency.text);
    }

  private:
    std::string deployed_id(std::string_view id) {
        if (session_.deployed().find_id(id)) return std::string(id);
        return session_.has_registry() && session_.registry().details(std::string(id))
                   ? std::string(id)
                   : std::string();
    }

    std::string resolve_foreign(const plan::Dependency& dependency) {
        const std::string project(dependency.project);
        auto found = foreign_.find(project);
        if (found == foreign_.end()) {
            registry::Deployed deployed;
            if (session_.has_registry()) deployed = session_.registry().deployed(project);
            found = foreign_.emplace(project, std::move(deployed)).first;
        }
        plan::ChangeKey key;
        key.change = dependency.change;
        if (!dependency.tag.empty()) key.tag = dependency.tag;
        const auto index = found->second.find(key, true);
        return index ? found->second.changes()[*index].id : std::string();
    }

    Session& session_;
    std::unordered_set<std::string> batch_;
    std::map<std::string, registry::Deployed> foreign_;
};

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

/// What is deployed, though planned later, may speak against what stands before it: by a conflict,
/// or because it reworks that.
void add_later_conflicts(Session& session, const std::vector<std::size_t>& pending,
                         std::vector<std::string>& conflicts) {
    const plan::Plan& plan = session.plan();
    const auto is_pending = [&](std::size_t index) {
        return std::binary_search(pending.begin(), pending.end(), index);
    };
    for (std::size_t i = pending.front() + 1; i < plan.changes().size(); ++i) {
        const plan::Change& later = plan.changes()[i];
        if (!session.deployed().find_id(later.id.view())) continue;
        for (std::size_t k = later.previous; k != plan::kNone; k = plan.changes()[k].previous) {
            if (!is_pending(k)) continue;
            add_once(conflicts, fmt::format("\"{}\" is reworked by what is deployed (line {})",
                                            later.name, later.line));
        }
        for (const plan::Dependency& dependency : later.conflicts) {
            const auto index = Resolver::find_planned(plan, dependency);
            if (index && *index < i && is_pending(*index)) {
                add_once(conflicts, fmt::format("\"{}\", which is deployed, conflicts with \"{}\"",
                                                later.name, dependency.text));
            }
        }
    }
}

}  // namespace

void ResolvedDependencies::add(std::string_view change_id, std::string_view text, std::string id) {
    ids_[key_of(change_id, text)] = std::move(id);
}

const std::string& ResolvedDependencies::find(std::string_view change_id,
                                              std::string_view text) const {
    return ids_.at(key_of(change_id, text));
}

ResolvedDependencies check_dependencies(Session& session, const std::vector<std::size_t>& pending) {
    Resolver resolver(session);
    ResolvedDependencies out;
    std::vector<std::string> missing;
    std::vector<std::string> conflicts;
    std::vector<std::string> already;
    const auto& changes = session.plan().changes();
    for (const std::size_t i : pending) {
        const plan::Change& change = changes[i];
        for (const plan::Dependency& dependency : change.conflicts) {
            if (!resolver.resolve(dependency).empty()) {
                add_once(conflicts,
                         fmt::format("\"{}\" conflicts with \"{}\"", change.name, dependency.text));
            }
        }
        for (const plan::Dependency& dependency : change.required) {
            std::string id = resolver.resolve(dependency);
            if (id.empty()) {
                add_once(missing,
                         fmt::format("\"{}\" requires \"{}\"", change.name, dependency.text));
            }
            out.add(change.id.view(), dependency.text, std::move(id));
        }
        if (session.deployed().find_id(change.id.view())) {
            add_once(already, fmt::format("\"{}\"", change.name));
        }
        resolver.will_be_deployed(change.id.view());
    }
    add_later_conflicts(session, pending, conflicts);
    std::vector<std::string> lines;
    if (!conflicts.empty()) {
        lines.push_back("conflicts with deployed changes: " + join(conflicts, ", "));
    }
    if (!missing.empty()) {
        lines.push_back("required changes are not deployed: " + join(missing, ", "));
    }
    if (lines.empty() && !already.empty()) {
        lines.push_back("already deployed, out of the plan's order: " + join(already, ", "));
    }
    if (!lines.empty()) {
        Error error;
        error.kind = ErrorKind::usage;
        error.message = join(lines, "; ");
        error.state = "nothing was deployed";
        throw Failure(std::move(error));
    }
    return out;
}

void check_dependents(Session& session, const std::vector<registry::DeployedChange>& changes) {
    std::unordered_set<std::string> ids;
    for (const auto& change : changes) ids.insert(change.id);
    std::vector<std::string> lines;
    const std::vector<registry::Dependent> dependents = session.registry().dependents();
    const bool any = std::any_of(dependents.begin(), dependents.end(), [&](const auto& dependent) {
        return ids.count(dependent.required_id) > 0 && ids.count(dependent.change_id) == 0;
    });
    if (!any) return;
    for (const auto& change : changes) {
        std::vector<std::string> names;
        for (const registry::Dependent& dependent : dependents) {
            if (dependent.required_id != change.id || ids.count(dependent.change_id) > 0) continue;
            const bool foreign = dependent.project != session.plan().project();
            names.push_back((foreign ? dependent.project + ":" : std::string()) + dependent.change +
                            dependent.as_of_tag);
        }
        if (!names.empty()) {
            lines.push_back(
                fmt::format("\"{}\" is required by {}", change.name_with_tags(), join(names, " ")));
        }
    }
    if (lines.empty()) return;
    Error error;
    error.kind = ErrorKind::usage;
    error.message = "deployed changes still require what would be reverted";
    error.detail = join(lines, "\n");
    error.hint = "revert those first";
    error.state = "nothing was reverted";
    throw Failure(std::move(error));
}

}  // namespace kedge::migrate
