// SPDX-License-Identifier: MIT
#include "lint/sqlite/table_change.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "schema/sqlite/canonical.hpp"
#include "schema/sqlite/names.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using schema::sqlite::identifier;

/// The same for two texts that mean the same.
std::string canonical(const std::string& sql) {
    const auto tokens = script::sqlite::tokens_of(sql);
    return to_lower_ascii(
        schema::sqlite::line(schema::sqlite::without_parentheses(tokens), {nullptr, nullptr}));
}

const Column* find_column(const Action& table, std::string_view name) {
    for (const Column& column : table.columns) {
        if (equals_ignoring_case(column.name, name)) return &column;
    }
    return nullptr;
}

std::vector<Constraint> all_constraints(const Action& table) {
    std::vector<Constraint> out = table.constraints;
    for (const Column& column : table.columns) {
        for (const Constraint& constraint : column.constraints) out.push_back(constraint);
    }
    return out;
}

std::string list_of(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) out.push_back(identifier(name));
    return join(out, ", ");
}

/// As a clause of CREATE TABLE.
std::string clause_of(const Constraint& constraint) {
    switch (constraint.kind) {
        case ConstraintKind::primary_key:
            return fmt::format("PRIMARY KEY ({})", list_of(constraint.columns));
        case ConstraintKind::unique:
            return fmt::format("UNIQUE ({})", list_of(constraint.columns));
        case ConstraintKind::foreign_key: {
            const std::string columns =
                constraint.referenced_columns.empty()
                    ? std::string()
                    : fmt::format(" ({})", list_of(constraint.referenced_columns));
            return fmt::format("FOREIGN KEY ({}) REFERENCES {}{}{}", list_of(constraint.columns),
                               identifier(constraint.references.name), columns,
                               foreign_key_words(constraint));
        }
        case ConstraintKind::check:
        case ConstraintKind::exclusion:
            break;
    }
    return fmt::format("CHECK ({})", constraint.expression);
}

std::string key_of(const Constraint& constraint) {
    return constraint.kind == ConstraintKind::check ? "check " + canonical(constraint.expression)
                                                    : to_lower_ascii(clause_of(constraint));
}

bool has(const std::vector<Constraint>& constraints, const Constraint& wanted) {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](const Constraint& c) { return key_of(c) == key_of(wanted); });
}

/// `REFERENCES p` says the parent's key without its columns.
Constraint spelled_out(Constraint constraint, const Surroundings& around) {
    if (constraint.kind == ConstraintKind::foreign_key && constraint.referenced_columns.empty()) {
        constraint.referenced_columns = around.key_of(constraint.references.name);
    }
    return constraint;
}

/// A check with the values that it lists taken out, and those values, list by list.
struct PartedCheck {
    std::string form;
    std::vector<std::set<std::string>> lists;
    bool may_widen = true;  ///< longer lists let more rows pass
};

PartedCheck parted(const std::string& check) {
    PartedCheck out;
    std::string sign;
    bool in_list = false;
    const auto tokens = script::sqlite::tokens_of(check);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        const bool follows_is = i > 0 && tokens[i - 1].is_word("IS");
        if ((token.is_word("NOT") && !follows_is) || token.is_word("CASE") ||
            token.is_word("IIF")) {
            out.may_widen = false;
        }
        if (i > 0 && token.is_sign("(") && tokens[i - 1].is_word("IN")) {
            in_list = true;
            out.lists.emplace_back();
        }
        if (token.is_sign(")")) in_list = false;
        using Kind = script::sqlite::Token::Kind;
        if (in_list && (token.kind == Kind::string || token.kind == Kind::literal)) {
            out.lists.back().insert(std::exchange(sign, {}) + std::string(token.text));
        } else if (in_list && token.is_sign("-")) {
            sign = "-";
        } else if (!in_list || !token.is_sign(",")) {
            out.form += to_lower_ascii(token.text) + " ";
        }
    }
    return out;
}

/// One of the others is the same check, which lists the same values and more.
bool is_widened(const Constraint& check, const std::vector<Constraint>& others) {
    if (check.kind != ConstraintKind::check) return false;
    const PartedCheck before = parted(check.expression);
    if (!before.may_widen) return false;
    return std::any_of(others.begin(), others.end(), [&](const Constraint& other) {
        if (other.kind != ConstraintKind::check) return false;
        const PartedCheck after = parted(other.expression);
        return before.form == after.form && before.lists != after.lists &&
               std::equal(before.lists.begin(), before.lists.end(), after.lists.begin(),
                          after.lists.end(), [](const auto& some, const auto& more) {
                              return std::includes(more.begin(), more.end(), some.begin(),
                                                   some.end());
                          });
    });
}

/// It is about a column that isn't there any more, and could not be kept.
bool is_about_missing(const Constraint& constraint, const Action& after) {
    if (constraint.kind != ConstraintKind::check) {
        return std::any_of(
            constraint.columns.begin(), constraint.columns.end(),
            [&](const std::string& column) { return find_column(after, column) == nullptr; });
    }
    return false;
}

bool names_one_of(const std::string& expression, const std::vector<std::string>& columns) {
    for (const auto& token : script::sqlite::tokens_of(expression)) {
        for (const std::string& column : columns) {
            if (equals_ignoring_case(token.name(), column)) return true;
        }
    }
    return false;
}

std::vector<std::string> missing_columns(const Action& before, const Action& after) {
    std::vector<std::string> out;
    for (const Column& column : before.columns) {
        if (find_column(after, column.name) == nullptr) out.push_back(column.name);
    }
    return out;
}

SideEffect loss(const Name& table, ObjectKind kind, std::string name, std::string definition) {
    SideEffect out;
    out.object = kind;
    out.table = table;
    out.name = std::move(name);
    out.definition = std::move(definition);
    return out;
}

void add_column_losses(const Column& before, const Column& after, const Name& table,
                       std::vector<SideEffect>& out) {
    const std::string name = identifier(before.name);
    const auto add = [&](const std::string& words) {
        out.push_back(
            loss(table, ObjectKind::column, fmt::format("{} of column {}", words, name), {}));
    };
    const bool had_value =
        before.default_kind != DefaultKind::none && before.default_kind != DefaultKind::null;
    if (had_value && after.default_kind == DefaultKind::none) {
        add("DEFAULT " + before.default_text);
    }
    if (before.generated != Generated::no && after.generated == Generated::no) {
        add(fmt::format("GENERATED ALWAYS AS ({})", before.default_text));
    }
    if (!before.collation.empty() && after.collation.empty() &&
        !equals_ignoring_case(before.collation, "binary")) {
        add("COLLATE " + before.collation);
    }
    if (before.is_serial && !after.is_serial) add("AUTOINCREMENT");
}

}  // namespace

std::vector<Action> changes_between(const Action& before, const Action& after, const Name& table) {
    std::vector<Action> out;
    const auto add = [&](Act act, const std::string& part) -> Action& {
        Action& made = out.emplace_back();
        made.act = act;
        made.object = ObjectKind::table;
        made.name = table;
        made.part = part;
        made.is_rebuild = true;
        return made;
    };
    for (const Column& old_column : before.columns) {
        const Column* column = find_column(after, old_column.name);
        if (column == nullptr) {
            add(Act::drop_column, old_column.name);
            continue;
        }
        if (to_lower_ascii(column->type.text) != to_lower_ascii(old_column.type.text)) {
            add(Act::alter_column_type, old_column.name).columns = {*column};
        }
        if (column->not_null && !old_column.not_null) add(Act::set_not_null, old_column.name);
        if (!column->not_null && old_column.not_null) add(Act::drop_not_null, old_column.name);
    }
    const auto old_constraints = all_constraints(before);
    for (const Constraint& constraint : all_constraints(after)) {
        const bool on_new_column =
            std::any_of(constraint.columns.begin(), constraint.columns.end(),
                        [&](const std::string& c) { return find_column(before, c) == nullptr; });
        const bool is_wider =
            std::any_of(old_constraints.begin(), old_constraints.end(),
                        [&](const Constraint& old) { return is_widened(old, {constraint}); });
        if (on_new_column || is_wider || has(old_constraints, constraint)) continue;
        Action& made = add(Act::add_constraint, constraint.name);
        made.constraints = {constraint};
    }
    return out;
}

std::vector<std::string> key_columns(const Action& table) {
    for (const Constraint& constraint : all_constraints(table)) {
        if (constraint.kind == ConstraintKind::primary_key) return constraint.columns;
    }
    return {};
}

std::vector<SideEffect> losses_between(const Action& before, const Action& after, const Name& table,
                                       const Surroundings& around) {
    std::vector<SideEffect> out;
    auto constraints = all_constraints(after);
    for (Constraint& each : constraints) each = spelled_out(std::move(each), around);
    const auto missing = missing_columns(before, after);
    for (const Constraint& constraint : all_constraints(before)) {
        // One that pointed nowhere kept nothing right.
        if (constraint.kind == ConstraintKind::foreign_key &&
            !around.is_there(constraint.references.name)) {
            continue;
        }
        if (constraint.kind == ConstraintKind::unique && around.is_unique(constraint.columns)) {
            continue;
        }
        if (is_widened(constraint, constraints)) continue;
        if (has(constraints, spelled_out(constraint, around)) ||
            is_about_missing(constraint, after) ||
            (constraint.kind == ConstraintKind::check &&
             names_one_of(constraint.expression, missing))) {
            continue;
        }
        const std::string name = constraint.name.empty()
                                     ? std::string()
                                     : fmt::format("CONSTRAINT {} ", identifier(constraint.name));
        out.push_back(loss(table, ObjectKind::constraint, name + clause_of(constraint),
                           clause_of(constraint)));
    }
    for (const Column& old_column : before.columns) {
        const Column* column = find_column(after, old_column.name);
        if (column != nullptr) add_column_losses(old_column, *column, table, out);
    }
    if (before.strict && !after.strict) {
        out.push_back(loss(table, ObjectKind::table, "STRICT", {}));
    }
    return out;
}

}  // namespace kedge::lint::sqlite
