// SPDX-License-Identifier: MIT
// What a registry writes of deploys, failures and reverts; the rows and their text forms are
// Sqitch's, to the separator.
#include <fmt/format.h>

#include "registry/registry.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

using db::Value;

std::vector<std::string> dependencies_of(const ChangeRecord& change, bool conflict) {
    std::vector<std::string> texts;
    for (const auto& dependency : change.dependencies) {
        if (dependency.conflict == conflict) texts.push_back(dependency.text);
    }
    return texts;
}

std::vector<std::string> tags_of(const ChangeRecord& change) {
    std::vector<std::string> names;
    for (const TagRecord& tag : change.tags) names.push_back(tag.name);
    return names;
}

}  // namespace

void Registry::add_event(const std::string& event, const ChangeRecord& change,
                         const std::string& required, const std::string& conflicts,
                         const std::string& tags, Timestamp moment) {
    written_.event_change = change.id;
    written_.event_moment = sql_->time_value(moment);
    write(
        fmt::format("INSERT INTO {} (event, change_id, \"change\", project, note, tags, requires, "
                    "conflicts, committer_name, committer_email, planned_at, planner_name, "
                    "planner_email, committed_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    sql_->table("events")),
        {{event, change.id, change.name, change.project, change.note, tags, required, conflicts,
          committer_.name, committer_.email, sql_->plan_time_value(change.planned_at),
          change.planner.name, change.planner.email, written_.event_moment}});
}

void Registry::add_event(const std::string& event, const ChangeRecord& change, Timestamp moment) {
    add_event(event, change, sql_->list_value(dependencies_of(change, false), ","),
              sql_->list_value(dependencies_of(change, true), ","),
              sql_->list_value(tags_of(change), " "), moment);
}

void Registry::add_dependencies(const ChangeRecord& change) {
    for (const auto& dependency : change.dependencies) {
        write(
            fmt::format("INSERT INTO {} (change_id, type, dependency, dependency_id) "
                        "VALUES (?, ?, ?, ?)",
                        sql_->table("dependencies")),
            {{change.id, std::string(dependency.conflict ? "conflict" : "require"), dependency.text,
              dependency.conflict ? Value(nullptr) : Value(dependency.change_id)}});
    }
}

std::vector<DeployedTag> Registry::add_tags(const ChangeRecord& change,
                                            const std::vector<TagRecord>& tags, Timestamp moment,
                                            bool in_turn) {
    std::vector<DeployedTag> out;
    details_.erase(change.id);
    for (const TagRecord& tag : tags) {
        if (in_turn && sql_->own_tag_moments()) moment = next_moment();
        write(fmt::format("INSERT INTO {} (tag_id, tag, project, change_id, note, committer_name, "
                          "committer_email, planned_at, planner_name, planner_email, committed_at) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          sql_->table("tags")),
              {{tag.id, tag.name, change.project, change.id, tag.note, committer_.name,
                committer_.email, sql_->plan_time_value(tag.planned_at), tag.planner.name,
                tag.planner.email, sql_->time_value(moment)}});
        out.push_back({tag.name, change.id, moment, committer_});
    }
    return out;
}

RecordedDeploy Registry::record_deploy(const ChangeRecord& change, std::optional<Timestamp> place) {
    RecordedDeploy out;
    out.event = next_moment();
    out.change = {change.id, change.name, change.script_hash, place.value_or(out.event), {}};
    write(fmt::format("INSERT INTO {} (change_id, script_hash, \"change\", project, note, "
                      "committer_name, committer_email, planned_at, planner_name, planner_email, "
                      "committed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      sql_->table("changes")),
          {{change.id, change.script_hash.empty() ? Value(nullptr) : Value(change.script_hash),
            change.name, change.project, change.note, committer_.name, committer_.email,
            sql_->plan_time_value(change.planned_at), change.planner.name, change.planner.email,
            sql_->time_value(out.change.committed_at)}});
    add_dependencies(change);
    out.tags = add_tags(change, change.tags, out.change.committed_at, !place);
    for (const DeployedTag& tag : out.tags) out.change.tags.push_back(tag.name);
    add_event("deploy", change, out.event);
    return out;
}

void Registry::record_fail(const ChangeRecord& change) {
    add_event("fail", change, next_moment());
}

Timestamp Registry::record_revert(const std::string& change_id) {
    const auto row = details(change_id);
    if (!row) {
        throw Failure(ErrorKind::internal,
                      fmt::format("change {} is not in the registry", change_id));
    }
    ChangeRecord change;
    change.id = change_id;
    change.name = row->change;
    change.project = row->project;
    change.note = row->note;
    change.planned_at = row->planned_at;
    change.planner = row->planner;
    for (const char* name : {"tags", "dependencies", "changes"}) {
        write(fmt::format("DELETE FROM {} WHERE change_id = ?", sql_->table(name)), {{change_id}});
    }
    const Timestamp moment = next_moment();
    add_event("revert", change, sql_->list_value(row->required, ","),
              sql_->list_value(row->conflicts, ","), sql_->list_value(row->tags, ","), moment);
    details_.erase(change_id);
    return moment;
}

void Registry::record_tags(const ChangeRecord& change, const std::vector<TagRecord>& tags) {
    add_tags(change, tags, next_moment(), true);
}

}  // namespace kedge::registry
