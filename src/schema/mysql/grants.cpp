// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "schema/mysql/printed.hpp"
#include "schema/mysql/reading.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

std::string grantee(const db::Value& user, const db::Value& host) {
    const std::string at = db::text_of(host);
    // A role of MariaDB's has no host.
    return db::text_of(user) + (at.empty() ? "" : '@' + at);
}

/// `Select,Insert,Grant` as `insert*, select*`.
std::string privileges_text(const std::string& list) {
    std::vector<std::string> words;
    bool may_grant = false;
    for (const std::string& word : split(to_lower_ascii(list), ',')) {
        if (word == "grant") {
            may_grant = true;
        } else {
            words.push_back(word);
        }
    }
    if (words.empty()) words.emplace_back("usage");
    std::sort(words.begin(), words.end());
    if (may_grant) {
        for (std::string& word : words) word += '*';
    }
    return join(words, ", ");
}

void add(Object& object, const std::string& name, const db::Value& privileges) {
    set(object.part("grant", name).attributes, "privileges",
        privileges_text(db::text_of(privileges)));
}

/// Of the server's table, a column for each privilege; which there are differs by version.
void read_grants_on_database(Reading& reading) {
    std::string list;
    for (const db::Row& row :
         reading.rows("grants on the database",
                      "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
                      "'mysql' AND TABLE_NAME = 'db' AND COLUMN_NAME LIKE '%\\_priv'")) {
        const std::string column = db::text_of(row.front());
        std::string word = replace_all(to_lower_ascii(column), "_", " ");
        word.resize(word.size() - std::string_view(" priv").size());
        if (word == "create tmp table") word = "create temporary tables";
        list += fmt::format(", IF(\"{}\" = 'Y', '{}', NULL)", column, word);
    }
    if (list.empty()) {
        reading.unread().push_back({"grants on the database", "the account can't see mysql.db"});
        return;
    }
    Object& database = reading.state().object("database", "default");
    for (const db::Row& row : reading.rows(
             "grants on the database",
             fmt::format("SELECT User, Host, Db, CONCAT_WS(','{}), REPLACE(Db, '\\\\_', '_') = "
                         "DATABASE() FROM mysql.db WHERE DATABASE() LIKE Db",
                         list))) {
        std::string name = grantee(row[0], row[1]);
        // A pattern that other databases fit, too, is a grant of its own.
        if (db::text_of(row[4]) != "1") name += " on " + db::text_of(row[2]);
        add(database, name, row[3]);
    }
}

void read_grants_on_tables(Reading& reading) {
    const auto find = [&](const db::Value& name) -> Object* {
        for (const char* kind : {"table", "view", "sequence"}) {
            const auto at = reading.state().objects().find({kind, shown_name(db::text_of(name))});
            if (at != reading.state().objects().end()) return &at->second;
        }
        return nullptr;
    };
    for (const db::Row& row :
         reading.rows("grants on tables",
                      "SELECT User, Host, Table_name, Table_priv FROM mysql.tables_priv "
                      "WHERE Db = DATABASE() AND Table_priv <> ''")) {
        if (Object* object = find(row[2])) add(*object, grantee(row[0], row[1]), row[3]);
    }
    for (const db::Row& row : reading.rows(
             "grants on columns",
             "SELECT User, Host, Table_name, Column_priv, Column_name FROM mysql.columns_priv "
             "WHERE Db = DATABASE() AND Column_priv <> ''")) {
        if (Object* object = find(row[2])) {
            add(*object, grantee(row[0], row[1]) + " (" + shown_name(db::text_of(row[4])) + ')',
                row[3]);
        }
    }
}

void read_grants_on_routines(Reading& reading) {
    for (const db::Row& row :
         reading.rows("grants on routines",
                      "SELECT User, Host, LOWER(Routine_type), Routine_name, "
                      "Proc_priv FROM mysql.procs_priv WHERE Db = DATABASE()")) {
        const auto at =
            reading.state().objects().find({db::text_of(row[2]), shown_name(db::text_of(row[3]))});
        if (at != reading.state().objects().end()) {
            add(at->second, grantee(row[0], row[1]), row[4]);
        }
    }
}

/// SQL's LIKE, for names of databases in grants.
bool fits(std::string_view name, std::string_view pattern) {
    if (pattern.empty()) return name.empty();
    if (pattern.front() == '%') {
        return fits(name, pattern.substr(1)) || (!name.empty() && fits(name.substr(1), pattern));
    }
    const bool is_escaped = pattern.front() == '\\' && pattern.size() > 1;
    if (is_escaped) pattern.remove_prefix(1);
    if (name.empty() || (name.front() != pattern.front() && (is_escaped || pattern.front() != '_')))
        return false;
    return fits(name.substr(1), pattern.substr(1));
}

/// Adds what a line of SHOW GRANTS gives on the whole database.
void add_privileges(std::string_view line, const std::string& database,
                    std::set<std::string>& privileges) {
    Cursor cursor(line);
    if (!cursor.accept({"GRANT"})) return;
    const std::size_t begin = cursor.token().begin;
    while (!cursor.at_end() && !cursor.at("ON")) cursor.next();
    const std::string list(cursor.between(begin, cursor.passed()));
    if (!cursor.accept({"ON"})) return;
    const std::string scope = cursor.value();
    if (!cursor.accept({".", "*"})) return;
    if (scope != "*" && !fits(database, scope)) return;
    for (const std::string& word : split(list, ',')) {
        privileges.insert(to_upper_ascii(trim(word)));
    }
}

}  // namespace

void read_grants(Reading& reading) {
    read_grants_on_database(reading);
    read_grants_on_tables(reading);
    read_grants_on_routines(reading);
}

void note_invisible(Reading& reading) {
    std::set<std::string> privileges;
    const std::string& database = reading.server().database();
    for (const db::Row& row : reading.rows("grants of the account", "SHOW GRANTS")) {
        add_privileges(db::text_of(row.front()), database, privileges);
    }
    privileges.erase("USAGE");
    if (privileges.count("ALL PRIVILEGES") != 0) return;
    const auto note = [&](const char* what, std::initializer_list<const char*> any_of) {
        if (std::none_of(any_of.begin(), any_of.end(),
                         [&](const char* one) { return privileges.count(one) != 0; })) {
            reading.unread().push_back(
                {what, fmt::format("the account has no privilege {} on the whole database, "
                                   "and doesn't see those that it has none on",
                                   *any_of.begin())});
        }
    };
    note("tables and views", {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP",
                              "REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "SHOW VIEW"});
    note("triggers", {"TRIGGER"});
    note("events", {"EVENT"});
    note("routines",
         {"EXECUTE", "ALTER ROUTINE", "CREATE ROUTINE", "SHOW CREATE ROUTINE", "SHOW_ROUTINE"});
}

}  // namespace kedge::schema::mysql
