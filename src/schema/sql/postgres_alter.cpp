// SPDX-License-Identifier: MIT
// What has no rows of its own, as ALTER makes it another.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_clauses.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

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
            alter(std::string(trim(pg_sequence_options(to_.attributes, true))));
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
                alter(fmt::format("ADD {}{}", pg_domain_constraint(*constraint),
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
        out_.add(pg_create_routine(to_));
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
                out_.add("CREATE " + where(*mapping) + pg_options_clause(mapping->attributes));
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
            alter(fmt::format("SET ({})", pg_publication_options(to_.attributes)));
        }
        if (!same_parts(from_, to_, "table") || !same_parts(from_, to_, "schema")) {
            const std::string things = pg_published(to_);
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

bool alter_pg_thing(const Object& from, const Object& to, PgOutput& out) {
    return Altering(from, to, out).run();
}

}  // namespace kedge::schema::sql
