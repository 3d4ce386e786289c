// SPDX-License-Identifier: MIT
#include "schema/sql/mysql_program.hpp"

#include <vector>

#include <fmt/format.h>

#include "schema/sql/mysql_names.hpp"
#include "schema/sql/pieces.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// An attribute that stands behind a word, in capitals.
std::string capitals(const Attributes& attributes, std::string_view name, std::string_view before) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? fmt::format("{}{}", before, to_upper_ascii(*found)) : std::string();
}

std::string comment(const Attributes& attributes) {
    const std::string* found = find(attributes, "comment");
    return found != nullptr ? " COMMENT " + mysql_text(*found) : std::string();
}

std::string characteristics(const Attributes& attributes) {
    std::string out = comment(attributes);
    out += capitals(attributes, "language", " LANGUAGE ");
    if (has(attributes, "deterministic")) out += " DETERMINISTIC";
    out += capitals(attributes, "data access", " ");
    out += capitals(attributes, "security", " SQL SECURITY ");
    if (has(attributes, "libraries")) {
        out += fmt::format(" USING ({})", mysql_names(value(attributes, "libraries")));
    }
    return out;
}

std::string create_view(const Object& view) {
    const Attributes& attributes = view.attributes;
    std::string out = "CREATE OR REPLACE ";
    out += capitals(attributes, "algorithm", "ALGORITHM = ");
    if (has(attributes, "algorithm")) out += ' ';
    out += mysql_definer(attributes);
    out += has(attributes, "security") ? capitals(attributes, "security", "SQL SECURITY ")
                                       : "SQL SECURITY DEFINER";
    out += capitals(attributes, "form", " ") + " VIEW " + mysql_name(view.key.name);
    if (has(attributes, "columns")) {
        out += fmt::format(" ({})", mysql_names(value(attributes, "columns")));
    }
    out += " AS\n" + value(attributes, "definition");
    if (has(attributes, "check option")) {
        out += capitals(attributes, "check option", "\nWITH ") + " CHECK OPTION";
    }
    return out;
}

std::string create_event(const Object& event) {
    const Attributes& attributes = event.attributes;
    const auto moment = [&](std::string_view name, std::string_view before) {
        return has(attributes, name) ? before.data() + mysql_text(value(attributes, name))
                                     : std::string();
    };
    std::string out = "CREATE " + mysql_definer(attributes) + "EVENT " +
                      mysql_name(event.key.name) + " ON SCHEDULE";
    out += capitals(attributes, "every", " EVERY ") + moment("at", " AT ");
    out += moment("starts", " STARTS ") + moment("ends", " ENDS ");
    out += has(attributes, "on completion") ? " ON COMPLETION PRESERVE"
                                            : " ON COMPLETION NOT PRESERVE";
    const std::string status = value(attributes, "status");
    if (status == "disabled") out += " DISABLE";
    if (status == "disabled on replica") out += " DISABLE ON SLAVE";
    return out + comment(attributes) + " DO\n" + value(attributes, "body");
}

std::string create_library(const Object& library) {
    return fmt::format("CREATE LIBRARY {}{} AS {}", mysql_name(library.key.name),
                       characteristics(library.attributes), value(library.attributes, "body"));
}

}  // namespace

std::string create_mysql_program(const Object& program) {
    const std::string& kind = program.key.kind;
    const Attributes& attributes = program.attributes;
    if (kind == "view") return create_view(program);
    if (kind == "event") return create_event(program);
    if (kind == "library") return create_library(program);
    const bool is_package = kind.starts_with("package");
    std::string out = "CREATE " + mysql_definer(attributes);
    if (has(attributes, "aggregate")) out += "AGGREGATE ";
    out += to_upper_ascii(kind) + ' ' + mysql_name(program.key.name);
    if (!is_package) out += fmt::format("({})", value(attributes, "parameters"));
    const bool is_oracle = value(attributes, "sql mode").find("ORACLE") != std::string::npos;
    out += clause(attributes, "returns", is_oracle ? " RETURN " : " RETURNS ");
    return out + characteristics(attributes) + '\n' + value(attributes, "body");
}

std::string create_mysql_trigger(const Part& trigger, const std::string& table) {
    return fmt::format("CREATE {}TRIGGER {} {} ON {} FOR EACH ROW\n{}",
                       mysql_definer(trigger.attributes), mysql_name(trigger.name),
                       to_upper_ascii(value(trigger.attributes, "fires")), mysql_name(table),
                       value(trigger.attributes, "body"));
}

std::string mysql_sequence(const char* verb, const Object& sequence) {
    const Attributes& attributes = sequence.attributes;
    std::string out = fmt::format("{} SEQUENCE {}", verb, mysql_name(sequence.key.name));
    out += clause(attributes, "type", " AS ");
    out += clause(attributes, "start", " START WITH ");
    out += clause(attributes, "increment", " INCREMENT BY ");
    out += clause(attributes, "minimum", " MINVALUE ");
    out += clause(attributes, "maximum", " MAXVALUE ");
    out += clause(attributes, "cache", " CACHE ");
    return out + (has(attributes, "cycle") ? " CYCLE" : " NOCYCLE");
}

std::string session_of_mysql_program(const Attributes& attributes) {
    std::vector<std::string> out;
    const auto add = [&](std::string_view attribute, std::string_view variable) {
        const std::string* found = find(attributes, attribute);
        if (found != nullptr) out.push_back(fmt::format("{} = {}", variable, mysql_text(*found)));
    };
    add("sql mode", "sql_mode");
    add("client charset", "character_set_client");
    add("connection collation", "collation_connection");
    if (has(attributes, "every") || has(attributes, "at")) {
        out.push_back("time_zone = " + (has(attributes, "time zone")
                                            ? mysql_text(value(attributes, "time zone"))
                                            : std::string("'SYSTEM'")));
    }
    return out.empty() ? std::string() : "SET " + join(out, ", ");
}

}  // namespace kedge::schema::sql
