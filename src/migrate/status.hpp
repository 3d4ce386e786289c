// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

struct StatusOptions {
    std::optional<std::string> project;  ///< another one than the plan's
    bool show_changes = false;
    bool show_tags = false;
};

struct Status {
    std::string target;
    std::string project;
    std::optional<registry::Event> current;  ///< none if nothing is deployed
    struct Change {
        std::string id;
        std::string name;
        Timestamp committed_at;
        registry::Person committer;
    };
    std::vector<Change> changes;               ///< the latest first; if asked for
    std::vector<registry::DeployedTag> tags;   ///< the latest first; if asked for
    std::vector<std::string> pending;          ///< planned after the current change, with tags
    std::vector<std::string> pending_between;  ///< planned before deployed ones, with tags
    bool plan_is_other_project = false;        ///< so nothing can be said about what is pending
    bool current_not_planned = false;
    struct Edited {
        std::string change;
        std::string path;
    };
    std::vector<Edited> edited;
    /// Their state is kPassed where the statement at `where` turned out to be done.
    std::vector<registry::JournalEntry> half_applied;
    static constexpr const char* kPassed = "passed";
};

[[nodiscard]] Status status(Session& session, const StatusOptions& options);

}  // namespace kedge::migrate
