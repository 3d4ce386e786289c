// SPDX-License-Identifier: MIT
// What an application includes to bring its own database up to date when it starts.
#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kedge {

struct MigrationOptions {
    /// The folder with kedge.conf (or sqitch.conf), the plan and the scripts. Relative paths of
    /// scripts count from it; those of databases from the working directory.
    std::string folder = ".";
    /// A target of the configuration by name, or a database's URI; empty: the default target.
    std::string target;
    /// Runs each change's verify script within its transaction.
    bool verify = true;
    /// Who deploys, for the registry. Empty: `user.name` and `user.email` of the project's
    /// configuration, and "kedge" where they aren't set.
    std::string committer_name;
    std::string committer_email;
    /// How long to wait for another process that deploys to the same database.
    std::chrono::milliseconds lock_timeout{60000};
    /// Is given the name of each change when it is deployed, warnings, and what scripts print. Runs
    /// in the calling thread; must not throw.
    std::function<void(const std::string& line)> on_progress;
};

/// Thrown where something went wrong; what() says what, and where.
class MigrationError : public std::runtime_error {
  public:
    MigrationError(const std::string& message, std::string hint, std::string state, int status)
        : std::runtime_error(message),
          hint_(std::move(hint)),
          state_(std::move(state)),
          status_(status) {}

    /// What to do next; may be empty.
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    /// In which state the database is now; may be empty.
    [[nodiscard]] const std::string& state() const noexcept { return state_; }
    /// The exit status that the kedge program has for it: see kedge(1).
    [[nodiscard]] int status() const noexcept { return status_; }

  private:
    std::string hint_;
    std::string state_;
    int status_;
};

/// The names of the planned changes that the database hasn't got yet, in order. Alters nothing.
[[nodiscard]] std::vector<std::string> pending_changes(const MigrationOptions& options);

/// Deploys them, each in a transaction with its registry rows, and returns their names. Several
/// processes that start at once are let through one by one, and the later ones find nothing to do.
/// If a change fails, those before it stay deployed, and MigrationError says where it stopped.
std::vector<std::string> deploy_pending(const MigrationOptions& options);

}  // namespace kedge
