// SPDX-License-Identifier: MIT
#include "schema/sql/sqlite_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

using script::sqlite::Token;

std::string named(const Attributes& attributes, std::string_view attribute) {
    return clause(attributes, attribute, " CONSTRAINT ");
}

/// A number, a string, a blob, or a word such as NULL: what DEFAULT takes without parentheses.
bool is_plain(const std::string& expression) {
    auto tokens = script::sqlite::tokens_of(expression);
    while (tokens.size() > 1 && (tokens.front().is_sign("-") || tokens.front().is_sign("+"))) {
        tokens.erase(tokens.begin());
    }
    return tokens.size() == 1 && tokens.front().kind != Token::Kind::quoted_name;
}

/// What ALTER TABLE can give to the rows that are there.
bool is_constant(const std::string& expression) {
    if (!is_plain(expression)) return false;
    const auto tokens = script::sqlite::tokens_of(expression);
    return tokens.back().kind != Token::Kind::word || tokens.back().is_word("TRUE") ||
           tokens.back().is_word("FALSE") || tokens.back().is_word("NULL");
}

/// What nobody named is called by its type and columns; what shares its name with others has a
/// number behind it.
std::string name_of(const Part& constraint) {
    const std::string type = value(constraint.attributes, "type");
    if (constraint.name == type || constraint.name.starts_with(type + ' ')) return {};
    std::string name = constraint.name;
    const std::size_t space = name.find_last_of(' ');
    const bool is_quoted = name.starts_with('"') && name.ends_with('"');
    if (space != std::string::npos && !is_quoted) name.resize(space);
    return name;
}

/// AUTOINCREMENT, and a descending key that is no other name of the rowid, stand with their column.
bool stands_with_column(const Part& constraint) {
    return value(constraint.attributes, "type") == "primary key" &&
           (has(constraint.attributes, "autoincrement") ||
            has(constraint.attributes, "rowid alias"));
}

std::string on_conflict(const Attributes& attributes, std::string_view attribute) {
    return clause(attributes, attribute, " ON CONFLICT ");
}

std::string references(const Attributes& attributes) {
    std::string out = clause(attributes, "references", "REFERENCES ");
    out += clause(attributes, "on delete", " ON DELETE ");
    out += clause(attributes, "on update", " ON UPDATE ");
    out += clause(attributes, "match", " MATCH ");
    out += clause(attributes, "deferrable", " DEFERRABLE ");
    return out;
}

std::string head_of(const Part& constraint) {
    const std::string name = name_of(constraint);
    return name.empty() ? name : fmt::format("CONSTRAINT {} ", name);
}

std::vector<std::string> checks(const Part& constraint) {
    std::vector<std::string> out;
    for (const std::string& line : split(value(constraint.attributes, "expression"), '\n')) {
        out.push_back(fmt::format("{}CHECK ({})", head_of(constraint), line));
    }
    return out;
}

std::vector<std::string> constraint_texts(const Part& constraint) {
    const Attributes& attributes = constraint.attributes;
    const std::string type = value(attributes, "type");
    if (type == "check") return checks(constraint);
    std::string out = fmt::format("{}{} ({})", head_of(constraint), to_upper_ascii(type),
                                  value(attributes, "columns"));
    if (type == "foreign key") {
        out += ' ' + references(attributes);
    } else {
        out += on_conflict(attributes, "on conflict");
    }
    return {out};
}

std::string column_text(const Part& column) {
    const Attributes& attributes = column.attributes;
    std::string out = column.name + clause(attributes, "type", " ");
    if (has(attributes, "default")) {
        const std::string text = value(attributes, "default");
        out += named(attributes, "default constraint");
        out +=
            is_plain(text) ? fmt::format(" DEFAULT {}", text) : fmt::format(" DEFAULT ({})", text);
    }
    if (has(attributes, "not null")) {
        out += named(attributes, "not null constraint") + " NOT NULL";
        out += on_conflict(attributes, "not null on conflict");
    }
    if (has(attributes, "null on conflict")) {
        out += " NULL" + on_conflict(attributes, "null on conflict");
    }
    if (has(attributes, "collate")) {
        out += named(attributes, "collate constraint") + clause(attributes, "collate", " COLLATE ");
    }
    if (has(attributes, "generated")) {
        out += named(attributes, "generated constraint");
        out += clause(attributes, "generated", " GENERATED ALWAYS AS (", ")");
        out += has(attributes, "stored") ? " STORED" : " VIRTUAL";
    }
    return out;
}

std::string key_of_column(const Part& constraint) {
    const Attributes& attributes = constraint.attributes;
    std::string out = ' ' + head_of(constraint) + "PRIMARY KEY";
    if (value(attributes, "columns").ends_with(" desc")) out += " DESC";
    out += on_conflict(attributes, "on conflict");
    if (has(attributes, "autoincrement")) out += " AUTOINCREMENT";
    return out;
}

bool is_key_of(const Part& constraint, const Part& column) {
    const std::string columns = value(constraint.attributes, "columns");
    return stands_with_column(constraint) &&
           (columns == column.name || columns == column.name + " desc");
}

std::vector<Part> copies_of(const Object& object, std::string_view kind) {
    std::vector<Part> out;
    for (const Part* part : parts_of(object, kind)) out.push_back(*part);
    return out;
}

bool can_be_added(const Part& column) {
    const Attributes& attributes = column.attributes;
    if (has(attributes, "stored")) return false;
    const std::string text = value(attributes, "default");
    if (!text.empty() && !is_constant(text)) return false;
    return !has(attributes, "not null") || (!text.empty() && text != "null");
}

/// ADD COLUMN for what stands behind the columns that both have.
std::optional<std::vector<std::string>> add_columns(const Object& from, const Object& to) {
    const auto before = copies_of(from, "column");
    const auto after = copies_of(to, "column");
    if (after.size() <= before.size() || !std::equal(before.begin(), before.end(), after.begin())) {
        return std::nullopt;
    }
    std::vector<Part> left = copies_of(to, "constraint");
    for (const Part& constraint : copies_of(from, "constraint")) {
        if (std::erase(left, constraint) == 0) return std::nullopt;
    }
    std::vector<std::string> out;
    for (std::size_t i = before.size(); i < after.size(); ++i) {
        if (!can_be_added(after[i])) return std::nullopt;
        std::string text = column_text(after[i]);
        const bool is_last = i + 1 == after.size();
        std::erase_if(left, [&](const Part& constraint) {
            const Attributes& attributes = constraint.attributes;
            const bool is_check = value(attributes, "type") == "check";
            const bool is_key = value(attributes, "type") == "foreign key" &&
                                value(attributes, "columns") == after[i].name &&
                                !has(after[i].attributes, "default");
            if (is_key) text += ' ' + head_of(constraint) + references(attributes);
            if (is_check && is_last) {
                for (const std::string& check : checks(constraint)) text += ' ' + check;
            }
            return is_key || (is_check && is_last);
        });
        out.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {}", to.key.name, text));
    }
    if (!left.empty()) return std::nullopt;
    return out;
}

std::optional<std::vector<std::string>> drop_columns(const Object& from, const Object& to) {
    auto before = copies_of(from, "column");
    if (copies_of(from, "constraint") != copies_of(to, "constraint")) return std::nullopt;
    std::vector<std::string> out;
    std::erase_if(before, [&](const Part& column) {
        if (to.find("column", column.name) != nullptr) return false;
        out.push_back(fmt::format("ALTER TABLE {} DROP COLUMN {}", to.key.name, column.name));
        return true;
    });
    if (before != copies_of(to, "column")) return std::nullopt;
    return out;
}

}  // namespace

std::string create_sqlite_table(const Object& table, std::string_view name) {
    std::vector<std::string> lines;
    for (const Part* column : parts_of(table, "column")) {
        std::string line = column_text(*column);
        for (const Part* constraint : parts_of(table, "constraint")) {
            if (is_key_of(*constraint, *column)) line += key_of_column(*constraint);
        }
        lines.push_back(std::move(line));
    }
    for (const Part* constraint : parts_of(table, "constraint")) {
        if (stands_with_column(*constraint)) continue;
        for (std::string& text : constraint_texts(*constraint)) lines.push_back(std::move(text));
    }
    std::vector<std::string> options;
    if (has(table.attributes, "strict")) options.emplace_back(" STRICT");
    if (has(table.attributes, "without rowid")) options.emplace_back(" WITHOUT ROWID");
    return fmt::format("CREATE TABLE {} (\n    {}\n){}", name, fmt::join(lines, ",\n    "),
                       fmt::join(options, ","));
}

std::string create_sqlite_index(const Part& index, std::string_view table) {
    const Attributes& attributes = index.attributes;
    const std::string on =
        has(attributes, "table") ? value(attributes, "table") : std::string(table);
    return fmt::format("CREATE {}INDEX {} ON {} ({}){}", has(attributes, "unique") ? "UNIQUE " : "",
                       index.name, on, value(attributes, "columns"),
                       clause(attributes, "where", " WHERE "));
}

std::string create_sqlite_trigger(const Part& trigger, std::string_view table) {
    const Attributes& attributes = trigger.attributes;
    const std::string on =
        has(attributes, "table") ? value(attributes, "table") : std::string(table);
    return fmt::format("CREATE TRIGGER {} {} {}{} ON {} FOR EACH ROW{}\nBEGIN\n{}\nEND",
                       trigger.name, to_upper_ascii(value(attributes, "timing")),
                       to_upper_ascii(value(attributes, "event")),
                       clause(attributes, "columns", " OF "), on,
                       clause(attributes, "when", " WHEN (", ")"), value(attributes, "body"));
}

std::optional<std::vector<std::string>> alter_sqlite_table(const Object& from, const Object& to) {
    if (from.key.name != to.key.name || from.attributes != to.attributes) return std::nullopt;
    if (auto added = add_columns(from, to)) return added;
    return drop_columns(from, to);
}

std::string why_unwritable(const Object& table) {
    const auto is_odd = [](const Attributes& attributes) { return has(attributes, "more"); };
    const bool odd = is_odd(table.attributes) ||
                     std::any_of(table.parts.begin(), table.parts.end(),
                                 [&](const Part& p) { return is_odd(p.attributes); });
    return odd ? "it has clauses that kedge does not understand" : "";
}

}  // namespace kedge::schema::sql
