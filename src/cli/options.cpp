// SPDX-License-Identifier: MIT
#include "cli/options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {

void ProjectOptions::add(CLI::App& app, bool short_plan_file, bool short_target) {
    app.add_option(short_target ? "-t,--target" : "--target", overrides.target,
                   "Name or URI of the database")
        ->type_name("TARGET");
    app.add_option(short_plan_file ? "-f,--plan-file" : "--plan-file", overrides.plan_file,
                   "The plan to use")
        ->type_name("FILE");
    app.add_option("--top-dir", overrides.top_dir, "Folder of plan and scripts")->type_name("DIR");
}

void ConnectionOptions::add(CLI::App& app, project::Overrides& overrides) {
    app.add_option("--registry", overrides.registry, "Name of the registry")->type_name("NAME");
    app.add_option("--client,--db-client", client, "Taken for Sqitch's sake, and not used")
        ->type_name("PATH");
    app.add_option("-d,--db-name", overrides.db_name, "Name, or file, of the database");
    app.add_option("-u,--db-user,--db-username", overrides.db_user, "User of the database");
    app.add_option("-h,--db-host", overrides.db_host, "Host of the database");
    app.add_option("-p,--db-port", overrides.db_port, "Port of the database");
}

void SetOption::add(CLI::App& app, const std::string& names, const std::string& description) {
    app.add_option(names, texts_, description)->type_name("NAME=VALUE")->allow_extra_args(false);
}

std::map<std::string, std::string> SetOption::values() const {
    std::map<std::string, std::string> out;
    for (const std::string& text : texts_) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Failure(ErrorKind::usage, fmt::format("\"{}\" is not NAME=VALUE", text));
        }
        out[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return out;
}

void FormatOption::add(CLI::App& app) {
    app.add_option("--format", format, "text, or json")->type_name("FORMAT");
}

void FormatOption::apply(Context& context) const {
    if (format != "text" && format != "json") {
        throw Failure(ErrorKind::usage, fmt::format("unknown format \"{}\"", format),
                      "there are: text, json");
    }
    context.json = format == "json";
}

void LockOption::add(CLI::App& app) {
    app.add_option("--lock-timeout", seconds, "How long to wait for another deployment (60)")
        ->type_name("SECONDS");
}

std::chrono::milliseconds LockOption::timeout() const {
    if (seconds && !(*seconds >= 0 && *seconds < 1e9)) {
        throw Failure(ErrorKind::usage, "--lock-timeout takes a number of seconds");
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds.value_or(60) * 1000));
}

void LimitOptions::add(CLI::App& app, project::Overrides& overrides) {
    app.add_option("--script-lock-timeout", overrides.script_lock_timeout,
                   "How long a script's statement may wait for a lock: 5s, 500ms")
        ->type_name("TIME");
    app.add_option("--script-timeout", overrides.script_timeout,
                   "How long a script's statement may run")
        ->type_name("TIME");
    app.add_option("--lock-retries", overrides.lock_retries,
                   "How often to try a change again that lost the wait for a lock (0)")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    app.add_flag("--strict-warnings", overrides.strict_warnings,
                 "Take a warning of the server's for a failure of the script");
}

project::Project load_project(Context& context, project::Overrides overrides) {
    auto project = project::Project::load(context.environment, std::move(overrides));
    if (!context.verbosity) context.verbosity = context.level(project.config());
    return project;
}

plan::Plan load_plan(const project::Target& target) {
    return plan::Plan::load(target.plan_file);
}

Arguments sort_arguments(const project::Project& project, const std::vector<std::string>& words,
                         bool takes_changes) {
    Arguments out;
    std::optional<project::Target> current;
    std::optional<plan::Plan> plan;
    const auto is_change = [&](const std::string& word) {
        if (!takes_changes) return false;
        if (!current) {
            try {
                current = project.default_target();
            } catch (const Failure&) {
                return false;  // whoever needs it says what is wrong with it
            }
        }
        if (!plan) {
            if (!file_exists(current->plan_file)) return false;
            plan = plan::Plan::load(current->plan_file);
        }
        if (plan->has_change(word)) return true;
        try {
            return plan->find(word).has_value();
        } catch (const Failure&) {
            return false;
        }
    };
    for (const std::string& word : words) {
        if (is_change(word)) {
            out.changes.push_back(word);
        } else if (auto target = project.target_of_argument(word)) {
            current = target;
            plan.reset();
            out.targets.push_back(std::move(*target));
        } else {
            out.others.push_back(word);
        }
    }
    return out;
}

void refuse_others(const project::Project& project, const Arguments& arguments) {
    if (arguments.others.empty()) return;
    std::vector<std::string> known = project.target_names();
    const project::Target target =
        arguments.targets.empty() ? project.default_target() : arguments.targets.back();
    if (file_exists(target.plan_file)) {
        const plan::Plan plan = plan::Plan::load(target.plan_file);
        for (const plan::Change& change : plan.changes()) known.emplace_back(change.name);
        for (const plan::Tag& tag : plan.tags()) known.push_back(fmt::format("@{}", tag.name));
    }
    const std::string& first = arguments.others.front();
    if (std::find(known.begin(), known.end(), first) != known.end()) {
        throw Failure(ErrorKind::usage,
                      fmt::format("\"{}\" is in the plan, and no argument for this command", first),
                      "here an argument is the name of a target, or a database's URI");
    }
    throw Failure(ErrorKind::usage,
                  fmt::format("unknown argument{} \"{}\"{}", arguments.others.size() > 1 ? "s" : "",
                              join(arguments.others, "\", \""), did_you_mean(first, known)),
                  "an argument is the name of a change, the name of a target, or a database's URI");
}

std::vector<project::Target> chosen_targets(const project::Project& project,
                                            const Arguments& arguments) {
    std::vector<project::Target> out = arguments.targets;
    if (project.overrides().target) out.insert(out.begin(), project.default_target());
    if (out.empty()) out.push_back(project.default_target());
    return out;
}

std::vector<project::Target> plan_targets(const project::Project& project,
                                          const std::string& command, bool all,
                                          const Arguments& arguments) {
    if (!arguments.targets.empty()) {
        if (all) throw Failure(ErrorKind::usage, "--all and a target exclude each other");
        return arguments.targets;
    }
    const bool configured = project.config().get_bool(command + ".all").value_or(false);
    if (all || configured) return project.all_targets();
    return {project.default_target()};
}

migrate::Surroundings surroundings_of(const Context& context, const project::Project& project,
                                      const project::Target& target, migrate::Reporter& reporter,
                                      const LockOption& lock) {
    return {reporter,       *context.cancellation, context.clock, context.user(project),
            lock.timeout(), target.lock_retries};
}

namespace {

migrate::RecordMode record_mode(const project::Config& config) {
    const std::string word = config.get("deploy.record").value_or("auto");
    if (word == "auto") return migrate::RecordMode::automatic;
    if (word == "each") return migrate::RecordMode::each;
    if (word == "end") return migrate::RecordMode::end;
    if (word == "off") return migrate::RecordMode::off;
    throw Failure(ErrorKind::configuration,
                  fmt::format("deploy.record is \"{}\", which is no way to record", word),
                  "there are: auto, each, end, off");
}

}  // namespace

migrate::Session make_session(const Context& context, const project::Project& project,
                              const project::Target& target, migrate::Reporter& reporter,
                              const std::map<std::string, std::string>& set,
                              const LockOption& lock) {
    migrate::ScriptVariables variables;
    variables.deploy = project.script_variables(target, "deploy", set);
    variables.revert = project.script_variables(target, "revert", set);
    variables.verify = project.script_variables(target, "verify", set);
    variables.test = project.script_variables(target, "test", set);
    migrate::Session out(target, load_plan(target), std::move(variables),
                         surroundings_of(context, project, target, reporter, lock));
    out.record_by(record_mode(project.config()));
    return out;
}

}  // namespace kedge::cli
