// SPDX-License-Identifier: MIT
#include "project/project.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::project {
namespace {

namespace fs = std::filesystem;

/// The nearest folder, from the working directory upwards, that holds one of the files. Given as a
/// relative path, as messages and saved paths should show it.
std::optional<std::string> nearest_with(std::initializer_list<const char*> names) {
    std::error_code error;
    fs::path here = fs::current_path(error);
    std::string prefix;
    while (!error && !here.empty()) {
        for (const char* name : names) {
            if (file_exists(prefix + name)) return prefix;
        }
        if (!here.has_relative_path()) break;
        here = here.parent_path();
        prefix += "../";
    }
    return std::nullopt;
}

}  // namespace

std::string join_path(std::string_view folder, std::string_view name) {
    if (folder.empty() || folder == ".") return std::string(name);
    while (folder.size() > 1 && folder.back() == '/') folder.remove_suffix(1);
    return folder == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", folder, name);
}

const char* script_word(ScriptKind kind) noexcept {
    switch (kind) {
        case ScriptKind::deploy:
            return "deploy";
        case ScriptKind::revert:
            return "revert";
        case ScriptKind::verify:
            return "verify";
    }
    return "";
}

std::optional<std::string> own_variable(const Environment& environment, std::string_view name) {
    for (const char* prefix : {"KEDGE_", "SQITCH_"}) {
        const auto hit = environment.find(fmt::format("{}{}", prefix, name));
        if (hit != environment.end() && !hit->second.empty()) return hit->second;
    }
    return std::nullopt;
}

std::string Target::script(ScriptKind kind, std::string_view change,
                           std::string_view suffix) const {
    for (const std::string& part : split(change, '/')) {
        if (part == ".." || part == ".") {
            throw Failure(ErrorKind::configuration,
                          fmt::format("the name of change \"{}\" leads out of the folder of its "
                                      "scripts",
                                      change),
                          "a change's name must not have \".\" or \"..\" between slashes");
        }
    }
    const std::string& folder = suffix.empty() ? dirs.at(kind) : reworked_dirs.at(kind);
    return join_path(folder, fmt::format("{}{}.{}", change, suffix, extension));
}

std::string Project::home() const {
    const auto hit = environment_.find("HOME");
    return hit == environment_.end() ? std::string() : hit->second;
}

Project Project::load(const Environment& environment, Overrides overrides) {
    Project project;
    project.environment_ = environment;
    project.overrides_ = std::move(overrides);
    const auto variable = [&](const char* name) -> std::optional<std::string> {
        const auto hit = environment.find(name);
        if (hit == environment.end() || hit->second.empty()) return std::nullopt;
        return hit->second;
    };
    const std::string home = project.home();
    std::vector<ConfigSource> sources;
    const auto add = [&](const char* level, const std::string& path) {
        sources.push_back({path, level});
    };
    const std::string system_sqitch =
        variable("SQITCH_SYSTEM_CONFIG").value_or("/etc/sqitch/sqitch.conf");
    const std::string system_kedge =
        variable("KEDGE_SYSTEM_CONFIG").value_or("/etc/kedge/kedge.conf");
    const std::string user_sqitch =
        variable("SQITCH_USER_CONFIG").value_or(home + "/.sqitch/sqitch.conf");
    const std::string user_kedge =
        variable("KEDGE_USER_CONFIG").value_or(home + "/.kedge/kedge.conf");
    add("system", system_sqitch);
    add("system", system_kedge);
    add("user", user_sqitch);
    add("user", user_kedge);

    std::string local_sqitch = "sqitch.conf";
    std::string local_kedge = "kedge.conf";
    if (const auto given = variable("KEDGE_CONFIG")) {
        local_kedge = *given;
        local_sqitch.clear();
    } else if (const auto sqitch = variable("SQITCH_CONFIG")) {
        local_sqitch = *sqitch;
        local_kedge.clear();
    } else if (const auto folder = nearest_with({"kedge.conf", "sqitch.conf"})) {
        local_sqitch = *folder + "sqitch.conf";
        local_kedge = *folder + "kedge.conf";
    }
    const bool has_sqitch = !local_sqitch.empty() && file_exists(local_sqitch);
    const bool has_kedge = !local_kedge.empty() && file_exists(local_kedge);
    // Where both files are, Sqitch's says what the project is, and kedge's adds to it.
    if (!local_sqitch.empty()) add("local", local_sqitch);
    if (!local_kedge.empty()) add("local", local_kedge);
    project.has_local_ = has_sqitch || has_kedge;
    project.is_sqitch_ =
        has_sqitch || (!has_kedge && (local_kedge.empty() ||
                                      (file_exists("sqitch.plan") && !file_exists("kedge.plan"))));
    project.paths_["local"] = project.is_sqitch_ ? local_sqitch : local_kedge;
    project.paths_["user"] = project.is_sqitch_ ? user_sqitch : user_kedge;
    project.paths_["system"] = project.is_sqitch_ ? system_sqitch : system_kedge;
    project.config_ = Config::load(sources, home);
    return project;
}

std::string Project::config_path(std::string_view level) const {
    return paths_.find(level)->second;
}

std::optional<std::string> Project::property(const Target& target, std::string_view key) const {
    std::vector<std::string> keys;
    const std::string engine = target.engine();
    // A target without a name of its own goes by its URI in the configuration too.
    keys.push_back(fmt::format("target.{}.{}", target.name, key));
    if (!engine.empty()) keys.push_back(fmt::format("engine.{}.{}", engine, key));
    keys.push_back(fmt::format("core.{}", key));
    for (const std::string& full : keys) {
        if (auto value = config_.property(full)) return value;
    }
    return std::nullopt;
}

Target Project::make_target(std::string name, std::string uri_text, bool named) const {
    Target target;
    target.is_named = named;
    target.name = std::move(name);
    if (!uri_text.empty()) {
        target.uri = DbUri::parse_lenient(uri_text);
        if (!named) target.name = target.uri->display();
        DbUri& uri = *target.uri;
        if (const auto user = own_variable(environment_, "USERNAME")) uri.user = *user;
        if (const auto password = own_variable(environment_, "PASSWORD")) uri.password = *password;
        if (overrides_.db_name) uri.dbname = *overrides_.db_name;
        if (overrides_.db_user) uri.user = *overrides_.db_user;
        if (overrides_.db_host) uri.host = *overrides_.db_host;
        if (overrides_.db_port) uri.port = *overrides_.db_port;
        if (!named) target.name = uri.display();
        const auto host = environment_.find("MYSQL_HOST");
        if (uri.engine == "mysql" && host != environment_.end()) target.client_host = host->second;
    }
    const auto value = [&](std::string_view key, const std::optional<std::string>& override_value,
                           const std::string& fallback) {
        if (override_value) return *override_value;
        return property(target, key).value_or(fallback);
    };
    target.registry = value("registry", overrides_.registry, is_sqitch_ ? "sqitch" : "");
    target.client = value("client", std::nullopt,
                          target.engine() == "sqlite" ? "sqlite3"
                          : target.engine() == "pg"   ? "psql"
                                                      : target.engine());
    target.top_dir = value("top_dir", overrides_.top_dir, ".");
    std::string plan = join_path(target.top_dir, is_sqitch_ ? "sqitch.plan" : "kedge.plan");
    if (!is_sqitch_ && !file_exists(plan) &&
        file_exists(join_path(target.top_dir, "sqitch.plan"))) {
        plan = join_path(target.top_dir, "sqitch.plan");
    }
    target.plan_file = value("plan_file", overrides_.plan_file, plan);
    target.extension = value("extension", std::nullopt, "sql");
    target.reworked_dir = value("reworked_dir", std::nullopt, target.top_dir);
    for (const ScriptKind kind : kScriptKinds) {
        const std::string word = script_word(kind);
        const auto own = property(target, word + "_dir");
        target.dirs[kind] = own.value_or(join_path(target.top_dir, word));
        target.reworked_dirs[kind] = value(fmt::format("reworked_{}_dir", word), std::nullopt,
                                           join_path(target.reworked_dir, own.value_or(word)));
    }
    target.test_dir = value("test_dir", std::nullopt, join_path(target.top_dir, "test"));
    target.password_command = value("password_command", std::nullopt, "");
    target.lock_timeout = value("lock_timeout", overrides_.script_lock_timeout, "");
    target.statement_timeout = value("statement_timeout", overrides_.script_timeout, "");
    target.lock_retries = overrides_.lock_retries.value_or(
        std::atoi(value("lock_retries", std::nullopt, "0").c_str()));
    target.strict_warnings = overrides_.strict_warnings.value_or(
        parse_config_bool(value("strict_warnings", std::nullopt, "false")).value_or(false));
    if (const std::string engine = target.engine(); !engine.empty()) {
        target.variables = config_.variables(fmt::format("engine.{}.variables", engine));
    }
    if (named) {
        for (auto& [key, text] :
             config_.variables(fmt::format("target.{}.variables", target.name))) {
            target.variables[key] = text;
        }
        for (const auto& [common, here] :
             config_.variables(fmt::format("target.{}.roles", target.name))) {
            for (const std::string& role : split(here, ',')) {
                target.roles[std::string(trim(role))] = common;
            }
        }
    }
    return target;
}

Target Project::target(std::string_view name_or_uri) const {
    if (name_or_uri.find(':') != std::string_view::npos) {
        return make_target(std::string(name_or_uri), std::string(name_or_uri), false);
    }
    const auto uri = config_.property(fmt::format("target.{}.uri", name_or_uri));
    if (!uri) {
        const auto names = target_names();
        throw Failure(ErrorKind::usage,
                      fmt::format("cannot find target \"{}\"{}", name_or_uri,
                                  did_you_mean(name_or_uri, names)),
                      fmt::format("add it with: kedge target add {} URI", name_or_uri));
    }
    return make_target(std::string(name_or_uri), *uri, true);
}

Target Project::engine_target(std::string_view engine) const {
    if (const auto name = config_.property(fmt::format("engine.{}.target", engine))) {
        return target(*name);
    }
    return make_target({}, fmt::format("db:{}:", engine), false);
}

Target Project::default_target() const {
    if (overrides_.target) return target(*overrides_.target);
    if (const auto given = own_variable(environment_, "TARGET")) return target(*given);
    if (const auto core = config_.property("core.target")) return target(*core);
    if (overrides_.engine) return engine_target(*overrides_.engine);
    if (const auto engine = config_.property("core.engine")) return engine_target(*engine);
    return make_target({}, {}, false);
}

std::vector<std::string> Project::target_names() const {
    std::vector<std::string> out;
    for (const std::string& name : config_.subsections("target")) {
        if (config_.property(fmt::format("target.{}.uri", name))) out.push_back(name);
    }
    return out;
}

std::vector<std::string> Project::engine_names() const {
    std::vector<std::string> out;
    for (const std::string& name : config_.subsections("engine")) {
        if (config_.find(fmt::format("engine.{}.target", name)) != nullptr) out.push_back(name);
    }
    return out;
}

std::optional<Target> Project::target_of_argument(std::string_view argument) const {
    if (config_.property(fmt::format("target.{}.uri", argument))) return target(argument);
    if (argument.substr(0, 3) == "db:") return target(argument);
    if (std::find(kEngineNames.begin(), kEngineNames.end(), argument) != kEngineNames.end()) {
        return engine_target(argument);
    }
    if (!file_exists(std::string(argument))) return std::nullopt;
    for (Target& candidate : all_targets()) {
        if (candidate.plan_file == argument) return std::move(candidate);
    }
    return std::nullopt;
}

std::vector<Target> Project::all_targets() const {
    std::vector<Target> out;
    const auto add = [&](Target target) {
        const bool known = std::any_of(out.begin(), out.end(),
                                       [&](const Target& t) { return t.name == target.name; });
        if (!known) out.push_back(std::move(target));
    };
    add(default_target());
    for (const std::string& name : target_names()) add(target(name));
    for (const std::string& name : config_.subsections("engine")) {
        const bool is_engine =
            std::find(kEngineNames.begin(), kEngineNames.end(), name) != kEngineNames.end();
        if (is_engine) add(engine_target(name));
    }
    return out;
}

std::map<std::string, std::string> Project::script_variables(
    const Target& target, std::string_view command,
    const std::map<std::string, std::string>& set) const {
    std::map<std::string, std::string> out = config_.variables("core.variables");
    const auto merge = [&](const std::map<std::string, std::string>& more) {
        for (const auto& [key, value] : more) out[key] = value;
    };
    merge(config_.variables("deploy.variables"));
    if (command != "deploy") merge(config_.variables(fmt::format("{}.variables", command)));
    merge(target.variables);
    merge(set);
    return out;
}

std::vector<std::string> Project::template_folders(const Target& target) const {
    std::vector<std::string> out;
    if (const auto own = config_.get("add.template_directory")) out.push_back(*own);
    out.push_back(join_path(target.top_dir, "templates"));
    out.push_back(home() + "/.kedge/templates");
    if (is_sqitch_) out.push_back(home() + "/.sqitch/templates");
    out.emplace_back("/etc/kedge/templates");
    if (is_sqitch_) out.emplace_back("/etc/sqitch/templates");
    return out;
}

}  // namespace kedge::project
