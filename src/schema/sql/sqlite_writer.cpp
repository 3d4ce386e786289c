// SPDX-License-Identifier: MIT
// ALTER TABLE of SQLite adds and drops columns. Everything else is done as its manual says under
// "Making Other Kinds Of Table Schema Changes": a new table, the rows, the old one's name. Views
// and triggers that speak of the table stay as they are, since ALTER goes by the old rules.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "schema/difference.hpp"
#include "schema/sql/pieces.hpp"
#include "schema/sql/sqlite_table.hpp"
#include "schema/sql/writer.hpp"
#include "schema/sqlite/names.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace kedge::schema {
namespace {

using sql::has;
using sql::parts_of;
using sql::value;

/// The name that an identifier means.
std::string name_of(const std::string& identifier) {
    const auto tokens = script::sqlite::tokens_of(identifier);
    return tokens.empty() ? identifier : tokens.front().name();
}

std::string folded(const std::string& identifier) {
    return to_lower_ascii(name_of(identifier));
}

class Writing {
  public:
    Writing(const State& from, const State& to) : from_(from), to_(to) {}

    SqlScript run() {
        pair_objects();
        drop_parts("trigger", "DROP TRIGGER");
        drop_parts("index", "DROP INDEX");
        drop_objects();
        for (const Pair& pair : pairs_) {
            if (pair.is_rebuilt) rebuild(*pair.from, *pair.to);
            for (const std::string& statement : pair.alters) {
                const bool drops = statement.find(" DROP COLUMN ") != std::string::npos;
                add(statement, drops ? "what is in that column" : "");
            }
        }
        create_tables();
        create_parts("index", sql::create_sqlite_index);
        create_views();
        create_parts("trigger", sql::create_sqlite_trigger);
        set_pragmas();
        const bool alters =
            std::any_of(out_.statements.begin(), out_.statements.end(), [](const auto& one) {
                return one.sql.starts_with("ALTER TABLE") || one.sql.starts_with("DROP TABLE");
            });
        if (alters) {
            out_.settings = {"PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON"};
        }
        return std::move(out_);
    }

  private:
    struct Pair {
        const Object* from = nullptr;  ///< null for one that is made
        const Object* to = nullptr;    ///< null for one that goes
        bool is_rebuilt = false;
        bool is_kept = false;  ///< not touched, though it may differ: no statement is known
        std::vector<std::string> alters;

        /// Whether what hangs on it goes with it, and comes back only if it is made again.
        [[nodiscard]] bool loses_parts() const {
            return from == nullptr || to == nullptr || is_rebuilt;
        }
    };

    void add(std::string text, std::string loses = {}, bool alone = false) {
        out_.statements.push_back({std::move(text), std::move(loses), alone});
    }

    void give_up(const Object& object, std::string reason) {
        out_.unwritten.push_back(
            {fmt::format("{} {}", object.key.kind, object.key.name), std::move(reason)});
    }

    /// By kind and by what SQLite takes for the same name.
    void pair_objects() {
        std::map<std::pair<std::string, std::string>, Pair> pairs;
        for (const auto& [key, object] : from_.objects()) {
            pairs[{key.kind, folded(key.name)}].from = &object;
        }
        for (const auto& [key, object] : to_.objects()) {
            pairs[{key.kind, folded(key.name)}].to = &object;
        }
        for (auto& [key, pair] : pairs) {
            if (key.first == "database") continue;
            decide(key.first, pair);
            pairs_.push_back(pair);
        }
    }

    void decide(const std::string& kind, Pair& pair) {
        const Object* made = pair.to;
        const std::string odd = made != nullptr ? sql::why_unwritable(*made) : std::string();
        const bool differs = pair.from == nullptr || made == nullptr ||
                             pair.from->key != made->key || !equal(kind, *pair.from, *made);
        if (differs && !odd.empty()) {
            give_up(*made, odd);
            pair.is_kept = true;
            return;
        }
        if (!differs || pair.from == nullptr || made == nullptr) return;
        if (kind == "virtual table") {
            give_up(*made,
                    "what a virtual table holds is its module's matter, and can't be taken "
                    "over into another");
            pair.is_kept = true;
        } else if (kind == "view") {
            pair.is_rebuilt = true;
        } else if (auto alters = sql::alter_sqlite_table(*pair.from, *made)) {
            pair.alters = std::move(*alters);
        } else {
            pair.is_rebuilt = true;
        }
    }

    /// But for indexes and triggers, which come and go by themselves.
    static bool equal(const std::string& kind, const Object& a, const Object& b) {
        if (a.attributes != b.attributes) return false;
        if (kind != "table") return true;
        return sql::same_parts(a, b, "column") && sql::same_parts(a, b, "constraint");
    }

    void drop_parts(std::string_view kind, const char* words) {
        for (const Pair& pair : pairs_) {
            if (pair.loses_parts() || pair.is_kept) continue;
            for (const Part* part : parts_of(*pair.from, kind)) {
                const Part* other = pair.to->find(kind, part->name);
                if (other != nullptr && *other == *part) continue;
                add(fmt::format("{} {}", words, part->name));
            }
        }
    }

    void drop_objects() {
        for (const Pair& pair : pairs_) {
            if (pair.from == nullptr || pair.is_kept) continue;
            const std::string& kind = pair.from->key.kind;
            if (kind == "view" && (pair.to == nullptr || pair.is_rebuilt)) {
                add("DROP VIEW " + pair.from->key.name);
            }
        }
        for (const Pair& pair : pairs_) {
            if (pair.to != nullptr || pair.from->key.kind == "view") continue;
            add("DROP TABLE " + pair.from->key.name,
                fmt::format("the rows of {}", pair.from->key.name));
        }
    }

    void rebuild(const Object& from, const Object& to) {
        if (to.key.kind != "table") return;
        const std::string kept = sqlite::identifier(free_name(name_of(to.key.name)));
        add(sql::create_sqlite_table(to, kept));
        std::vector<std::string> columns;
        std::vector<std::string> lost;
        for (const Part* column : parts_of(from, "column")) {
            const Part* other = counterpart(to, column->name);
            if (other == nullptr) {
                if (!has(column->attributes, "generated")) lost.push_back(column->name);
            } else if (!has(other->attributes, "generated")) {
                columns.push_back(other->name);
            }
        }
        if (!columns.empty()) {
            const std::string list = join(columns, ", ");
            add(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", kept, list, list,
                            from.key.name));
        }
        if (counts_up(from) && counts_up(to)) {
            const std::string name = kedge::quoted(name_of(kept), '\'');
            add(fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", name));
            add(fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}", name,
                            kedge::quoted(name_of(from.key.name), '\'')));
        }
        add("DROP TABLE " + from.key.name,
            lost.empty() ? "" : fmt::format("what is in the columns {}", join(lost, ", ")));
        add(fmt::format("ALTER TABLE {} RENAME TO {}", kept, to.key.name));
    }

    static const Part* counterpart(const Object& table, const std::string& column) {
        for (const Part* other : parts_of(table, "column")) {
            if (folded(other->name) == folded(column)) return other;
        }
        return nullptr;
    }

    static bool counts_up(const Object& table) {
        return std::any_of(table.parts.begin(), table.parts.end(), [](const Part& part) {
            return part.kind == "constraint" && has(part.attributes, "autoincrement");
        });
    }

    std::string free_name(const std::string& name) const {
        std::set<std::string> taken;
        for (const State* state : {&from_, &to_}) {
            for (const auto& [key, object] : state->objects()) taken.insert(folded(key.name));
        }
        std::string out = "new_" + name;
        while (taken.contains(to_lower_ascii(out))) out = "new_" + out;
        return out;
    }

    void create_tables() {
        for (const Pair& pair : pairs_) {
            if (pair.from != nullptr || pair.is_kept) continue;
            const Object& made = *pair.to;
            if (made.key.kind == "table") {
                add(sql::create_sqlite_table(made, made.key.name));
            } else if (made.key.kind == "virtual table") {
                add(fmt::format("CREATE VIRTUAL TABLE {} USING {}{}", made.key.name,
                                value(made.attributes, "module"),
                                sql::clause(made.attributes, "arguments", "(", ")")));
            }
        }
    }

    void create_views() {
        for (const Pair& pair : pairs_) {
            if (pair.to == nullptr || pair.is_kept || pair.to->key.kind != "view") continue;
            if (pair.from != nullptr && !pair.is_rebuilt) continue;
            const Attributes& attributes = pair.to->attributes;
            add(fmt::format("CREATE VIEW {}{} AS\n{}", pair.to->key.name,
                            sql::clause(attributes, "columns", " (", ")"),
                            value(attributes, "definition")));
        }
    }

    template <typename Create>
    void create_parts(std::string_view kind, Create create) {
        for (const Pair& pair : pairs_) {
            if (pair.to == nullptr || pair.is_kept) continue;
            for (const Part* part : parts_of(*pair.to, kind)) {
                const Part* other =
                    pair.loses_parts() ? nullptr : pair.from->find(kind, part->name);
                if (other != nullptr && *other == *part) continue;
                add(create(*part, pair.to->key.name));
            }
        }
    }

    void set_pragmas() {
        const Object* const before = from_.find({"database", "main"});
        const Object* const after = to_.find({"database", "main"});
        const Attributes none;
        const Attributes& was = before != nullptr ? before->attributes : none;
        const Attributes& is = after != nullptr ? after->attributes : none;
        const auto differs = [&](std::string_view name) {
            return value(was, name) != value(is, name);
        };
        const auto or_usual = [&](std::string_view name, const char* usual) {
            return has(is, name) ? value(is, name) : std::string(usual);
        };
        if (differs("user version")) {
            add("PRAGMA user_version = " + or_usual("user version", "0"));
        }
        if (differs("application id")) {
            add("PRAGMA application_id = " + or_usual("application id", "0"));
        }
        if (differs("encoding")) {
            out_.unwritten.push_back(
                {"database main", "the encoding of a database that has tables can't be changed"});
        }
        // SQLite takes no other size of pages while there is a log beside the file.
        if (differs("journal mode") && !has(is, "journal mode")) {
            add("PRAGMA journal_mode = DELETE", {}, true);
        }
        set_layout(differs, or_usual);
        if (differs("journal mode") && has(is, "journal mode")) {
            add("PRAGMA journal_mode = " + to_upper_ascii(value(is, "journal mode")), {}, true);
        }
    }

    template <typename Differs, typename OrUsual>
    void set_layout(Differs differs, OrUsual or_usual) {
        if (!differs("page size") && !differs("auto vacuum")) return;
        if (differs("page size"))
            add("PRAGMA page_size = " + or_usual("page size", "4096"), {}, true);
        if (differs("auto vacuum")) {
            add("PRAGMA auto_vacuum = " + to_upper_ascii(or_usual("auto vacuum", "none")), {},
                true);
        }
        add("VACUUM", {}, true);
    }

    const State& from_;
    const State& to_;
    std::vector<Pair> pairs_;
    SqlScript out_;
};

/// A query that fails where the thing isn't there: SQLite has no error that one can raise in it
/// but that of text that isn't JSON.
std::string must_be_there(const char* type, const std::string& identifier) {
    const std::string name = name_of(identifier);
    return fmt::format(
        "SELECT CASE count(*) WHEN 0 THEN json({}) END FROM sqlite_schema WHERE type = '{}' AND "
        "name = {}",
        kedge::quoted(fmt::format("there is no {} {}", type, name), '\''), type,
        kedge::quoted(name, '\''));
}

class SqliteWriter final : public SqlWriter {
  public:
    [[nodiscard]] SqlScript write(const State& from, const State& to, bool) const override {
        return Writing(from, to).run();
    }

    [[nodiscard]] SqlScript write_verify(const State& from, const State& to) const override {
        SqlScript out;
        for (const auto& [key, object] : to.objects()) {
            const Object* before = from.find(key);
            if (key.kind == "database" || (before != nullptr && before->hash() == object.hash())) {
                continue;
            }
            std::vector<std::string> columns;
            for (const Part* column : parts_of(object, "column")) columns.push_back(column->name);
            out.statements.push_back(
                {fmt::format("SELECT {} FROM {} WHERE 0",
                             columns.empty() ? "*" : join(columns, ", "), key.name),
                 {},
                 false});
            for (const char* kind : {"index", "trigger"}) {
                for (const Part* part : parts_of(object, kind)) {
                    const Part* other =
                        before != nullptr ? before->find(kind, part->name) : nullptr;
                    if (other != nullptr && *other == *part) continue;
                    out.statements.push_back({must_be_there(kind, part->name), {}, false});
                }
            }
        }
        return out;
    }

    [[nodiscard]] std::string text(const SqlScript& script) const override {
        std::vector<SqlStatement> together;
        std::vector<SqlStatement> alone;
        for (const SqlStatement& one : script.statements) {
            (one.alone ? alone : together).push_back(one);
        }
        std::string out;
        for (const std::string& setting : script.settings) out += setting + ";\n";
        if (!together.empty()) out += "BEGIN;\n" + sql::in_lines(together) + "COMMIT;\n";
        return out + sql::in_lines(alone);
    }
};

}  // namespace

const SqlWriter& sqlite_writer() {
    static const SqliteWriter writer;
    return writer;
}

}  // namespace kedge::schema
