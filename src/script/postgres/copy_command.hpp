// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kedge::script::postgres {

/// `\copy`: a COPY whose file is the client's.
struct CopyCommand {
    enum class Place {
        file,
        program,
        script,   ///< `from stdin`: the data stand in the script behind the command
        results,  ///< `to stdout`
        process,  ///< `pstdin`, `pstdout`: the standard streams of psql itself
    };
    std::string sql;  ///< the COPY to send: FROM STDIN or TO STDOUT
    bool from = false;
    Place place = Place::file;
    std::string name;  ///< of the file, or the program's command
    /// Why it can't be understood; empty if it can.
    std::string problem;
};

/// Reads what follows `\copy`. Nothing in it is a variable: see psql(1).
[[nodiscard]] CopyCommand parse_copy(std::string_view text);

}  // namespace kedge::script::postgres
