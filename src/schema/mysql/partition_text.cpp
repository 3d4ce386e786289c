// SPDX-License-Identifier: MIT
#include "schema/mysql/partition_text.hpp"

#include <algorithm>
#include <string>

#include "schema/mysql/clauses.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

/// `RANGE COLUMNS (a)`, `SYSTEM_TIME INTERVAL 1 MONTH`: to where something else begins.
std::string method(Cursor& cursor) {
    const std::size_t begin = cursor.token().begin;
    while (!cursor.at_end() && !cursor.at("PARTITIONS") && !cursor.at("SUBPARTITION") &&
           !cursor.at("SUBPARTITIONS")) {
        if (cursor.at("(")) {
            Cursor inside = cursor;
            inside.next();
            if (inside.at("PARTITION")) break;
            cursor.bracketed();
        } else {
            cursor.next();
        }
    }
    const std::string text =
        with_single_spaces(trim(cursor.between(begin, std::max(begin, cursor.passed()))));
    const std::size_t open = text.find('(');
    return to_lower_ascii(text.substr(0, open)) +
           (open == text.npos ? std::string() : text.substr(open));
}

/// Behind the name, up to the next one: values and options.
void read_definition(Cursor& cursor, const Object& table, Attributes& attributes) {
    while (!cursor.at_end() && !cursor.at(",") && !cursor.at(")") && !cursor.at("(")) {
        if (cursor.accept({"VALUES", "LESS", "THAN"})) {
            const std::string limit(cursor.at("(") ? cursor.bracketed() : cursor.value());
            set(attributes, "values", "less than (" + limit + ')');
        } else if (cursor.accept({"VALUES", "IN"})) {
            set(attributes, "values", "in (" + std::string(cursor.bracketed()) + ')');
        } else if (cursor.accept({"HISTORY"}) || cursor.accept({"CURRENT"})) {
            // Which of the two it is, is seen by its place: the last is the current one.
        } else {
            read_option(cursor, attributes);
        }
    }
    const std::string* engine = find(attributes, "engine");
    const std::string* of_table = find(table.attributes, "engine");
    if (engine != nullptr && of_table != nullptr && *engine == *of_table) {
        std::erase_if(attributes, [](const Attribute& one) { return one.name == "engine"; });
    }
}

}  // namespace

void read_partitioning(Cursor& cursor, Object& table) {
    std::string by = method(cursor);
    // The server adds partitions by itself there, as time goes on, and begins when it is made.
    const bool is_automatic = by.ends_with(" auto");
    if (is_automatic) by = by.substr(0, std::min(by.find(" starts "), by.size() - 5)) + " auto";
    set(table.attributes, "partition by", by);
    if (cursor.accept({"PARTITIONS"})) {
        const std::string count = cursor.value();
        if (!is_automatic) set(table.attributes, "partitions", count);
    }
    if (cursor.accept({"SUBPARTITION", "BY"})) {
        set(table.attributes, "subpartition by", method(cursor));
    }
    if (cursor.accept({"SUBPARTITIONS"})) set(table.attributes, "subpartitions", cursor.value());
    if (is_automatic || !cursor.accept({"("})) return;
    while (cursor.accept({"PARTITION"})) {
        const std::string name = shown_name(cursor.value());
        read_definition(cursor, table, table.part("partition", name).attributes);
        if (cursor.accept({"("})) {
            while (cursor.accept({"SUBPARTITION"})) {
                const std::string full = name + '.' + shown_name(cursor.value());
                read_definition(cursor, table, table.part("subpartition", full).attributes);
                cursor.accept({","});
            }
            cursor.accept({")"});
        }
        cursor.accept({","});
    }
}

}  // namespace kedge::schema::mysql
