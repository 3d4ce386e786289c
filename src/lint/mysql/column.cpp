// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "lint/mysql/actions.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {
namespace {

/// The server's own names of types that have several.
std::string own_name(const std::string& type) {
    static const std::map<std::string, std::string, std::less<>> names = {
        {"integer", "int"},      {"int4", "int"},       {"int1", "tinyint"},
        {"int2", "smallint"},    {"int3", "mediumint"}, {"middleint", "mediumint"},
        {"int8", "bigint"},      {"dec", "decimal"},    {"numeric", "decimal"},
        {"fixed", "decimal"},    {"real", "double"},    {"float4", "float"},
        {"float8", "double"},    {"character", "char"}, {"nchar", "char"},
        {"nvarchar", "varchar"}, {"number", "decimal"}, {"varchar2", "varchar"},
        {"raw", "varbinary"},    {"clob", "longtext"}};
    const auto found = names.find(type);
    return found == names.end() ? type : found->second;
}

/// The current moment as a default: one value for the whole statement.
bool is_moment(const Token& token) {
    return token.is_any({"CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_DATE",
                         "CURDATE", "CURRENT_TIME", "CURTIME", "SYSDATE"});
}

bool is_number(const Token& token) {
    return token.kind == Token::Kind::word && !token.text.empty() && token.text.front() >= '0' &&
           token.text.front() <= '9';
}

ForeignKeyAction foreign_key_action(Cursor& cursor) {
    if (cursor.take({"CASCADE"})) return ForeignKeyAction::cascade;
    if (cursor.take({"SET", "NULL"})) return ForeignKeyAction::set_null;
    if (cursor.take({"SET", "DEFAULT"})) return ForeignKeyAction::set_default;
    if (cursor.take({"RESTRICT"})) return ForeignKeyAction::restrict;
    cursor.take({"NO", "ACTION"});
    return ForeignKeyAction::none;
}

/// The column c of `c IS NOT NULL`; empty for any other expression.
std::string not_null_column(const Cursor& cursor) {
    // here: the opening parenthesis
    std::size_t at = 1;
    while (cursor.here(at).is("(")) ++at;
    const Token& column = cursor.here(at);
    const bool is_name = column.kind == Token::Kind::word || column.kind == Token::Kind::name;
    if (!is_name || !cursor.here(at + 1).is("IS") || !cursor.here(at + 2).is("NOT") ||
        !cursor.here(at + 3).is("NULL")) {
        return {};
    }
    return cursor.here(at + 4).is(")") ? column.raw : std::string();
}

}  // namespace

DataType ActionMaker::data_type(Column& out) {
    DataType type;
    const std::size_t begin = cursor_.offset();
    if (cursor_.here().kind != Token::Kind::word) {
        not_understood();
        return type;
    }
    cursor_.take({"NATIONAL"});
    type.name = own_name(to_lower_ascii(cursor_.take_raw()));
    if (type.name == "long") {
        type.name = cursor_.take({"VARBINARY"}) ? "mediumblob" : "mediumtext";
        cursor_.take({"VARCHAR"});
    }
    if (type.name == "double") cursor_.take({"PRECISION"});
    if (type.name == "char" && cursor_.take({"VARYING"})) type.name = "varchar";
    if (type.name == "char" && cursor_.take({"BYTE"})) type.name = "binary";
    if (type.name == "bool" || type.name == "boolean") {
        type.name = "tinyint";
        type.modifiers = {1};
    }
    if (type.name == "serial") {
        type.name = "bigint";
        type.is_unsigned = true;
        out.is_serial = true;
        out.not_null = true;
        Constraint unique;
        unique.kind = ConstraintKind::unique;
        unique.is_inline = true;
        unique.columns = {out.name};
        unique.offset = begin;
        out.constraints.push_back(std::move(unique));
    }
    if (cursor_.here().is("(")) {
        const std::size_t depth = cursor_.here().depth + 1;
        cursor_.step();
        while (!cursor_.done() && cursor_.here().depth >= depth) {
            const Token& token = cursor_.here();
            if (token.kind == Token::Kind::string) {
                type.values.push_back(token.raw);
            } else if (is_number(token)) {
                long value = 0;
                const auto read = std::from_chars(token.text.data(),
                                                  token.text.data() + token.text.size(), value);
                if (read.ec == std::errc()) type.modifiers.push_back(value);
            }
            cursor_.step();
        }
        if (cursor_.here().is(")")) cursor_.step();
    }
    std::string suffix;
    for (;;) {
        if (cursor_.take({"UNSIGNED"})) {
            type.is_unsigned = true;
        } else if (cursor_.take({"ZEROFILL"})) {
            type.is_unsigned = true;
            suffix = " zerofill";
        } else if (!cursor_.take_any({"SIGNED", "BINARY", "ASCII", "UNICODE"})) {
            break;
        }
    }
    type.has_zone = type.name == "timestamp";
    type.text = type.name;
    if (!type.values.empty()) {
        std::vector<std::string> quoted_values;
        for (const std::string& value : type.values)
            quoted_values.push_back(kedge::quoted(value, '\''));
        type.text += "(" + join(quoted_values, ",") + ")";
    } else if (!type.modifiers.empty()) {
        std::vector<std::string> numbers;
        for (const long number : type.modifiers) numbers.push_back(std::to_string(number));
        type.text += "(" + join(numbers, ",") + ")";
    }
    if (type.is_unsigned) type.text += " unsigned";
    type.text += suffix;
    return type;
}

void ActionMaker::default_value(Column& out) {
    const std::size_t begin = cursor_.offset();
    const Token first = cursor_.here();
    out.default_kind = DefaultKind::constant;
    if (first.is("(")) {
        out.default_kind = DefaultKind::expression;
        cursor_.skip_group();
    } else if (cursor_.take({"NULL"})) {
        out.default_kind = DefaultKind::null;
    } else if (cursor_.take({"NEXT", "VALUE", "FOR"})) {
        out.default_kind = DefaultKind::expression;
        cursor_.take_name();
    } else {
        while (cursor_.take_any({"-", "+"})) {
        }
        const bool is_word = cursor_.here().kind == Token::Kind::word && !is_number(first);
        const bool is_point = cursor_.here().is(".");
        cursor_.step();
        if (is_point) cursor_.step();
        // An introducer, `_utf8mb4'…'`, or one of date and time; or pieces of one text.
        while (cursor_.here().kind == Token::Kind::string) cursor_.step();
        if (cursor_.here().is(".") && !is_word) {
            cursor_.step();
            if (is_number(cursor_.here())) cursor_.step();
        }
        // The sign of an exponent: 1e+10
        if ((first.text.ends_with("E")) && cursor_.here().is_any({"+", "-"})) {
            cursor_.step();
            cursor_.step();
        }
        if (is_moment(first)) {
            out.default_kind = DefaultKind::stable;
        } else if (is_word && cursor_.here().is("(")) {
            out.default_kind = DefaultKind::expression;
        }
        cursor_.skip_group();
    }
    out.default_text = cursor_.text(begin, cursor_.end_of_last());
}

Column ActionMaker::column() {
    Column out;
    out.offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    out.name = cursor_.take_name().name;
    const std::size_t begin = cursor_.offset();
    out.type = data_type(out);
    column_attributes(out, begin);
    if (out.definition.empty()) out.definition = cursor_.text(begin, cursor_.end_of_last());
    return out;
}

void ActionMaker::column_attributes(Column& out, std::size_t begin) {
    const std::size_t depth = cursor_.here().depth;
    while (!cursor_.done() && !cursor_.here().is_any({",", ")"})) {
        // What follows the last column of ALTER TABLE without a comma.
        if (cursor_.starts({"PARTITION", "BY"}) || cursor_.starts({"REMOVE", "PARTITIONING"})) {
            return;
        }
        if (cursor_.here().is_any({"FIRST", "AFTER"}) && out.definition.empty()) {
            out.definition = cursor_.text(begin, cursor_.end_of_last());
        }
        if (cursor_.take({"FIRST"})) {
            out.position = "FIRST";
        } else if (cursor_.take({"AFTER"})) {
            out.position = cursor_.take_name().name;
        } else if (cursor_.here().kind != Token::Kind::word || !column_attribute(out)) {
            not_understood();
            cursor_.skip_part(depth);
            return;
        }
    }
}

bool ActionMaker::column_attribute(Column& out) {
    if (cursor_.take({"NOT", "NULL"})) {
        out.not_null = true;
        cursor_.take_any({"ENABLE", "DISABLE"});
    } else if (cursor_.take({"NULL"})) {
        out.explicit_null = true;
    } else if (cursor_.take({"SERIAL", "DEFAULT", "VALUE"})) {
        out.is_serial = true;
        out.not_null = true;
    } else if (cursor_.take({"DEFAULT"})) {
        default_value(out);
    } else if (cursor_.take({"ON", "UPDATE"})) {
        out.updates_itself = true;
        cursor_.step();
        cursor_.skip_group();
    } else if (cursor_.take({"AUTO_INCREMENT"})) {
        out.is_serial = true;
    } else if (cursor_.take({"COMMENT"})) {
        cursor_.skip_equals();
        out.comment = cursor_.take_raw();
    } else if (cursor_.take({"COLLATE"})) {
        cursor_.skip_equals();
        out.collation = to_lower_ascii(cursor_.take_raw());
    } else if (cursor_.take({"CHARACTER", "SET"}) || cursor_.take({"CHARSET"}) ||
               cursor_.take({"CHAR", "SET"})) {
        cursor_.skip_equals();
        out.charset = to_lower_ascii(cursor_.take_raw());
    } else if (cursor_.take_any({"COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID",
                                 "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"})) {
        cursor_.skip_equals();
        cursor_.step();
    } else if (cursor_.take_any({"VISIBLE", "INVISIBLE", "HIDDEN"}) ||
               cursor_.take({"WITH", "SYSTEM", "VERSIONING"}) ||
               cursor_.take({"WITHOUT", "SYSTEM", "VERSIONING"}) ||
               cursor_.take({"NOT", "SECONDARY"}) || cursor_.take_any({"BINARY", "ASCII"})) {
        return true;
    } else if (cursor_.take({"COMPRESSED"})) {
        if (cursor_.take({"="})) cursor_.step();
    } else if (cursor_.here().is_any({"GENERATED", "AS"})) {
        return generated_attribute(out);
    } else if (cursor_.here().is_any(
                   {"CONSTRAINT", "CHECK", "PRIMARY", "KEY", "UNIQUE", "REFERENCES"})) {
        Constraint made = constraint();
        made.is_inline = true;
        if (made.columns.empty() && made.kind != ConstraintKind::check) {
            made.columns = {out.name};
        }
        if (made.kind == ConstraintKind::primary_key) out.not_null = true;
        out.constraints.push_back(std::move(made));
    } else if (cursor_.here(1).is("=")) {
        // An attribute of a storage engine.
        cursor_.step();
        cursor_.step();
        cursor_.step();
    } else {
        return false;
    }
    return true;
}

bool ActionMaker::generated_attribute(Column& out) {
    cursor_.take({"GENERATED", "ALWAYS"});
    if (!cursor_.take({"AS"})) return false;
    // A column of system versioning.
    if (cursor_.take({"ROW", "START"}) || cursor_.take({"ROW", "END"})) return true;
    if (!cursor_.here().is("(")) return false;
    cursor_.skip_group();
    out.generated = Generated::virtual_column;
    if (cursor_.take_any({"STORED", "PERSISTENT"})) {
        out.generated = Generated::stored;
    } else {
        cursor_.take({"VIRTUAL"});
    }
    return true;
}

bool ActionMaker::starts_index() const {
    const Token& first = cursor_.here();
    if (first.is_any({"INDEX", "KEY"})) return true;
    if (!first.is_any({"FULLTEXT", "SPATIAL", "VECTOR"})) return false;
    // None of the three but VECTOR can be a column's name without quotes.
    return !first.is("VECTOR") || cursor_.here(1).is_any({"INDEX", "KEY"});
}

bool ActionMaker::starts_constraint() const {
    return cursor_.here().is_any({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"});
}

Constraint ActionMaker::constraint() {
    Constraint out;
    out.offset = cursor_.offset();
    if (cursor_.take({"CONSTRAINT"})) {
        if_not_exists();
        if (!cursor_.here().is_any({"PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "REFERENCES"})) {
            out.name = cursor_.take_name().name;
        }
    }
    if (cursor_.take({"PRIMARY"}) || cursor_.here().is("KEY")) {
        cursor_.take({"KEY"});
        out.kind = ConstraintKind::primary_key;
        out.name = "PRIMARY";
        Index index;
        index_options(index);
        if (!cursor_.here().is_any({"(", ",", ")"}) && cursor_.is_name() &&
            cursor_.here(1).is("(")) {
            cursor_.step();
        }
        index_columns(index);
        index_options(index);
        out.columns = index.columns;
    } else if (cursor_.take({"UNIQUE"})) {
        cursor_.take_any({"INDEX", "KEY"});
        out.kind = ConstraintKind::unique;
        if_not_exists();
        Index index;
        if (cursor_.is_name() && !cursor_.here().is("USING") &&
            (cursor_.here(1).is("(") || cursor_.here(1).is("USING"))) {
            out.name = cursor_.take_raw();
        }
        index_options(index);
        index_columns(index);
        index_options(index);
        out.columns = index.columns;
    } else if (cursor_.take({"FOREIGN", "KEY"})) {
        out.kind = ConstraintKind::foreign_key;
        if_not_exists();
        if (!cursor_.here().is("(") && cursor_.is_name()) {
            const std::string index = cursor_.take_raw();
            if (out.name.empty()) out.name = index;
        }
        out.columns = cursor_.take_names();
        references(out);
    } else if (cursor_.here().is("REFERENCES")) {
        out.kind = ConstraintKind::foreign_key;
        references(out);
    } else if (cursor_.take({"CHECK"})) {
        out.kind = ConstraintKind::check;
        if (!cursor_.here().is("(")) not_understood();
        out.not_null_column = not_null_column(cursor_);
        out.expression = std::string(trim(cursor_.take_group()));
        if (cursor_.take({"NOT", "ENFORCED"})) out.not_valid = true;
        cursor_.take({"ENFORCED"});
    } else {
        not_understood();
        cursor_.skip_part(cursor_.here().depth);
    }
    return out;
}

void ActionMaker::references(Constraint& out) {
    if (!cursor_.take({"REFERENCES"})) {
        not_understood();
        return;
    }
    out.references = cursor_.take_name();
    out.referenced_columns = cursor_.take_names();
    for (;;) {
        if (cursor_.take({"MATCH"})) {
            cursor_.step();
        } else if (cursor_.take({"ON", "DELETE"})) {
            out.on_delete = foreign_key_action(cursor_);
        } else if (cursor_.starts({"ON", "UPDATE"}) && !cursor_.here(2).is("CURRENT_TIMESTAMP")) {
            cursor_.take({"ON", "UPDATE"});
            out.on_update = foreign_key_action(cursor_);
        } else {
            return;
        }
    }
}

Index ActionMaker::index() {
    Index out;
    if (cursor_.here().is_any({"FULLTEXT", "SPATIAL", "VECTOR"})) {
        out.method = to_lower_ascii(cursor_.take_raw());
    }
    cursor_.take_any({"INDEX", "KEY"});
    if_not_exists();
    if (cursor_.is_name() && !cursor_.here().is("USING")) out.name = cursor_.take_raw();
    index_options(out);
    index_columns(out);
    index_options(out);
    return out;
}

void ActionMaker::index_columns(Index& out) {
    if (!cursor_.here().is("(")) return;
    const std::size_t depth = cursor_.here().depth + 1;
    cursor_.step();
    while (!cursor_.done() && cursor_.here().depth >= depth) {
        std::string column;
        long length = 0;
        if (cursor_.is_name() && !(cursor_.here(1).is("(") && !is_number(cursor_.here(2)))) {
            column = cursor_.take_raw();
            if (cursor_.here().is("(")) {
                const std::string digits = cursor_.take_group();
                std::from_chars(digits.data(), digits.data() + digits.size(), length);
            }
        }
        out.columns.push_back(std::move(column));
        out.prefix_lengths.push_back(length);
        cursor_.skip_part(depth);
        if (!cursor_.take({","})) break;
    }
    if (cursor_.here().is(")")) cursor_.step();
}

void ActionMaker::index_options(Index& out) {
    for (;;) {
        if (cursor_.take_any({"USING", "TYPE"})) {
            out.method = to_lower_ascii(cursor_.take_raw());
        } else if (cursor_.take_any({"KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "CLUSTERING", "DISTANCE",
                                     "SECONDARY_ENGINE_ATTRIBUTE"}) ||
                   (cursor_.here(1).is("=") && cursor_.take({"M"}))) {
            cursor_.skip_equals();
            cursor_.step();
        } else if (cursor_.take({"COMMENT"})) {
            cursor_.skip_equals();
            cursor_.step();
        } else if (cursor_.take({"WITH", "PARSER"})) {
            cursor_.step();
        } else if (cursor_.take({"INVISIBLE"}) || cursor_.take({"IGNORED"})) {
            out.is_hidden = true;
        } else if (!cursor_.take({"VISIBLE"}) && !cursor_.take({"NOT", "IGNORED"})) {
            return;
        }
    }
}

}  // namespace kedge::lint::mysql
