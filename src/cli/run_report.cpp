// SPDX-License-Identifier: MIT
#include "cli/run_report.hpp"

#include <fmt/format.h>

#include "report/error_text.hpp"
#include "report/json.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

int status_of(const Error& error, bool verify_failed) {
    constexpr int kVerifyFailed = 4;
    return verify_failed ? kVerifyFailed : exit_status(error.kind);
}

}  // namespace

int report_deploy(const Context& context, const project::Target& target,
                  const migrate::DeployResult& result) {
    if (result.error) {
        Error error = *result.error;
        error.message = fmt::format("{} \"{}\": {}",
                                    result.verify_failed ? "verify failed for" : "deploy failed at",
                                    result.failed_change, error.message);
        context.err(report::error_text(error, context.err_style()));
    }
    if (context.json) {
        context.out(report::json_deploy(target.name, result));
    } else if (!result.message.empty()) {
        std::string text = result.message;
        text[0] = 'N';  // "nothing to deploy"
        context.info(text + "\n");
    }
    return result.error ? status_of(*result.error, result.verify_failed) : 0;
}

int report_revert(const Context& context, const project::Target& target, const std::string& message,
                  const migrate::RevertResult& result) {
    if (result.error) {
        Error error = *result.error;
        error.message =
            fmt::format("revert failed at \"{}\": {}", result.failed_change, error.message);
        context.err(report::error_text(error, context.err_style()));
    }
    if (context.json) {
        context.out(report::json_revert(target.name, message, result));
    } else if (!message.empty()) {
        std::string text = message;
        text[0] = 'N';
        context.info(text + "\n");
    }
    return result.error ? exit_status(result.error->kind) : 0;
}

RevertConsent RevertConsent::read(const project::Project& project, const std::string& section,
                                  bool yes_option) {
    const auto setting = [&](const char* key) {
        auto value = project.config().get_bool(fmt::format("{}.{}", section, key));
        if (!value) value = project.config().get_bool(fmt::format("revert.{}", key));
        return value;
    };
    RevertConsent out;
    out.yes = yes_option || setting("no_prompt").value_or(false);
    out.preset = setting("prompt_accept").value_or(true);
    return out;
}

bool may_revert(const Context& context, const project::Target& target,
                const migrate::RevertPlan& plan, const RevertConsent& consent) {
    if (consent.yes) return true;
    if (!context.is_interactive() || context.json) {
        throw Failure(
            ErrorKind::usage,
            fmt::format("{} change{} would be reverted from {}, and nobody can be asked",
                        plan.names.size(), plan.names.size() == 1 ? "" : "s", target.name),
            "say yes with -y");
    }
    context.out(fmt::format("To be reverted: {}\n", join(plan.names, ", ")));
    const std::string question =
        plan.boundary.empty()
            ? fmt::format("Revert all changes from {}?", target.name)
            : fmt::format("Revert changes to {} from {}?", plan.boundary, target.name);
    if (context.ask(question, consent.preset)) return true;
    context.info("Nothing reverted\n");
    return false;
}

void refuse_in_strict_mode(const project::Project& project, const std::string& command) {
    auto strict = project.config().get_bool(command + ".strict");
    if (!strict) strict = project.config().get_bool("revert.strict");
    if (!strict.value_or(false)) return;
    throw Failure(ErrorKind::usage, fmt::format("\"{}\" cannot be used in strict mode", command),
                  fmt::format("the configuration sets {}.strict or revert.strict", command));
}

migrate::RollbackMode rollback_mode(const project::Project& project, const std::string& section,
                                    const std::string& option) {
    std::string mode = option;
    if (mode.empty()) mode = project.config().get(section + ".mode").value_or("");
    if (mode.empty()) mode = project.config().get("deploy.mode").value_or("all");
    if (mode == "all") return migrate::RollbackMode::all;
    if (mode == "tag") return migrate::RollbackMode::tag;
    if (mode == "change") return migrate::RollbackMode::change;
    throw Failure(ErrorKind::usage, fmt::format("unknown mode \"{}\"", mode),
                  "there are: all, tag, change");
}

bool wants_verify(const project::Project& project, const std::string& section, bool verify,
                  bool no_verify) {
    if (verify || no_verify) return verify;
    const auto own = project.config().get_bool(section + ".verify");
    if (own) return *own;
    return project.config().get_bool("deploy.verify").value_or(false);
}

migrate::OnDrift on_drift(const project::Project& project, const std::string& option) {
    const std::string word =
        option.empty() ? project.config().get("deploy.drift").value_or("warn") : option;
    if (word == "refuse") return migrate::OnDrift::refuse;
    if (word == "warn") return migrate::OnDrift::warn;
    if (word == "off") return migrate::OnDrift::ignore;
    throw Failure(option.empty() ? ErrorKind::configuration : ErrorKind::usage,
                  fmt::format("\"{}\" is nothing that can be done about drift", word),
                  "there are: refuse, warn, off");
}

std::vector<schema::IgnoreRule> ignore_rules(const project::Config& config) {
    std::vector<schema::IgnoreRule> out;
    for (const auto& text : config.get_all("drift.ignore")) {
        if (text) out.push_back(schema::IgnoreRule::parse(*text));
    }
    return out;
}

void warn_of_edited(const Context& context, migrate::Session& session) {
    constexpr std::size_t kMostNamed = 5;
    const auto edited = migrate::edited_scripts(session, true);
    for (std::size_t i = 0; i < edited.size() && i < kMostNamed; ++i) {
        context.warn(fmt::format("{} was edited after \"{}\" was deployed", edited[i].path,
                                 edited[i].change));
    }
    if (edited.size() > kMostNamed) {
        context.warn(
            fmt::format("and {} more; kedge check lists them", edited.size() - kMostNamed));
    }
}

}  // namespace kedge::cli
