// SPDX-License-Identifier: MIT
#include "migrate/status.hpp"

#include <algorithm>

#include "migrate/plan_order.hpp"
#include "migrate/revert.hpp"
#include "migrate/statement_looks.hpp"

namespace kedge::migrate {
namespace {

void compare_with_plan(Session& session, Status& out) {
    const plan::Plan& plan = session.plan();
    std::size_t first = 0;
    if (out.current) {
        const auto index = plan.find_id(out.current->change_id);
        out.current_not_planned = !index;
        if (!index) return;
        first = *index + 1;
        for (const std::size_t i : pending_between(session)) {
            out.pending_between.push_back(plan.name_with_tags(i));
        }
    }
    for (std::size_t i = first; i < plan.changes().size(); ++i) {
        out.pending.push_back(plan.name_with_tags(i));
    }
    for (EditedScript& script : edited_scripts(session, true)) {
        out.edited.push_back({std::move(script.change), std::move(script.path)});
    }
}

/// Of a statement that was begun and left no word of its end, the things that it names tell.
void look_what_became(Session& session, registry::JournalEntry& entry) {
    const auto looks = StatementLooks::parse(entry.looks);
    if (entry.state != "unsure" || !looks) return;
    const StatementLooks::Comparison found = looks->compare(session.store().target());
    if (found.changed.empty() || !found.same.empty() || !found.unreadable.empty()) return;
    entry.state = Status::kPassed;
    ++entry.position;
}

}  // namespace

Status status(Session& session, const StatusOptions& options) {
    Status out;
    out.target = session.target().name;
    const std::string planned(session.plan().project());
    out.project = options.project.value_or(planned);
    out.plan_is_other_project = out.project != planned;
    if (session.open_for_reading()) {
        const registry::Deployed other = out.plan_is_other_project
                                             ? session.registry().deployed(out.project)
                                             : registry::Deployed();
        const registry::Deployed& deployed = out.plan_is_other_project ? other : session.deployed();
        if (!deployed.empty()) {
            out.current = session.registry().details(deployed.changes().back().id);
        }
        if (options.show_changes) {
            session.registry().read_all_details(out.project);
            for (std::size_t i = deployed.changes().size(); i-- > 0;) {
                const auto& change = deployed.changes()[i];
                const auto row = session.registry().details(change.id);
                out.changes.push_back({change.id, change.name, change.committed_at,
                                       row ? row->committer : registry::Person{}});
            }
        }
        if (options.show_tags) {
            out.tags = deployed.tags();
            std::stable_sort(out.tags.begin(), out.tags.end(), [](const auto& a, const auto& b) {
                return a.committed_at > b.committed_at;
            });
        }
        for (const auto& entry : session.store().journal().entries()) {
            if (entry.state != "done" && entry.project == out.project) {
                out.half_applied.push_back(entry);
                look_what_became(session, out.half_applied.back());
            }
        }
        // Of a deploy that is being taken back, that is what there is to tell.
        const auto is_undone = [&](const registry::JournalEntry& entry) {
            return entry.operation == "deploy" &&
                   std::any_of(out.half_applied.begin(), out.half_applied.end(),
                               [&](const registry::JournalEntry& other) {
                                   return other.operation == "undo" &&
                                          other.change_id == entry.change_id;
                               });
        };
        const auto undone =
            std::find_if(out.half_applied.begin(), out.half_applied.end(), is_undone);
        if (undone != out.half_applied.end()) out.half_applied.erase(undone);
    }
    if (!out.plan_is_other_project) compare_with_plan(session, out);
    return out;
}

}  // namespace kedge::migrate
