// SPDX-License-Identifier: MIT
// Where a project's files are, and what its configuration says of a target.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/config.hpp"
#include "support/uri.hpp"

namespace kedge::project {

/// The process' environment, handed in by the command line; nothing here reads it by itself.
using Environment = std::map<std::string, std::string, std::less<>>;

/// `KEDGE_name`, else `SQITCH_name`; an empty variable counts as unset.
[[nodiscard]] std::optional<std::string> own_variable(const Environment& environment,
                                                      std::string_view name);

/// Options that stand above every configuration file.
struct Overrides {
    std::optional<std::string> target;
    std::optional<std::string> engine;
    std::optional<std::string> plan_file;
    std::optional<std::string> top_dir;
    std::optional<std::string> registry;
    std::optional<std::string> db_name;
    std::optional<std::string> db_user;
    std::optional<std::string> db_host;
    std::optional<int> db_port;
    std::optional<std::string> script_lock_timeout;
    std::optional<std::string> script_timeout;
    std::optional<int> lock_retries;
    std::optional<bool> strict_warnings;
};

enum class ScriptKind { deploy, revert, verify };
[[nodiscard]] const char* script_word(ScriptKind kind) noexcept;
inline constexpr ScriptKind kScriptKinds[] = {ScriptKind::deploy, ScriptKind::revert,
                                              ScriptKind::verify};

/// A database, how to reach it, and where its plan and scripts are.
struct Target {
    std::string name;  ///< as reports show it: its name, or its URI without the password
    bool is_named = false;
    std::optional<DbUri> uri;  ///< none only where a project has neither engine nor target
    std::string registry;      ///< Sqitch's name for it; empty: inside the database (kedge's own)
    std::string client;        ///< only shown: kedge runs no client
    std::string top_dir;
    std::string plan_file;
    std::string extension;
    std::map<ScriptKind, std::string> dirs;
    std::string reworked_dir;
    std::map<ScriptKind, std::string> reworked_dirs;
    std::string test_dir;
    std::map<std::string, std::string> variables;
    /// What roles and accounts are called there, to what they are called wherever states of several
    /// databases are compared.
    std::map<std::string, std::string> roles;
    std::string client_host;       ///< the client's own default, where the URI names no host
    std::string password_command;  ///< prints the password; empty for none
    std::string lock_timeout;  ///< for scripts, in the server's form (`5s`); empty: the server's
    std::string statement_timeout;  ///< so too
    int lock_retries = 0;           ///< for changes that lose the wait for a lock
    bool strict_warnings = false;   ///< a warning of the server's is an error of the script's

    [[nodiscard]] std::string engine() const { return uri ? uri->engine : std::string(); }
    /// Path of a script file. `suffix` is empty, or `@tag` for the former script of a change that
    /// was reworked. Failure (configuration) if the name would lead out of its folder.
    [[nodiscard]] std::string script(ScriptKind kind, std::string_view change,
                                     std::string_view suffix = {}) const;
};

/// Engines as configurations and URIs name them.
inline const std::vector<std::string> kEngineNames = {"sqlite", "pg", "mysql"};

/// The project in the working directory, or the nearest one above.
class Project {
  public:
    static Project load(const Environment& environment, Overrides overrides);

    [[nodiscard]] const Config& config() const noexcept { return config_; }
    [[nodiscard]] const Environment& environment() const noexcept { return environment_; }
    /// The project is Sqitch's: its files are named sqitch.*, and its registry lies where Sqitch
    /// has it.
    [[nodiscard]] bool is_sqitch() const noexcept { return is_sqitch_; }
    [[nodiscard]] bool has_local_config() const noexcept { return has_local_; }
    /// Path of the file per level (`local`, `user`, `system`) that `config` writes to.
    [[nodiscard]] std::string config_path(std::string_view level) const;
    [[nodiscard]] const Overrides& overrides() const noexcept { return overrides_; }

    /// The target by `--target`, the environment or the configuration. Failure (usage or
    /// configuration) if there is none that can be used.
    [[nodiscard]] Target default_target() const;
    /// A target by name or URI; Failure (usage) for an unknown name.
    [[nodiscard]] Target target(std::string_view name_or_uri) const;
    /// The target that belongs to an engine's key.
    [[nodiscard]] Target engine_target(std::string_view engine) const;
    /// As a positional argument means it: a target's name, a URI, an engine's key, or a plan file.
    [[nodiscard]] std::optional<Target> target_of_argument(std::string_view argument) const;
    [[nodiscard]] std::vector<std::string> target_names() const;
    [[nodiscard]] std::vector<std::string> engine_names() const;
    /// Every target of the project once: the default one, the named ones, those of engines.
    [[nodiscard]] std::vector<Target> all_targets() const;

    /// Variables for scripts: the configuration's for the command, then the target's, then `set`.
    [[nodiscard]] std::map<std::string, std::string> script_variables(
        const Target& target, std::string_view command,
        const std::map<std::string, std::string>& set) const;

    /// Folders in which templates are looked for, the nearest first.
    [[nodiscard]] std::vector<std::string> template_folders(const Target& target) const;

  private:
    [[nodiscard]] Target make_target(std::string name, std::string uri_text, bool named) const;
    [[nodiscard]] std::optional<std::string> property(const Target& target,
                                                      std::string_view key) const;
    [[nodiscard]] std::string home() const;

    Config config_;
    Environment environment_;
    Overrides overrides_;
    bool is_sqitch_ = false;
    bool has_local_ = false;
    std::map<std::string, std::string, std::less<>> paths_;
};

/// `folder/name`, without a leading `./`.
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name);

}  // namespace kedge::project
