// SPDX-License-Identifier: MIT
// What has no rows of its own: sequences, types, routines and the rest of PostgreSQL's zoo.
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
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

std::string sequence_options(const Attributes& attributes, bool all) {
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

std::string create_sequence(const Object& object) {
    return fmt::format("CREATE {}SEQUENCE {}{}",
                       has(object.attributes, "unlogged") ? "UNLOGGED " : "", object.key.name,
                       sequence_options(object.attributes, false));
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

std::string domain_constraint(const Part& constraint) {
    return fmt::format("CONSTRAINT {} CHECK ({})", constraint.name,
                       value(constraint.attributes, "check"));
}

std::string create_domain(const Object& object) {
    const Attributes& attributes = object.attributes;
    std::string out = words_of(object) + " AS " + value(attributes, "type");
    out += clause(attributes, "collation", " COLLATE ");
    out += clause(attributes, "default", " DEFAULT ");
    if (has(attributes, "not null")) out += " NOT NULL";
    for (const Part* constraint : parts_of(object, "constraint")) {
        if (!has(constraint->attributes, "not valid")) out += ' ' + domain_constraint(*constraint);
    }
    return out;
}

std::string create_routine(const Object& object) {
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

std::string options_clause(const Attributes& attributes) {
    return has(attributes, "options")
               ? fmt::format(" OPTIONS ({})", pg_foreign_options(value(attributes, "options")))
               : std::string();
}

std::string create_wrapper(const Object& object) {
    return words_of(object) + clause(object.attributes, "handler", " HANDLER ") +
           clause(object.attributes, "validator", " VALIDATOR ") +
           options_clause(object.attributes);
}

std::string create_server(const Object& object) {
    return fmt::format("{}{}{} FOREIGN DATA WRAPPER {}{}", words_of(object),
                       clause(object.attributes, "type", " TYPE '", "'"),
                       clause(object.attributes, "version", " VERSION '", "'"),
                       value(object.attributes, "wrapper"), options_clause(object.attributes));
}

std::string published_table(const Part& table) {
    return table.name + clause(table.attributes, "columns", " (", ")") +
           clause(table.attributes, "where", " WHERE (", ")");
}

std::string published(const Object& object) {
    std::vector<std::string> things;
    for (const Part* table : parts_of(object, "table")) {
        things.push_back("TABLE " + published_table(*table));
    }
    for (const Part* schema : parts_of(object, "schema")) {
        things.push_back("TABLES IN SCHEMA " + schema->name);
    }
    return join(things, ", ");
}

std::string publication_options(const Attributes& attributes) {
    return fmt::format("publish = '{}', publish_via_partition_root = {}",
                       value(attributes, "operations"), has(attributes, "via root"));
}

std::string create_publication(const Object& object) {
    std::string out = words_of(object);
    const std::string things = published(object);
    if (has(object.attributes, "all tables")) {
        out += " FOR ALL TABLES";
    } else if (!things.empty()) {
        out += " FOR " + things;
    }
    return fmt::format("{} WITH ({})", out, publication_options(object.attributes));
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
        {"function", create_routine},
        {"window function", create_routine},
        {"procedure", create_routine},
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

/// What ALTER does, for one thing.
class Altering {
  public:
    Altering(const Object& from, const Object& to, PgOutput& out)
        : from_(from), to_(to), out_(out) {}

    /// False where it can't.
    bool run() {
        const std::string& kind = to_.key.kind;
        if (kind == "sequence") return sequence();
        if (kind == "type") return type();
        if (kind == "domain") return domain();
        if (kind == "function" || kind == "procedure" || kind == "window function") {
            return routine();
        }
        if (kind == "extension") return extension();
        if (kind == "event trigger") return event_trigger();
        if (kind == "foreign server") return server();
        if (kind == "foreign data wrapper") return wrapper();
        if (kind == "publication") return publication();
        if (kind == "operator family") return family();
        if (kind == "text search configuration") return configuration();
        if (kind == "statistics") return statistics();
        if (kind == "subscription") return subscription();
        return same_but({});
    }

  private:
    void alter(const std::string& clause) {
        out_.add(fmt::format("ALTER {} {}", pg_reference(to_), clause));
    }
    [[nodiscard]] bool differs(std::string_view name) const {
        return value(from_.attributes, name) != value(to_.attributes, name) ||
               has(from_.attributes, name) != has(to_.attributes, name);
    }
    /// Whether nothing differs but these attributes, and what is written for all kinds.
    [[nodiscard]] bool same_but(std::initializer_list<std::string_view> names) const {
        const auto bare = [&](Attributes attributes) {
            std::erase_if(attributes, [&](const Attribute& one) {
                return one.name == "owner" || one.name == "comment" ||
                       std::find(names.begin(), names.end(), one.name) != names.end();
            });
            return attributes;
        };
        return bare(from_.attributes) == bare(to_.attributes);
    }

    bool sequence() {
        if (differs("unlogged") || differs("security label")) return false;
        const auto bare = [](Attributes attributes) {
            std::erase_if(attributes, [](const Attribute& one) {
                return one.name == "owner" || one.name == "comment" || one.name == "owned by";
            });
            return attributes;
        };
        if (bare(from_.attributes) != bare(to_.attributes)) {
            alter(std::string(trim(sequence_options(to_.attributes, true))));
        }
        return true;
    }

    bool type() {
        if (!same_but({})) return false;
        labels();
        fields();
        return true;
    }

    void labels() {
        const auto before = parts_of(from_, "label");
        const auto after = parts_of(to_, "label");
        std::vector<std::string> kept;
        bool is_open = false;
        for (const Part* label : before) {
            if (to_.find("label", label->name) == nullptr) is_open = true;
            kept.push_back(label->name);
        }
        std::vector<std::string> wanted;
        for (const Part* label : after) {
            if (from_.find("label", label->name) != nullptr) wanted.push_back(label->name);
        }
        std::erase_if(kept,
                      [&](const std::string& name) { return to_.find("label", name) == nullptr; });
        if (is_open || kept != wanted) {
            out_.give_up(fmt::format("type {}", to_.key.name),
                         "PostgreSQL takes no value out of an enum and moves none");
            return;
        }
        const Part* last = nullptr;
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (from_.find("label", after[i]->name) == nullptr) {
                const std::string place = last != nullptr ? " AFTER " + pg_text(last->name)
                                          : after.size() > i + 1 && !before.empty()
                                              ? " BEFORE " + pg_text(before[0]->name)
                                              : "";
                alter(fmt::format("ADD VALUE {}{}", pg_text(after[i]->name), place));
            }
            last = after[i];
        }
    }

    void fields() {
        std::vector<std::string> order;
        for (const Part* field : parts_of(from_, "field")) {
            const Part* other = to_.find("field", field->name);
            if (other == nullptr) {
                alter("DROP ATTRIBUTE " + field->name);
                continue;
            }
            order.push_back(field->name);
            const auto changes = [&](const char* name) {
                return value(field->attributes, name) != value(other->attributes, name);
            };
            if (changes("type") || changes("collation")) {
                alter(fmt::format("ALTER ATTRIBUTE {} TYPE {}{}", field->name,
                                  value(other->attributes, "type"),
                                  clause(other->attributes, "collation", " COLLATE ")));
            }
        }
        for (const Part* field : parts_of(to_, "field")) {
            const Part* other = from_.find("field", field->name);
            if (other == nullptr) {
                alter(fmt::format("ADD ATTRIBUTE {} {}{}", field->name,
                                  value(field->attributes, "type"),
                                  clause(field->attributes, "collation", " COLLATE ")));
            }
            const std::string before =
                other != nullptr ? value(other->attributes, "comment") : std::string();
            const std::string after = value(field->attributes, "comment");
            if (before == after) continue;
            out_.add(fmt::format("COMMENT ON COLUMN {}.{} IS {}", to_.key.name, field->name,
                                 after.empty() ? "NULL" : pg_text(after)));
        }
    }

    bool domain() {
        if (!same_but({"default", "not null"})) return false;
        if (differs("default")) {
            alter(has(to_.attributes, "default") ? "SET DEFAULT " + value(to_.attributes, "default")
                                                 : std::string("DROP DEFAULT"));
        }
        if (differs("not null")) {
            alter(has(to_.attributes, "not null") ? "SET NOT NULL" : "DROP NOT NULL");
        }
        domain_constraints();
        return true;
    }

    void domain_constraints() {
        const auto bare = [](const Part& part) {
            Attributes out = part.attributes;
            std::erase_if(out, [](const Attribute& one) { return one.name == "comment"; });
            return out;
        };
        for (const Part* constraint : parts_of(from_, "constraint")) {
            const Part* other = to_.find("constraint", constraint->name);
            if (other == nullptr || bare(*other) != bare(*constraint)) {
                alter("DROP CONSTRAINT " + constraint->name);
            }
        }
        for (const Part* constraint : parts_of(to_, "constraint")) {
            const Part* other = from_.find("constraint", constraint->name);
            if (other == nullptr || bare(*other) != bare(*constraint)) {
                alter(fmt::format("ADD {}{}", domain_constraint(*constraint),
                                  has(constraint->attributes, "not valid") ? " NOT VALID" : ""));
                other = nullptr;
            }
            const std::string before =
                other != nullptr ? value(other->attributes, "comment") : std::string();
            const std::string after = value(constraint->attributes, "comment");
            if (before == after) continue;
            out_.add(fmt::format("COMMENT ON CONSTRAINT {} ON DOMAIN {} IS {}", constraint->name,
                                 to_.key.name, after.empty() ? "NULL" : pg_text(after)));
        }
    }

    bool routine() {
        if (same_but({})) return true;
        if (differs("arguments") || differs("returns") || differs("revoked from owner")) {
            return false;
        }
        out_.add(create_routine(to_));
        return true;
    }

    bool extension() {
        if (differs("schema")) alter("SET SCHEMA " + value(to_.attributes, "schema"));
        if (differs("version")) {
            alter(fmt::format("UPDATE TO '{}'", value(to_.attributes, "version")));
        }
        return true;
    }

    bool event_trigger() {
        if (!same_but({"enabled"})) return false;
        enable();
        return true;
    }

    void enable() {
        if (!differs("enabled")) return;
        const std::string state = value(to_.attributes, "enabled");
        alter(state == "disabled"      ? "DISABLE"
              : state == "on replicas" ? "ENABLE REPLICA"
              : state == "always"      ? "ENABLE ALWAYS"
                                       : "ENABLE");
    }

    void foreign_options() {
        if (!differs("options")) return;
        alter(fmt::format("OPTIONS ({})",
                          pg_changed_foreign_options(value(from_.attributes, "options"),
                                                     value(to_.attributes, "options"))));
    }

    bool server() {
        if (differs("type") || differs("wrapper")) return false;
        if (differs("version")) {
            alter(has(to_.attributes, "version")
                      ? fmt::format("VERSION {}", pg_text(value(to_.attributes, "version")))
                      : std::string("VERSION NULL"));
        }
        foreign_options();
        user_mappings();
        return true;
    }

    void user_mappings() {
        const auto is_secret = [](const Part* part) {
            return part != nullptr &&
                   value(part->attributes, "options").find("=***") != std::string::npos;
        };
        const auto where = [&](const Part& part) {
            return fmt::format("USER MAPPING FOR {} SERVER {}", part.name, to_.key.name);
        };
        for (const Part* mapping : parts_of(from_, "user mapping")) {
            if (to_.find("user mapping", mapping->name) == nullptr) {
                out_.add("DROP " + where(*mapping));
            }
        }
        for (const Part* mapping : parts_of(to_, "user mapping")) {
            const Part* other = from_.find("user mapping", mapping->name);
            if (other != nullptr && *other == *mapping) continue;
            if (is_secret(mapping) || is_secret(other)) {
                out_.give_up(fmt::format("user mapping {}.{}", to_.key.name, mapping->name),
                             "its options hold a secret, which no state has");
            } else if (other == nullptr) {
                out_.add("CREATE " + where(*mapping) + options_clause(mapping->attributes));
            } else {
                out_.add(
                    fmt::format("ALTER {} OPTIONS ({})", where(*mapping),
                                pg_changed_foreign_options(value(other->attributes, "options"),
                                                           value(mapping->attributes, "options"))));
            }
        }
    }

    bool wrapper() {
        for (const char* name : {"handler", "validator"}) {
            if (!differs(name)) continue;
            const std::string words = to_upper_ascii(name);
            alter(has(to_.attributes, name) ? words + ' ' + value(to_.attributes, name)
                                            : "NO " + words);
        }
        foreign_options();
        return true;
    }

    bool publication() {
        if (differs("all tables") || differs("generated columns")) return false;
        if (differs("operations") || differs("via root")) {
            alter(fmt::format("SET ({})", publication_options(to_.attributes)));
        }
        if (!same_parts(from_, to_, "table") || !same_parts(from_, to_, "schema")) {
            const std::string things = published(to_);
            if (things.empty()) return false;
            alter("SET " + things);
        }
        return true;
    }

    /// `1 (integer, integer)`
    bool family() {
        for (const char* kind : {"operator", "function"}) {
            const std::string words = to_upper_ascii(kind);
            for (const Part* part : parts_of(from_, kind)) {
                const Part* other = to_.find(kind, part->name);
                if (other == nullptr || !(*other == *part)) {
                    alter(fmt::format("DROP {} {}", words, part->name));
                }
            }
            for (const Part* part : parts_of(to_, kind)) {
                const Part* other = from_.find(kind, part->name);
                if (other != nullptr && *other == *part) continue;
                const std::string types = part->name.substr(part->name.find('('));
                const bool is_operator = words == "OPERATOR";
                const std::string thing = value(part->attributes, kind);
                alter(fmt::format(
                    "ADD {} {} {}{}", words,
                    is_operator ? part->name.substr(0, part->name.find(' ')) : part->name,
                    is_operator ? thing.substr(0, thing.rfind('(')) + ' ' + types : thing,
                    clause(part->attributes, "orders by", " FOR ORDER BY ")));
            }
        }
        return true;
    }

    bool configuration() {
        if (!same_but({})) return false;
        for (const Part* mapping : parts_of(from_, "mapping")) {
            if (to_.find("mapping", mapping->name) == nullptr) {
                alter("DROP MAPPING FOR " + mapping->name);
            }
        }
        for (const Part* mapping : parts_of(to_, "mapping")) {
            const Part* other = from_.find("mapping", mapping->name);
            if (other != nullptr && *other == *mapping) continue;
            alter(fmt::format("{} MAPPING FOR {} WITH {}", other == nullptr ? "ADD" : "ALTER",
                              mapping->name, value(mapping->attributes, "dictionaries")));
        }
        return true;
    }

    bool statistics() {
        if (!same_but({"target"})) return false;
        if (differs("target")) {
            alter("SET STATISTICS " +
                  (has(to_.attributes, "target") ? value(to_.attributes, "target") : "-1"));
        }
        return true;
    }

    bool subscription() {
        if (!same_but({})) {
            out_.give_up(fmt::format("subscription {}", to_.key.name),
                         "to alter a subscription is to begin or end traffic with another server");
        }
        return true;
    }

    const Object& from_;
    const Object& to_;
    PgOutput& out_;
};

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

bool alter_pg_thing(const Object& from, const Object& to, PgOutput& out) {
    return Altering(from, to, out).run();
}

}  // namespace kedge::schema::sql
