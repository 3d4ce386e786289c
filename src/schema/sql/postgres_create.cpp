// SPDX-License-Identifier: MIT
// What has no rows of its own (sequences, types, routines, and whatever else PostgreSQL has), as it
// is created.
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_clauses.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

using Create = std::string (*)(const Object&);

/// `KEY = value, ...` of the attributes that are there.
struct Pair {
    const char* attribute;
    const char* words;
    bool is_text = false;
};

std::string pairs(const Attributes& attributes, std::initializer_list<Pair> list) {
    std::vector<std::string> out;
    for (const Pair& one : list) {
        const std::string* found = find(attributes, one.attribute);
        if (found == nullptr) continue;
        const std::string text = one.is_text ? pg_text(*found) : *found;
        out.push_back(*found == "yes" && !one.is_text ? std::string(one.words)
                                                      : fmt::format("{} = {}", one.words, text));
    }
    return join(out, ", ");
}

std::string words_of(const Object& object) {
    return "CREATE " + pg_reference(object);
}

std::string create_sequence(const Object& object) {
    return fmt::format("CREATE {}SEQUENCE {}{}",
                       has(object.attributes, "unlogged") ? "UNLOGGED " : "", object.key.name,
                       pg_sequence_options(object.attributes, false));
}

std::string create_type(const Object& object) {
    const Attributes& attributes = object.attributes;
    const std::string form = value(attributes, "form");
    const std::string head = words_of(object);
    std::vector<std::string> parts;
    if (form == "enum") {
        for (const Part* label : parts_of(object, "label")) parts.push_back(pg_text(label->name));
        return fmt::format("{} AS ENUM ({})", head, join(parts, ", "));
    }
    if (form == "composite") {
        for (const Part* field : parts_of(object, "field")) {
            parts.push_back(fmt::format("{} {}{}", field->name, value(field->attributes, "type"),
                                        clause(field->attributes, "collation", " COLLATE ")));
        }
        return fmt::format("{} AS ({})", head, join(parts, ", "));
    }
    if (form == "range") {
        return fmt::format("{} AS RANGE ({})", head,
                           pairs(attributes, {{"subtype", "SUBTYPE"},
                                              {"subtype operator class", "SUBTYPE_OPCLASS"},
                                              {"subtype collation", "COLLATION"},
                                              {"canonical function", "CANONICAL"},
                                              {"subtype difference function", "SUBTYPE_DIFF"},
                                              {"multirange", "MULTIRANGE_TYPE_NAME"}}));
    }
    if (form == "shell") return head;
    return fmt::format("{} ({}, INTERNALLENGTH = {}, ALIGNMENT = {})", head,
                       pairs(attributes, {{"input function", "INPUT"},
                                          {"output function", "OUTPUT"},
                                          {"receive function", "RECEIVE"},
                                          {"send function", "SEND"},
                                          {"modifier input function", "TYPMOD_IN"},
                                          {"modifier output function", "TYPMOD_OUT"},
                                          {"analyze function", "ANALYZE"},
                                          {"subscript function", "SUBSCRIPT"},
                                          {"by value", "PASSEDBYVALUE"},
                                          {"storage", "STORAGE"},
                                          {"category", "CATEGORY", true},
                                          {"preferred", "PREFERRED"},
                                          {"delimiter", "DELIMITER", true},
                                          {"element", "ELEMENT"},
                                          {"collatable", "COLLATABLE = true"}}),
                       has(attributes, "length") ? value(attributes, "length") : "VARIABLE",
                       has(attributes, "alignment") ? value(attributes, "alignment") : "int4");
}

std::string create_domain(const Object& object) {
    const Attributes& attributes = object.attributes;
    std::string out = words_of(object) + " AS " + value(attributes, "type");
    out += clause(attributes, "collation", " COLLATE ");
    out += clause(attributes, "default", " DEFAULT ");
    if (has(attributes, "not null")) out += " NOT NULL";
    for (const Part* constraint : parts_of(object, "constraint")) {
        if (!has(constraint->attributes, "not valid"))
            out += ' ' + pg_domain_constraint(*constraint);
    }
    return out;
}

std::string create_aggregate(const Object& object) {
    const Attributes& attributes = object.attributes;
    const auto modifies = [&](const char* attribute, const char* words) {
        return has(attributes, attribute)
                   ? fmt::format(
                         ", {} = {}", words,
                         to_upper_ascii(replace_all(value(attributes, attribute), " ", "_")))
                   : std::string();
    };
    std::string out =
        fmt::format("{} ({}{}{}", words_of(object),
                    pairs(attributes, {{"state function", "SFUNC"},
                                       {"state type", "STYPE"},
                                       {"state size", "SSPACE"},
                                       {"final function", "FINALFUNC"},
                                       {"final function extra", "FINALFUNC_EXTRA"},
                                       {"combine function", "COMBINEFUNC"},
                                       {"serial function", "SERIALFUNC"},
                                       {"deserial function", "DESERIALFUNC"},
                                       {"initial state", "INITCOND", true},
                                       {"moving state function", "MSFUNC"},
                                       {"moving inverse function", "MINVFUNC"},
                                       {"moving state type", "MSTYPE"},
                                       {"moving state size", "MSSPACE"},
                                       {"moving final function", "MFINALFUNC"},
                                       {"moving final function extra", "MFINALFUNC_EXTRA"},
                                       {"moving initial state", "MINITCOND", true}}),
                    modifies("final function modifies", "FINALFUNC_MODIFY"),
                    modifies("moving final function modifies", "MFINALFUNC_MODIFY"));
    if (has(attributes, "sort operator")) {
        out += fmt::format(", SORTOP = OPERATOR({})",
                           pg_routine_name(value(attributes, "sort operator")));
    }
    if (has(attributes, "parallel")) {
        out += ", PARALLEL = " + to_upper_ascii(value(attributes, "parallel"));
    }
    if (value(attributes, "form") == "hypothetical set") out += ", HYPOTHETICAL";
    return out + ')';
}

std::string create_extension(const Object& object) {
    return fmt::format("CREATE EXTENSION {}{}{}", object.key.name,
                       clause(object.attributes, "schema", " SCHEMA "),
                       clause(object.attributes, "version", " VERSION '", "'"));
}

std::string create_event_trigger(const Object& object) {
    const Attributes& attributes = object.attributes;
    std::vector<std::string> tags;
    for (const std::string& tag : split_list(value(attributes, "tags"), {})) {
        tags.push_back(pg_text(tag));
    }
    return fmt::format("{} ON {}{} EXECUTE FUNCTION {}", words_of(object),
                       value(attributes, "event"),
                       tags.empty() ? "" : fmt::format(" WHEN TAG IN ({})", join(tags, ", ")),
                       value(attributes, "function"));
}

std::string create_wrapper(const Object& object) {
    return words_of(object) + clause(object.attributes, "handler", " HANDLER ") +
           clause(object.attributes, "validator", " VALIDATOR ") +
           pg_options_clause(object.attributes);
}

std::string create_server(const Object& object) {
    return fmt::format("{}{}{} FOREIGN DATA WRAPPER {}{}", words_of(object),
                       clause(object.attributes, "type", " TYPE '", "'"),
                       clause(object.attributes, "version", " VERSION '", "'"),
                       value(object.attributes, "wrapper"), pg_options_clause(object.attributes));
}

std::string create_publication(const Object& object) {
    std::string out = words_of(object);
    const std::string things = pg_published(object);
    if (has(object.attributes, "all tables")) {
        out += " FOR ALL TABLES";
    } else if (!things.empty()) {
        out += " FOR " + things;
    }
    return fmt::format("{} WITH ({})", out, pg_publication_options(object.attributes));
}

std::string create_cast(const Object& object) {
    const Attributes& attributes = object.attributes;
    const std::string method = value(attributes, "method");
    return words_of(object) +
           (method == "inout"    ? std::string(" WITH INOUT")
            : method == "binary" ? std::string(" WITHOUT FUNCTION")
                                 : clause(attributes, "function", " WITH FUNCTION ")) +
           (has(attributes, "context") ? " AS " + to_upper_ascii(value(attributes, "context"))
                                       : "");
}

std::string create_operator(const Object& object) {
    const Attributes& attributes = object.attributes;
    const std::string& name = object.key.name;
    const std::size_t open = name.rfind('(');
    const auto types = split_list(name.substr(open + 1, name.size() - open - 2), "\"");
    std::string out = fmt::format("CREATE OPERATOR {} (FUNCTION = {}", name.substr(0, open),
                                  pg_routine_name(value(attributes, "function")));
    if (types.size() == 2 && types[0] != "NONE") out += ", LEFTARG = " + types[0];
    if (types.size() == 2 && types[1] != "NONE") out += ", RIGHTARG = " + types[1];
    for (const auto& [attribute, words] :
         {std::pair{"commutator", "COMMUTATOR"}, std::pair{"negator", "NEGATOR"}}) {
        if (!has(attributes, attribute)) continue;
        out += fmt::format(", {} = OPERATOR({})", words,
                           pg_routine_name(value(attributes, attribute)));
    }
    const std::string rest = pairs(attributes, {{"restriction estimator", "RESTRICT"},
                                                {"join estimator", "JOIN"},
                                                {"hashes", "HASHES"},
                                                {"merges", "MERGES"}});
    return out + (rest.empty() ? "" : ", " + rest) + ')';
}

std::string create_operator_class(const Object& object) {
    const Attributes& attributes = object.attributes;
    const std::string& name = object.key.name;
    const std::size_t using_at = name.rfind(" using ");
    // Its operators and functions are told of its family, to which they are added.
    return fmt::format(
        "CREATE OPERATOR CLASS {}{} FOR TYPE {} USING {} FAMILY {} AS STORAGE {}",
        name.substr(0, using_at), has(attributes, "default") ? " DEFAULT" : "",
        value(attributes, "type"), name.substr(using_at + 7), value(attributes, "family"),
        has(attributes, "storage") ? value(attributes, "storage") : value(attributes, "type"));
}

std::string create_access_method(const Object& object) {
    return fmt::format("{} TYPE {} HANDLER {}", words_of(object),
                       to_upper_ascii(value(object.attributes, "type")),
                       value(object.attributes, "handler"));
}

std::string create_collation(const Object& object) {
    const Attributes& attributes = object.attributes;
    std::string out = words_of(object) + " (" +
                      pairs(attributes, {{"provider", "PROVIDER"},
                                         {"locale", "LOCALE", true},
                                         {"collation", "LC_COLLATE", true},
                                         {"character type", "LC_CTYPE", true},
                                         {"rules", "RULES", true}});
    if (has(attributes, "not deterministic")) out += ", DETERMINISTIC = false";
    return out + ')';
}

std::string create_conversion(const Object& object) {
    const Attributes& attributes = object.attributes;
    return fmt::format("CREATE {}CONVERSION {} FOR '{}' TO '{}' FROM {}",
                       has(attributes, "default") ? "DEFAULT " : "", object.key.name,
                       value(attributes, "from"), value(attributes, "to"),
                       value(attributes, "function"));
}

std::string create_configuration(const Object& object) {
    return fmt::format("{} (PARSER = {})", words_of(object), value(object.attributes, "parser"));
}

std::string create_dictionary(const Object& object) {
    return fmt::format("{} (TEMPLATE = {}{})", words_of(object),
                       value(object.attributes, "template"),
                       clause(object.attributes, "options", ", "));
}

std::string create_parser(const Object& object) {
    return fmt::format("{} ({})", words_of(object),
                       pairs(object.attributes, {{"start function", "START"},
                                                 {"token function", "GETTOKEN"},
                                                 {"end function", "END"},
                                                 {"headline function", "HEADLINE"},
                                                 {"types function", "LEXTYPES"}}));
}

std::string create_template(const Object& object) {
    return fmt::format(
        "{} ({})", words_of(object),
        pairs(object.attributes, {{"init function", "INIT"}, {"lexize function", "LEXIZE"}}));
}

std::string create_language(const Object& object) {
    const Attributes& attributes = object.attributes;
    return fmt::format("CREATE {}LANGUAGE {}{}{}{}", has(attributes, "trusted") ? "TRUSTED " : "",
                       object.key.name, clause(attributes, "handler", " HANDLER "),
                       clause(attributes, "inline handler", " INLINE "),
                       clause(attributes, "validator", " VALIDATOR "));
}

std::string create_transform(const Object& object) {
    std::vector<std::string> out;
    if (has(object.attributes, "from sql")) {
        out.push_back("FROM SQL WITH FUNCTION " + value(object.attributes, "from sql"));
    }
    if (has(object.attributes, "to sql")) {
        out.push_back("TO SQL WITH FUNCTION " + value(object.attributes, "to sql"));
    }
    return fmt::format("{} ({})", words_of(object), join(out, ", "));
}

std::string create_statistics(const Object& object) {
    const Attributes& attributes = object.attributes;
    std::vector<std::string> on;
    for (const char* name : {"columns", "expressions"}) {
        if (has(attributes, name)) on.push_back(value(attributes, name));
    }
    return fmt::format("{}{} ON {} FROM {}", words_of(object),
                       clause(attributes, "kinds", " (", ")"), join(on, ", "),
                       value(attributes, "table"));
}

const std::map<std::string, Create, std::less<>>& creators() {
    static const std::map<std::string, Create, std::less<>> out = {
        {"schema", words_of},
        {"extension", create_extension},
        {"sequence", create_sequence},
        {"type", create_type},
        {"domain", create_domain},
        {"function", pg_create_routine},
        {"window function", pg_create_routine},
        {"procedure", pg_create_routine},
        {"aggregate", create_aggregate},
        {"event trigger", create_event_trigger},
        {"foreign data wrapper", create_wrapper},
        {"foreign server", create_server},
        {"publication", create_publication},
        {"cast", create_cast},
        {"operator", create_operator},
        {"operator family", words_of},
        {"operator class", create_operator_class},
        {"access method", create_access_method},
        {"collation", create_collation},
        {"conversion", create_conversion},
        {"text search configuration", create_configuration},
        {"text search dictionary", create_dictionary},
        {"text search parser", create_parser},
        {"text search template", create_template},
        {"language", create_language},
        {"transform", create_transform},
        {"statistics", create_statistics}};
    return out;
}

}  // namespace

void create_pg_thing(const Object& to, PgOutput& out) {
    const auto creator = creators().find(to.key.kind);
    if (creator == creators().end()) {
        out.give_up(fmt::format("{} {}", to.key.kind, to.key.name),
                    to.key.kind == "subscription"
                        ? "its connection holds a secret, which no state has"
                        : "kedge does not know how to write that");
        return;
    }
    if (value(to.attributes, "options").find("=***") != std::string::npos) {
        out.give_up(fmt::format("{} {}", to.key.kind, to.key.name),
                    "its options hold a secret, which no state has");
        return;
    }
    out.add(creator->second(to));
    // What CREATE has no clauses for.
    Object made = to;
    std::erase_if(made.attributes, [](const Attribute& one) {
        return one.name == "enabled" || one.name == "target";
    });
    const bool names_parts = to.key.kind != "operator family" &&
                             to.key.kind != "text search configuration" &&
                             to.key.kind != "foreign server";
    std::erase_if(made.parts, [&](const Part& part) {
        return !names_parts || has(part.attributes, "not valid");
    });
    for (Part& part : made.parts) {
        std::erase_if(part.attributes, [](const Attribute& one) { return one.name == "comment"; });
    }
    static_cast<void>(alter_pg_thing(made, to, out));
}

}  // namespace kedge::schema::sql
