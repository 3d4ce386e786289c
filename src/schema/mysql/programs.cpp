// SPDX-License-Identifier: MIT
// What has a body: routines, packages, libraries, events, triggers.
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "schema/mysql/clauses.hpp"
#include "schema/mysql/printed.hpp"
#include "schema/mysql/reading.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

bool is_null(const db::Value& value) {
    return std::holds_alternative<std::nullptr_t>(value);
}

/// What a client leaves at the end of a statement differs by client.
std::string body_text(std::string_view text) {
    text = trim(text);
    while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
    return std::string(text);
}

/// The session that made it lives on in these: what its body means depends on them.
void set_session(Attributes& attributes, const db::Row& row, std::size_t first_charset) {
    set(attributes, "sql mode", db::text_of(row[1]));
    set(attributes, "client charset", modern_charset(db::text_of(row[first_charset])));
    set(attributes, "connection collation", modern_charset(db::text_of(row[first_charset + 1])));
    set(attributes, "database collation", modern_charset(db::text_of(row[first_charset + 2])));
}

bool prints_names_in_double_quotes(const db::Row& row) {
    return db::text_of(row[1]).find("ANSI_QUOTES") != std::string::npos;
}

/// One of the characteristics between a routine's head and its body, if one comes next. The server
/// prints those that aren't as usual, each in a line of its own.
bool read_characteristic(Cursor& cursor, Attributes& attributes) {
    for (const std::string_view access : {"no sql", "reads sql data", "modifies sql data"}) {
        const std::vector<std::string> words = split(access, ' ');
        const bool found = words.size() == 2 ? cursor.accept({words[0], words[1]})
                                             : cursor.accept({words[0], words[1], words[2]});
        if (found) {
            set(attributes, "data access", std::string(access));
            return true;
        }
    }
    if (cursor.accept({"CONTAINS", "SQL"}) || cursor.accept({"LANGUAGE", "SQL"}) ||
        cursor.accept({"NOT", "DETERMINISTIC"}) || cursor.accept({"SQL", "SECURITY", "DEFINER"})) {
        return true;
    }
    if (cursor.accept({"DETERMINISTIC"})) {
        set_yes(attributes, "deterministic");
    } else if (cursor.accept({"SQL", "SECURITY"})) {
        set(attributes, "security", to_lower_ascii(cursor.value()));
    } else if (cursor.at("COMMENT") || cursor.at("LANGUAGE")) {
        const std::string name = to_lower_ascii(cursor.value());
        set(attributes, name, cursor.value());
    } else if (cursor.accept({"USING"})) {
        set(attributes, "libraries", shown_names(cursor.bracketed()));
    } else {
        return false;
    }
    return true;
}

/// Without the width that MariaDB prints of integers; the words as they are.
std::string return_type(std::string_view text) {
    const std::string type = with_single_spaces(trim(text));
    return without_display_width(type);
}

void read_routine(const db::Row& row, Attributes& attributes) {
    const std::string sql = db::text_of(row[2]);
    Cursor cursor(sql, prints_names_in_double_quotes(row));
    cursor.accept({"CREATE"});
    read_definer(cursor, attributes);
    if (cursor.accept({"AGGREGATE"})) set_yes(attributes, "aggregate");
    while (!cursor.at_end() && cursor.token().kind != TokenKind::name) cursor.next();
    cursor.next();
    if (cursor.at("(")) {
        const std::string parameters = with_single_spaces(cursor.bracketed());
        if (!parameters.empty()) set(attributes, "parameters", parameters);
    }
    if (cursor.at("RETURNS") || cursor.at("RETURN")) {
        // It ends with its line, unless it holds texts of several.
        cursor.next();
        const std::size_t begin = cursor.token().begin;
        while (!cursor.at_end() && sql.substr(cursor.passed(), 1) != "\n") cursor.next();
        set(attributes, "returns", return_type(cursor.between(begin, cursor.passed())));
    }
    while (read_characteristic(cursor, attributes)) {
    }
    set(attributes, "body", body_text(cursor.rest()));
    set_session(attributes, row, 3);
}

void show_routines(Reading& reading, const std::string& statement,
                   const std::vector<Reading::Subject>& subjects) {
    reading.show(statement, subjects, [&](const Reading::Subject& routine, const db::Row& row) {
        if (is_null(row[2])) {
            reading.note_unread(routine, "the account may not see its text");
            return;
        }
        Object& object = reading.state().object(routine.kind, shown_name(routine.name));
        read_routine(row, object.attributes);
    });
}

void read_libraries(Reading& reading) {
    std::vector<Reading::Subject> libraries;
    for (const db::Row& row :
         reading.rows("libraries", "SELECT LIBRARY_NAME FROM information_schema.LIBRARIES WHERE " +
                                       reading.server().same_database("LIBRARY_SCHEMA"))) {
        libraries.push_back({"library", db::text_of(row[0])});
    }
    reading.show("SHOW CREATE LIBRARY", libraries,
                 [&](const Reading::Subject& library, const db::Row& row) {
                     const std::string sql = db::text_of(row[2]);
                     Attributes& attributes =
                         reading.state().object("library", shown_name(library.name)).attributes;
                     Cursor cursor(sql);
                     cursor.accept({"CREATE", "LIBRARY"});
                     cursor.next();
                     while (read_characteristic(cursor, attributes)) {
                     }
                     cursor.accept({"AS"});
                     set(attributes, "body", std::string(cursor.rest()));
                 });
}

/// Left out where it is the moment at which the event was made or given its schedule: the server
/// puts that in where nobody names one. When the event has been altered since, or restored, nothing
/// tells which moment that was; but people name full minutes.
std::string starts_query() {
    const auto is_at = [](const std::string& moment) {
        return "ABS(TIMESTAMPDIFF(SECOND, STARTS, CONVERT_TZ(" + moment +
               ", @@session.time_zone, TIME_ZONE))) <= 1";
    };
    const std::string is_left =
        "(SECOND(STARTS) <> 0 AND STARTS < CONVERT_TZ(LAST_ALTERED, @@session.time_zone, "
        "TIME_ZONE))";
    return "IF(" + is_at("CREATED") + " OR " + is_at("LAST_ALTERED") + " OR " + is_left +
           ", NULL, STARTS)";
}

void read_body_of_event(const db::Row& row, Attributes& attributes) {
    const std::string sql = db::text_of(row[3]);
    Cursor cursor(sql, prints_names_in_double_quotes(row));
    cursor.accept({"CREATE"});
    read_definer(cursor, attributes);
    while (!cursor.at_end() && !cursor.at("DO")) cursor.next();
    cursor.next();
    set(attributes, "body", body_text(cursor.rest()));
    const std::string zone = db::text_of(row[2]);
    if (zone != "SYSTEM") set(attributes, "time zone", zone);
    set_session(attributes, row, 4);
}

void read_body_of_trigger(const db::Row& row, Attributes& attributes) {
    const std::string sql = db::text_of(row[2]);
    Cursor cursor(sql, prints_names_in_double_quotes(row));
    cursor.accept({"CREATE"});
    read_definer(cursor, attributes);
    while (!cursor.at_end() && !cursor.accept({"FOR", "EACH", "ROW"})) cursor.next();
    // Its place among the others is told by itself, and doesn't stay as it was typed.
    if (cursor.accept({"FOLLOWS"}) || cursor.accept({"PRECEDES"})) cursor.next();
    set(attributes, "body", body_text(cursor.rest()));
    set_session(attributes, row, 3);
}

}  // namespace

void read_routines(Reading& reading) {
    static const std::pair<const char*, const char*> kKinds[] = {{"PROCEDURE", "procedure"},
                                                                 {"FUNCTION", "function"},
                                                                 {"PACKAGE", "package"},
                                                                 {"PACKAGE BODY", "package body"}};
    const auto rows = reading.rows(
        "routines", "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE " +
                        reading.server().same_database("ROUTINE_SCHEMA"));
    for (const auto& [type, kind] : kKinds) {
        std::vector<Reading::Subject> subjects;
        for (const db::Row& row : rows) {
            const std::string name = db::text_of(row[1]);
            if (db::text_of(row[0]) == type && !reading.is_registrys(name)) {
                subjects.push_back({kind, name});
            }
        }
        show_routines(reading, std::string("SHOW CREATE ") + type, subjects);
    }
    if (reading.server().has_libraries()) read_libraries(reading);
}

void read_events(Reading& reading) {
    static const std::vector<std::string> kAttributes = {
        "every", "at", "starts", "ends", "status", "on completion", "comment"};
    std::vector<Reading::Subject> events;
    for (const db::Row& row : reading.rows(
             "events",
             "SELECT EVENT_NAME, CONCAT(INTERVAL_VALUE, ' ', LOWER(INTERVAL_FIELD)), EXECUTE_AT, " +
                 starts_query() +
                 ", ENDS, CASE WHEN STATUS = 'ENABLED' THEN NULL WHEN STATUS = 'DISABLED' "
                 "THEN 'disabled' ELSE 'disabled on replica' END, "
                 "IF(ON_COMPLETION = 'PRESERVE', 'preserve', NULL), NULLIF(EVENT_COMMENT, '') "
                 "FROM information_schema.EVENTS WHERE " +
                 reading.server().same_database("EVENT_SCHEMA"))) {
        const std::string name = db::text_of(row[0]);
        if (reading.is_registrys(name)) continue;
        events.push_back({"event", name});
        Object& event = reading.state().object("event", shown_name(name));
        for (std::size_t i = 0; i < kAttributes.size(); ++i) {
            if (!is_null(row[i + 1])) {
                set(event.attributes, kAttributes[i], db::text_of(row[i + 1]));
            }
        }
    }
    reading.show("SHOW CREATE EVENT", events,
                 [&](const Reading::Subject& event, const db::Row& row) {
                     read_body_of_event(
                         row, reading.state().object("event", shown_name(event.name)).attributes);
                 });
}

void read_triggers(Reading& reading) {
    struct Place {
        std::string table;
        std::string fires;
    };
    std::vector<Reading::Subject> triggers;
    std::vector<Place> places;
    // By its own schema MariaDB looks for a trigger at all tables of all databases; its table's is
    // the same.
    for (const db::Row& row :
         reading.rows("triggers",
                      "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, LOWER(CONCAT(ACTION_TIMING, ' ', "
                      "EVENT_MANIPULATION)) FROM information_schema.TRIGGERS WHERE " +
                          reading.server().same_database("EVENT_OBJECT_SCHEMA") +
                          " ORDER BY EVENT_OBJECT_TABLE, 3, ACTION_ORDER")) {
        const std::string table = db::text_of(row[1]);
        if (reading.is_registrys(table)) continue;
        triggers.push_back({"trigger", db::text_of(row[0])});
        places.push_back({table, db::text_of(row[2])});
    }
    std::size_t i = 0;
    reading.show(
        "SHOW CREATE TRIGGER", triggers, [&](const Reading::Subject& trigger, const db::Row& row) {
            while (triggers[i].name != trigger.name) ++i;
            const auto at = reading.state().objects().find({"table", shown_name(places[i].table)});
            if (at == reading.state().objects().end()) return;
            Attributes& attributes =
                at->second.part("trigger", shown_name(trigger.name)).attributes;
            set(attributes, "fires", places[i].fires);
            read_body_of_trigger(row, attributes);
        });
}

}  // namespace kedge::schema::mysql
