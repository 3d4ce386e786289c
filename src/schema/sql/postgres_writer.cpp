// SPDX-License-Identifier: MIT
// Names that only changed come first, so that all else can speak of the new ones. Then what depends
// on other things goes, from views to types, and comes again in the opposite order.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "schema/difference.hpp"
#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_words.hpp"
#include "schema/sql/writer.hpp"
#include "support/text.hpp"

namespace kedge::schema {
namespace {

using sql::has;
using sql::parts_of;
using sql::PgOutput;
using sql::value;

/// In the order in which they can be created. Sequences come before tables for their defaults, and
/// routines for checks, generated columns and indexes.
constexpr std::array<std::string_view, 31> kOrder = {"schema",
                                                     "extension",
                                                     "language",
                                                     "access method",
                                                     "type",
                                                     "collation",
                                                     "domain",
                                                     "sequence",
                                                     "function",
                                                     "window function",
                                                     "procedure",
                                                     "aggregate",
                                                     "operator",
                                                     "operator family",
                                                     "operator class",
                                                     "cast",
                                                     "transform",
                                                     "conversion",
                                                     "text search parser",
                                                     "text search template",
                                                     "text search dictionary",
                                                     "text search configuration",
                                                     "foreign data wrapper",
                                                     "foreign server",
                                                     "table",
                                                     "foreign table",
                                                     "statistics",
                                                     "view",
                                                     "materialized view",
                                                     "publication",
                                                     "event trigger"};

bool is_relation(std::string_view kind) {
    return kind == "table" || kind == "foreign table" || kind == "view" ||
           kind == "materialized view";
}

bool is_view(const ObjectKey& key) {
    return key.kind == "view" || key.kind == "materialized view";
}

/// Renames by identity, and the state as it is after them.
class Renaming {
  public:
    Renaming(const State& from, const State& to, PgOutput& out) : from_(from), to_(to), out_(out) {}

    State run() {
        const auto there = compare(from_, to_, true);
        const auto is_rename = [](const Difference& one) {
            return one.verdict == Verdict::renamed;
        };
        if (std::none_of(there.begin(), there.end(), is_rename)) return from_;
        for (const Difference& one : there) {
            if (is_rename(one) && one.part_kind.empty()) rename_object(one);
        }
        for (const Difference& one : there) {
            if (is_rename(one) && !one.part_kind.empty()) rename_part(one);
        }
        // All but the renames is taken back: compare() knows what is only a consequence of them.
        State out = to_;
        for (const Difference& one : there) {
            if (!is_rename(one)) take_back(out, one);
        }
        out.sort();
        return out;
    }

  private:
    void rename_object(const Difference& one) {
        const std::string& before = *one.expected;
        const std::string& after = *one.actual;
        const Object* object = from_.find({one.object.kind, before});
        names_[one.object] = after;
        Object at = *object;
        const std::string schema = sql::pg_schema(sql::pg_routine_name(after));
        const std::string old_schema = sql::pg_schema(sql::pg_routine_name(before));
        if (schema != old_schema) {
            out_.add(fmt::format("ALTER {} SET SCHEMA {}", sql::pg_reference(at), schema));
            at.key.name = schema + at.key.name.substr(old_schema.size());
        }
        const std::string last = sql::pg_last_name(sql::pg_routine_name(after));
        if (last != sql::pg_last_name(sql::pg_routine_name(before))) {
            out_.add(fmt::format("ALTER {} RENAME TO {}", sql::pg_reference(at), last));
        }
    }

    void rename_part(const Difference& one) {
        const ObjectKey key = new_key(one.object);
        parts_[{one.object, {one.part_kind, one.part}}] = *one.actual;
        const std::string& before = *one.expected;
        const std::string& after = *one.actual;
        const std::string owner = fmt::format("{} {}", sql::pg_kind(key), key.name);
        if (one.part_kind == "column") {
            out_.add(fmt::format("ALTER {} RENAME COLUMN {} TO {}", owner, before, after));
        } else if (one.part_kind == "constraint") {
            out_.add(fmt::format("ALTER {} RENAME CONSTRAINT {} TO {}", owner, before, after));
        } else if (one.part_kind == "index") {
            out_.add(fmt::format("ALTER INDEX {}.{} RENAME TO {}", sql::pg_schema(key.name), before,
                                 after));
        } else if (one.part_kind == "label") {
            out_.add(fmt::format("ALTER {} RENAME VALUE {} TO {}", owner, sql::pg_text(before),
                                 sql::pg_text(after)));
        } else if (one.part_kind == "field") {
            out_.add(fmt::format("ALTER {} RENAME ATTRIBUTE {} TO {}", owner, before, after));
        } else if (one.part_kind == "trigger" || one.part_kind == "rule" ||
                   one.part_kind == "policy") {
            out_.add(fmt::format("ALTER {} {} ON {} RENAME TO {}", to_upper_ascii(one.part_kind),
                                 before, key.name, after));
        }
    }

    [[nodiscard]] ObjectKey new_key(const ObjectKey& key) const {
        const auto at = names_.find(key);
        return at == names_.end() ? key : ObjectKey{key.kind, at->second};
    }

    void take_back(State& state, const Difference& one) {
        const ObjectKey key = new_key(one.object);
        const Object* before = from_.find(one.object);
        if (one.part_kind.empty() && one.verdict == Verdict::unexpected) {
            state.erase(one.object);
            return;
        }
        if (one.part_kind.empty() && one.verdict == Verdict::missing) {
            state.put(*before);
            return;
        }
        Object& object = state.object(key.kind, key.name);
        const auto renamed = parts_.find({one.object, {one.part_kind, one.part}});
        const std::string name = renamed == parts_.end() ? one.part : renamed->second;
        if (one.verdict == Verdict::unexpected) {
            std::erase_if(object.parts, [&](const Part& part) {
                return part.kind == one.part_kind && part.name == name;
            });
        } else if (one.verdict == Verdict::missing) {
            object.parts.push_back(*before->find(one.part_kind, one.part));
        } else {
            Attributes& attributes = one.part_kind.empty()
                                         ? object.attributes
                                         : object.part(one.part_kind, name).attributes;
            if (one.expected) {
                set(attributes, one.attribute, *one.expected);
            } else {
                std::erase_if(attributes, [&](const Attribute& attribute) {
                    return attribute.name == one.attribute;
                });
            }
        }
    }

    using PartKey = std::pair<ObjectKey, std::pair<std::string, std::string>>;
    const State& from_;
    const State& to_;
    PgOutput& out_;
    std::map<ObjectKey, std::string> names_;
    std::map<PartKey, std::string> parts_;
};

class Writing {
  public:
    Writing(const State& from, const State& to, PgOutput& out) : from_(from), to_(to), out_(out) {}

    void run() {
        decide();
        drop_behaviours();
        drop_objects_of(true);
        drop_constraints();
        drop_objects_of(false);
        for (const std::string_view kind : kOrder) make_kind(kind);
        own_sequences();
        make_kind("subscription");
        each([&](const Object* before, const Object& after) {
            sql::add_pg_foreign_keys(before, after, out_);
        });
        each([&](const Object* before, const Object& after) {
            sql::add_pg_behaviours(before, after, out_);
        });
        for (const auto& [key, object] : to_.objects()) {
            const Object* before = kept(key);
            sql::write_pg_owner(before, object, out_);
            sql::write_pg_comment(before, object, out_);
            sql::write_pg_needed_extensions(before, object, out_);
            sql::write_pg_grants(before, object, out_);
            revocations(before, object);
        }
        write_elsewhere();
    }

  private:
    /// What is dropped and created again, since ALTER doesn't reach what differs.
    void decide() {
        for (const auto& [key, after] : to_.objects()) {
            const Object* before = from_.find(key);
            if (before == nullptr || before->hash() == after.hash()) continue;
            if (is_view(key)) {
                if (!can_replace(*before, after)) redone_.insert(key);
            } else if (!is_relation(key.kind)) {
                PgOutput probe;
                const bool known =
                    std::find(kOrder.begin(), kOrder.end(), key.kind) != kOrder.end();
                if (known && !sql::alter_pg_thing(*before, after, probe)) redone_.insert(key);
            }
        }
        redo_dependants();
    }

    static bool can_replace(const Object& from, const Object& to) {
        if (value(from.attributes, "definition") == value(to.attributes, "definition")) return true;
        if (to.key.kind == "materialized view") return false;
        const auto before = parts_of(from, "column");
        const auto after = parts_of(to, "column");
        if (after.size() < before.size()) return false;
        return std::equal(before.begin(), before.end(), after.begin(),
                          [](const Part* a, const Part* b) {
                              return a->name == b->name &&
                                     value(a->attributes, "type") == value(b->attributes, "type");
                          });
    }

    /// Views hold on to columns: those of tables whose columns go or get another type.
    void redo_dependants() {
        std::set<std::string> touched;
        std::map<std::string, std::vector<std::string>> columns;
        for (const ObjectKey& key : redone_) touched.insert(sql::pg_routine_name(key.name));
        for (const auto& [key, before] : from_.objects()) {
            if (!is_relation(key.kind) || is_view(key)) {
                if (is_view(key) && to_.find(key) == nullptr) touched.insert(key.name);
                continue;
            }
            const Object* after = to_.find(key);
            if (after == nullptr) {
                touched.insert(key.name);
            } else if (auto changed = changed_columns(before, *after); !changed.empty()) {
                columns[key.name] = std::move(changed);
            }
        }
        const auto reads_changed = [&](const std::string& text) {
            return std::any_of(columns.begin(), columns.end(), [&](const auto& entry) {
                return sql::mentions(text, entry.first) &&
                       std::any_of(entry.second.begin(), entry.second.end(),
                                   [&](const auto& name) { return sql::mentions(text, name); });
            });
        };
        for (bool grows = true; grows;) {
            grows = false;
            for (const auto& [key, before] : from_.objects()) {
                if (!is_view(key) || to_.find(key) == nullptr || redone_.contains(key)) continue;
                const std::string text = value(before.attributes, "definition");
                const bool hit = std::any_of(touched.begin(), touched.end(), [&](const auto& name) {
                    return sql::mentions(text, name);
                });
                if (!hit && !reads_changed(text)) continue;
                redone_.insert(key);
                touched.insert(key.name);
                grows = true;
            }
        }
    }

    static std::vector<std::string> changed_columns(const Object& from, const Object& to) {
        std::vector<std::string> out;
        for (const Part* column : parts_of(from, "column")) {
            const Part* other = to.find("column", column->name);
            const auto differs = [&](const char* name) {
                return value(column->attributes, name) != value(other->attributes, name);
            };
            if (other == nullptr || differs("type") || differs("collation") ||
                differs("generated")) {
                out.push_back(column->name);
            }
        }
        return out;
    }

    /// The object as it is before, if it stays where it is.
    [[nodiscard]] const Object* kept(const ObjectKey& key) const {
        return redone_.contains(key) ? nullptr : from_.find(key);
    }
    [[nodiscard]] const Object* kept_after(const ObjectKey& key) const {
        return redone_.contains(key) ? nullptr : to_.find(key);
    }

    template <typename Visit>
    void each(Visit visit) const {
        for (const auto& [key, object] : to_.objects()) {
            if (is_relation(key.kind)) visit(kept(key), object);
        }
    }

    void drop_behaviours() {
        for (const auto& [key, object] : from_.objects()) {
            const Object* after = kept_after(key);
            // They go with what they are on.
            if (is_relation(key.kind) && after != nullptr) {
                sql::drop_pg_behaviours(object, after, out_);
            }
        }
    }

    void drop_constraints() {
        for (const bool foreign : {true, false}) {
            for (const auto& [key, object] : from_.objects()) {
                const Object* after = kept_after(key);
                if (!is_relation(key.kind) || is_view(key)) continue;
                if (after == nullptr && !foreign) continue;
                sql::drop_pg_constraints(object, after, foreign, out_);
            }
        }
    }

    /// First what holds on to tables, views and what is beside them; then all else, when foreign
    /// keys are gone.
    void drop_objects_of(bool dependants) {
        for (auto kind = kOrder.rbegin(); kind != kOrder.rend(); ++kind) {
            const bool depends = *kind == "view" || *kind == "materialized view" ||
                                 *kind == "publication" || *kind == "event trigger" ||
                                 *kind == "statistics";
            if (depends == dependants) drop_kind(*kind);
        }
        if (dependants) return;
        drop_kind("subscription");
    }

    void drop_kind(std::string_view kind) {
        std::vector<const Object*> gone;
        for (const auto& [key, object] : from_.objects()) {
            if (key.kind == kind && kept_after(key) == nullptr) gone.push_back(&object);
        }
        gone = by_dependence(std::move(gone));
        std::reverse(gone.begin(), gone.end());
        for (const Object* object : gone) {
            if (kind == "subscription") {
                out_.give_up("subscription " + object->key.name,
                             "to drop it is to end traffic with another server");
                continue;
            }
            // It goes with its table.
            const bool owned = has(object->attributes, "owned by");
            out_.add(fmt::format("DROP {}", owned ? "SEQUENCE IF EXISTS " + object->key.name
                                                  : sql::pg_reference(*object)),
                     kind == "table" ? fmt::format("the rows of {}", object->key.name) : "");
        }
    }

    static std::vector<const Object*> by_dependence(std::vector<const Object*> objects) {
        for (const char* attribute : {"of type", "partition of", "definition"}) {
            objects = sql::by_mention(std::move(objects), attribute);
        }
        std::stable_sort(objects.begin(), objects.end(), [](const Object* a, const Object* b) {
            return parts_of(*a, "parent").size() < parts_of(*b, "parent").size();
        });
        return objects;
    }

    void make_kind(std::string_view kind) {
        std::vector<const Object*> made;
        for (const auto& [key, object] : to_.objects()) {
            if (key.kind != kind) continue;
            const Object* before = kept(key);
            if (before == nullptr) {
                made.push_back(&object);
            } else if (before->hash() != object.hash()) {
                alter(*before, object);
            }
        }
        for (const Object* object : by_dependence(std::move(made))) {
            if (!is_relation(kind)) {
                sql::create_pg_thing(*object, out_);
                continue;
            }
            const Object bare = sql::create_pg_relation(*object, out_);
            sql::alter_pg_relation(bare, *object, out_);
        }
    }

    void alter(const Object& before, const Object& after) {
        if (!is_relation(after.key.kind)) {
            static_cast<void>(sql::alter_pg_thing(before, after, out_));
            return;
        }
        const bool replaces = is_view(after.key) && value(before.attributes, "definition") !=
                                                        value(after.attributes, "definition");
        if (!replaces) {
            sql::alter_pg_relation(before, after, out_);
            return;
        }
        std::string text = value(after.attributes, "definition");
        while (text.ends_with(';')) text.pop_back();
        out_.add(fmt::format("CREATE OR REPLACE VIEW {} AS\n{}", after.key.name, text));
        Object replaced = before;
        set(replaced.attributes, "definition", value(after.attributes, "definition"));
        // Without WITH they are gone.
        std::erase_if(replaced.attributes,
                      [](const Attribute& one) { return one.name == "options"; });
        sql::alter_pg_relation(replaced, after, out_);
    }

    void own_sequences() {
        for (const auto& [key, object] : to_.objects()) {
            if (key.kind != "sequence") continue;
            const Object* before = kept(key);
            const std::string was = before != nullptr ? value(before->attributes, "owned by") : "";
            const std::string is = value(object.attributes, "owned by");
            if (was == is) continue;
            out_.add(
                fmt::format("ALTER SEQUENCE {} OWNED BY {}", key.name, is.empty() ? "NONE" : is));
        }
    }

    void revocations(const Object* before, const Object& after) {
        const std::string was =
            before != nullptr ? value(before->attributes, "revoked from owner") : std::string();
        if (was == value(after.attributes, "revoked from owner")) return;
        out_.give_up(fmt::format("{} {}: revoked from owner", after.key.kind, after.key.name),
                     "what an owner takes from himself is his own matter");
    }

    /// What belongs to no schema.
    void write_elsewhere() {
        std::set<ObjectKey> keys;
        for (const State* state : {&from_, &to_}) {
            for (const auto& [key, object] : state->objects()) {
                if (key.kind == "default privileges") keys.insert(key);
            }
        }
        for (const ObjectKey& key : keys) {
            sql::write_pg_default_privileges(from_.find(key), to_.find(key), out_);
        }
        const Object* before = from_.find({"database", "current"});
        const Object* after = to_.find({"database", "current"});
        if (before != nullptr && after != nullptr) sql::write_pg_database(*before, *after, out_);
        for (const auto& [key, object] : to_.objects()) {
            if (key.kind != "system objects" && key.kind != "extension") continue;
            const Object* other = from_.find(key);
            for (const char* kind : {"grant", "revoked grant"}) {
                if (other == nullptr || sql::same_parts(*other, object, kind)) continue;
                out_.give_up(fmt::format("{} {}", key.kind, key.name),
                             "grants on what is the server's or an extension's are left alone");
            }
        }
    }

    const State& from_;
    const State& to_;
    PgOutput& out_;
    std::set<ObjectKey> redone_;
};

class PostgresWriter final : public SqlWriter {
  public:
    [[nodiscard]] SqlScript write(const State& from, const State& to,
                                  bool same_database) const override {
        PgOutput out;
        const State renamed = same_database ? Renaming(from, to, out).run() : from;
        Writing(renamed, to, out).run();
        if (out.script.statements.empty()) return std::move(out.script);
        // Names in states are qualified; and bodies may speak of what comes after them.
        auto& statements = out.script.statements;
        statements.insert(statements.begin(),
                          {{"SET LOCAL search_path = pg_catalog", {}, false},
                           {"SET LOCAL check_function_bodies = off", {}, false}});
        return std::move(out.script);
    }

    [[nodiscard]] SqlScript write_verify(const State& from, const State& to) const override {
        SqlScript out;
        const auto add = [&](std::string text) {
            out.statements.push_back({std::move(text), {}, false});
        };
        for (const auto& [key, object] : to.objects()) {
            const Object* before = from.find(key);
            if (before != nullptr && before->hash() == object.hash()) continue;
            if (is_relation(key.kind)) {
                verify_relation(before, object, add);
            } else if (key.kind == "sequence") {
                add(fmt::format("SELECT {}::regclass", sql::pg_text(key.name)));
            } else if (key.kind == "type" || key.kind == "domain") {
                add(fmt::format("SELECT {}::regtype", sql::pg_text(key.name)));
            } else if (key.kind == "function" || key.kind == "procedure" ||
                       key.kind == "window function") {
                add(fmt::format("SELECT {}::regprocedure", sql::pg_text(key.name)));
            } else if (key.kind == "schema") {
                add(fmt::format("SELECT {}::regnamespace", sql::pg_text(key.name)));
            }
        }
        return out;
    }

    [[nodiscard]] std::string text(const SqlScript& script) const override {
        if (script.statements.empty()) return {};
        return "BEGIN;\n" + sql::in_lines(script.statements) + "COMMIT;\n";
    }

  private:
    template <typename Add>
    static void verify_relation(const Object* before, const Object& relation, Add add) {
        std::vector<std::string> columns;
        for (const Part* column : parts_of(relation, "column")) columns.push_back(column->name);
        add(fmt::format("SELECT {} FROM {} WHERE false",
                        columns.empty() ? "*" : join(columns, ", "), relation.key.name));
        const auto is_new = [&](const Part& part) {
            const Part* other = before != nullptr ? before->find(part.kind, part.name) : nullptr;
            return other == nullptr || !(*other == part);
        };
        for (const Part* index : parts_of(relation, "index")) {
            if (!is_new(*index)) continue;
            add(fmt::format("SELECT {}::regclass",
                            sql::pg_text(sql::pg_schema(relation.key.name) + '.' + index->name)));
        }
    }
};

}  // namespace

const SqlWriter& postgres_writer() {
    static const PostgresWriter writer;
    return writer;
}

}  // namespace kedge::schema
