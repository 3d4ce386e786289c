// SPDX-License-Identifier: MIT
#include "script/mysql/client_command.hpp"

#include <algorithm>
#include <array>

#include "script/mysql/scanner.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

constexpr std::string_view kNotInScripts = "it does nothing in a script; leave it out";

constexpr std::array kCommands = {
    ClientCommandInfo{"?", '?', ClientCommand::refused, true, "leave it out"},
    ClientCommandInfo{"charset", 'C', ClientCommand::charset, true},
    ClientCommandInfo{"clear", 'c', ClientCommand::clear},
    ClientCommandInfo{"connect", 'r', ClientCommand::refused, true,
                      "all of a script runs in one session; take USE to change the database"},
    ClientCommandInfo{"delimiter", 'd', ClientCommand::delimiter, true},
    ClientCommandInfo{"edit", 'e', ClientCommand::refused, false, "nobody is there to edit"},
    ClientCommandInfo{"ego", 'G', ClientCommand::send_vertical},
    ClientCommandInfo{"exit", 'q', ClientCommand::quit},
    ClientCommandInfo{"go", 'g', ClientCommand::send},
    ClientCommandInfo{"help", 'h', ClientCommand::refused, true, "leave it out"},
    ClientCommandInfo{"nopager", 'n', ClientCommand::nopager},
    ClientCommandInfo{"notee", 't', ClientCommand::notee},
    ClientCommandInfo{"nowarning", 'w', ClientCommand::nowarning},
    ClientCommandInfo{"pager", 'P', ClientCommand::refused, true, kNotInScripts},
    ClientCommandInfo{"print", 'p', ClientCommand::print},
    ClientCommandInfo{"prompt", 'R', ClientCommand::nothing, true},
    ClientCommandInfo{"quit", 'q', ClientCommand::quit},
    ClientCommandInfo{"query_attributes", '\0', ClientCommand::refused, true,
                      "kedge sends statements without attributes"},
    ClientCommandInfo{"rehash", '#', ClientCommand::nothing},
    ClientCommandInfo{"resetconnection", 'x', ClientCommand::refused, false,
                      "it would end the transaction, and kedge's lock"},
    ClientCommandInfo{"sandbox", '-', ClientCommand::refused, false,
                      "kedge has no sandbox; leave it out"},
    ClientCommandInfo{"source", '.', ClientCommand::source, true},
    ClientCommandInfo{"ssl_session_data_print", '\0', ClientCommand::refused, true, "leave it out"},
    ClientCommandInfo{"status", 's', ClientCommand::refused, false, "leave it out"},
    ClientCommandInfo{"system", '!', ClientCommand::system, true},
    ClientCommandInfo{"tee", 'T', ClientCommand::refused, true, kNotInScripts},
    ClientCommandInfo{"use", 'u', ClientCommand::use, true},
    ClientCommandInfo{"warnings", 'W', ClientCommand::warnings},
};

std::size_t skip_space(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

}  // namespace

const ClientCommandInfo* command_of_letter(char letter) noexcept {
    const auto* const found =
        std::find_if(kCommands.begin(), kCommands.end(), [&](const ClientCommandInfo& info) {
            return info.letter != '\0' && info.letter == letter;
        });
    return found == kCommands.end() ? nullptr : found;
}

const ClientCommandInfo* command_of_text(std::string_view text, std::string_view delimiter) {
    text.remove_prefix(skip_space(text, 0));
    if (text.find("\\g") != text.npos) return nullptr;
    if (text.find(delimiter) != text.npos && !begins_with_delimiter_word(text)) return nullptr;
    const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
    const bool has_parameters = skip_space(text, blank) < text.size();
    const std::string_view word = text.substr(0, blank);
    const auto* const found = std::find_if(
        kCommands.begin(), kCommands.end(),
        [&](const ClientCommandInfo& info) { return equals_ignoring_case(info.word, word); });
    if (found == kCommands.end()) return nullptr;
    if (has_parameters && (!found->takes_parameters || !first_argument(text))) return nullptr;
    return found;
}

std::optional<std::string> first_argument(std::string_view text) {
    std::size_t at = skip_space(text, 0);
    const bool is_short = at < text.size() && text[at] == '\\';
    if (is_short) {
        at = std::min(at + 2, text.size());
    } else {
        while (at < text.size() && !is_space(text[at])) ++at;
    }
    at = skip_space(text, at);
    if (at >= text.size()) return std::nullopt;
    char quote = '\0';
    if (text[at] == '\'' || text[at] == '"' || text[at] == '`') quote = text[at++];
    std::string out;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if ((c == '\\' && next != '\0') ||
            (!is_short && quote != '\0' && c == quote && next == c)) {
            out += next;
            ++at;
        } else if (c == (quote != '\0' ? quote : ' ')) {
            quote = '\0';
            break;
        } else {
            out += c;
        }
    }
    // A quote that isn't closed makes it no argument.
    if (out.empty() || quote != '\0') return std::nullopt;
    return out;
}

std::optional<std::string_view> rest_behind(std::string_view text) {
    text.remove_prefix(skip_space(text, 0));
    const std::size_t blank = text.find(' ');
    if (blank == text.npos || skip_space(text, blank) == text.size()) return std::nullopt;
    return text.substr(skip_space(text, blank));
}

}  // namespace kedge::script::mysql
