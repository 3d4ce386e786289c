// SPDX-License-Identifier: MIT
#include "cli/check_options.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "cli/options.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {

void ScratchOption::add(CLI::App& app) {
    app.add_option("--scratch", word, "A target on whose server a scratch database can be made")
        ->type_name("TARGET");
}

std::optional<project::Target> ScratchOption::server(const project::Project& project) const {
    if (word.empty()) return std::nullopt;
    const Arguments named = sort_arguments(project, {word}, false);
    refuse_others(project, named);
    return named.targets.front();
}

void DataOption::add(CLI::App& app) {
    app.add_option(
           "--data", word,
           "A script with sample rows, or a target whose rows are taken, to be there before")
        ->type_name("FILE|TARGET");
}

void DataOption::apply(const project::Project& project, const project::Target& target,
                       migrate::RehearseOptions& options) const {
    if (!word.empty() && !file_exists(word)) options.data_from = project.target_of_argument(word);
    if (!options.data_from) {
        options.data = word;
    } else if (options.data_from->uri->engine != target.uri->engine) {
        throw Failure(ErrorKind::usage,
                      fmt::format("--data {}: it is not of the engine of {}", word, target.name));
    }
}

void FindingsFormatOption::add(CLI::App& app) {
    app.add_option("--format", word, "text, json, junit, sarif, github, gitlab or markdown")
        ->type_name("FORMAT");
}

void FindingsFormatOption::apply(Context& context) const {
    static const std::vector<std::string> formats = {"text",   "json",   "junit",   "sarif",
                                                     "github", "gitlab", "markdown"};
    if (std::find(formats.begin(), formats.end(), word) == formats.end()) {
        throw Failure(ErrorKind::usage, fmt::format("unknown format \"{}\"", word),
                      "there are: " + join(formats, ", "));
    }
    context.json = word == "json";
}

void FindingsFormatOption::report(
    const Context& context, const std::string& check, const std::function<std::string()>& text,
    const std::function<std::string()>& json,
    const std::function<std::vector<report::CheckedThing>()>& findings,
    report::Finding::Level fails_from) const {
    if (word == "text" || word == "json") {
        context.out(word == "text" ? text() : json());
        return;
    }
    const auto things = findings();
    std::string title = check;
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    context.out(word == "junit"    ? report::junit(check, things, context.clock.now(), fails_from)
                : word == "sarif"  ? report::sarif(KEDGE_VERSION, things)
                : word == "github" ? report::github(things)
                : word == "gitlab" ? report::gitlab(things)
                                   : report::markdown(title, things));
}

}  // namespace kedge::cli
