// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "schema/mysql/clauses.hpp"
#include "schema/mysql/printed.hpp"
#include "schema/mysql/reading.hpp"
#include "schema/mysql/table_text.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

std::string collation_of(Cursor& cursor, const Server& server) {
    std::string out = server.default_collation(cursor.value());
    if (cursor.accept({"COLLATE"})) out = modern_charset(cursor.value());
    return out;
}

void read_view(std::string_view sql, const Server& server, Attributes& attributes) {
    Cursor cursor(sql);
    cursor.accept({"CREATE"});
    std::string form;
    while (!cursor.at_end() && !cursor.at("VIEW")) {
        if (cursor.accept({"ALGORITHM", "="})) {
            const std::string algorithm = to_lower_ascii(cursor.value());
            if (algorithm != "undefined") set(attributes, "algorithm", algorithm);
        } else if (cursor.at("DEFINER")) {
            read_definer(cursor, attributes);
        } else if (cursor.accept({"SQL", "SECURITY"})) {
            if (!cursor.accept({"DEFINER"}))
                set(attributes, "security", to_lower_ascii(cursor.value()));
        } else {
            form += (form.empty() ? "" : " ") + to_lower_ascii(cursor.value());
        }
    }
    if (!form.empty()) set(attributes, "form", form);  // of MySQL 9: `json relational duality`
    cursor.next();
    cursor.next();
    if (cursor.at("(")) set(attributes, "columns", shown_names(cursor.bracketed()));
    cursor.accept({"AS"});
    std::string_view query = cursor.rest();
    for (const std::string_view check : {"cascaded", "local"}) {
        const std::string words = " WITH " + to_upper_ascii(check) + " CHECK OPTION";
        if (!query.ends_with(words)) continue;
        set(attributes, "check option", std::string(check));
        query.remove_suffix(words.size());
    }
    set(attributes, "definition", without_database(query, server.database()));
}

bool is_geometry(const std::string& type) {
    static constexpr std::string_view kTypes[] = {
        "geometry",   "point",           "linestring",   "polygon",
        "multipoint", "multilinestring", "multipolygon", "geometrycollection"};
    return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

/// Puts it with those that aren't in the usual one.
void read_reference_systems(Reading& reading) {
    const auto has_geometry = [](const auto& entry) {
        return std::any_of(
            entry.second.parts.begin(), entry.second.parts.end(), [](const Part& part) {
                const std::string* type = find(part.attributes, "type");
                return part.kind == "column" && type != nullptr && is_geometry(*type);
            });
    };
    auto& objects = reading.state().objects();
    if (std::none_of(objects.begin(), objects.end(), has_geometry)) return;
    for (const db::Row& row :
         reading.rows("reference systems of geometries",
                      "SELECT F_TABLE_NAME, G_GEOMETRY_COLUMN, SRID FROM "
                      "information_schema.GEOMETRY_COLUMNS WHERE SRID <> 0 AND " +
                          reading.server().same_database("F_TABLE_SCHEMA"))) {
        const auto at = objects.find({"table", shown_name(db::text_of(row[0]))});
        if (at == objects.end()) continue;
        set(at->second.part("column", shown_name(db::text_of(row[1]))).attributes, "srid",
            db::text_of(row[2]));
    }
}

/// Asks for those defaults that may have been another text than what was printed.
void read_mangled_defaults(Reading& reading, const std::string& table, Object& object) {
    std::string columns;
    std::vector<Attributes*> concerned;
    for (Part& part : object.parts) {
        const std::string* value = find(part.attributes, "default");
        if (value == nullptr || !value->starts_with('\'') || value->find('?') == value->npos) {
            continue;
        }
        columns += (columns.empty() ? "DEFAULT(" : ", DEFAULT(") +
                   kedge::quoted(unquoted(part.name), '`') + ')';
        concerned.push_back(&part.attributes);
    }
    if (concerned.empty()) return;
    for (const db::Row& row :
         reading.rows("defaults of table " + object.key.name,
                      "SELECT " + columns + " FROM (SELECT 1) AS one LEFT JOIN " +
                          kedge::quoted(table, '`') + " ON FALSE")) {
        for (std::size_t i = 0; i < concerned.size(); ++i) {
            // NULL for a column that takes none: there is no row to have its default.
            if (std::holds_alternative<std::nullptr_t>(row[i])) continue;
            const std::string value = db::text_of(row[i]);
            if (unquoted(*find(*concerned[i], "default")) != value) {
                set(*concerned[i], "default", kedge::quoted(value, '\''));
            }
        }
    }
}

}  // namespace

void read_database(Reading& reading) {
    const auto rows = reading.rows(
        "the database", "SHOW CREATE DATABASE " + kedge::quoted(reading.server().database(), '`'));
    Attributes& attributes = reading.state().object("database", "default").attributes;
    for (const db::Row& row : rows) {
        const std::string sql = db::text_of(row[1]);
        // This one stands in a comment that has no version.
        if (sql.find("/* READ ONLY") != sql.npos) set_yes(attributes, "read only");
        Cursor cursor(sql);
        cursor.accept({"CREATE", "DATABASE"});
        cursor.next();
        while (!cursor.at_end()) {
            if (cursor.accept({"DEFAULT", "CHARACTER", "SET"})) {
                set(attributes, "collation", collation_of(cursor, reading.server()));
            } else if (cursor.accept({"DEFAULT", "ENCRYPTION", "="})) {
                if (cursor.value() == "Y") set_yes(attributes, "encryption");
            } else {
                read_option(cursor, attributes);
            }
        }
    }
}

void read_tables_and_views(Reading& reading) {
    const Server& server = reading.server();
    std::vector<Reading::Subject> tables;
    std::vector<Reading::Subject> views;
    std::vector<Reading::Subject> sequences;
    for (const db::Row& row :
         reading.rows("tables and views",
                      "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE " +
                          server.same_database("TABLE_SCHEMA"))) {
        const std::string name = db::text_of(row[0]);
        const std::string type = db::text_of(row[1]);
        if (reading.is_registrys(name) || type.starts_with("TEMPORARY")) continue;
        if (type == "VIEW") {
            views.push_back({"view", name});
        } else if (type == "SEQUENCE") {
            sequences.push_back({"sequence", name});
        } else {
            tables.push_back({"table", name});
        }
    }
    reading.show(
        "SHOW CREATE TABLE", tables, [&](const Reading::Subject& table, const db::Row& row) {
            const std::string sql = db::text_of(row[1]);
            if (sql.starts_with("CREATE TEMPORARY")) {
                reading.note_unread(table, "a temporary table of this session hides it");
            } else {
                read_table(sql, server, reading.state().object("table", shown_name(table.name)));
            }
        });
    if (server.hides_reference_systems()) read_reference_systems(reading);
    if (server.mangles_defaults()) {
        for (const Reading::Subject& table : tables) {
            const auto at = reading.state().objects().find({"table", shown_name(table.name)});
            if (at != reading.state().objects().end()) {
                read_mangled_defaults(reading, table.name, at->second);
            }
        }
    }
    reading.show("SHOW CREATE SEQUENCE", sequences,
                 [&](const Reading::Subject& sequence, const db::Row& row) {
                     read_sequence(db::text_of(row[1]),
                                   reading.state().object("sequence", shown_name(sequence.name)));
                 });
    reading.show("SHOW CREATE VIEW", views, [&](const Reading::Subject& view, const db::Row& row) {
        Attributes& attributes = reading.state().object("view", shown_name(view.name)).attributes;
        read_view(db::text_of(row[1]), server, attributes);
        set(attributes, "client charset", modern_charset(db::text_of(row[2])));
        set(attributes, "connection collation", modern_charset(db::text_of(row[3])));
    });
}

}  // namespace kedge::schema::mysql
