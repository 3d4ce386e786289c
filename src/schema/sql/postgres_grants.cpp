// SPDX-License-Identifier: MIT
// Owners, comments, grants, and what is told of the database itself.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// Privileges by name; true for those that may be passed on.
using Privileges = std::map<std::string, bool>;

Privileges read(const Part* grant) {
    Privileges out;
    if (grant == nullptr) return out;
    for (std::string word : split_list(value(grant->attributes, "privileges"), {})) {
        const bool passes = word.ends_with('*');
        if (passes) word.pop_back();
        out[word] = passes;
    }
    return out;
}

/// What everybody may do with a new thing of the kind.
Privileges usual_of_public(const std::string& kind) {
    if (kind == "function" || kind == "procedure" || kind == "aggregate" ||
        kind == "window function" || kind == "functions") {
        return {{"EXECUTE", false}};
    }
    if (kind == "type" || kind == "domain" || kind == "language" || kind == "types") {
        return {{"USAGE", false}};
    }
    return {};
}

/// Where a grant is, as GRANT has it.
std::string place_of(const Object& object) {
    const std::string& kind = object.key.kind;
    if (kind == "table" || kind == "view" || kind == "materialized view" ||
        kind == "foreign table") {
        return "TABLE " + object.key.name;
    }
    if (kind == "foreign server") return "FOREIGN SERVER " + object.key.name;
    if (kind == "domain") return "TYPE " + object.key.name;
    if (kind == "aggregate") return "FUNCTION " + object.key.name;
    return pg_reference(object);
}

struct Change {
    std::string head;  ///< before GRANT and REVOKE
    std::string place;
    std::string columns;
    std::string grantee;
};

void write_change(const Change& change, const Privileges& before, const Privileges& after,
                  PgOutput& out) {
    std::vector<std::string> gone;
    std::vector<std::string> unpassed;
    std::vector<std::string> plain;
    std::vector<std::string> passed;
    for (const auto& [name, passes] : before) {
        const auto now = after.find(name);
        if (now == after.end()) {
            gone.push_back(name + change.columns);
        } else if (passes && !now->second) {
            unpassed.push_back(name + change.columns);
        }
    }
    for (const auto& [name, passes] : after) {
        const auto was = before.find(name);
        if (was == before.end() || (passes && !was->second)) {
            (passes ? passed : plain).push_back(name + change.columns);
        }
    }
    const auto write = [&](const std::vector<std::string>& list, const char* form,
                           const char* behind) {
        if (list.empty()) return;
        out.add(fmt::format(fmt::runtime(form), change.head, join(list, ", "), change.place,
                            change.grantee) +
                behind);
    };
    write(gone, "{}REVOKE {} ON {} FROM {}", "");
    write(unpassed, "{}REVOKE GRANT OPTION FOR {} ON {} FROM {}", "");
    write(plain, "{}GRANT {} ON {} TO {}", "");
    write(passed, "{}GRANT {} ON {} TO {}", " WITH GRANT OPTION");
}

bool is_by_another(const Part* grant) {
    return grant != nullptr &&
           value(grant->attributes, "privileges").find(" by ") != std::string::npos;
}

void write_all(const Object* from, const Object& to, const Change& place, const std::string& kind,
               PgOutput& out) {
    std::set<std::string> names;
    for (const Part* grant : parts_of(to, "grant")) names.insert(grant->name);
    if (from != nullptr) {
        for (const Part* grant : parts_of(*from, "grant")) names.insert(grant->name);
    } else if (!usual_of_public(kind).empty()) {
        names.insert("PUBLIC");
    }
    for (const std::string& name : names) {
        const Part* was = from != nullptr ? from->find("grant", name) : nullptr;
        const Part* is = to.find("grant", name);
        if (was != nullptr && is != nullptr && *was == *is) continue;
        const std::string subject = fmt::format("grant {}.{}", to.key.name, name);
        if (is_by_another(was) || is_by_another(is) || name.find("(sequence of ") != name.npos) {
            out.give_up(subject, "who granted it is not who runs the script");
            continue;
        }
        Change change = place;
        change.grantee = name;
        if (const std::size_t open = name.rfind('('); open != name.npos && name.ends_with(')')) {
            change.grantee = name.substr(0, open);
            change.columns = ' ' + name.substr(open);
        }
        const bool is_usual = from == nullptr && name == "PUBLIC";
        write_change(change, is_usual ? usual_of_public(kind) : read(was), read(is), out);
    }
}

/// A statement about the database, whose name isn't known here.
std::string on_database(const std::string& format, const std::string& text) {
    return fmt::format("DO {}",
                       pg_body(fmt::format("BEGIN EXECUTE format({}, current_database(){}); END",
                                           pg_text(format), text.empty() ? "" : ", " + text)));
}

/// ALTER for whom a part "needed extension" of the object is told of, by the part's name: that of
/// the extension, and ` of index NAME` or ` of trigger NAME` where it is not the object itself.
std::string alter_dependant(const Object& object, const std::string& part, const char* clause) {
    const auto write = [&](const std::string& what, std::size_t end) {
        return fmt::format("ALTER {} {} {}", what, clause, part.substr(0, end));
    };
    constexpr std::string_view kOfIndex = " of index ";
    if (const std::size_t at = part.find(kOfIndex); at != part.npos) {
        return write(fmt::format("INDEX {}.{}", pg_schema(object.key.name),
                                 part.substr(at + kOfIndex.size())),
                     at);
    }
    constexpr std::string_view kOfTrigger = " of trigger ";
    if (const std::size_t at = part.find(kOfTrigger); at != part.npos) {
        return write(
            fmt::format("TRIGGER {} ON {}", part.substr(at + kOfTrigger.size()), object.key.name),
            at);
    }
    return write(pg_reference(object), part.size());
}

}  // namespace

void write_pg_needed_extensions(const Object* from, const Object& to, PgOutput& out) {
    constexpr const char* kKind = "needed extension";
    for (const Part* part : parts_of(to, kKind)) {
        if (from != nullptr && from->find(kKind, part->name) != nullptr) continue;
        out.add(alter_dependant(to, part->name, "DEPENDS ON EXTENSION"));
    }
    if (from == nullptr) return;
    for (const Part* part : parts_of(*from, kKind)) {
        if (to.find(kKind, part->name) != nullptr) continue;
        out.add(alter_dependant(to, part->name, "NO DEPENDS ON EXTENSION"));
    }
}

void write_pg_owner(const Object* from, const Object& to, PgOutput& out) {
    const std::string owner = value(to.attributes, "owner");
    if (owner.empty() || to.key.kind == "database") return;
    if (from != nullptr && value(from->attributes, "owner") == owner) return;
    if (to.key.kind == "extension") {
        if (from != nullptr) {
            out.give_up(fmt::format("extension {}: owner", to.key.name),
                        "an extension can't be given to another owner");
        }
        return;
    }
    out.add(fmt::format("ALTER {} OWNER TO {}", pg_reference(to), owner));
}

void write_pg_comment(const Object* from, const Object& to, PgOutput& out) {
    const std::string* was = from != nullptr ? find(from->attributes, "comment") : nullptr;
    const std::string* is = find(to.attributes, "comment");
    if ((was == nullptr && is == nullptr) || (was != nullptr && is != nullptr && *was == *is)) {
        return;
    }
    if (to.key.kind == "database") {
        out.add(on_database("COMMENT ON DATABASE %I IS %L", is != nullptr ? pg_text(*is) : "NULL"));
        return;
    }
    out.add(fmt::format("COMMENT ON {} IS {}", pg_reference(to),
                        is != nullptr ? pg_text(*is) : "NULL"));
}

void write_pg_grants(const Object* from, const Object& to, PgOutput& out) {
    const std::string& kind = to.key.kind;
    if (kind == "default privileges" || kind == "database" || kind == "system objects" ||
        kind == "extension") {
        return;
    }
    write_all(from, to, {{}, place_of(to), {}, {}}, kind, out);
}

void write_pg_default_privileges(const Object* from, const Object* to, PgOutput& out) {
    const std::string& name = (to != nullptr ? to : from)->key.name;
    const std::size_t of = name.find(" of ");
    const std::size_t in = name.rfind(" in ");
    const bool is_in = in != name.npos && in > of;
    const std::string kind = name.substr(0, of);
    Change change;
    change.head = fmt::format("ALTER DEFAULT PRIVILEGES FOR ROLE {}{} ",
                              name.substr(of + 4, is_in ? in - of - 4 : name.npos),
                              is_in ? " IN SCHEMA " + name.substr(in + 4) : "");
    change.place = to_upper_ascii(kind);
    Object none;
    none.key = (to != nullptr ? to : from)->key;
    const auto with_usual = [&](const Object* given) {
        Object out_object = given != nullptr ? *given : none;
        if (given == nullptr && !is_in) {
            for (const auto& [privilege, passes] : usual_of_public(kind)) {
                set(out_object.part("grant", "PUBLIC").attributes, "privileges", privilege);
            }
        }
        return out_object;
    };
    const Object before = with_usual(from);
    const Object after = with_usual(to);
    write_all(&before, after, change, kind, out);
}

void write_pg_database(const Object& from, const Object& to, PgOutput& out) {
    const auto differs = [&](std::string_view name) {
        return value(from.attributes, name) != value(to.attributes, name);
    };
    if (differs("owner")) {
        out.add(on_database("ALTER DATABASE %I OWNER TO " + value(to.attributes, "owner"), {}));
    }
    if (differs("connection limit")) {
        const std::string limit = has(to.attributes, "connection limit")
                                      ? value(to.attributes, "connection limit")
                                      : std::string("-1");
        out.add(on_database("ALTER DATABASE %I CONNECTION LIMIT " + limit, {}));
    }
    for (const char* fixed : {"encoding", "collation", "character type", "locale provider",
                              "locale", "icu rules", "tablespace", "template", "no connections"}) {
        if (!differs(fixed)) continue;
        out.give_up(fmt::format("database current: {}", fixed),
                    "a script in the database can't change that of it");
    }
    std::set<std::string> names;
    for (const Object* object : {&from, &to}) {
        for (const Part* setting : parts_of(*object, "setting")) names.insert(setting->name);
    }
    for (const std::string& name : names) {
        const Part* was = from.find("setting", name);
        const Part* is = to.find("setting", name);
        if (was != nullptr && is != nullptr && *was == *is) continue;
        const std::size_t of = name.find(" of ");
        const std::string variable = name.substr(0, of);
        const std::string role =
            of == name.npos ? "" : fmt::format("ROLE {} IN ", name.substr(of + 4));
        out.add(is == nullptr
                    ? on_database(fmt::format("ALTER {}DATABASE %I RESET {}", role, variable), {})
                    : on_database(fmt::format("ALTER {}DATABASE %I SET {} TO %L", role, variable),
                                  pg_text(value(is->attributes, "value"))));
    }
    std::set<std::string> grantees;
    for (const Object* object : {&from, &to}) {
        for (const Part* grant : parts_of(*object, "grant")) grantees.insert(grant->name);
    }
    for (const std::string& grantee : grantees) {
        PgOutput local;
        write_change({{}, "DATABASE %I", {}, grantee}, read(from.find("grant", grantee)),
                     read(to.find("grant", grantee)), local);
        for (const SqlStatement& one : local.script.statements) out.add(on_database(one.sql, {}));
    }
}

}  // namespace kedge::schema::sql
