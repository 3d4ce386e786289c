// SPDX-License-Identifier: MIT
#include "cli/note.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::cli {

std::string take_note(const Context& context, const project::Project& project,
                      const std::vector<std::string>& notes, const std::string& about,
                      const std::vector<std::string>& files) {
    if (!notes.empty()) {
        const std::string note(trim(join(notes, "\n\n")));
        if (note.empty()) throw Failure(ErrorKind::usage, "the note is empty; nothing was written");
        return note;
    }
    if (!context.is_interactive()) {
        throw Failure(ErrorKind::usage, "a note is needed, and nobody can be asked for it",
                      "give it with -n 'TEXT'");
    }
    std::string form = fmt::format(
        "\n# Write a note on {}.\n# Lines that begin with \"#\" are left out; without a note "
        "nothing is done.\n",
        about);
    for (const std::string& file : files) form += fmt::format("#   {}\n", file);
    std::string note;
    for (const std::string& line : split(context.edit_text(project, form), '\n')) {
        if (trim(line).substr(0, 1) == "#") continue;
        note += line + "\n";
    }
    note = std::string(trim(note));
    if (note.empty()) throw Failure(ErrorKind::refused, "aborting: the note is empty");
    return note;
}

}  // namespace kedge::cli
