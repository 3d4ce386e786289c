// SPDX-License-Identifier: MIT
#include "registry/carry_over.hpp"

#include <fmt/format.h>

namespace kedge::registry {

using db::text_of;

std::vector<RecordedDependency> Registry::dependencies(const std::string& project) {
    std::vector<RecordedDependency> out;
    for (const db::Row& row : connection_.query(
             fmt::format("SELECT d.change_id, d.type, d.dependency, d.dependency_id FROM {} d "
                         "JOIN {} c ON c.change_id = d.change_id WHERE c.project = ?",
                         sql_->table("dependencies"), sql_->table("changes")),
             {project})) {
        out.push_back(
            {text_of(row[0]), text_of(row[1]) == "conflict", text_of(row[2]), text_of(row[3])});
    }
    return out;
}

std::string Registry::carry_over(const std::vector<CarriedChange>& changes,
                                 const std::vector<CarriedDependent>& dependents) {
    details_.clear();
    // Out of the way first: servers look through all of them for each id that changes.
    for (const CarriedChange& change : changes) {
        if (!change.is_renamed()) continue;
        write(fmt::format("DELETE FROM {} WHERE change_id = ?", sql_->table("dependencies")),
              {{change.old_id}});
    }
    for (const CarriedChange& change : changes) {
        const ChangeRecord& record = change.record;
        if (!change.is_renamed() && !change.moves) continue;
        write(
            fmt::format("UPDATE {} SET change_id = ?, note = ?, planned_at = ?, planner_name = ?, "
                        "planner_email = ?, committed_at = ? WHERE change_id = ?",
                        sql_->table("changes")),
            {{record.id, record.note, sql_->plan_time_value(record.planned_at), record.planner.name,
              record.planner.email, sql_->time_value(change.committed_at), change.old_id}});
    }
    for (const CarriedChange& change : changes) {
        if (change.is_renamed()) add_dependencies(change.record);
        carry_tags(change);
    }
    // The rows follow by themselves where the database minds its foreign keys, which is not asked
    // of SQLite beside an application's tables.
    for (const CarriedDependent& dependent : dependents) {
        write(fmt::format("UPDATE {} SET dependency_id = ? WHERE change_id = ? AND "
                          "dependency_id = ?",
                          sql_->table("dependencies")),
              {{dependent.id, dependent.change_id, dependent.old_id}});
    }
    // Sqitch knows no event for this, and takes one that it doesn't know badly.
    for (const CarriedChange& change : changes) {
        if (!change.is_renamed()) continue;
        ChangeRecord record = change.record;
        record.note = fmt::format("carried over from {}", change.old_id);
        add_event("deploy", record, next_moment());
    }
    return written_.event_moment;
}

void Registry::carry_tags(const CarriedChange& change) {
    const std::string& project = change.record.project;
    for (const TagRecord& tag : change.record.tags) {
        write(fmt::format("UPDATE {} SET tag_id = ?, change_id = ?, note = ?, planned_at = ?, "
                          "planner_name = ?, planner_email = ? WHERE project = ? AND tag = ?",
                          sql_->table("tags")),
              {{tag.id, change.record.id, tag.note, sql_->plan_time_value(tag.planned_at),
                tag.planner.name, tag.planner.email, project, tag.name}});
        // A tag is found by its moment, among those of the changes.
        if (!change.moves) continue;
        write(fmt::format("UPDATE {} SET committed_at = ? WHERE project = ? AND tag = ?",
                          sql_->table("tags")),
              {{sql_->time_value(change.committed_at), project, tag.name}});
    }
    for (const std::string& tag : change.other_tags) {
        write(fmt::format("UPDATE {} SET change_id = ? WHERE project = ? AND tag = ?",
                          sql_->table("tags")),
              {{change.record.id, project, tag}});
    }
    add_tags(change.record, change.new_tags, change.committed_at, false);
}

void Registry::move_change(const std::string& change_id, Timestamp moment) {
    const std::string value = sql_->time_value(moment);
    write(fmt::format("UPDATE {} SET committed_at = ? WHERE change_id = ?", sql_->table("changes")),
          {{value, change_id}});
    write(fmt::format("UPDATE {} SET committed_at = ? WHERE change_id = ? AND committed_at < ?",
                      sql_->table("tags")),
          {{value, change_id, value}});
}

}  // namespace kedge::registry
