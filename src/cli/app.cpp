// SPDX-License-Identifier: MIT
#include "cli/app.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/help_text.hpp"
#include "cli/signals.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "support/text.hpp"

extern "C" char** environ;

namespace kedge::cli {
namespace {

project::Environment read_environment() {
    project::Environment out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        out.emplace(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    return out;
}

struct GlobalOptions {
    std::string directory;
    bool quiet = false;
    int verbose = 0;
    bool no_pager = false;
    bool etc_path = false;

    void add(CLI::App& app) {
        app.add_option("-C,--chdir,--cd", directory, "Work in this folder")->type_name("DIR");
        app.add_flag("--quiet", quiet, "Say only what was asked for, and errors");
        app.add_flag("-v,-V,--verbose", verbose, "Say more: each statement with its time");
        app.add_flag("--no-pager", no_pager, "Don't page long output");
        app.add_flag("--etc-path", etc_path, "Print the folder of the system's configuration");
    }
};

const CommandEntry* find_command(std::string_view name) {
    const auto& table = command_table();
    const auto hit = std::find_if(table.begin(), table.end(),
                                  [&](const CommandEntry& entry) { return entry.name == name; });
    return hit == table.end() ? nullptr : &*hit;
}

/// The first word that is no option, nor the value of a global one.
std::string_view command_word(const std::vector<std::string_view>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "-C" || word == "--chdir" || word == "--cd") {
            ++i;
        } else if (word.empty() || word.front() != '-') {
            return word;
        }
    }
    return {};
}

[[noreturn]] void fail_unknown_command(std::string_view word) {
    std::vector<std::string> names;
    for (const CommandEntry& entry : command_table()) names.emplace_back(entry.name);
    throw Failure(
        ErrorKind::usage,
        fmt::format("\"{}\" is not a command of kedge{}", word, did_you_mean(word, names)),
        "kedge help lists the commands");
}

/// CLI11's own words for a bad command line, made ours: which option, and the nearest there is.
[[noreturn]] void fail_usage(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = error.what();
    std::string hint = fmt::format("kedge {} --help shows the options", app.get_name());
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        const auto extras = app.remaining(true);
        const std::string word = extras.empty() ? std::string() : extras.front();
        std::vector<std::string> known;
        for (const CLI::Option* option : app.get_options()) {
            for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
        }
        message = fmt::format("{} \"{}\"{}",
                              word.substr(0, 1) == "-" ? "unknown option" : "unexpected argument",
                              word, did_you_mean(word, known));
    }
    throw Failure(ErrorKind::usage, message, hint);
}

void change_directory(const std::string& directory) {
    if (directory.empty() || ::chdir(directory.c_str()) == 0) return;
    throw Failure(ErrorKind::usage,
                  fmt::format("cannot change to folder {}: {}", directory, std::strerror(errno)));
}

/// CLI11 takes `[a,b]` for the two arguments `a` and `b`. A character in front keeps it whole.
constexpr char kGuard = '\x01';

std::string guarded(std::string_view argument) {
    const bool is_list = argument.starts_with('[') && argument.ends_with(']');
    return (is_list ? std::string(1, kGuard) : std::string()) + std::string(argument);
}

std::string without_guard(std::string argument) {
    if (argument.starts_with(kGuard)) argument.erase(0, 1);
    return argument;
}

int run_command(const CommandEntry& entry, Context& context,
                const std::vector<std::string_view>& arguments) {
    GlobalOptions globals;
    const std::unique_ptr<Command> command = entry.make();
    CLI::App app{std::string(entry.summary), std::string(entry.name)};
    // `-h` is the host of a database, as in Sqitch.
    app.set_help_flag("--help,--man", "Show this help");
    app.formatter(std::make_shared<HelpFormatter>(entry));
    globals.add(app);
    command->add_options(app);
    for (CLI::Option* option : app.get_options()) {
        if (option->get_items_expected_max() > 0) option->transform(without_guard);
    }
    // The command's word itself is not an argument of it; only its first occurrence is.
    std::vector<std::string> rest;
    bool seen = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool takes_value =
            arguments[i] == "-C" || arguments[i] == "--chdir" || arguments[i] == "--cd";
        if (!seen && takes_value && i + 1 < arguments.size()) {
            rest.emplace_back(arguments[i]);
            rest.emplace_back(arguments[++i]);
        } else if (!seen && arguments[i] == entry.name) {
            seen = true;
        } else {
            rest.push_back(guarded(arguments[i]));
        }
    }
    std::reverse(rest.begin(), rest.end());
    try {
        app.parse(rest);
    } catch (const CLI::CallForHelp&) {
        context.out(app.help());
        return 0;
    } catch (const CLI::ParseError& error) {
        fail_usage(app, error);
    }
    change_directory(globals.directory);
    if (globals.quiet) {
        context.verbosity = 0;
    } else if (globals.verbose > 0) {
        context.verbosity = 1 + globals.verbose;
    }
    context.pager = !globals.no_pager;
    return command->run(context);
}

int run_without_command(Context& context, const std::vector<std::string_view>& arguments) {
    GlobalOptions globals;
    CLI::App app{"", "kedge"};
    bool version = false;
    bool help = false;
    app.set_help_flag();
    app.add_flag("--version", version);
    app.add_flag("--help,--man", help);
    globals.add(app);
    std::vector<std::string> rest(arguments.rbegin(), arguments.rend());
    try {
        app.parse(rest);
    } catch (const CLI::ParseError& error) {
        throw Failure(ErrorKind::usage, error.what(), "kedge --help shows the commands");
    }
    if (version) {
        context.out(fmt::format("kedge {}\n", KEDGE_VERSION));
        return 0;
    }
    if (globals.etc_path) {
        context.out("/etc/kedge\n");
        return 0;
    }
    context.out(overview_text(context.out_style()));
    return help ? 0 : 2;
}

int report_failure(const Context& context, const Error& error) {
    context.err(report::error_text(error, context.err_style()));
    try {
        if (context.json) context.out(report::json_error(error));
    } catch (const Failure&) {
        // Standard output can't be written, which is what the error may be about.
    }
    return exit_status(error.kind);
}

int run_guarded(Context& context, const std::vector<std::string_view>& arguments) {
    try {
        const std::string_view word = command_word(arguments);
        if (word.empty()) return run_without_command(context, arguments);
        const CommandEntry* entry = find_command(word);
        if (entry == nullptr) fail_unknown_command(word);
        return run_command(*entry, context, arguments);
    } catch (const Failure& failure) {
        return report_failure(context, failure.error());
    } catch (const std::exception& e) {
        Error error;
        error.message = fmt::format("this is a bug in kedge: {}", e.what());
        return report_failure(context, error);
    }
}

}  // namespace

int run(int argc, char** argv) {
    Context context;
    context.environment = read_environment();
    context.cancellation = &install_signal_handlers();
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    return run_guarded(context, arguments);
}

}  // namespace kedge::cli
