// SPDX-License-Identifier: MIT
#include "lint/postgres/expression.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

/// Names of pg_type that SQL calls otherwise.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kSqlNames = {{
    {"int2", "smallint"},
    {"int4", "integer"},
    {"int8", "bigint"},
    {"float4", "real"},
    {"float8", "double precision"},
    {"bool", "boolean"},
    {"bpchar", "char"},
    {"serial2", "smallserial"},
    {"serial4", "serial"},
    {"serial8", "bigserial"},
    {"varbit", "bit varying"},
    {"decimal", "numeric"},
}};

/// Functions of the server that give one value for the whole of a statement, at least. What isn't
/// here counts as volatile. https://www.postgresql.org/docs/current/xfunc-volatility.html
constexpr std::array kNotVolatile = {
    "abs",
    "age",
    "array_fill",
    "array_to_string",
    "btrim",
    "ceil",
    "ceiling",
    "coalesce",
    "concat",
    "concat_ws",
    "current_database",
    "current_schema",
    "current_setting",
    "current_user",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "extract",
    "floor",
    "format",
    "greatest",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "left",
    "length",
    "localtimestamp",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_timestamp",
    "make_timestamptz",
    "md5",
    "now",
    "power",
    "repeat",
    "replace",
    "right",
    "round",
    "rpad",
    "rtrim",
    "session_user",
    "statement_timestamp",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "trim",
    "trunc",
    "txid_current",
    "upper",
    "version",
};

DefaultKind worse(DefaultKind a, DefaultKind b) {
    return std::max(a, b);
}

bool is_null_constant(const Json& expression) {
    const Json& constant = inside(expression, "A_Const");
    if (flag_at(constant, "isnull")) return true;
    const Json& cast = inside(expression, "TypeCast");
    return !cast.is_null() && is_null_constant(at(cast, "arg"));
}

/// Each node of the tree, the outer before the inner.
template <typename Visit>
void walk(const Json& node, const Visit& visit) {
    if (node.is_object()) {
        for (const auto& [key, value] : node.items()) {
            visit(key, value);
            walk(value, visit);
        }
    } else if (node.is_array()) {
        for (const Json& item : node) walk(item, visit);
    }
}

}  // namespace

std::vector<std::string> strings_of(const Json& list) {
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Json& item : list) out.push_back(string_of(item));
    return out;
}

Name name_of(const std::vector<std::string>& parts) {
    Name out;
    if (!parts.empty()) out.name = parts.back();
    if (parts.size() > 1) out.schema = parts[parts.size() - 2];
    return out;
}

Name relation_name(const Json& range_var) {
    return {text_at(range_var, "schemaname"), text_at(range_var, "relname")};
}

DataType data_type(const Json& type_name) {
    DataType out;
    const std::vector<std::string> parts = strings_of(at(type_name, "names"));
    if (parts.empty()) return out;
    out.name = parts.back();
    if (parts.size() == 1 || parts.front() == "pg_catalog") {
        for (const auto& [internal, sql] : kSqlNames) {
            if (out.name == internal) out.name = sql;
        }
    } else {
        out.name = name_of(parts).text();
    }
    const bool is_own = std::all_of(out.name.begin(), out.name.end(),
                                    [](unsigned char c) { return std::isupper(c) == 0; });
    const Json& modifiers = at(type_name, "typmods");
    if (modifiers.is_array() && out.name != "interval") {
        for (const Json& item : modifiers) {
            const Json& value = at(inside(item, "A_Const"), "ival");
            if (!value.is_null()) out.modifiers.push_back(number_at(value, "ival"));
        }
    }
    // What the grammar puts there for a plain CHAR.
    if (out.name == "char" && parts.size() == 2 && out.modifiers.empty()) out.modifiers = {1};
    out.is_array = at(type_name, "arrayBounds").is_array();
    out.has_zone = out.name == "timestamptz" || out.name == "timetz";
    std::vector<std::string> numbers;
    for (const long modifier : out.modifiers) numbers.push_back(std::to_string(modifier));
    out.text = is_own ? out.name : kedge::quoted(out.name, '"');
    if (!numbers.empty()) out.text += "(" + join(numbers, ", ") + ")";
    if (out.is_array) out.text += "[]";
    return out;
}

DefaultKind default_kind(const Json& expression) {
    if (is_null_constant(expression)) return DefaultKind::null;
    const std::string type = type_of(expression);
    if (type == "A_Const") return DefaultKind::constant;
    if (type == "SQLValueFunction") return DefaultKind::stable;
    const auto of_list = [](const Json& list) {
        DefaultKind out = DefaultKind::constant;
        if (list.is_array()) {
            for (const Json& item : list) out = worse(out, default_kind(item));
        }
        return out;
    };
    const Json& node =
        expression.is_object() && !type.empty() ? expression.begin().value() : expression;
    if (type == "TypeCast" || type == "CollateClause") {
        return worse(DefaultKind::constant, default_kind(at(node, "arg")));
    }
    if (type == "A_ArrayExpr") return of_list(at(node, "elements"));
    if (type == "RowExpr" || type == "BoolExpr" || type == "CoalesceExpr" || type == "MinMaxExpr") {
        return of_list(at(node, "args"));
    }
    if (type == "A_Expr") {
        DefaultKind out = DefaultKind::constant;
        for (const char* side : {"lexpr", "rexpr"}) {
            const Json& operand = at(node, side);
            if (!operand.is_null()) out = worse(out, default_kind(operand));
        }
        return out;
    }
    if (type == "FuncCall") {
        const std::string name = name_of(strings_of(at(node, "funcname"))).name;
        const bool is_known =
            std::find(kNotVolatile.begin(), kNotVolatile.end(), name) != kNotVolatile.end();
        if (!is_known) return DefaultKind::expression;
        return worse(DefaultKind::stable, of_list(at(node, "args")));
    }
    return DefaultKind::expression;
}

std::string not_null_column(const Json& expression) {
    const Json& test = inside(expression, "NullTest");
    if (text_at(test, "nulltesttype") != "IS_NOT_NULL") return {};
    const Json& column = inside(at(test, "arg"), "ColumnRef");
    const auto parts = strings_of(at(column, "fields"));
    return parts.empty() ? std::string() : parts.back();
}

std::vector<std::string> columns_in(const Json& expression) {
    std::vector<std::string> out;
    walk(expression, [&](const std::string& type, const Json& node) {
        if (type != "ColumnRef") return;
        const auto parts = strings_of(at(node, "fields"));
        if (parts.empty() || parts.back().empty()) return;
        if (std::find(out.begin(), out.end(), parts.back()) == out.end()) {
            out.push_back(parts.back());
        }
    });
    return out;
}

/// Of `(SELECT column FROM table …)`, as schema and name; nothing for another form of query.
Name selected_column(const Json& link) {
    const Json& query = inside(at(link, "subselect"), "SelectStmt");
    const Json& targets = at(query, "targetList");
    const Json& tables = at(query, "fromClause");
    if (!targets.is_array() || targets.size() != 1 || !tables.is_array() || tables.size() != 1) {
        return {};
    }
    const Json& column = inside(at(inside(targets.front(), "ResTarget"), "val"), "ColumnRef");
    const auto parts = strings_of(at(column, "fields"));
    const Name table = relation_name(inside(tables.front(), "RangeVar"));
    if (parts.empty() || table.empty()) return {};
    return {table.name, parts.back()};
}

std::vector<Mention> mentions_in(const Json& statement, std::size_t base) {
    std::vector<Mention> out;
    std::set<std::string> own;  // names that WITH gives
    walk(statement, [&](const std::string& type, const Json& node) {
        if (type == "CommonTableExpr") own.insert(text_at(node, "ctename"));
    });
    const auto add = [&](Mention::Kind kind, Name name, const Json& node) {
        out.push_back(
            {kind, std::move(name), base + static_cast<std::size_t>(number_at(node, "location"))});
    };
    const auto is_equality = [](const Json& node) {
        const std::string name = name_of(strings_of(at(node, "name"))).name;
        return name == "=" || name == "<>";
    };
    const auto functions = [&](const Json& where) {
        walk(where, [&](const std::string& type, const Json& node) {
            if (type != "A_Expr") return;
            const Json& call = inside(at(node, "lexpr"), "FuncCall");
            const std::vector<std::string> columns = columns_in(at(call, "args"));
            if (columns.size() != 1) return;
            add(Mention::Kind::function_on_column,
                {name_of(strings_of(at(call, "funcname"))).name, columns.front()}, call);
        });
    };
    walk(statement, [&](const std::string& type, const Json& node) {
        if (node.is_object() && node.contains("whereClause")) functions(at(node, "whereClause"));
        // RangeVars stand bare where a statement is about one relation: `relation`, `view`, …
        if (type == "RangeVar" ||
            (node.is_object() && node.contains("relname") && node.contains("relpersistence"))) {
            Name name = relation_name(node);
            if (name.empty() || (name.schema.empty() && own.contains(name.name))) return;
            add(Mention::Kind::table, std::move(name), node);
        } else if (type == "FuncCall") {
            add(Mention::Kind::function, name_of(strings_of(at(node, "funcname"))), node);
        } else if (type == "A_Expr" && text_at(node, "kind").ends_with("LIKE")) {
            const Json& pattern = at(inside(at(node, "rexpr"), "A_Const"), "sval");
            if (text_at(pattern, "sval").starts_with('%')) {
                add(Mention::Kind::leading_wildcard, {}, node);
            }
        } else if (type == "BoolExpr" && text_at(node, "boolop") == "OR_EXPR") {
            add(Mention::Kind::alternatives, {{}, std::to_string(at(node, "args").size())}, node);
        } else if (type == "A_Expr" && text_at(node, "kind") == "AEXPR_OP") {
            if (is_equality(node) &&
                (is_null_constant(at(node, "rexpr")) || is_null_constant(at(node, "lexpr")))) {
                add(Mention::Kind::null_comparison, {}, node);
            }
        } else if (type == "ResTarget") {
            const Json& column = inside(at(node, "val"), "ColumnRef");
            const Json& fields = at(column, "fields");
            if (fields.is_array() && !fields.empty() && type_of(fields.back()) == "A_Star") {
                add(Mention::Kind::select_star, {}, column);
            }
        } else if (type == "BoolExpr" && text_at(node, "boolop") == "NOT_EXPR") {
            for (const Json& argument : at(node, "args")) {
                const Json& link = inside(argument, "SubLink");
                if (text_at(link, "subLinkType") == "ANY_SUBLINK" &&
                    !at(link, "testexpr").is_null()) {
                    add(Mention::Kind::not_in_query, selected_column(link), link);
                }
            }
        }
    });
    return out;
}

}  // namespace kedge::lint::postgres
