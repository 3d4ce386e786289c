// SPDX-License-Identifier: MIT
// The commands of the mysql client that scripts use: mysql(1), "MYSQL COMMANDS".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kedge::script::mysql {

enum class ClientCommand {
    send,           ///< `go`, `\g`
    send_vertical,  ///< `ego`, `\G`
    clear,          ///< forgets the statement so far
    delimiter,
    source,
    use,
    charset,
    quit,  ///< ends the file
    system,
    print,
    warnings,
    nowarning,
    nopager,
    notee,
    nothing,  ///< of no effect in a script
    refused,
};

struct ClientCommandInfo {
    std::string_view word;
    char letter;
    ClientCommand command;
    bool takes_parameters = false;
    std::string_view problem = {};  ///< for `refused`: what to do instead
};

/// By the letter behind a backslash; nothing for one that the client doesn't know.
[[nodiscard]] const ClientCommandInfo* command_of_letter(char letter) noexcept;

/// The command that a line, or a statement up to its delimiter, is by its first word; nothing for
/// SQL. The client looks at words alone where neither the delimiter nor `\g` stands in the text.
[[nodiscard]] const ClientCommandInfo* command_of_text(std::string_view text,
                                                       std::string_view delimiter);

/// The first argument behind the command that begins a text, in either form, out of its quotes;
/// nothing where there is none.
[[nodiscard]] std::optional<std::string> first_argument(std::string_view text);

/// All that follows the first blank behind the command, as it stands; nothing where none does.
[[nodiscard]] std::optional<std::string_view> rest_behind(std::string_view text);

}  // namespace kedge::script::mysql
