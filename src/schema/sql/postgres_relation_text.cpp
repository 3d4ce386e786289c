// SPDX-License-Identifier: MIT
#include "schema/sql/postgres_relation_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

std::string sequence_options(const Attributes& attributes, const std::string& prefix) {
    const auto named = [&](const char* name, const char* words) {
        return clause(attributes, prefix + name, fmt::format(" {} ", words));
    };
    std::string out = named("start", "START WITH") + named("increment", "INCREMENT BY") +
                      named("minimum", "MINVALUE") + named("maximum", "MAXVALUE") +
                      named("cache", "CACHE");
    return out + (has(attributes, prefix + "cycle") ? " CYCLE" : "");
}

/// `(a * 2) stored`
std::string generated_text(const Attributes& attributes) {
    const std::string text = value(attributes, "generated");
    const std::size_t space = text.rfind(' ');
    return fmt::format("GENERATED ALWAYS AS ({}) {}", text.substr(0, space),
                       to_upper_ascii(text.substr(space + 1)));
}

std::string index_options(const Attributes& attributes) {
    std::string out;
    if (has(attributes, "include"))
        out += fmt::format(" INCLUDE ({})", value(attributes, "include"));
    if (has(attributes, "nulls not distinct")) out += " NULLS NOT DISTINCT";
    if (has(attributes, "options")) {
        out += fmt::format(" WITH ({})", pg_option_list(value(attributes, "options")));
    }
    return out;
}

}  // namespace

bool is_view(const Object& object) {
    return object.key.kind == "view" || object.key.kind == "materialized view";
}

bool is_own(const Part& column) {
    return has(column.attributes, "type");
}

std::string identity_text(const Attributes& attributes) {
    std::string options = sequence_options(attributes, "identity ");
    options += clause(attributes, "identity sequence", " SEQUENCE NAME ");
    return fmt::format("GENERATED {} AS IDENTITY{}", to_upper_ascii(value(attributes, "identity")),
                       options.empty() ? "" : fmt::format(" ({})", trim(options)));
}

std::string column_text(const Part& column) {
    const Attributes& attributes = column.attributes;
    std::string out = column.name + ' ' + value(attributes, "type");
    if (has(attributes, "foreign options")) {
        out +=
            fmt::format(" OPTIONS ({})", pg_foreign_options(value(attributes, "foreign options")));
    }
    out += clause(attributes, "collation", " COLLATE ");
    out += clause(attributes, "default", " DEFAULT ");
    if (has(attributes, "generated")) out += ' ' + generated_text(attributes);
    if (has(attributes, "identity")) out += ' ' + identity_text(attributes);
    if (has(attributes, "not null")) out += " NOT NULL";
    return out;
}

Part created_column(const Part& column) {
    Part out = column;
    std::erase_if(out.attributes, [](const Attribute& one) {
        return one.name == "comment" || one.name == "storage" || one.name == "statistics" ||
               one.name == "options" || one.name == "compression" || one.name == "security label" ||
               one.name == "identity comment";
    });
    return out;
}

std::string parent_of(const std::string& partition_of) {
    std::size_t end = partition_of.find(" FOR VALUES");
    if (end == partition_of.npos) end = partition_of.rfind(" DEFAULT");
    return partition_of.substr(0, end);
}

std::string constraint_text(const Part& constraint) {
    const Attributes& attributes = constraint.attributes;
    const std::string type = value(attributes, "type");
    std::string out;
    if (type == "exclusion") {
        out = value(attributes, "exclusion") + index_options(attributes);
        out += clause(attributes, "tablespace", " USING INDEX TABLESPACE ");
        out += clause(attributes, "where", " WHERE (", ")");
    } else if (type == "check") {
        out = fmt::format("CHECK ({})", value(attributes, "check"));
        if (has(attributes, "no inherit")) out += " NO INHERIT";
    } else if (type == "foreign key") {
        std::string columns = value(attributes, "columns");
        out =
            fmt::format("FOREIGN KEY ({}) REFERENCES {}", columns, value(attributes, "references"));
        out += clause(attributes, "match", " MATCH ");
        out += clause(attributes, "on update", " ON UPDATE ");
        out += clause(attributes, "on delete", " ON DELETE ");
        out += clause(attributes, "on delete columns", " (", ")");
    } else {
        const bool distinct = has(attributes, "nulls not distinct");
        out = to_upper_ascii(type) + (distinct ? " NULLS NOT DISTINCT" : "");
        out += fmt::format(" ({}{})", value(attributes, "columns"),
                           has(attributes, "without overlaps") ? " WITHOUT OVERLAPS" : "");
        Attributes rest = attributes;
        std::erase_if(rest, [](const Attribute& one) { return one.name == "nulls not distinct"; });
        out += index_options(rest);
        out += clause(attributes, "tablespace", " USING INDEX TABLESPACE ");
    }
    out += pg_deferral(attributes);
    if (has(attributes, "not enforced")) return out + " NOT ENFORCED";
    return out + (has(attributes, "not valid") ? " NOT VALID" : "");
}

bool is_foreign_key(const Part& part) {
    return value(part.attributes, "type") == "foreign key";
}

std::string index_text(const Part& index, const Object& table) {
    const Attributes& attributes = index.attributes;
    return fmt::format("CREATE {}INDEX {} ON {} USING {} ({}){}{}{}",
                       has(attributes, "unique") ? "UNIQUE " : "", index.name, table.key.name,
                       has(attributes, "method") ? value(attributes, "method") : "btree",
                       value(attributes, "keys"), index_options(attributes),
                       clause(attributes, "tablespace", " TABLESPACE "),
                       clause(attributes, "where", " WHERE "));
}

}  // namespace kedge::schema::sql
