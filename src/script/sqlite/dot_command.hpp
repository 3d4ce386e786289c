// SPDX-License-Identifier: MIT
// The commands of the sqlite3 shell that scripts use. See the shell's manual, "Special commands".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::script::sqlite {

enum class DotCommand {
    read,       ///< runs another file
    print,      ///< writes its arguments
    echo,       ///< shows each statement
    headers,    ///< shows the names of columns
    mode,       ///< form of results
    separator,  ///< between columns
    nullvalue,  ///< stands for NULL
    stop,       ///< `.quit` and `.exit`: ends the file
    display,    ///< only about display, or without meaning here: taken and left aside
    refused,    ///< `problem` says why
};

struct DotLine {
    DotCommand command = DotCommand::refused;
    std::vector<std::string> arguments;
    std::string problem;
};

/// Reads a line that begins with a dot.
[[nodiscard]] DotLine parse_dot_line(std::string_view line);

}  // namespace kedge::script::sqlite
