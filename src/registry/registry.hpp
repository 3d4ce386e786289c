// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/connection.hpp"
#include "registry/records.hpp"
#include "registry/schema.hpp"
#include "support/clock.hpp"

namespace kedge::registry {

/// A tag as it is to be recorded.
struct TagRecord {
    std::string id;
    std::string name;  ///< with `@`
    std::string note;
    Timestamp planned_at;
    Person planner;
};

/// A change as it is to be recorded.
struct ChangeRecord {
    struct Dependency {
        bool conflict = false;
        std::string text;
        std::string change_id;  ///< of the required change
    };
    std::string id;
    std::string name;
    std::string project;
    std::string note;
    std::string script_hash;  ///< empty for none
    Timestamp planned_at;
    Person planner;
    std::vector<Dependency> dependencies;  ///< as in the plan, requirements first
    std::vector<TagRecord> tags;
};

/// A deploy as it was recorded.
struct RecordedDeploy {
    DeployedChange change;
    std::vector<DeployedTag> tags;
    Timestamp event;  ///< when it happened; its place among the changes may be an earlier one
};

struct RecordedDependency;
struct CarriedChange;
struct CarriedDependent;

struct ProjectRecord {
    std::string name;
    std::optional<std::string> uri;
};

/// Which events to read. Patterns are regular expressions; all that is given must hold.
struct EventFilter {
    std::vector<std::string> events;
    std::string change;
    std::string project;
    std::string committer;
    std::optional<std::int64_t> limit;
    std::int64_t skip = 0;
    bool oldest_first = false;
};

/// A change that requires another.
struct Dependent {
    std::string required_id;  ///< of that other
    std::string change_id;
    std::string change;
    std::string project;
    std::string as_of_tag;  ///< the first tag at or after it, with `@`; may be empty
};

/// The rows of a registry, at Sqitch's version 1.1. Reads and writes; transactions are the
/// caller's (registry/store.hpp). Moments written are strictly increasing, since their order is
/// the order of deployment.
class Registry {
  public:
    Registry(db::Connection& connection, std::unique_ptr<RegistrySql> sql, const Clock& clock,
             Person committer);

    [[nodiscard]] bool exists();
    /// "1.1", "1.0", or "0" for a registry from before versions were kept.
    [[nodiscard]] std::string version();
    /// Returns why, of what completes it and needs rights of its own, something was left out.
    std::optional<std::string> create();
    /// Upgrades by one version.
    void upgrade_once(std::string_view from);
    /// Puts the hashes of scripts where an upgrade from version 0 left ids in their place.
    void set_script_hash(std::string_view change_id, const std::string& hash);

    [[nodiscard]] std::vector<ProjectRecord> projects();
    void add_project(const std::string& name, const std::optional<std::string>& uri);

    [[nodiscard]] Deployed deployed(const std::string& project);
    /// All of one deployed change; `tags` and `dependencies` as far as an event needs them.
    [[nodiscard]] std::optional<Event> details(const std::string& change_id);
    /// Reads those of all changes of a project, so that asking for each costs nothing more.
    void read_all_details(const std::string& project) { load_details("project", project); }
    /// All requirements between deployed changes, of whatever project.
    [[nodiscard]] std::vector<Dependent> dependents();
    [[nodiscard]] std::vector<Event> events(const EventFilter& filter);
    [[nodiscard]] bool has_events();
    [[nodiscard]] bool has_event(const std::string& change_id, const std::string& moment);
    /// Names of the project's changes that were reverted after the moment, the first one first.
    [[nodiscard]] std::vector<std::string> reverted_after(const std::string& project,
                                                          Timestamp moment);
    /// A moment of the database's time, later than any event's and than all that this gave before.
    [[nodiscard]] Timestamp next_moment();

    /// Each records one thing. `place` is for a change that the plan has before deployed ones: the
    /// moment that puts it there.
    RecordedDeploy record_deploy(const ChangeRecord& change, std::optional<Timestamp> place = {});
    void record_fail(const ChangeRecord& change);
    /// Returns the moment of its event.
    Timestamp record_revert(const std::string& change_id);
    /// Tags put on a change after it was deployed. No event.
    void record_tags(const ChangeRecord& change, const std::vector<TagRecord>& tags);

    /// All requirements and conflicts of a project's deployed changes.
    [[nodiscard]] std::vector<RecordedDependency> dependencies(const std::string& project);
    /// Gives deployed changes the ids and moments that a plan has for them
    /// (registry/carry_over.hpp). For each with a new id there is an event, whose moment is
    /// returned for the last one.
    std::string carry_over(const std::vector<CarriedChange>& changes,
                           const std::vector<CarriedDependent>& dependents);
    /// Gives a deployed change, and tags of it, another place in the order of deployment.
    void move_change(const std::string& change_id, Timestamp moment);

    /// Everything written since the last call, as SQL that can be run again, and the moment of the
    /// last event.
    struct Written {
        std::string sql;
        std::string event_change;
        std::string event_moment;
    };
    Written take_written();

    /// How far the clock of the database is ahead of ours. Its moments count, since other tools
    /// take them from there.
    void set_clock_offset(std::chrono::microseconds offset) noexcept { clock_offset_ = offset; }

    [[nodiscard]] const RegistrySql& sql() const noexcept { return *sql_; }
    [[nodiscard]] const Person& committer() const noexcept { return committer_; }

  private:
    void write(const std::string& sql, std::span<const db::Value> values);
    std::optional<std::string> complete();
    void add_event(const std::string& event, const ChangeRecord& change,
                   const std::string& required, const std::string& conflicts,
                   const std::string& tags, Timestamp moment);
    /// An event with all that the plan says of the change.
    void add_event(const std::string& event, const ChangeRecord& change, Timestamp moment);
    void add_dependencies(const ChangeRecord& change);
    /// `in_turn`: each may have a moment of its own, where Sqitch gives one.
    std::vector<DeployedTag> add_tags(const ChangeRecord& change,
                                      const std::vector<TagRecord>& tags, Timestamp moment,
                                      bool in_turn);
    void carry_tags(const CarriedChange& change);
    /// Fills details_ for the changes whose column has the value.
    void load_details(const std::string& column, const std::string& value);

    db::Connection& connection_;
    std::unique_ptr<RegistrySql> sql_;
    const Clock& clock_;
    Person committer_;
    bool is_there_ = false;  ///< once seen, the tables stay
    std::chrono::microseconds clock_offset_{0};
    std::unordered_map<std::string, Event> details_;
    Timestamp last_moment_{};
    bool knows_last_event_ = false;
    Written written_;
};

}  // namespace kedge::registry
