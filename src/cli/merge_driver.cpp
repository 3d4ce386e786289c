// SPDX-License-Identifier: MIT
#include "cli/merge_driver.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDriver = "kedge-plan";
/// Git would leave our plan, without marks, where there is no kedge or it fails.
constexpr const char* kCommand =
    "kedge plan merge %O %A %B --marker-size %L --path %P; s=$?; [ $s -le 1 ] && exit $s; "
    "git merge-file --marker-size=%L %A %O %B";

/// The folder of the plan, or of the nearest folder above that is there: it may have to be made.
std::string folder_of(const std::string& plan_file) {
    fs::path folder = fs::path(plan_file).parent_path();
    while (!folder.empty() && !fs::is_directory(folder)) folder = folder.parent_path();
    return folder.empty() ? "." : folder.string();
}

/// A file's name as a pattern of .gitattributes that means just that.
std::string pattern_of(const std::string& name) {
    std::string out;
    for (const char c : name) {
        if (std::string_view("*?[\\").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    if (out.find_first_of(" \t\"") == std::string::npos && out.front() != '#' &&
        out.front() != '!') {
        return out;
    }
    std::string quoted_pattern = "\"";
    for (const char c : out) {
        if (c == '"' || c == '\\') quoted_pattern += '\\';
        quoted_pattern += c;
    }
    return quoted_pattern + '"';
}

}  // namespace

MergeDriver::MergeDriver(std::string client, const std::string& plan_file)
    : folder_(folder_of(plan_file)),
      name_(fs::path(plan_file).filename().string()),
      git_(std::move(client), folder_) {
    const auto answer = git_.ask({"rev-parse", "--is-inside-work-tree"});
    if (answer && trim(*answer) == "true") return;
    throw Failure(ErrorKind::usage,
                  fmt::format("{} is in no git repository, which --git is for",
                              folder_ == "." ? "this folder" : folder_),
                  "make one first with: git init; or leave --git out");
}

void MergeDriver::set_up(const Context& context) const {
    write_attributes(context);
    write_configuration(context);
}

void MergeDriver::write_attributes(const Context& context) const {
    // Asked of git, since the line may be in another file that holds here.
    const std::string answer = git_.ask({"check-attr", "merge", "--", name_}).value_or("");
    const std::size_t colon = answer.rfind(": ");
    const std::string set(colon == std::string::npos
                              ? std::string_view()
                              : trim(std::string_view(answer).substr(colon).substr(2)));
    if (set == kDriver) return;
    const std::string path = (fs::path(folder_) / ".gitattributes").lexically_normal().string();
    std::string text = read_file_if_exists(path).value_or("");
    const bool was_there = !text.empty();
    const std::string line = fmt::format("{} merge={}", pattern_of(name_), kDriver);
    if (fmt::format("\n{}\n", text).find(fmt::format("\n{}\n", line)) != std::string::npos) {
        context.warn(
            fmt::format("{} has the line \"{}\", and something behind it, or git's "
                        "info/attributes, says merge={}",
                        path, line, set));
        return;
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    write_file_atomically(path, text + line + "\n");
    context.info(fmt::format("{} {}: {}\n", was_there ? "Added to" : "Created", path, line));
    if (!set.empty() && set != "unspecified") {
        context.info(fmt::format("  in the place of merge={}\n", set));
    }
}

void MergeDriver::write_configuration(const Context& context) const {
    const std::string section = fmt::format("merge.{}", kDriver);
    const auto known = git_.ask({"config", "--get", section + ".driver"});
    if (known && trim(*known) == kCommand) return;
    static_cast<void>(git_.run({"config", section + ".name", "kedge: plans, line by line"}));
    static_cast<void>(git_.run({"config", section + ".driver", kCommand}));
    context.info(
        fmt::format("Set {}.driver in the configuration of this clone; in each other one, run "
                    "kedge init --git again\n",
                    section));
}

}  // namespace kedge::cli
