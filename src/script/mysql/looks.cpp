// SPDX-License-Identifier: MIT
#include "script/mysql/looks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::script::mysql {

ObjectName name_at(const Tokens& tokens, std::size_t& at) {
    // Under ANSI_QUOTES a text in double quotes is a name, and nothing else can stand here.
    ObjectName out{{}, tokens.at(at++).raw};
    if (tokens.at(at).is(".")) {
        out.schema = std::move(out.name);
        out.name = tokens.at(at + 1).raw;
        at += 2;
    }
    return out;
}

std::string account_at(std::string_view statement, const Tokens& tokens, std::size_t& at) {
    const std::size_t first = at++;
    if (tokens.at(at).is("@")) {
        at += 2;
        // A host without quotes may hold dots.
        while (tokens.at(at).is(".")) at += 2;
    } else if (tokens.at(first).is("CURRENT_USER") && tokens.at(at).is("(")) {
        at += 2;
    }
    const std::size_t begin = tokens.at(first).offset;
    const std::size_t end = tokens.at(std::min(at, tokens.size()) - 1).end;
    return std::string(statement.substr(begin, end > begin ? end - begin : 0));
}

Look table_look(const ObjectName& name) {
    return {fmt::format("table {}", name.quoted()),
            fmt::format("SHOW CREATE TABLE {}", name.quoted()), " AUTO_INCREMENT="};
}

Look table_time_look(const ObjectName& name) {
    return {fmt::format("table {}", name.quoted()),
            fmt::format("SELECT CREATE_TIME FROM information_schema.TABLES "
                        "WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
                        name.schema.empty() ? "DATABASE()" : quoted_literal(name.schema),
                        quoted_literal(name.name))};
}

Look shown_look(std::string_view kind, const ObjectName& name) {
    return {fmt::format("{} {}", to_lower_ascii(kind), name.quoted()),
            fmt::format("SHOW CREATE {} {}", kind, name.quoted())};
}

Look user_look(const std::string& account) {
    return {fmt::format("user {}", account), fmt::format("SHOW CREATE USER {}", account)};
}

Look grants_look(const std::string& account) {
    return {fmt::format("the grants of {}", account), fmt::format("SHOW GRANTS FOR {}", account)};
}

Look row_look(std::string_view kind, std::string_view columns, std::string_view table,
              std::string_view column, std::string_view name) {
    return {fmt::format("{} {}", kind, quoted_name(name)),
            fmt::format("SELECT {} FROM {} WHERE {} = {}", columns, table, column,
                        quoted_literal(name))};
}

}  // namespace kedge::script::mysql
