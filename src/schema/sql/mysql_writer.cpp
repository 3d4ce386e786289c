// SPDX-License-Identifier: MIT
// Foreign keys go first and come last, so that tables between may be altered in any order. Programs
// have no ALTER that would reach their bodies: they are dropped and made again, in a session that
// is like the one in which they were made.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "schema/sql/mysql_grants.hpp"
#include "schema/sql/mysql_names.hpp"
#include "schema/sql/mysql_program.hpp"
#include "schema/sql/mysql_table.hpp"
#include "schema/sql/pieces.hpp"
#include "schema/sql/writer.hpp"
#include "support/text.hpp"

namespace kedge::schema {
namespace {

using sql::has;
using sql::mysql_name;
using sql::parts_of;
using sql::value;

constexpr std::array<std::string_view, 6> kProgramKinds = {"library",  "package",   "package body",
                                                           "function", "procedure", "event"};

class Writing {
  public:
    Writing(const State& from, const State& to) : from_(from), to_(to) {}

    SqlScript run() {
        write_database();
        drop_triggers();
        drop_kind("view");
        for (auto kind = kProgramKinds.rbegin(); kind != kProgramKinds.rend(); ++kind) {
            drop_kind(*kind);
        }
        if (!session_.empty()) leave_session();
        drop_foreign_keys();
        write_sequences();
        write_tables();
        drop_sequences();
        const std::size_t before_programs = out_.statements.size();
        for (const std::string_view kind : kProgramKinds) create_kind(kind);
        create_kind("view");
        create_triggers();
        if (out_.statements.size() > before_programs) leave_session();
        add_foreign_keys();
        write_grants();
        if (!out_.statements.empty()) {
            out_.settings.emplace_back("SET time_zone = '+00:00'");
            if (touches_tables_) out_.settings.emplace_back("SET foreign_key_checks = OFF");
            if (touches_history_) {
                out_.settings.emplace_back("SET system_versioning_alter_history = KEEP");
            }
        }
        return std::move(out_);
    }

  private:
    void add(std::string text, std::string loses = {}) {
        out_.statements.push_back({std::move(text), std::move(loses), false});
    }

    void give_up(const Object& object, std::string reason) {
        out_.unwritten.push_back(
            {fmt::format("{} {}", object.key.kind, object.key.name), std::move(reason)});
    }

    template <typename Visit>
    static void each(const State& state, std::string_view kind, Visit visit) {
        for (const auto& [key, object] : state.objects()) {
            if (key.kind == kind) visit(object);
        }
    }

    void write_database() {
        const Object* before = from_.find({"database", "default"});
        const Object* after = to_.find({"database", "default"});
        const Attributes none;
        const Attributes& was = before != nullptr ? before->attributes : none;
        const Attributes& is = after != nullptr ? after->attributes : none;
        const auto differs = [&](std::string_view name) {
            return value(was, name) != value(is, name);
        };
        if (differs("collation") && has(is, "collation")) {
            add("ALTER DATABASE COLLATE = " + value(is, "collation"));
        }
        if (differs("comment")) {
            add("ALTER DATABASE COMMENT = " + sql::mysql_text(value(is, "comment")));
        }
        if (differs("encryption")) {
            add(fmt::format("ALTER DATABASE ENCRYPTION = '{}'", has(is, "encryption") ? 'Y' : 'N'));
        }
        if (differs("read only")) {
            out_.unwritten.push_back(
                {"database default", "a database that is read only takes no other statement"});
        }
    }

    /// The triggers that fire together, which are made again from the first on that differs.
    [[nodiscard]] std::vector<const Part*> kept_triggers(const Object& before,
                                                         const Object* after) const {
        std::vector<const Part*> out;
        if (after == nullptr) return out;
        std::set<std::string> broken;
        for (const Part* trigger : parts_of(before, "trigger")) {
            const std::string fires = value(trigger->attributes, "fires");
            const auto fires_alike = [&](const Part* other) {
                return value(other->attributes, "fires") == fires;
            };
            auto others = parts_of(*after, "trigger");
            std::erase_if(others, [&](const Part* other) { return !fires_alike(other); });
            const auto place =
                static_cast<std::size_t>(std::count_if(out.begin(), out.end(), fires_alike));
            if (broken.contains(fires) || place >= others.size() || !(*others[place] == *trigger)) {
                broken.insert(fires);
            } else {
                out.push_back(trigger);
            }
        }
        return out;
    }

    static bool contains(const std::vector<const Part*>& parts, const Part& part) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const Part* one) { return *one == part; });
    }

    void drop_triggers() {
        each(from_, "table", [&](const Object& table) {
            const auto kept = kept_triggers(table, to_.find(table.key));
            for (const Part* trigger : parts_of(table, "trigger")) {
                if (!contains(kept, *trigger)) add("DROP TRIGGER " + mysql_name(trigger->name));
            }
        });
    }

    void create_triggers() {
        each(to_, "table", [&](const Object& table) {
            const Object* before = from_.find(table.key);
            const auto kept =
                before != nullptr ? kept_triggers(*before, &table) : std::vector<const Part*>{};
            for (const Part* trigger : parts_of(table, "trigger")) {
                if (contains(kept, *trigger)) continue;
                enter_session(trigger->attributes);
                add(sql::create_mysql_trigger(*trigger, table.key.name));
            }
        });
    }

    /// But for its grants.
    static bool same_program(const Object* a, const Object* b) {
        return a != nullptr && b != nullptr && a->attributes == b->attributes;
    }

    /// A package's body goes with the package.
    bool goes_with_package(const Object& object) const {
        if (object.key.kind != "package body") return false;
        const ObjectKey package{"package", object.key.name};
        return from_.find(package) != nullptr &&
               !same_program(from_.find(package), to_.find(package));
    }

    void drop_kind(std::string_view kind) {
        each(from_, kind, [&](const Object& object) {
            const Object* after = to_.find(object.key);
            if (same_program(&object, after)) return;
            // A view is replaced where it is, with its grants.
            if (kind == "view" && after != nullptr) return;
            if (goes_with_package(object)) return;
            // Packages are known to one mode alone.
            if (kind.starts_with("package")) enter_session(object.attributes);
            add(fmt::format("DROP {} {}", to_upper_ascii(kind), mysql_name(object.key.name)));
        });
    }

    void create_kind(std::string_view kind) {
        std::vector<const Object*> made;
        each(to_, kind, [&](const Object& object) {
            if (!same_program(from_.find(object.key), &object) || goes_with_package(object)) {
                made.push_back(&object);
            }
        });
        if (kind == "view") made = sql::by_mention(std::move(made), "definition");
        for (const Object* object : made) {
            enter_session(object->attributes);
            add(sql::create_mysql_program(*object));
        }
    }

    void enter_session(const Attributes& attributes) {
        const std::string session = sql::session_of_mysql_program(attributes);
        if (session.empty() || session == session_) return;
        session_ = session;
        add(session);
    }

    void leave_session() {
        session_.clear();
        add("SET sql_mode = DEFAULT, character_set_client = 'utf8mb4', collation_connection = "
            "DEFAULT, time_zone = '+00:00'");
    }

    void drop_foreign_keys() {
        each(from_, "table", [&](const Object& table) {
            const Object* after = to_.find(table.key);
            if (after == nullptr) return;
            for (const Part* key : parts_of(table, "foreign key")) {
                const Part* other = after->find("foreign key", key->name);
                if (other != nullptr && *other == *key && !needs_new_key(table, *after)) continue;
                touches_tables_ = true;
                add(fmt::format("ALTER TABLE {} DROP FOREIGN KEY {}", mysql_name(table.key.name),
                                mysql_name(key->name)));
            }
        });
    }

    /// A foreign key holds on to its index and its columns.
    static bool needs_new_key(const Object& from, const Object& to) {
        return !sql::same_parts(from, to, "index") || !sql::same_parts(from, to, "column");
    }

    void add_foreign_keys() {
        bool checks = false;
        each(to_, "table", [&](const Object& table) {
            const Object* before = from_.find(table.key);
            for (const Part* key : parts_of(table, "foreign key")) {
                const Part* other =
                    before != nullptr ? before->find("foreign key", key->name) : nullptr;
                if (other != nullptr && *other == *key && !needs_new_key(*before, table)) continue;
                // The rows that are there have to fit.
                if (!checks) add("SET foreign_key_checks = ON");
                checks = true;
                touches_tables_ = true;
                add(sql::add_mysql_foreign_key(table, *key));
            }
        });
    }

    void write_sequences() {
        each(to_, "sequence", [&](const Object& sequence) {
            const Object* before = from_.find(sequence.key);
            if (before == nullptr) {
                add(sql::mysql_sequence("CREATE", sequence) +
                    sql::clause(sequence.attributes, "engine", " ENGINE = "));
            } else if (before->attributes != sequence.attributes) {
                if (value(before->attributes, "engine") != value(sequence.attributes, "engine")) {
                    add(fmt::format("ALTER TABLE {} ENGINE = {}", mysql_name(sequence.key.name),
                                    value(sequence.attributes, "engine")));
                }
                add(sql::mysql_sequence("ALTER", sequence));
            }
        });
    }

    void drop_sequences() {
        each(from_, "sequence", [&](const Object& sequence) {
            if (to_.find(sequence.key) != nullptr) return;
            add("DROP SEQUENCE " + mysql_name(sequence.key.name), "where it was in its numbers");
        });
    }

    void write_tables() {
        each(from_, "table", [&](const Object& table) {
            if (to_.find(table.key) != nullptr) return;
            touches_tables_ = true;
            add("DROP TABLE " + mysql_name(table.key.name),
                fmt::format("the rows of {}", table.key.name));
        });
        each(to_, "table", [&](const Object& table) {
            const Object* before = from_.find(table.key);
            if (before != nullptr && is_same_table(*before, table)) return;
            if (const std::string why = sql::why_no_mysql_table(table); !why.empty()) {
                give_up(table, why);
                return;
            }
            touches_tables_ = true;
            if (before == nullptr) {
                add(sql::create_mysql_table(table));
                return;
            }
            touches_history_ = touches_history_ || has(before->attributes, "system versioning");
            for (SqlStatement& one : sql::alter_mysql_table(*before, table)) {
                out_.statements.push_back(std::move(one));
            }
        });
    }

    static bool is_same_table(const Object& a, const Object& b) {
        if (a.attributes != b.attributes) return false;
        static constexpr std::array<std::string_view, 6> kKinds = {
            "column", "index", "check", "period", "partition", "subpartition"};
        return std::all_of(kKinds.begin(), kKinds.end(),
                           [&](std::string_view kind) { return sql::same_parts(a, b, kind); });
    }

    void write_grants() {
        for (const auto& [key, object] : to_.objects()) {
            const Object* before = from_.find(key);
            const bool is_program = std::find(kProgramKinds.begin(), kProgramKinds.end(),
                                              key.kind) != kProgramKinds.end();
            // They went when it was dropped.
            if (is_program && !same_program(before, &object)) before = nullptr;
            for (std::string& statement : sql::mysql_grants(before, object)) {
                add(std::move(statement));
            }
            if (key.kind == "database") leave_out_patterns(before, object);
        }
    }

    void leave_out_patterns(const Object* before, const Object& database) {
        const auto look = [&](const Object& at, const Object* other) {
            for (const Part* grant : parts_of(at, "grant")) {
                if (grant->name.find(" on ") == grant->name.npos) continue;
                const Part* same = other != nullptr ? other->find("grant", grant->name) : nullptr;
                if (same != nullptr && *same == *grant) continue;
                out_.unwritten.push_back({fmt::format("grant default.{}", grant->name),
                                          "it reaches other databases, too"});
            }
        };
        look(database, before);
        if (before != nullptr) look(*before, &database);
    }

    const State& from_;
    const State& to_;
    SqlScript out_;
    std::string session_;
    bool touches_tables_ = false;
    bool touches_history_ = false;
};

class MysqlWriter final : public SqlWriter {
  public:
    [[nodiscard]] SqlScript write(const State& from, const State& to, bool) const override {
        return Writing(from, to).run();
    }

    [[nodiscard]] SqlScript write_verify(const State& from, const State& to) const override {
        SqlScript out;
        const auto add = [&](std::string text) {
            out.statements.push_back({std::move(text), {}, false});
        };
        for (const auto& [key, object] : to.objects()) {
            const Object* before = from.find(key);
            if (before != nullptr && before->hash() == object.hash()) continue;
            if (key.kind == "table") {
                std::vector<std::string> columns;
                for (const Part* column : parts_of(object, "column")) {
                    columns.push_back(mysql_name(column->name));
                }
                add(fmt::format("SELECT {} FROM {} WHERE FALSE", join(columns, ", "),
                                mysql_name(key.name)));
                verify_parts(before, object, add);
            } else if (key.kind != "database") {
                add(fmt::format("SHOW CREATE {} {}", to_upper_ascii(key.kind),
                                mysql_name(key.name)));
            }
        }
        return out;
    }

    [[nodiscard]] std::string text(const SqlScript& script) const override {
        std::string out;
        for (const std::string& setting : script.settings) out += setting + ";\n";
        for (const SqlStatement& one : script.statements) {
            if (one.sql.find(';') == std::string::npos) {
                out += sql::in_lines({one});
                continue;
            }
            const char* end = one.sql.find("//") == std::string::npos ? "//" : "$$";
            out += fmt::format("DELIMITER {}\n{}\n{}\nDELIMITER ;\n", end, one.sql, end);
        }
        return out;
    }

  private:
    template <typename Add>
    static void verify_parts(const Object* before, const Object& table, Add add) {
        const auto is_new = [&](const Part& part) {
            const Part* other = before != nullptr ? before->find(part.kind, part.name) : nullptr;
            return other == nullptr || !(*other == part);
        };
        for (const Part* trigger : parts_of(table, "trigger")) {
            if (is_new(*trigger)) add("SHOW CREATE TRIGGER " + mysql_name(trigger->name));
        }
        for (const Part* index : parts_of(table, "index")) {
            if (!is_new(*index)) continue;
            add(fmt::format("SELECT 1 FROM {} USE INDEX ({}) WHERE FALSE",
                            mysql_name(table.key.name), mysql_name(index->name)));
        }
    }
};

}  // namespace

const SqlWriter& mysql_writer() {
    static const MysqlWriter writer;
    return writer;
}

}  // namespace kedge::schema
