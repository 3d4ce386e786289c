// SPDX-License-Identifier: MIT
#include "script/postgres/copy_command.hpp"

#include <fmt/format.h>

#include "script/postgres/token.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

/// psql's own strings: '…' with '' for a quote, and no escapes.
std::string unquoted(std::string_view text) {
    return replace_all(text.substr(1, text.size() - 2), "''", "'");
}

CopyCommand broken(std::string problem) {
    CopyCommand out;
    out.problem = std::move(problem);
    return out;
}

}  // namespace

CopyCommand parse_copy(std::string_view text) {
    if (text.ends_with(";")) text = trim(text.substr(0, text.size() - 1));
    const Tokens tokens(text, 1000);
    std::size_t at = 0;
    while (at < tokens.size() &&
           (tokens.at(at).depth > 0 || (!tokens.at(at).is("FROM") && !tokens.at(at).is("TO")))) {
        ++at;
    }
    if (at == tokens.size() || at == 0) {
        return broken("\\copy takes: TABLE from FILE, or TABLE to FILE");
    }
    CopyCommand out;
    out.from = tokens.at(at).is("FROM");
    const std::string_view subject = trim(text.substr(0, tokens.at(at).offset));
    std::size_t file = at + 1;
    if (tokens.at(file).is("PROGRAM")) {
        out.place = CopyCommand::Place::program;
        ++file;
    }
    if (file >= tokens.size()) return broken("\\copy: the name of a file is missing");
    const Token& name = tokens.at(file);
    std::size_t end = name.offset + name.text.size();
    const std::string word = to_lower_ascii(name.text);
    if (name.kind == Token::Kind::string && name.text.starts_with('\'')) {
        out.name = unquoted(name.text);
    } else if (out.place == CopyCommand::Place::program) {
        return broken("\\copy: the program's command must stand in single quotes");
    } else if (word == "stdin" || word == "stdout") {
        out.place = out.from ? CopyCommand::Place::script : CopyCommand::Place::results;
    } else if (word == "pstdin" || word == "pstdout") {
        out.place = CopyCommand::Place::process;
    } else {
        // Without quotes the name goes to the next blank.
        end = std::min(text.find_first_of(" \t\r\n", name.offset), text.size());
        out.name = std::string(text.substr(name.offset, end - name.offset));
    }
    out.sql = fmt::format("COPY {} {} {}", subject, out.from ? "FROM STDIN" : "TO STDOUT",
                          trim(text.substr(end)));
    return out;
}

}  // namespace kedge::script::postgres
