// SPDX-License-Identifier: MIT
// What a registry tells, as plain values that own their text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plan/key.hpp"
#include "support/clock.hpp"

namespace kedge::registry {

struct Person {
    std::string name;
    std::string email;
};

/// A deployed change as most commands need it.
struct DeployedChange {
    std::string id;
    std::string name;
    std::string script_hash;  ///< empty if none was recorded
    Timestamp committed_at;
    std::vector<std::string> tags;  ///< with `@`, oldest first

    [[nodiscard]] std::string name_with_tags() const;
};

struct DeployedTag {
    std::string name;  ///< with `@`
    std::string change_id;
    Timestamp committed_at;
    Person committer;
};

/// One row of the event log.
struct Event {
    std::string event;  ///< deploy, revert, fail or merge
    std::string change_id;
    std::string change;
    std::string project;
    std::string note;
    std::vector<std::string> required;
    std::vector<std::string> conflicts;
    std::vector<std::string> tags;
    Timestamp committed_at;
    Person committer;
    Timestamp planned_at;
    Person planner;
};

/// All that is deployed of one project, in the order in which it was deployed.
class Deployed {
  public:
    Deployed() = default;
    Deployed(std::vector<DeployedChange> changes, std::vector<DeployedTag> tags);

    [[nodiscard]] const std::vector<DeployedChange>& changes() const noexcept { return changes_; }
    [[nodiscard]] const std::vector<DeployedTag>& tags() const noexcept { return tags_; }
    [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
    [[nodiscard]] std::optional<std::size_t> find_id(std::string_view id) const;

    /// Looks a key up among the deployed changes (plan/key.hpp). `first_of_many` takes the earliest
    /// of several changes of that name; else that is a Failure (usage).
    [[nodiscard]] std::optional<std::size_t> find(const plan::ChangeKey& key,
                                                  bool first_of_many) const;

    /// Adds a change where its moment puts it.
    void add(DeployedChange change, std::vector<DeployedTag> tags);
    void remove(const std::string& id);

  private:
    [[nodiscard]] std::optional<std::size_t> find_base(const plan::ChangeKey& key,
                                                       bool first_of_many) const;
    [[nodiscard]] std::string qualified_name(std::size_t index) const;
    void index_from(std::size_t first);

    std::vector<DeployedChange> changes_;
    std::vector<DeployedTag> tags_;
    std::unordered_map<std::string, std::size_t> by_id_;
};

/// Splits a list column of the event log: Sqitch joins with blanks or commas, by column and event.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text,
                                                  std::string_view separators);

}  // namespace kedge::registry
