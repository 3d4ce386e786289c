// SPDX-License-Identifier: MIT
#include "lint/postgres/unseen.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "script/postgres/statement_kind.hpp"
#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

/// Functions of the server's own alter no table; those of others may do anything.
bool is_harmless(const Name& function) {
    if (!function.schema.empty() && function.schema != "pg_catalog") return false;
    // Those that stand alone in scripts and verify scripts.
    static const std::set<std::string, std::less<>> names = {"abs",
                                                             "age",
                                                             "array_agg",
                                                             "array_length",
                                                             "array_to_string",
                                                             "avg",
                                                             "bool_and",
                                                             "bool_or",
                                                             "btrim",
                                                             "ceil",
                                                             "clock_timestamp",
                                                             "col_description",
                                                             "concat",
                                                             "concat_ws",
                                                             "count",
                                                             "current_setting",
                                                             "currval",
                                                             "date_part",
                                                             "date_trunc",
                                                             "decode",
                                                             "dense_rank",
                                                             "encode",
                                                             "every",
                                                             "extract",
                                                             "floor",
                                                             "format",
                                                             "format_type",
                                                             "gen_random_uuid",
                                                             "generate_series",
                                                             "json_agg",
                                                             "jsonb_agg",
                                                             "lastval",
                                                             "left",
                                                             "length",
                                                             "lower",
                                                             "max",
                                                             "md5",
                                                             "min",
                                                             "nextval",
                                                             "now",
                                                             "obj_description",
                                                             "quote_ident",
                                                             "quote_literal",
                                                             "random",
                                                             "rank",
                                                             "regexp_replace",
                                                             "replace",
                                                             "right",
                                                             "round",
                                                             "row_number",
                                                             "row_to_json",
                                                             "set_config",
                                                             "setval",
                                                             "split_part",
                                                             "string_agg",
                                                             "strpos",
                                                             "substr",
                                                             "substring",
                                                             "sum",
                                                             "to_char",
                                                             "to_date",
                                                             "to_jsonb",
                                                             "to_regclass",
                                                             "to_regproc",
                                                             "to_regtype",
                                                             "to_timestamp",
                                                             "trim",
                                                             "unnest",
                                                             "upper",
                                                             "version"};
    return names.contains(function.name) || function.name.starts_with("pg_") ||
           function.name.starts_with("has_");
}

/// The name as the server has it: folded, or without its quotes.
std::string name_of_token(const script::postgres::Token& token) {
    using Kind = script::postgres::Token::Kind;
    if (token.kind == Kind::word) return to_lower_ascii(token.text);
    if (token.kind != Kind::name || token.text.size() < 2) return {};
    return replace_all(token.text.substr(1, token.text.size() - 2), "\"\"", "\"");
}

}  // namespace

Statement::Unseen unseen_in(const Statement& statement) {
    using Unseen = Statement::Unseen;
    Unseen out = statement.problem.empty() ? Unseen::none : Unseen::those_it_names;
    for (const Action& action : statement.actions) {
        if (action.act == Act::call) return Unseen::any;
        if (action.act != Act::run_block) continue;
        // What it runs may be put together, or be in a function, where no name can be seen.
        const std::string text = to_lower_ascii(statement.source.text);
        for (const std::string_view word : {"execute", "perform", "call "}) {
            if (text.find(word) != text.npos) return Unseen::any;
        }
        out = Unseen::those_it_names;
    }
    const bool calls =
        !statement.actions.empty() && statement.actions.front().act == Act::select &&
        std::any_of(statement.mentions.begin(), statement.mentions.end(), [](const Mention& m) {
            return m.kind == Mention::Kind::function && !is_harmless(m.name);
        });
    return calls ? Unseen::any : out;
}

std::optional<Action> table_of_unread(std::string_view text) {
    const script::postgres::Tokens tokens = script::postgres::head_of(text);
    std::size_t i = 0;
    if (!tokens.at(i++).is("CREATE")) return std::nullopt;
    Action out;
    out.act = Act::create;
    out.object = ObjectKind::table;
    out.from_query = true;
    if (tokens.at(i).is("TEMP") || tokens.at(i).is("TEMPORARY")) {
        out.temporary = true;
        ++i;
    } else if (tokens.at(i).is("UNLOGGED")) {
        out.unlogged = true;
        ++i;
    }
    if (!tokens.at(i++).is("TABLE")) return std::nullopt;
    if (tokens.match(i, {"IF", "NOT", "EXISTS"})) {
        out.if_not_exists = true;
        i += 3;
    }
    out.offset = tokens.at(i).offset;
    out.name.name = name_of_token(tokens.at(i));
    if (tokens.at(i + 1).is(".")) {
        out.name.schema = std::exchange(out.name.name, name_of_token(tokens.at(i + 2)));
    }
    if (out.name.empty()) return std::nullopt;
    return out;
}

}  // namespace kedge::lint::postgres
