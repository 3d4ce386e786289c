// SPDX-License-Identifier: MIT
#include "project/config.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "project/config_file.hpp"
#include "report/json.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

using project::Config;
using project::ConfigFile;

/// As `sqitch config`, which is as `git config`.
class ConfigCommand final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Key, value, and a pattern for values");
        app.add_flag("--local", local_, "The project's file");
        app.add_flag("--user,--global", user_, "The user's file");
        app.add_flag("--system", system_, "The system's file");
        app.add_option("-f,--file,--config-file", file_, "This file");
        for (const auto& [name, about] : kActions) {
            app.add_flag_callback(
                name, [this, action = action_of(name)] { actions_.push_back(action); }, about);
        }
        app.add_flag("--bool", as_bool_, "The value is a yes or a no");
        app.add_flag("--int", as_int_, "The value is a whole number");
        app.add_flag("--num", as_num_, "The value is a number");
        app.add_flag("--bool-or-int", as_bool_or_int_, "The value is one of both");
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, {});
        std::string action = actions_.empty() ? "" : actions_.front();
        if (actions_.size() > 1) {
            throw Failure(ErrorKind::usage, "only one action at a time");
        }
        if (int{local_} + int{user_} + int{system_} + int{!file_.empty()} > 1) {
            throw Failure(ErrorKind::usage, "only one config file at a time");
        }
        if (action.empty()) action = words_.size() > 1 ? "set" : "get";
        if (action == "list") return list(context, source(project));
        if (action == "edit") {
            context.open_in_editor(project, {write_path(project)});
            return 0;
        }
        if (words_.empty()) {
            throw Failure(ErrorKind::usage, "config needs a key",
                          "for example: kedge config user.name; or kedge config --list");
        }
        if (action == "get" || action == "get-all" || action == "get-regex") {
            return read(context, action, source(project));
        }
        return write(project, action);
    }

  private:
    static constexpr std::array<std::pair<const char*, const char*>, 11> kActions = {{
        {"--get", "Show the value of a key"},
        {"--get-all", "Show all values of a key"},
        {"--get-regex,--get-regexp", "Show keys that match a pattern"},
        {"--add", "Give a key one more value"},
        {"--replace-all", "Put one value in place of all"},
        {"--unset", "Remove a key"},
        {"--unset-all", "Remove all values of a key"},
        {"--rename-section", "Rename a section"},
        {"--remove-section", "Remove a section"},
        {"-l,--list", "Show everything"},
        {"-e,--edit", "Open the file in the editor"},
    }};

    /// `--list` of `-l,--list`, without its dashes: the first long name.
    static std::string action_of(std::string_view names) {
        const std::string_view name = names.substr(names.find("--") + 2);
        return std::string(name.substr(0, name.find(',')));
    }

    [[nodiscard]] std::string write_path(const project::Project& project) const {
        if (!file_.empty()) return file_;
        return project.config_path(user_ ? "user" : system_ ? "system" : "local");
    }

    /// What is read: one file if one was named, else the whole cascade.
    [[nodiscard]] Config source(const project::Project& project) const {
        if (!file_.empty() || local_ || user_ || system_) {
            return Config::load({{write_path(project), "file"}});
        }
        return project.config();
    }

    [[nodiscard]] std::string cast(const std::optional<std::string>& value) const {
        const std::string text = value.value_or("");
        const auto as_bool = value ? project::parse_config_bool(text) : std::optional(true);
        const auto as_int = project::parse_config_int(text);
        if (as_bool_or_int_ && as_int) return std::to_string(*as_int);
        if (as_bool_ || as_bool_or_int_) {
            if (!as_bool) {
                throw Failure(ErrorKind::usage, fmt::format("\"{}\" is neither yes nor no", text));
            }
            return *as_bool ? "true" : "false";
        }
        if (as_int_ || as_num_) {
            if (!as_int) throw Failure(ErrorKind::usage, fmt::format("\"{}\" is no number", text));
            return as_num_ && text.find('.') != std::string::npos ? text : std::to_string(*as_int);
        }
        return text;
    }

    int read(const Context& context, const std::string& action, const Config& config) const {
        const std::string pattern = words_.size() > 1 ? words_[1] : std::string();
        if (action == "get-regex") {
            const auto settings = config.get_regex(words_[0], pattern);
            if (settings.empty()) {
                context.info("\n");
                return 1;
            }
            return show(context, settings);
        }
        if (action == "get-all") {
            const auto values = config.get_all(words_[0], pattern);
            for (const auto& value : values) context.out(cast(value) + "\n");
            if (values.empty()) context.info("\n");
            return values.empty() ? 1 : 0;
        }
        const project::ConfigSetting* setting = config.find(words_[0]);
        const auto value = config.get(words_[0], pattern);
        const bool valueless =
            setting != nullptr && !value && pattern.empty() && (as_bool_ || as_bool_or_int_);
        if (!value && !valueless) {
            context.info("\n");
            return 1;
        }
        if (context.json) {
            context.out(report::json_pairs({{words_[0], {cast(value)}}}));
        } else {
            context.out(cast(value) + "\n");
        }
        return 0;
    }

    int list(const Context& context, const Config& config) const {
        return show(context, config.list());
    }

    int show(const Context& context, const std::vector<project::ConfigSetting>& settings) const {
        if (!context.json) {
            for (const auto& setting : settings) context.out(setting.to_string() + "\n");
            return 0;
        }
        std::vector<std::pair<std::string, std::vector<std::string>>> pairs;
        for (const auto& setting : settings) {
            std::vector<std::string> values;
            for (const auto& value : setting.values) values.push_back(value.text.value_or(""));
            pairs.emplace_back(setting.key, std::move(values));
        }
        context.out(report::json_pairs(pairs));
        return 0;
    }

    int write(const project::Project& project, const std::string& action) const {
        const std::string path = write_path(project);
        const std::filesystem::path folder = std::filesystem::path(path).parent_path();
        std::error_code ignored;
        if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
        ConfigFile file = ConfigFile::load(path);
        const auto word = [&](std::size_t i) { return i < words_.size() ? words_[i] : ""; };
        const auto value = [&] {
            if (words_.size() < 2) throw Failure(ErrorKind::usage, "a value is missing");
            return as_bool_ || as_int_ || as_num_ || as_bool_or_int_ ? cast(words_[1]) : words_[1];
        };
        if (action == "set") {
            file.set(words_[0], value(), word(2));
        } else if (action == "add") {
            file.add(words_[0], value());
        } else if (action == "replace-all") {
            file.replace_all(words_[0], value(), word(2));
        } else if (action == "unset") {
            file.unset(words_[0], word(1));
        } else if (action == "unset-all") {
            file.unset_all(words_[0], word(1));
        } else if (action == "rename-section") {
            file.rename_section(words_[0], value());
        } else {
            file.remove_section(words_[0]);
        }
        file.save(path);
        return 0;
    }

    std::vector<std::string> words_;
    bool local_ = false;
    bool user_ = false;
    bool system_ = false;
    std::string file_;
    std::vector<std::string> actions_;
    bool as_bool_ = false;
    bool as_int_ = false;
    bool as_num_ = false;
    bool as_bool_or_int_ = false;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_config() {
    return std::make_unique<ConfigCommand>();
}

}  // namespace kedge::cli
