// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

namespace kedge::registry {

/// What a registry of version 1.1 says of its tables and columns: a part of its form, so that a
/// dump of the schema is the same whichever tool made it. An empty column is the table itself.
struct Comment {
    std::string_view table;
    std::string_view column;
    std::string_view text;
};
inline constexpr std::array kComments = {
    Comment{"releases", "", "Sqitch registry releases."},
    Comment{"releases", "version", "Version of the Sqitch registry."},
    Comment{"releases", "installed_at", "Date the registry release was installed."},
    Comment{"releases", "installer_name", "Name of the user who installed the registry release."},
    Comment{"releases", "installer_email",
            "Email address of the user who installed the registry release."},
    Comment{"projects", "", "Sqitch projects deployed to this database."},
    Comment{"projects", "project", "Unique Name of a project."},
    Comment{"projects", "uri", "Optional project URI"},
    Comment{"projects", "created_at", "Date the project was added to the database."},
    Comment{"projects", "creator_name", "Name of the user who added the project."},
    Comment{"projects", "creator_email", "Email address of the user who added the project."},
    Comment{"changes", "", "Tracks the changes currently deployed to the database."},
    Comment{"changes", "change_id", "Change primary key."},
    Comment{"changes", "script_hash", "Deploy script SHA-1 hash."},
    Comment{"changes", "change", "Name of a deployed change."},
    Comment{"changes", "project", "Name of the Sqitch project to which the change belongs."},
    Comment{"changes", "note", "Description of the change."},
    Comment{"changes", "committed_at", "Date the change was deployed."},
    Comment{"changes", "committer_name", "Name of the user who deployed the change."},
    Comment{"changes", "committer_email", "Email address of the user who deployed the change."},
    Comment{"changes", "planned_at", "Date the change was added to the plan."},
    Comment{"changes", "planner_name", "Name of the user who planed the change."},
    Comment{"changes", "planner_email", "Email address of the user who planned the change."},
    Comment{"tags", "", "Tracks the tags currently applied to the database."},
    Comment{"tags", "tag_id", "Tag primary key."},
    Comment{"tags", "tag", "Project-unique tag name."},
    Comment{"tags", "project", "Name of the Sqitch project to which the tag belongs."},
    Comment{"tags", "change_id", "ID of last change deployed before the tag was applied."},
    Comment{"tags", "note", "Description of the tag."},
    Comment{"tags", "committed_at", "Date the tag was applied to the database."},
    Comment{"tags", "committer_name", "Name of the user who applied the tag."},
    Comment{"tags", "committer_email", "Email address of the user who applied the tag."},
    Comment{"tags", "planned_at", "Date the tag was added to the plan."},
    Comment{"tags", "planner_name", "Name of the user who planed the tag."},
    Comment{"tags", "planner_email", "Email address of the user who planned the tag."},
    Comment{"dependencies", "", "Tracks the currently satisfied dependencies."},
    Comment{"dependencies", "change_id", "ID of the depending change."},
    Comment{"dependencies", "type", "Type of dependency."},
    Comment{"dependencies", "dependency", "Dependency name."},
    Comment{"dependencies", "dependency_id", "Change ID the dependency resolves to."},
    Comment{"events", "", "Contains full history of all deployment events."},
    Comment{"events", "event", "Type of event."},
    Comment{"events", "change_id", "Change ID."},
    Comment{"events", "change", "Change name."},
    Comment{"events", "project", "Name of the Sqitch project to which the change belongs."},
    Comment{"events", "note", "Description of the change."},
    Comment{"events", "requires", "Array of the names of required changes."},
    Comment{"events", "conflicts", "Array of the names of conflicting changes."},
    Comment{"events", "tags", "Tags associated with the change."},
    Comment{"events", "committed_at", "Date the event was committed."},
    Comment{"events", "committer_name", "Name of the user who committed the event."},
    Comment{"events", "committer_email", "Email address of the user who committed the event."},
    Comment{"events", "planned_at", "Date the event was added to the plan."},
    Comment{"events", "planner_name", "Name of the user who planed the change."},
    Comment{"events", "planner_email", "Email address of the user who plan planned the change."},
};

}  // namespace kedge::registry
