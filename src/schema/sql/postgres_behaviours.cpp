// SPDX-License-Identifier: MIT
// What a relation does by itself: triggers, rules and policies. They come after all they speak of.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

std::string trigger_text(const Part& trigger, const Object& table) {
    const Attributes& attributes = trigger.attributes;
    std::string events;
    for (const std::string& event : split_list(value(attributes, "events"), {})) {
        if (!events.empty()) events += " OR ";
        events += to_upper_ascii(event);
        if (event == "update") events += clause(attributes, "columns", " OF ");
    }
    std::string out =
        fmt::format("CREATE {}TRIGGER {} {} {} ON {}",
                    has(attributes, "constraint trigger") ? "CONSTRAINT " : "", trigger.name,
                    to_upper_ascii(value(attributes, "timing")), events, table.key.name);
    out += clause(attributes, "from", " FROM ");
    out += pg_deferral(attributes);
    if (has(attributes, "old table") || has(attributes, "new table")) {
        out += " REFERENCING" + clause(attributes, "old table", " OLD TABLE AS ") +
               clause(attributes, "new table", " NEW TABLE AS ");
    }
    out += has(attributes, "for each row") ? " FOR EACH ROW" : " FOR EACH STATEMENT";
    out += clause(attributes, "when", " WHEN (", ")");
    return out + clause(attributes, "function", " EXECUTE FUNCTION ");
}

std::string policy_text(const Part& policy, const Object& table) {
    const Attributes& attributes = policy.attributes;
    std::string out = fmt::format("CREATE POLICY {} ON {}", policy.name, table.key.name);
    if (has(attributes, "restrictive")) out += " AS RESTRICTIVE";
    if (has(attributes, "command")) out += " FOR " + to_upper_ascii(value(attributes, "command"));
    out += clause(attributes, "roles", " TO ");
    out += clause(attributes, "using", " USING (", ")");
    return out + clause(attributes, "with check", " WITH CHECK (", ")");
}

constexpr std::array<std::string_view, 3> kBehaviours = {"trigger", "rule", "policy"};

bool is_same_behaviour(const Part& a, const Part& b) {
    return without(a.attributes, {"comment", "enabled"}) ==
           without(b.attributes, {"comment", "enabled"});
}

void write_enabled(const Part* from, const Part& to, const Object& table, PgOutput& out) {
    const std::string before = from != nullptr ? value(from->attributes, "enabled") : "";
    const std::string after = value(to.attributes, "enabled");
    if (before == after || to.kind == "policy") return;
    const char* const words = after == "disabled"      ? "DISABLE"
                              : after == "on replicas" ? "ENABLE REPLICA"
                              : after == "always"      ? "ENABLE ALWAYS"
                                                       : "ENABLE";
    out.add(fmt::format("ALTER TABLE {} {} {} {}", table.key.name, words, to_upper_ascii(to.kind),
                        to.name));
}

}  // namespace

void drop_pg_behaviours(const Object& from, const Object* to, PgOutput& out) {
    for (const Part& part : from.parts) {
        if (std::find(kBehaviours.begin(), kBehaviours.end(), part.kind) == kBehaviours.end()) {
            continue;
        }
        const Part* other = to != nullptr ? to->find(part.kind, part.name) : nullptr;
        if (other != nullptr && is_same_behaviour(part, *other)) continue;
        if (part.kind == "trigger" && !has(part.attributes, "function")) continue;
        out.add(
            fmt::format("DROP {} {} ON {}", to_upper_ascii(part.kind), part.name, from.key.name));
    }
}

void add_pg_behaviours(const Object* from, const Object& to, PgOutput& out) {
    for (const Part& part : to.parts) {
        if (std::find(kBehaviours.begin(), kBehaviours.end(), part.kind) == kBehaviours.end()) {
            continue;
        }
        const Part* other = from != nullptr ? from->find(part.kind, part.name) : nullptr;
        const bool is_inherited = part.kind == "trigger" && !has(part.attributes, "function");
        if (!is_inherited && (other == nullptr || !is_same_behaviour(*other, part))) {
            out.add(part.kind == "trigger" ? trigger_text(part, to)
                    : part.kind == "policy"
                        ? policy_text(part, to)
                        : without_semicolon(value(part.attributes, "definition")));
            other = nullptr;
        }
        write_enabled(other, part, to, out);
        const std::string before = other != nullptr ? value(other->attributes, "comment") : "";
        const std::string after = value(part.attributes, "comment");
        if (before == after) continue;
        out.add(fmt::format("COMMENT ON {} {} ON {} IS {}", to_upper_ascii(part.kind), part.name,
                            to.key.name, after.empty() ? "NULL" : pg_text(after)));
    }
}

}  // namespace kedge::schema::sql
