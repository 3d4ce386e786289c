// SPDX-License-Identifier: MIT
#include "lint/sqlite/definition.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "schema/sqlite/canonical.hpp"
#include "schema/sqlite/clauses.hpp"
#include "schema/sqlite/names.hpp"
#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using schema::sqlite::is_reserved;
using script::sqlite::Token;

bool at_table_constraint(const Cursor& cursor) {
    for (const std::string_view word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}) {
        if (cursor.sees({word})) return true;
    }
    return false;
}

Tokens take_type(Cursor& cursor) {
    const std::size_t begin = cursor.place();
    while (!cursor.at_end()) {
        const Token& token = cursor.peek();
        if (token.kind == Token::Kind::sign || token.kind == Token::Kind::literal) break;
        if (token.kind == Token::Kind::word && is_reserved(to_lower_ascii(token.text))) break;
        if (cursor.sees({"GENERATED", "ALWAYS"})) break;
        cursor.next();
    }
    if (cursor.place() > begin) cursor.take_parentheses();
    return cursor.since(begin);
}

DataType data_type(Tokens tokens) {
    DataType out;
    if (tokens.empty()) return out;
    out.text = schema::sqlite::type_text(tokens);
    Cursor cursor(tokens);
    while (!cursor.at_end() && !cursor.sees_sign("(")) {
        if (!out.name.empty()) out.name += ' ';
        out.name += to_lower_ascii(cursor.next().name());
    }
    for (const Token& token : cursor.take_parentheses()) {
        long value = 0;
        const auto* end = token.text.data() + token.text.size();
        if (std::from_chars(token.text.data(), end, value).ptr == end) {
            out.modifiers.push_back(value);
        }
    }
    return out;
}

bool is_constant(Tokens value) {
    if (!value.empty() && (value.front().is_sign("-") || value.front().is_sign("+"))) {
        value = value.subspan(1);
    }
    if (value.size() != 1) return false;
    const Token& token = value.front();
    return token.kind == Token::Kind::literal || token.kind == Token::Kind::string ||
           token.is_word("TRUE") || token.is_word("FALSE");
}

bool is_moment(const Token& token) {
    return token.is_word("CURRENT_TIMESTAMP") || token.is_word("CURRENT_DATE") ||
           token.is_word("CURRENT_TIME");
}

/// The value behind DEFAULT. A name without parentheses is a string to SQLite.
void take_default(Cursor& cursor, Column& column) {
    const std::size_t begin = cursor.place();
    Tokens value;
    const bool in_parentheses = cursor.sees_sign("(");
    if (in_parentheses) {
        value = schema::sqlite::without_parentheses(cursor.take_parentheses());
    } else {
        if (cursor.sees_sign("-") || cursor.sees_sign("+")) cursor.next();
        cursor.next();
        value = cursor.since(begin);
    }
    column.default_text = Places::text(cursor.since(begin));
    if (value.size() == 1 && value.front().is_word("NULL")) {
        column.default_kind = DefaultKind::null;
    } else if (value.size() == 1 && is_moment(value.front())) {
        column.default_kind = DefaultKind::stable;
    } else {
        const bool constant = !in_parentheses || is_constant(value);
        column.default_kind = constant ? DefaultKind::constant : DefaultKind::expression;
    }
}

void skip_conflict_clause(Cursor& cursor) {
    if (cursor.take({"ON", "CONFLICT"})) cursor.next();
}

ForeignKeyAction take_foreign_key_action(Cursor& cursor) {
    if (cursor.take({"SET", "NULL"})) return ForeignKeyAction::set_null;
    if (cursor.take({"SET", "DEFAULT"})) return ForeignKeyAction::set_default;
    if (cursor.take({"CASCADE"})) return ForeignKeyAction::cascade;
    if (cursor.take({"RESTRICT"})) return ForeignKeyAction::restrict;
    cursor.take({"NO", "ACTION"});
    return ForeignKeyAction::none;
}

/// From REFERENCES to the end of what belongs to it.
void take_references(Cursor& cursor, Constraint& out) {
    cursor.take({"REFERENCES"});
    out.references = take_name(cursor);
    out.referenced_columns = key_columns(cursor.take_parentheses());
    for (;;) {
        if (cursor.take({"ON", "DELETE"})) {
            out.on_delete = take_foreign_key_action(cursor);
        } else if (cursor.take({"ON", "UPDATE"})) {
            out.on_update = take_foreign_key_action(cursor);
        } else if (cursor.take({"MATCH"}) || cursor.take({"INITIALLY"})) {
            cursor.next();
        } else if (!cursor.take({"NOT", "DEFERRABLE"}) && !cursor.take({"DEFERRABLE"})) {
            return;
        }
    }
}

/// The column c of `c IS NOT NULL` or `c NOTNULL`.
std::string not_null_column(Tokens tokens) {
    tokens = schema::sqlite::without_parentheses(tokens);
    Cursor cursor(tokens);
    const Token& name = cursor.next();
    if (name.kind != Token::Kind::word && name.kind != Token::Kind::quoted_name) return {};
    const bool is = cursor.take({"IS", "NOT", "NULL"}) || cursor.take({"NOTNULL"}) ||
                    cursor.take({"NOT", "NULL"});
    return is && cursor.at_end() ? name.name() : std::string();
}

/// A constraint but NOT NULL, from its first word on; false, and nothing taken, for none.
bool take_constraint(Cursor& cursor, const Places& places, Constraint& out) {
    out.offset = places.of(cursor.peek());
    if (cursor.take({"PRIMARY", "KEY"}) || cursor.take({"UNIQUE"})) {
        const Token& last = cursor.since(cursor.place() - 1).front();
        out.kind = last.is_word("UNIQUE") ? ConstraintKind::unique : ConstraintKind::primary_key;
        if (cursor.sees_sign("(")) out.columns = key_columns(cursor.take_parentheses());
        return true;
    }
    if (cursor.take({"CHECK"})) {
        out.kind = ConstraintKind::check;
        const Tokens inside = cursor.take_parentheses();
        out.expression = Places::text(inside);
        out.not_null_column = not_null_column(inside);
        skip_conflict_clause(cursor);
        return true;
    }
    if (cursor.take({"FOREIGN", "KEY"})) {
        out.kind = ConstraintKind::foreign_key;
        out.columns = key_columns(cursor.take_parentheses());
        take_references(cursor, out);
        return true;
    }
    if (cursor.sees({"REFERENCES"})) {
        out.kind = ConstraintKind::foreign_key;
        take_references(cursor, out);
        return true;
    }
    return false;
}

/// One of the things that may stand behind a column's type.
void take_column_clause(Cursor& cursor, const Places& places, Column& column, std::string& named) {
    if (cursor.take({"CONSTRAINT"})) {
        named = cursor.next().name();
    } else if (cursor.take({"NOT", "NULL"})) {
        column.not_null = true;
        skip_conflict_clause(cursor);
    } else if (cursor.take({"NULL"})) {
        column.explicit_null = true;
        skip_conflict_clause(cursor);
    } else if (cursor.take({"DEFAULT"})) {
        take_default(cursor, column);
    } else if (cursor.take({"COLLATE"})) {
        column.collation = cursor.next().name();
    } else if (cursor.sees({"GENERATED", "ALWAYS", "AS"}) || cursor.sees({"AS"})) {
        while (!cursor.take({"AS"})) cursor.next();
        column.default_text = Places::text(cursor.take_parentheses());
        column.generated = cursor.take({"STORED"}) ? Generated::stored : Generated::virtual_column;
        cursor.take({"VIRTUAL"});
    } else {
        Constraint made;
        if (!take_constraint(cursor, places, made)) {
            cursor.next();
            return;
        }
        made.is_inline = true;
        made.name = std::exchange(named, {});
        if (made.kind != ConstraintKind::check) made.columns = {column.name};
        if (made.kind == ConstraintKind::primary_key) {
            if (!cursor.take({"DESC"})) cursor.take({"ASC"});
            skip_conflict_clause(cursor);
            column.is_serial = cursor.take({"AUTOINCREMENT"});
        } else {
            skip_conflict_clause(cursor);
        }
        column.constraints.push_back(std::move(made));
    }
}

/// SQLite takes NULL in the columns of a primary key, but for these.
void note_keys(Action& table) {
    for (Column& column : table.columns) {
        const bool alone = column.constraint(ConstraintKind::primary_key) != nullptr;
        const bool listed = std::any_of(
            table.constraints.begin(), table.constraints.end(), [&](const Constraint& constraint) {
                return constraint.kind == ConstraintKind::primary_key &&
                       std::any_of(constraint.columns.begin(), constraint.columns.end(),
                                   [&](const std::string& name) {
                                       return equals_ignoring_case(name, column.name);
                                   });
            });
        if (!alone && !listed) continue;
        const bool is_rowid = alone && column.type.name == "integer";
        if (table.strict || table.without_rowid || is_rowid) column.not_null = true;
    }
}

void read_options(Cursor& cursor, Action& table) {
    while (!cursor.at_end()) {
        if (cursor.take({"STRICT"})) {
            table.strict = true;
        } else if (cursor.take({"WITHOUT", "ROWID"})) {
            table.without_rowid = true;
        } else {
            cursor.next();
        }
    }
}

}  // namespace

std::size_t Places::of(const Token& token) const noexcept {
    const char* at = token.text.data();
    if (at == nullptr || at < statement_.data() || at > statement_.data() + statement_.size()) {
        return 0;
    }
    return static_cast<std::size_t>(at - statement_.data());
}

std::string Places::text(Tokens tokens) {
    if (tokens.empty()) return {};
    const char* begin = tokens.front().text.data();
    const std::string_view last = tokens.back().text;
    return {begin, last.data() + last.size()};
}

Name take_name(Cursor& cursor) {
    Name out;
    out.name = cursor.next().name();
    if (cursor.take_sign(".")) {
        out.schema = std::exchange(out.name, cursor.next().name());
        if (equals_ignoring_case(out.schema, "main")) out.schema.clear();
    }
    return out;
}

std::vector<std::string> key_columns(Tokens list) {
    std::vector<std::string> out;
    for (const Tokens element : schema::sqlite::elements(list)) {
        const bool is_name =
            !element.empty() && element.front().kind != Token::Kind::sign &&
            element.front().kind != Token::Kind::literal &&
            (element.size() == 1 || element[1].is_word("COLLATE") || element[1].is_word("ASC") ||
             element[1].is_word("DESC") || element[1].is_word("AUTOINCREMENT"));
        out.push_back(is_name ? element.front().name() : std::string());
    }
    return out;
}

Column take_column(Cursor& cursor, const Places& places) {
    Column out;
    out.offset = places.of(cursor.peek());
    out.name = cursor.next().name();
    out.type = data_type(take_type(cursor));
    std::string named;
    while (!cursor.at_end() && !cursor.sees_sign(",") && !cursor.sees_sign(";")) {
        take_column_clause(cursor, places, out, named);
    }
    return out;
}

void read_table(Cursor& cursor, const Places& places, Action& table) {
    const Tokens whole = cursor.take_parentheses();
    Cursor inside(whole);
    while (!inside.at_end() && !at_table_constraint(inside)) {
        table.columns.push_back(take_column(inside, places));
        inside.take_sign(",");
    }
    std::string named;
    while (!inside.at_end()) {
        Constraint made;
        if (inside.take({"CONSTRAINT"})) {
            named = inside.next().name();
        } else if (take_constraint(inside, places, made)) {
            made.name = std::exchange(named, {});
            skip_conflict_clause(inside);
            table.constraints.push_back(std::move(made));
        } else {
            inside.next();
        }
    }
    // AUTOINCREMENT may stand in the table's own clause.
    const bool counts = std::any_of(whole.begin(), whole.end(), [](const Token& token) {
        return token.is_word("AUTOINCREMENT");
    });
    for (const Constraint& constraint : table.constraints) {
        if (!counts || constraint.kind != ConstraintKind::primary_key) continue;
        for (Column& column : table.columns) {
            if (constraint.columns.size() == 1 && constraint.columns.front() == column.name) {
                column.is_serial = true;
            }
        }
    }
    read_options(cursor, table);
    note_keys(table);
}

}  // namespace kedge::lint::sqlite
