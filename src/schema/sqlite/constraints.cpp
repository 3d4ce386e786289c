// SPDX-License-Identifier: MIT
#include "schema/sqlite/constraints.hpp"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "schema/sqlite/clauses.hpp"
#include "support/text.hpp"

namespace kedge::schema::sqlite {
namespace {

using script::sqlite::Token;

const char* type_of(Constraint::Kind kind) {
    switch (kind) {
        case Constraint::Kind::primary_key:
            return "primary key";
        case Constraint::Kind::unique:
            return "unique";
        case Constraint::Kind::foreign_key:
            return "foreign key";
        case Constraint::Kind::check:
            return "check";
    }
    return "";
}

/// The columns that the tokens mention, in an order that is theirs wherever they stand.
std::set<std::string> mentioned(Tokens tokens, const Columns& columns) {
    std::set<std::string> out;
    for (const Token& token : tokens) {
        const bool may_be_name =
            token.kind == Token::Kind::quoted_name ||
            (token.kind == Token::Kind::word && !is_reserved(to_lower_ascii(token.text)));
        const Columns::Column* column = may_be_name ? columns.find(token.name()) : nullptr;
        if (column != nullptr) out.insert(column->identifier);
    }
    return out;
}

/// What nobody named is known by the columns that it is about.
std::string name_of(const Constraint& constraint, const Columns& columns) {
    if (!constraint.name.empty()) return identifier(constraint.name);
    const std::string type = type_of(constraint.kind);
    const auto about = constraint.own_column.empty() || constraint.kind == Constraint::Kind::check
                           ? mentioned(constraint.inside, columns)
                           : std::set<std::string>{identifier(constraint.own_column)};
    if (constraint.kind == Constraint::Kind::primary_key || about.empty()) return type;
    return fmt::format("{} ({})", type, fmt::join(about, ", "));
}

std::string columns_of(const Constraint& constraint, const Columns& columns) {
    if (!constraint.own_column.empty()) {
        return identifier(constraint.own_column) + (constraint.descending ? " desc" : "");
    }
    return constraint.kind == Constraint::Kind::foreign_key ? name_list(constraint.inside, &columns)
                                                            : key_list(constraint.inside, columns);
}

}  // namespace

void add_constraints(std::span<const Constraint> constraints, const Columns& columns,
                     Object& table) {
    // All of a name have to hold, and nothing tells them apart: they are one, in lines.
    std::map<std::string, std::set<std::string>> unnamed_checks;
    for (const Constraint& constraint : constraints) {
        const bool is_check = constraint.kind == Constraint::Kind::check;
        const std::string name = name_of(constraint, columns);
        if (is_check && constraint.name.empty()) {
            unnamed_checks[name].insert(expression(constraint.inside, {&columns, nullptr}));
            continue;
        }
        std::string free_name = name;
        for (int number = 2; table.find("constraint", free_name) != nullptr; ++number) {
            free_name = fmt::format("{} {}", name, number);
        }
        Attributes& attributes = add_part(table, "constraint", std::move(free_name)).attributes;
        attributes = constraint.attributes;
        set(attributes, "type", type_of(constraint.kind));
        if (is_check) {
            set(attributes, "expression", expression(constraint.inside, {&columns, nullptr}));
        } else {
            set(attributes, "columns", columns_of(constraint, columns));
        }
    }
    for (const auto& [name, expressions] : unnamed_checks) {
        Attributes& attributes = add_part(table, "constraint", name).attributes;
        set(attributes, "type", type_of(Constraint::Kind::check));
        set(attributes, "expression", fmt::format("{}", fmt::join(expressions, "\n")));
    }
}

}  // namespace kedge::schema::sqlite
