// SPDX-License-Identifier: MIT
// The commands of psql that scripts use: psql(1), "Meta-Commands".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::script::postgres {

enum class MetaCommand {
    begin_if,
    otherwise_if,
    otherwise,
    end_if,
    include,           ///< `\i`: the path counts from the working folder
    include_relative,  ///< `\ir`: it counts from the file that includes
    set,
    unset,
    quit,   ///< ends the file
    reset,  ///< `\r`: forgets the statement so far
    send,   ///< `\g`: ends a statement; its result may go to a file or a program
    send_expanded,
    store,    ///< `\gset`: its only row becomes variables
    execute,  ///< `\gexec`: each cell of its result is a statement
    copy,
    echo,
    query_echo,
    warn,
    output,  ///< `\o`
    shell,   ///< `\!`
    change_folder,
    get_environment,
    set_environment,
    encoding,
    connect,
    expanded,
    aligned,
    tuples_only,
    field_separator,
    title,
    print_setting,  ///< `\pset`
    timing,
    print_buffer,
    refused,
};

struct MetaCommandInfo {
    MetaCommand command = MetaCommand::refused;
    bool whole_line = false;   ///< takes the rest of the line as it stands
    std::string_view problem;  ///< why it is refused
};

/// By name, as psql has them: in full, or by their letters.
[[nodiscard]] MetaCommandInfo meta_command(std::string_view name) noexcept;

/// A command with its arguments, as it is to be obeyed.
struct MetaCall {
    MetaCommand command = MetaCommand::refused;
    std::string name;  ///< as written, without its backslash
    std::vector<std::string> arguments;
    std::size_t line = 0;
};

}  // namespace kedge::script::postgres
