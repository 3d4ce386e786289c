// SPDX-License-Identifier: MIT
// Tables and views. What a relation has beside its columns is altered into it, whether it was just
// created or has been there.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_output.hpp"
#include "schema/sql/postgres_relation_text.hpp"
#include "schema/sql/postgres_words.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// Attributes that are altered beside the thing.
class Altering {
  public:
    Altering(const Object& from, const Object& to, PgOutput& out)
        : from_(from), to_(to), out_(out) {}

    void run() {
        drop_indexes();
        place();
        columns();
        table_attributes();
        add_constraints();
        add_indexes();
        after_indexes();
    }

  private:
    void alter(const std::string& clause, std::string loses = {}) {
        out_.add(fmt::format("ALTER {} {}", pg_reference(to_), clause), std::move(loses));
    }
    void alter_column(const Part& column, const std::string& clause, std::string loses = {}) {
        alter(fmt::format("ALTER COLUMN {} {}", column.name, clause), std::move(loses));
    }
    [[nodiscard]] std::string subject(const char* kind, const Part& part) const {
        return fmt::format("{} {}.{}", kind, to_.key.name, part.name);
    }
    [[nodiscard]] bool differs(std::string_view name) const {
        return value(from_.attributes, name) != value(to_.attributes, name) ||
               has(from_.attributes, name) != has(to_.attributes, name);
    }

    // --- where it belongs ---

    void place() {
        if (differs("partition by")) {
            out_.give_up(fmt::format("table {}: partition by", to_.key.name),
                         "a table can't be partitioned otherwise while it has rows");
        }
        if (differs("partition of")) {
            const std::string before = value(from_.attributes, "partition of");
            const std::string after = value(to_.attributes, "partition of");
            if (!before.empty()) {
                out_.add(fmt::format("ALTER TABLE {} DETACH PARTITION {}", parent_of(before),
                                     to_.key.name));
            }
            if (!after.empty()) {
                const std::string parent = parent_of(after);
                out_.add(fmt::format("ALTER TABLE {} ATTACH PARTITION {}{}", parent, to_.key.name,
                                     after.substr(parent.size())));
            }
        }
        if (!same_parts(from_, to_, "parent")) {
            for (const Part* parent : parts_of(from_, "parent"))
                alter("NO INHERIT " + parent->name);
            for (const Part* parent : parts_of(to_, "parent")) alter("INHERIT " + parent->name);
        }
        if (differs("of type")) {
            alter(has(to_.attributes, "of type") ? "OF " + value(to_.attributes, "of type")
                                                 : std::string("NOT OF"));
        }
    }

    // --- columns ---

    void columns() {
        // What a child has from its parent isn't told of it, so that nothing is known of it here.
        const bool moves =
            has(from_.attributes, "partition of") != has(to_.attributes, "partition of") ||
            !same_parts(from_, to_, "parent");
        std::vector<std::string> order;
        for (const Part* column : parts_of(from_, "column")) {
            const Part* other = to_.find("column", column->name);
            if (other != nullptr && !is_made_anew(*column, *other)) {
                order.push_back(column->name);
            } else if (is_own(*column) && !moves && !is_view(to_)) {
                const bool computed = has(column->attributes, "generated");
                alter("DROP COLUMN " + column->name,
                      computed ? "" : fmt::format("what is in the column {}", column->name));
            } else if (other == nullptr && !is_own(*column)) {
                alter_column_to(*column, Part{"column", column->name, {}, {}});
            }
        }
        for (const Part* column : parts_of(to_, "column")) {
            const Part* other = from_.find("column", column->name);
            if (other != nullptr && !is_made_anew(*other, *column)) {
                alter_column_to(*other, *column);
            } else if (is_own(*column) && !is_view(to_)) {
                if (moves) continue;
                alter("ADD COLUMN " + column_text(*column));
                alter_column_to(created_column(*column), *column);
                order.push_back(column->name);
            } else if (!is_own(*column)) {
                alter_column_to(Part{"column", column->name, {}, {}}, *column);
            }
        }
        check_order(order, moves);
    }

    /// A column that is generated otherwise can be computed anew, and no other way is there.
    static bool is_made_anew(const Part& from, const Part& to) {
        const std::string was = value(from.attributes, "generated");
        const std::string is = value(to.attributes, "generated");
        return was != is && !is.empty() && is != "none" && was != "none";
    }

    void check_order(const std::vector<std::string>& order, bool moves) {
        std::vector<std::string> wanted;
        for (const Part* column : parts_of(to_, "column")) {
            const bool is_there =
                std::find(order.begin(), order.end(), column->name) != order.end();
            if (is_there) wanted.push_back(column->name);
        }
        if (wanted == order || moves || is_view(to_)) return;
        out_.give_up(fmt::format("{} {}: column order", to_.key.kind, to_.key.name),
                     "PostgreSQL puts a new column behind the others, and moves none");
    }

    void alter_column_to(const Part& from, const Part& to) {
        if (from == to) return;
        const Attributes& was = from.attributes;
        const Attributes& is = to.attributes;
        const auto changes = [&](std::string_view name) {
            return value(was, name) != value(is, name) || has(was, name) != has(is, name);
        };
        const auto is_set = [&](std::string_view name) {
            return has(is, name) && value(is, name) != "none";
        };
        const bool new_type =
            (changes("type") || changes("collation")) && has(is, "type") && has(was, "type");
        if (new_type && !is_view(to_)) {
            if (has(was, "default")) alter_column(to, "DROP DEFAULT");
            alter_column(
                to,
                fmt::format("TYPE {}{} USING {}::{}", value(is, "type"),
                            clause(is, "collation", " COLLATE "), to.name, value(is, "type")),
                is_widening(value(was, "type"), value(is, "type"))
                    ? ""
                    : fmt::format("what of the column {} {} can't hold, unless the server "
                                  "refuses that",
                                  to.name, value(is, "type")));
        }
        if (changes("generated") && !is_set("generated")) alter_column(to, "DROP EXPRESSION");
        if (changes("identity") && !is_set("identity")) alter_column(to, "DROP IDENTITY");
        if (changes("default") || (new_type && has(is, "default"))) {
            if (is_set("default")) {
                alter_column(to, "SET DEFAULT " + value(is, "default"));
            } else if (!is_set("generated") && !is_set("identity")) {
                alter_column(to, "DROP DEFAULT");
            }
        }
        if (changes("not null")) {
            alter_column(to, is_set("not null") ? "SET NOT NULL" : "DROP NOT NULL");
        }
        identity(from, to);
        if (changes("storage")) storage(to);
        if (changes("statistics")) {
            alter_column(
                to, "SET STATISTICS " + (is_set("statistics") ? value(is, "statistics") : "-1"));
        }
        if (changes("compression")) {
            alter_column(to, "SET COMPRESSION " +
                                 (is_set("compression") ? value(is, "compression") : "default"));
        }
        options(value(was, "options"), value(is, "options"),
                fmt::format("ALTER COLUMN {} ", to.name), {});
        if (changes("foreign options")) {
            alter_column(to, fmt::format("OPTIONS ({})",
                                         pg_changed_foreign_options(value(was, "foreign options"),
                                                                    value(is, "foreign options"))));
        }
        if (changes("comment")) {
            out_.add(fmt::format("COMMENT ON COLUMN {}.{} IS {}", to_.key.name, to.name,
                                 has(is, "comment") ? pg_text(value(is, "comment")) : "NULL"));
        }
        for (const char* other :
             {"security label", "not null constraint", "not null not valid", "not null no inherit",
              "not null comment", "identity comment", "identity revoked from owner",
              "identity type", "identity persistence"}) {
            if (!changes(other)) continue;
            out_.give_up(fmt::format("{}: {}", subject("column", to), other),
                         "kedge does not know how to write that");
        }
    }

    /// Whether each value of the one is, for certain, one of the other.
    static bool is_widening(const std::string& from, const std::string& to) {
        static constexpr std::array<std::string_view, 3> kIntegers = {"smallint", "integer",
                                                                      "bigint"};
        const auto a = std::find(kIntegers.begin(), kIntegers.end(), from);
        const auto b = std::find(kIntegers.begin(), kIntegers.end(), to);
        if (a != kIntegers.end() && b != kIntegers.end()) return a <= b;
        return from == to || to == "text" || to == "character varying";
    }

    void identity(const Part& from, const Part& to) {
        const Attributes& was = from.attributes;
        const Attributes& is = to.attributes;
        if (!has(is, "identity")) return;
        if (!has(was, "identity")) {
            alter_column(to, "ADD " + identity_text(is));
            return;
        }
        const bool same = std::none_of(kIdentity.begin(), kIdentity.end(), [&](const auto& name) {
            return value(was, name) != value(is, name);
        });
        if (same) return;
        const bool counts_down = value(is, "identity increment").starts_with('-');
        const auto set_to = [&](const char* name, const char* words, const std::string& usual) {
            const std::string full = std::string("identity ") + name;
            return " SET " + (has(is, full) ? fmt::format("{} {}", words, value(is, full)) : usual);
        };
        alter_column(
            to, fmt::format(
                    "SET GENERATED {}{}{}{}{}{} SET {}", to_upper_ascii(value(is, "identity")),
                    set_to("increment", "INCREMENT BY", "INCREMENT BY 1"),
                    set_to("minimum", "MINVALUE", "NO MINVALUE"),
                    set_to("maximum", "MAXVALUE", "NO MAXVALUE"),
                    set_to("start", "START WITH", counts_down ? "START WITH -1" : "START WITH 1"),
                    set_to("cache", "CACHE", "CACHE 1"),
                    has(is, "identity cycle") ? "CYCLE" : "NO CYCLE"));
        if (value(was, "identity sequence") != value(is, "identity sequence")) {
            out_.give_up(fmt::format("{}: identity sequence", subject("column", to)),
                         "the sequence behind it has to be renamed by hand");
        }
    }

    static constexpr std::array<std::string_view, 7> kIdentity = {
        "identity",         "identity start", "identity increment", "identity minimum",
        "identity maximum", "identity cache", "identity cycle"};

    void storage(const Part& column) {
        const std::string type = value(column.attributes, "type");
        std::string wanted = value(column.attributes, "storage");
        if (wanted.empty() || wanted == "none") {
            const bool is_fixed = type.starts_with("numeric");
            wanted = is_fixed ? "main" : "extended";
        }
        alter_column(column, "SET STORAGE " + to_upper_ascii(wanted));
    }

    /// SET and RESET for what differs between two lists.
    void options(const std::string& from, const std::string& to, const std::string& head,
                 const std::string& prefix) {
        if (from == to) return;
        const auto after = pg_options(to);
        std::vector<std::string> gone;
        for (const PgOption& one : pg_options(from)) {
            const bool stays = std::any_of(after.begin(), after.end(), [&](const PgOption& other) {
                return other.name == one.name;
            });
            if (!stays) gone.push_back(prefix + one.name);
        }
        if (!gone.empty()) alter(fmt::format("{}RESET ({})", head, join(gone, ", ")));
        if (!after.empty()) alter(fmt::format("{}SET ({})", head, pg_option_list(to, prefix)));
    }

    // --- the table itself ---

    void table_attributes() {
        const Attributes& is = to_.attributes;
        options(value(from_.attributes, "options"), value(is, "options"), "", "");
        options(value(from_.attributes, "toast options"), value(is, "toast options"), "", "toast.");
        if (differs("unlogged")) alter(has(is, "unlogged") ? "SET UNLOGGED" : "SET LOGGED");
        if (differs("access method")) {
            alter("SET ACCESS METHOD " +
                  (has(is, "access method") ? value(is, "access method") : "heap"));
        }
        if (differs("tablespace")) {
            alter("SET TABLESPACE " +
                  (has(is, "tablespace") ? value(is, "tablespace") : "pg_default"));
        }
        if (differs("row security")) {
            alter(has(is, "row security") ? "ENABLE ROW LEVEL SECURITY"
                                          : "DISABLE ROW LEVEL SECURITY");
        }
        if (differs("forced row security")) {
            alter(has(is, "forced row security") ? "FORCE ROW LEVEL SECURITY"
                                                 : "NO FORCE ROW LEVEL SECURITY");
        }
        if (differs("foreign options")) {
            alter(fmt::format("OPTIONS ({})",
                              pg_changed_foreign_options(value(from_.attributes, "foreign options"),
                                                         value(is, "foreign options"))));
        }
        for (const char* other :
             {"server", "security label", "revoked from owner", "detach pending"}) {
            if (!differs(other)) continue;
            out_.give_up(fmt::format("{} {}: {}", to_.key.kind, to_.key.name, other),
                         "kedge does not know how to write that");
        }
    }

    // --- constraints and indexes ---

    void add_constraints() {
        for (const Part* constraint : parts_of(to_, "constraint")) {
            if (is_foreign_key(*constraint)) continue;
            const Part* other = from_.find("constraint", constraint->name);
            const bool is_inherited = !has(constraint->attributes, "type");
            if (is_inherited) {
                comments("CONSTRAINT", other, *constraint);
                continue;
            }
            if (other == nullptr || !is_same_constraint(*other, *constraint)) {
                if (other != nullptr && becomes_valid(*other, *constraint)) {
                    alter("VALIDATE CONSTRAINT " + constraint->name);
                } else {
                    alter(fmt::format("ADD CONSTRAINT {} {}", constraint->name,
                                      constraint_text(*constraint)));
                    other = nullptr;
                }
            }
            comments("CONSTRAINT", other, *constraint);
            index_comment(other, *constraint);
        }
    }

  public:
    static bool is_same_constraint(const Part& a, const Part& b) {
        return without(a.attributes, {"comment", "index comment"}) ==
               without(b.attributes, {"comment", "index comment"});
    }
    static bool becomes_valid(const Part& a, const Part& b) {
        return has(a.attributes, "not valid") && !has(b.attributes, "not valid") &&
               without(a.attributes, {"comment", "index comment", "not valid"}) ==
                   without(b.attributes, {"comment", "index comment"});
    }

  private:
    void comments(const char* words, const Part* from, const Part& to) {
        const std::string before = from != nullptr ? value(from->attributes, "comment") : "";
        const std::string after = value(to.attributes, "comment");
        if (before == after) return;
        out_.add(fmt::format("COMMENT ON {} {} ON {} IS {}", words, to.name, to_.key.name,
                             after.empty() ? "NULL" : pg_text(after)));
    }

    [[nodiscard]] std::string in_schema(const std::string& name) const {
        return pg_schema(to_.key.name) + '.' + name;
    }

    void index_comment(const Part* from, const Part& to) {
        const std::string before = from != nullptr ? value(from->attributes, "index comment") : "";
        const std::string after = value(to.attributes, "index comment");
        if (before == after) return;
        out_.add(fmt::format("COMMENT ON INDEX {} IS {}", in_schema(to.name),
                             after.empty() ? "NULL" : pg_text(after)));
    }

    static bool is_same_index(const Part& a, const Part& b) {
        return without(a.attributes, {"comment", "statistics"}) ==
               without(b.attributes, {"comment", "statistics"});
    }

    void drop_indexes() {
        for (const Part* index : parts_of(from_, "index")) {
            const Part* other = to_.find("index", index->name);
            if (other != nullptr && is_same_index(*index, *other)) continue;
            out_.add("DROP INDEX " + in_schema(index->name));
            redone_.insert(index->name);
        }
    }

    void add_indexes() {
        for (const Part* index : parts_of(to_, "index")) {
            const Part* other = from_.find("index", index->name);
            if (other == nullptr || !is_same_index(*other, *index)) {
                if (has(index->attributes, "invalid") || has(index->attributes, "not ready")) {
                    out_.give_up(subject("index", *index),
                                 "an index that is not valid can't be made on purpose");
                    continue;
                }
                out_.add(index_text(*index, to_));
                other = nullptr;
            }
            const Attributes none;
            const Attributes& was = other != nullptr ? other->attributes : none;
            if (value(was, "comment") != value(index->attributes, "comment")) {
                const std::string text = value(index->attributes, "comment");
                out_.add(fmt::format("COMMENT ON INDEX {} IS {}", in_schema(index->name),
                                     text.empty() ? "NULL" : pg_text(text)));
            }
            statistics(value(was, "statistics"), value(index->attributes, "statistics"), *index);
        }
    }

    /// `1: 200, 2: 5`
    void statistics(const std::string& from, const std::string& to, const Part& index) {
        if (from == to) return;
        const auto set_to = [&](const std::string& entry, const std::string& number) {
            out_.add(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}",
                                 in_schema(index.name), entry.substr(0, entry.find(':')), number));
        };
        for (const std::string& entry : split_list(from, {})) set_to(entry, "-1");
        for (const std::string& entry : split_list(to, {})) {
            set_to(entry, entry.substr(entry.find(':') + 2));
        }
    }

    /// These speak of an index, and are gone with it.
    void after_indexes() {
        const std::string cluster = value(to_.attributes, "clustered on");
        const bool was_lost =
            redone_.contains(value(from_.attributes, "clustered on")) && !cluster.empty();
        if (differs("clustered on") || was_lost) {
            alter(cluster.empty() ? "SET WITHOUT CLUSTER" : "CLUSTER ON " + cluster);
        }
        const std::string identity = value(to_.attributes, "replica identity");
        const bool by_index = identity.starts_with("index ");
        if (!differs("replica identity") && !(by_index && redone_.contains(identity.substr(6)))) {
            return;
        }
        alter("REPLICA IDENTITY " + (identity.empty() ? std::string("DEFAULT")
                                     : by_index       ? "USING INDEX " + identity.substr(6)
                                                      : to_upper_ascii(identity)));
    }

    const Object& from_;
    const Object& to_;
    PgOutput& out_;
    std::set<std::string> redone_;  ///< indexes that were dropped
};

}  // namespace

Object create_pg_relation(const Object& to, PgOutput& out) {
    const Attributes& attributes = to.attributes;
    Object made;
    made.key = to.key;
    const auto said = [&](std::string_view name) {
        if (has(attributes, name)) set(made.attributes, name, value(attributes, name));
    };
    if (is_view(to)) {
        said("definition");
        said("options");
        const std::string options = value(attributes, "options");
        out.add(
            fmt::format("CREATE {} {}{} AS\n{}", pg_kind(to.key), to.key.name,
                        options.empty() ? "" : fmt::format(" WITH ({})", pg_option_list(options)),
                        without_semicolon(value(attributes, "definition"))));
        for (const Part* column : parts_of(to, "column")) {
            Part bare = *column;
            bare.attributes = without(bare.attributes, {"default", "comment"});
            made.parts.push_back(std::move(bare));
        }
        return made;
    }
    for (const char* name : {"unlogged", "access method", "tablespace", "partition by",
                             "partition of", "of type", "server", "foreign options", "options"}) {
        said(name);
    }
    std::vector<std::string> lines;
    for (const Part* column : parts_of(to, "column")) {
        const bool declares = is_own(*column) && !has(attributes, "of type");
        if (declares) {
            lines.push_back(column_text(*column));
            made.parts.push_back(created_column(*column));
        } else if (has(attributes, "of type")) {
            Part bare = *column;
            bare.attributes = without(bare.attributes, {"default", "comment", "not null"});
            made.parts.push_back(std::move(bare));
        }
    }
    for (const Part* parent : parts_of(to, "parent")) made.parts.push_back(*parent);
    std::string head = fmt::format("CREATE {}{} {}", has(attributes, "unlogged") ? "UNLOGGED " : "",
                                   pg_kind(to.key), to.key.name);
    if (has(attributes, "partition of")) {
        const std::string parent = parent_of(value(attributes, "partition of"));
        head += fmt::format(" PARTITION OF {}{}", parent,
                            value(attributes, "partition of").substr(parent.size()));
    } else if (has(attributes, "of type")) {
        head += " OF " + value(attributes, "of type");
    } else {
        head += lines.empty() ? " ()" : fmt::format(" (\n    {}\n)", join(lines, ",\n    "));
    }
    std::vector<std::string> parents;
    for (const Part* parent : parts_of(to, "parent")) parents.push_back(parent->name);
    if (!parents.empty()) head += fmt::format(" INHERITS ({})", join(parents, ", "));
    head += clause(attributes, "server", " SERVER ");
    if (has(attributes, "foreign options")) {
        head +=
            fmt::format(" OPTIONS ({})", pg_foreign_options(value(attributes, "foreign options")));
    }
    head += clause(attributes, "partition by", " PARTITION BY ");
    head += clause(attributes, "access method", " USING ");
    if (has(attributes, "options")) {
        head += fmt::format(" WITH ({})", pg_option_list(value(attributes, "options")));
    }
    out.add(head + clause(attributes, "tablespace", " TABLESPACE "));
    return made;
}

void alter_pg_relation(const Object& from, const Object& to, PgOutput& out) {
    Altering(from, to, out).run();
}

void drop_pg_constraints(const Object& from, const Object* to, bool foreign_keys, PgOutput& out) {
    for (const Part* constraint : parts_of(from, "constraint")) {
        if (is_foreign_key(*constraint) != foreign_keys) continue;
        if (!has(constraint->attributes, "type")) continue;
        const Part* other = to != nullptr ? to->find("constraint", constraint->name) : nullptr;
        if (other != nullptr && (Altering::is_same_constraint(*constraint, *other) ||
                                 Altering::becomes_valid(*constraint, *other))) {
            continue;
        }
        out.add(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", from.key.name, constraint->name));
    }
}

void add_pg_foreign_keys(const Object* from, const Object& to, PgOutput& out) {
    for (const Part* constraint : parts_of(to, "constraint")) {
        if (!is_foreign_key(*constraint)) continue;
        const Part* other = from != nullptr ? from->find("constraint", constraint->name) : nullptr;
        if (has(constraint->attributes, "enforcing triggers")) {
            out.give_up(fmt::format("constraint {}.{}", to.key.name, constraint->name),
                        "triggers that the server made by itself are switched by hand");
            continue;
        }
        const std::string head = fmt::format("ALTER TABLE {} ", to.key.name);
        if (other == nullptr || !Altering::is_same_constraint(*other, *constraint)) {
            if (other != nullptr && Altering::becomes_valid(*other, *constraint)) {
                out.add(fmt::format("{}VALIDATE CONSTRAINT {}", head, constraint->name));
            } else {
                out.add(fmt::format("{}ADD CONSTRAINT {} {}", head, constraint->name,
                                    constraint_text(*constraint)));
                other = nullptr;
            }
        }
        const std::string before = other != nullptr ? value(other->attributes, "comment") : "";
        const std::string after = value(constraint->attributes, "comment");
        if (before == after) continue;
        out.add(fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", constraint->name, to.key.name,
                            after.empty() ? "NULL" : pg_text(after)));
    }
}

}  // namespace kedge::schema::sql
