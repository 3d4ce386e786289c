// SPDX-License-Identifier: MIT
#include "schema/sql/postgres_clauses.hpp"

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

std::string published_table(const Part& table) {
    return table.name + clause(table.attributes, "columns", " (", ")") +
           clause(table.attributes, "where", " WHERE (", ")");
}

}  // namespace

std::string pg_sequence_options(const Attributes& attributes, bool all) {
    const bool counts_down = value(attributes, "increment").starts_with('-');
    const auto option = [&](const char* name, const char* words, const char* usual) {
        if (has(attributes, name)) return fmt::format(" {} {}", words, value(attributes, name));
        return all ? fmt::format(" {}", usual) : std::string();
    };
    std::string out = option("type", "AS", "AS bigint");
    out += option("increment", "INCREMENT BY", "INCREMENT BY 1");
    out += option("minimum", "MINVALUE", "NO MINVALUE");
    out += option("maximum", "MAXVALUE", "NO MAXVALUE");
    out += option("start", "START WITH", counts_down ? "START WITH -1" : "START WITH 1");
    out += option("cache", "CACHE", "CACHE 1");
    if (has(attributes, "cycle")) return out + " CYCLE";
    return out + (all ? " NO CYCLE" : "");
}

std::string pg_domain_constraint(const Part& constraint) {
    return fmt::format("CONSTRAINT {} CHECK ({})", constraint.name,
                       value(constraint.attributes, "check"));
}

std::string pg_options_clause(const Attributes& attributes) {
    return has(attributes, "options")
               ? fmt::format(" OPTIONS ({})", pg_foreign_options(value(attributes, "options")))
               : std::string();
}

std::string pg_published(const Object& object) {
    std::vector<std::string> things;
    for (const Part* table : parts_of(object, "table")) {
        things.push_back("TABLE " + published_table(*table));
    }
    for (const Part* schema : parts_of(object, "schema")) {
        things.push_back("TABLES IN SCHEMA " + schema->name);
    }
    return join(things, ", ");
}

std::string pg_publication_options(const Attributes& attributes) {
    return fmt::format("publish = '{}', publish_via_partition_root = {}",
                       value(attributes, "operations"), has(attributes, "via root"));
}

std::string pg_create_routine(const Object& object) {
    const Attributes& attributes = object.attributes;
    const bool is_procedure = object.key.kind == "procedure";
    std::string out = fmt::format("CREATE OR REPLACE {} {}({})", pg_kind(object.key),
                                  pg_routine_name(object.key.name), value(attributes, "arguments"));
    if (!is_procedure) out += clause(attributes, "returns", " RETURNS ");
    out += clause(attributes, "language", "\nLANGUAGE ");
    if (has(attributes, "transforms")) {
        std::vector<std::string> types;
        for (const std::string& type : split_list(value(attributes, "transforms"), "\"")) {
            types.push_back("FOR TYPE " + type);
        }
        out += " TRANSFORM " + join(types, ", ");
    }
    if (object.key.kind == "window function") out += " WINDOW";
    if (has(attributes, "volatility")) out += ' ' + to_upper_ascii(value(attributes, "volatility"));
    if (has(attributes, "strict")) out += " STRICT";
    if (has(attributes, "security definer")) out += " SECURITY DEFINER";
    if (has(attributes, "leakproof")) out += " LEAKPROOF";
    if (has(attributes, "parallel")) {
        out += " PARALLEL " + to_upper_ascii(value(attributes, "parallel"));
    }
    out += clause(attributes, "cost", " COST ");
    out += clause(attributes, "rows", " ROWS ");
    out += clause(attributes, "support function", " SUPPORT ");
    for (const PgOption& setting : pg_options(value(attributes, "settings"))) {
        const bool is_list = setting.name == "search_path" && !setting.value.empty();
        out += fmt::format(" SET {} TO {}", setting.name,
                           is_list ? setting.value : pg_text(setting.value));
    }
    if (has(attributes, "sql body")) return out + '\n' + value(attributes, "sql body");
    if (has(attributes, "library")) {
        return fmt::format("{}\nAS {}, {}", out, pg_text(value(attributes, "library")),
                           pg_text(value(attributes, "body")));
    }
    return fmt::format("{}\nAS {}", out, pg_body(value(attributes, "body")));
}

}  // namespace kedge::schema::sql
