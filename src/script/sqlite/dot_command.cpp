// SPDX-License-Identifier: MIT
#include "script/sqlite/dot_command.hpp"

#include <array>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

struct Known {
    std::string_view name;
    DotCommand command;
    std::size_t shortest;  ///< the shell takes abbreviations
};

constexpr std::array<Known, 28> kCommands = {{
    {"read", DotCommand::read, 3},           {"print", DotCommand::print, 3},
    {"echo", DotCommand::echo, 3},           {"headers", DotCommand::headers, 3},
    {"mode", DotCommand::mode, 3},           {"separator", DotCommand::separator, 3},
    {"nullvalue", DotCommand::nullvalue, 3}, {"quit", DotCommand::stop, 1},
    {"exit", DotCommand::stop, 3},           {"bail", DotCommand::display, 3},
    {"changes", DotCommand::display, 3},     {"databases", DotCommand::display, 2},
    {"dbinfo", DotCommand::display, 3},      {"eqp", DotCommand::display, 3},
    {"explain", DotCommand::display, 3},     {"help", DotCommand::display, 2},
    {"indexes", DotCommand::display, 3},     {"indices", DotCommand::display, 3},
    {"prompt", DotCommand::display, 3},      {"schema", DotCommand::display, 3},
    {"show", DotCommand::display, 3},        {"stats", DotCommand::display, 3},
    {"tables", DotCommand::display, 3},      {"timeout", DotCommand::display, 5},
    {"timer", DotCommand::display, 5},       {"trace", DotCommand::display, 3},
    {"version", DotCommand::display, 3},     {"width", DotCommand::display, 3},
}};

/// The character that a backslash stands before, in a double-quoted argument.
char unescape(char c) noexcept {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        default:
            return c;
    }
}

std::vector<std::string> split_arguments(std::string_view text) {
    std::vector<std::string> out;
    std::size_t at = 0;
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (at < text.size()) {
        if (is_space(text[at])) {
            ++at;
            continue;
        }
        std::string& word = out.emplace_back();
        const char quote = text[at];
        if (quote == '\'' || quote == '"') {
            for (++at; at < text.size() && text[at] != quote; ++at) {
                if (quote == '"' && text[at] == '\\' && at + 1 < text.size()) {
                    word += unescape(text[++at]);
                } else {
                    word += text[at];
                }
            }
            ++at;
        } else {
            while (at < text.size() && !is_space(text[at])) word += text[at++];
        }
    }
    return out;
}

std::string problem_of(std::string_view name) {
    if (name == "import") return "load the rows with INSERT statements, or from a table";
    if (name == "shell" || name == "system" || name == "cd") {
        return "kedge runs no programs from a script";
    }
    if (name == "open" || name == "connection")
        return "a change belongs to one database; use ATTACH";
    if (name == "load") return "extensions can't be loaded by a script";
    return "kedge knows of the shell's commands those that change what a script does, and those "
           "about display";
}

void check(DotLine& line) {
    const auto& args = line.arguments;
    switch (line.command) {
        case DotCommand::read:
            if (args.size() != 1) {
                line.command = DotCommand::refused;
                line.problem = ".read takes one file name";
            } else if (args[0].empty() || args[0].front() == '|') {
                line.command = DotCommand::refused;
                line.problem = "kedge runs no programs from a script";
            }
            break;
        case DotCommand::stop:
            if (!args.empty() && args[0] != "0") {
                line.command = DotCommand::refused;
                line.problem = fmt::format("it ends every run with status {}", args[0]);
            }
            break;
        default:
            break;
    }
}

}  // namespace

DotLine parse_dot_line(std::string_view text) {
    DotLine out;
    std::vector<std::string> words = split_arguments(text.substr(1));
    if (words.empty()) {
        out.problem = "expected the name of a command after the dot";
        return out;
    }
    const std::string name = words.front();
    out.arguments.assign(words.begin() + 1, words.end());
    for (const Known& known : kCommands) {
        const bool hit = name.size() >= known.shortest && known.name.substr(0, name.size()) == name;
        if (!hit) continue;
        out.command = known.command;
        check(out);
        return out;
    }
    if (name == "output" || name == "once" || name == "log") {
        // Where output goes is kedge's affair, but a file would be a side effect.
        const bool harmless = out.arguments.empty() || out.arguments[0] == "stdout" ||
                              out.arguments[0] == "off" || out.arguments[0] == "/dev/null";
        out.command = harmless ? DotCommand::display : DotCommand::refused;
        if (!harmless) out.problem = "kedge writes no files from a script";
        return out;
    }
    out.problem = problem_of(name);
    return out;
}

}  // namespace kedge::script::sqlite
