// SPDX-License-Identifier: MIT
// What lint knows of SQLite scripts: what their text says, what SQLite itself says on a replay of
// the plan, and what a rebuild of a table takes along.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "db/sqlite/schema_copy.hpp"
#include "db/sqlite/sqlite_connection.hpp"
#include "lint/lint.hpp"
#include "lint/sqlite/actions.hpp"
#include "lint/sqlite/reader.hpp"
#include "temp_folder.hpp"

namespace {

using namespace kedge::lint;
using kedge::lint::sqlite::SqliteReader;
using kedge::script::Purpose;
using kedge::test::TempFolder;

/// A plan whose scripts are read one after the other.
class Plan {
  public:
    ScriptText read(std::string_view text, Purpose purpose = Purpose::deploy) {
        kedge::script::Script script;
        script.path = folder_.write(std::to_string(++count_) + ".sql", text);
        script.purpose = purpose;
        return reader_.read(script);
    }
    SqliteReader& reader() { return reader_; }

  private:
    TempFolder folder_;
    SqliteReader reader_;
    int count_ = 0;
};

Action action_of(std::string_view statement) {
    auto actions = kedge::lint::sqlite::actions_of(statement);
    REQUIRE(actions.size() == 1);
    return actions.front();
}

std::vector<std::string> refusals(const ScriptText& script) {
    std::vector<std::string> out;
    for (const Statement& statement : script.statements) {
        if (statement.refusal) out.push_back(statement.refusal->message);
    }
    return out;
}

/// Names of what is lost, broken or dangling, with that word.
std::vector<std::string> side_effects(const ScriptText& script) {
    std::vector<std::string> out;
    for (const SideEffect& effect : script.side_effects) {
        const char* word = effect.kind == SideEffect::Kind::lost     ? "lost "
                           : effect.kind == SideEffect::Kind::broken ? "broken "
                                                                     : "dangling ";
        out.push_back(word + effect.name);
    }
    std::sort(out.begin(), out.end());
    return out;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("lint on SQLite: what a CREATE TABLE says of columns and constraints") {
    const Action table = action_of(R"(CREATE TABLE IF NOT EXISTS main."Order Lines" (
        id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT,
        code VARCHAR(10, 2) NOT NULL DEFAULT 'x, y' COLLATE NOCASE,
        at TEXT DEFAULT (datetime('now')), plain,
        twice INT GENERATED ALWAYS AS (id * 2) STORED,
        owner INTEGER REFERENCES people (id) ON DELETE SET NULL ON UPDATE CASCADE
            DEFERRABLE INITIALLY DEFERRED CHECK (owner > 0),
        CONSTRAINT once UNIQUE (code, "at"), CHECK ((plain IS NOT NULL)),
        FOREIGN KEY (code) REFERENCES codes) STRICT, WITHOUT ROWID)");
    CHECK(table.act == Act::create);
    CHECK(table.object == ObjectKind::table);
    CHECK(table.name == Name{"", "Order Lines"});
    CHECK(table.if_not_exists);
    CHECK(table.strict);
    CHECK(table.without_rowid);
    REQUIRE(table.columns.size() == 6);
    CHECK(table.columns[0].is_serial);
    CHECK(table.columns[0].constraints.front().name == "pk");
    CHECK(table.columns[1].type.name == "varchar");
    CHECK(table.columns[1].type.modifiers == std::vector<long>{10, 2});
    CHECK(table.columns[1].not_null);
    CHECK(table.columns[1].default_text == "'x, y'");
    CHECK(table.columns[1].default_kind == DefaultKind::constant);
    CHECK(table.columns[1].collation == "NOCASE");
    CHECK(table.columns[2].default_kind == DefaultKind::expression);
    CHECK(table.columns[3].type.empty());
    CHECK(table.columns[4].generated == Generated::stored);
    REQUIRE(table.columns[5].constraints.size() == 2);
    CHECK(table.columns[5].constraints[0].on_delete == ForeignKeyAction::set_null);
    CHECK(table.columns[5].constraints[0].on_update == ForeignKeyAction::cascade);
    CHECK(table.columns[5].constraints[1].expression == "owner > 0");
    REQUIRE(table.constraints.size() == 3);
    CHECK(table.constraints[0].name == "once");
    CHECK(table.constraints[0].columns == Strings{"code", "at"});
    CHECK(table.constraints[1].not_null_column == "plain");
    CHECK(table.constraints[2].references.name == "codes");
}

TEST_CASE("lint on SQLite: defaults by what ADD COLUMN takes") {
    const std::pair<const char*, DefaultKind> cases[] = {
        {"DEFAULT 1", DefaultKind::constant},
        {"DEFAULT -1.5", DefaultKind::constant},
        {"DEFAULT 'a'", DefaultKind::constant},
        {"DEFAULT (1)", DefaultKind::constant},
        {"DEFAULT (-1)", DefaultKind::constant},
        {"DEFAULT true", DefaultKind::constant},
        {"DEFAULT x'00'", DefaultKind::constant},
        {"DEFAULT NULL", DefaultKind::null},
        {"DEFAULT CURRENT_TIMESTAMP", DefaultKind::stable},
        {"DEFAULT (random())", DefaultKind::expression},
        {"", DefaultKind::none},
    };
    for (const auto& [clause, kind] : cases) {
        CAPTURE(clause);
        const Action added =
            action_of(std::string("ALTER TABLE t ADD COLUMN c INT ") + clause + ";");
        CHECK(added.act == Act::add_column);
        CHECK(added.columns.front().default_kind == kind);
        // SQLite itself takes those of the first kinds, and no other, where there are rows.
        kedge::db::sqlite::SchemaCopy copy;
        copy.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1);");
        const bool taken = kind != DefaultKind::stable && kind != DefaultKind::expression;
        const auto tried = copy.run(std::string("ALTER TABLE t ADD COLUMN c INT ") + clause + ";");
        CHECK(tried.is_refused() != taken);
    }
}

TEST_CASE("lint on SQLite: statements about rows") {
    const Action insert = action_of(
        "WITH s (a) AS (SELECT 1) INSERT OR REPLACE INTO main.t AS x (a, \"b\") SELECT a, 2 FROM s "
        "WHERE a > 0");
    CHECK(insert.act == Act::insert);
    CHECK(insert.name == Name{"", "t"});
    CHECK(insert.rows.replaces);
    CHECK(insert.rows.from_query);
    CHECK(insert.rows.assigned == Strings{"a", "b"});
    const Action values = action_of("INSERT INTO t VALUES (1, (SELECT 2)), (3, 4);");
    CHECK(values.rows.rows == 2);
    CHECK_FALSE(values.rows.has_columns);
    const Action update =
        action_of("UPDATE OR IGNORE t SET a = (SELECT b FROM u WHERE c), (d, e) = (1, 2)");
    CHECK(update.rows.assigned == Strings{"a", "d", "e"});
    CHECK_FALSE(update.rows.has_where);
    CHECK(update.rows.on_conflict);
    CHECK(action_of("DELETE FROM t WHERE a IN (SELECT 1 LIMIT 1)").rows.has_where);
    CHECK_FALSE(action_of("DELETE FROM t WHERE a IN (SELECT 1 LIMIT 1)").rows.has_limit);
    CHECK(action_of("PRAGMA main.journal_mode = wal").text == "wal");
    CHECK(action_of("ROLLBACK TRANSACTION TO SAVEPOINT s").act == Act::rollback_to_savepoint);
    CHECK(action_of("ALTER TABLE t RENAME a TO b").act == Act::rename_column);
    CHECK(action_of("CREATE TEMP TRIGGER g AFTER UPDATE OF a ON t BEGIN SELECT 1; END").name.name ==
          "t");
}

TEST_CASE("lint on SQLite: the plan is replayed, and SQLite says what it would refuse") {
    Plan plan;
    CHECK(refusals(plan.read("CREATE TABLE t (a INTEGER, b TEXT);\nCREATE INDEX i ON t (b);"))
              .empty());
    CHECK(refusals(plan.read("CREATE TABLE T (x);")) == Strings{"table T already exists"});
    CHECK(refusals(plan.read("SELECT c FROM t;")) == Strings{"no such column: c"});
    CHECK(refusals(plan.read("ALTER TABLE t DROP COLUMN b;")) ==
          Strings{"error in index i after drop column: no such column: b"});
    // Of what a refused statement would have made, nothing is known.
    CHECK(refusals(plan.read("SELECT z FROM t;")).empty());
    // A revert is read on what the deploy left, and leaves no trace.
    CHECK(refusals(plan.read("DROP TABLE t;", Purpose::revert)).empty());
    CHECK(refusals(plan.read("DROP INDEX i;\nDROP TABLE t;")).empty());
    const auto gone = plan.read("SELECT a FROM t;");
    REQUIRE(refusals(gone) == Strings{"no such table: t"});
    CHECK(gone.statements[0].refusal->unknown_object.empty());
}

TEST_CASE("lint on SQLite: what may be older than the plan is no error") {
    Plan plan;
    const auto first = plan.read("ALTER TABLE old ADD COLUMN a INTEGER;\nSELECT b FROM old;");
    REQUIRE(first.statements.size() == 2);
    REQUIRE(first.statements[0].refusal);
    CHECK(first.statements[0].refusal->unknown_object == "old");
    CHECK_FALSE(first.statements[1].refusal);
    CHECK(refusals(plan.read("CREATE TABLE t (a REFERENCES old (a));\n"
                             "CREATE VIEW v AS SELECT x FROM old;\nSELECT x FROM v;"))
              .empty());
    CHECK(refusals(plan.read("ATTACH '/nowhere/else.db' AS other;\n"
                             "INSERT INTO other.t (a) SELECT 1;\nDETACH other;"))
              .empty());
    CHECK(refusals(plan.read("DROP TABLE IF EXISTS never;")).empty());
}

TEST_CASE("lint on SQLite: a target tells of what is older than the plan") {
    const TempFolder folder;
    kedge::db::sqlite::OpenOptions options;
    options.create = true;
    const auto connection = kedge::db::sqlite::open(folder / "live.db", options);
    connection->execute(
        "CREATE TABLE old (a INTEGER); CREATE INDEX old_by_a ON old (a);"
        "INSERT INTO old VALUES (1), (2);");
    Plan plan;
    const LiveTables live = plan.reader().live(*connection);
    REQUIRE(live.size({"", "old"}) != nullptr);
    CHECK(live.size({"", "old"})->rows == 2);
    REQUIRE(live.version);
    CHECK(live.version->major == 3);
    plan.reader().know(live);
    CHECK(refusals(plan.read("SELECT a FROM old;")).empty());
    CHECK(refusals(plan.read("SELECT b FROM old;")) == Strings{"no such column: b"});
    CHECK(refusals(plan.read("ALTER TABLE old DROP COLUMN a;")).size() == 1);
    const auto missing = plan.read("SELECT 1 FROM nowhere;");
    REQUIRE(missing.statements[0].refusal);
    CHECK(missing.statements[0].refusal->unknown_object.empty());
}

TEST_CASE("lint on SQLite: transactions, temporary objects and settings end as they would") {
    Plan plan;
    plan.read("BEGIN;\nCREATE TABLE t (a);\nROLLBACK;");
    CHECK(refusals(plan.read("CREATE TABLE t (a);")).empty());
    plan.read("SAVEPOINT s;\nCREATE TABLE u (a);\nROLLBACK TO s;\nRELEASE s;");
    CHECK(refusals(plan.read("CREATE TABLE u (a);")).empty());
    const auto temporary =
        plan.read("CREATE TEMP TABLE w (a);\nINSERT INTO w (a) VALUES (1);", Purpose::verify);
    CHECK_FALSE(temporary.statements[0].writes);
    CHECK_FALSE(temporary.statements[1].writes);
    CHECK(temporary.statements[1].actions.front().temporary);
    plan.read("CREATE TEMP TABLE x (a);");
    CHECK(refusals(plan.read("SELECT a FROM x;")) == Strings{"no such table: x"});
}

TEST_CASE("lint on SQLite: a text in double quotes, and functions") {
    Plan plan;
    plan.read("CREATE TABLE t (a TEXT);");
    const auto script = plan.read("UPDATE t SET a = lower(\"yes\") WHERE \"a\" = \"no\";");
    std::set<std::string> texts;
    std::set<std::string> functions;
    for (const Mention& mention : script.statements[0].mentions) {
        if (mention.kind == Mention::Kind::string_as_name) texts.insert(mention.name.name);
        if (mention.kind == Mention::Kind::function) functions.insert(mention.name.name);
    }
    CHECK(texts == std::set<std::string>{"no", "yes"});
    CHECK(functions == std::set<std::string>{"lower"});
}

TEST_CASE("lint on SQLite: all that a rebuild loses is named, and nothing else") {
    const std::string start =
        "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'x',\n"
        "  b TEXT COLLATE NOCASE CHECK (b <> ''), c INTEGER REFERENCES p (id), UNIQUE (a, b));\n"
        "CREATE INDEX t_by_a ON t (a);\nCREATE INDEX t_by_c ON t (c) WHERE c > 0;\n"
        "CREATE TRIGGER t_log AFTER INSERT ON t BEGIN SELECT 1; END;\n";
    const std::string copy =
        "INSERT INTO n (id, a, b, c) SELECT id, a, b, c FROM t;\n"
        "DROP TABLE t;\nALTER TABLE n RENAME TO t;\n";
    {
        Plan plan;
        plan.read(start);
        const auto all = plan.read(
            "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER);\n" + copy);
        REQUIRE(all.rebuilds.size() == 1);
        CHECK(side_effects(all) ==
              Strings{"lost AUTOINCREMENT of column id", "lost CHECK (b <> '')",
                      "lost COLLATE NOCASE of column b", "lost DEFAULT 'x' of column a",
                      "lost FOREIGN KEY (c) REFERENCES p (id)", "lost UNIQUE (a, b)", "lost t_by_a",
                      "lost t_by_c", "lost t_log"});
    }
    {
        Plan plan;
        plan.read(start);
        const auto none = plan.read(
            "DROP TRIGGER t_log;\n"
            "CREATE TABLE n (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, c INTEGER,\n"
            "  a TEXT NOT NULL DEFAULT 'x', b TEXT COLLATE NOCASE, d INTEGER,\n"
            "  FOREIGN KEY (c) REFERENCES p (id), CHECK ( B<>'' ), UNIQUE (a, b));\n" +
            copy +
            "CREATE INDEX t_by_a ON t (a);\nCREATE INDEX other_name ON \"t\" (c) WHERE c>0;\n");
        CHECK(side_effects(none).empty());
        // The old table had this index, too; that asks nothing new of its rows.
        CHECK(none.statements[5].actions.front().index->name == "t_by_a");
        CHECK(none.statements[5].actions.front().is_rebuild);
    }
    {
        // What goes with a column that is left out could not be kept.
        Plan plan;
        plan.read("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT CHECK (b > ''));");
        const auto script = plan.read(
            "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT);\n"
            "INSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\n"
            "ALTER TABLE n RENAME TO t;");
        CHECK(side_effects(script).empty());
        const auto& actions = script.statements[script.rebuilds.at(0).left_at].actions;
        REQUIRE(actions.size() == 2);
        CHECK(actions[0].act == Act::drop_column);
        CHECK(actions[0].part == "b");
        CHECK(actions[1].act == Act::drop);
        CHECK(actions[1].is_rebuild);
    }
    {
        // Not copied is not rebuilt: the rows are gone.
        Plan plan;
        plan.read(start);
        const auto script = plan.read("DROP TABLE t;\nCREATE TABLE t (id INTEGER PRIMARY KEY);");
        CHECK(script.rebuilds.empty());
        CHECK(side_effects(script).empty());
    }
}

TEST_CASE("lint on SQLite: what a rebuild makes wider or serves otherwise") {
    const auto losses = [](const std::string& before, const std::string& after,
                           const std::string& index = {}, const std::string& other = {}) {
        Plan plan;
        plan.read("CREATE TABLE t (a TEXT, b TEXT CHECK (" + before + "));\n" + index);
        return side_effects(plan.read("CREATE TABLE n (a TEXT, b TEXT CHECK (" + after +
                                      "));\nINSERT INTO n (a, b) SELECT a, b FROM t;\n"
                                      "DROP TABLE t;\nALTER TABLE n RENAME TO t;\n" +
                                      other));
    };
    const auto is_lost = [&](const std::string& before, const std::string& after) {
        return losses(before, after) == Strings{"lost CHECK (" + before + ")"};
    };
    CHECK(losses("b IN ('a')", "b IN ('a', 'c')").empty());
    CHECK(losses("b IS NOT NULL AND b IN ('a')", "b IS NOT NULL AND b IN ('a', 'c')").empty());
    CHECK(is_lost("b NOT IN ('a')", "b NOT IN ('a', 'c')"));
    CHECK(is_lost("NOT (b IN ('a'))", "NOT (b IN ('a', 'c'))"));
    CHECK(is_lost("CASE WHEN b IN ('a') THEN 0 ELSE 1 END",
                  "CASE WHEN b IN ('a', 'c') THEN 0 ELSE 1 END"));
    CHECK(is_lost("a IN ('x') AND b IN ('y')", "a IN ('y') AND b IN ('x', 'z')"));
    CHECK(is_lost("b IN (-1)", "b IN (1, -2)"));
    const std::string check = "b > ''";
    const std::string nocase = "CREATE INDEX i ON t (a COLLATE NOCASE);";
    CHECK(losses(check, check, nocase, "CREATE INDEX j ON t (a);") == Strings{"lost i"});
    CHECK(losses(check, check, nocase, "CREATE INDEX j ON t (a COLLATE nocase, b);").empty());
}

TEST_CASE("lint on SQLite: a rebuild that renames the old table away") {
    Plan plan;
    plan.read(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
        "CREATE TABLE child (t INTEGER REFERENCES t (id));\n"
        "CREATE VIEW v AS SELECT a FROM t;\nCREATE INDEX t_by_a ON t (a);");
    const auto script = plan.read(
        "ALTER TABLE t RENAME TO old;\nCREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
        "INSERT INTO t SELECT * FROM old;\nDROP TABLE old;");
    REQUIRE(script.rebuilds.size() == 1);
    CHECK(script.rebuilds[0].left_at == 0);
    CHECK(side_effects(script) == Strings{"broken v", "dangling child", "lost t_by_a"});
    CHECK(script.statements[3].actions.front().is_rebuild);
}

TEST_CASE("lint on SQLite: a rebuild by way of a third table") {
    // https://www.sqlite.org/faq.html#q11
    Plan plan;
    plan.read("CREATE TABLE t (a TEXT, b TEXT, c TEXT);\nCREATE INDEX t_by_a ON t (a);");
    const auto script = plan.read(
        "BEGIN TRANSACTION;\nCREATE TEMPORARY TABLE t_backup (a, b);\n"
        "INSERT INTO t_backup SELECT a, b FROM t;\nDROP TABLE t;\nCREATE TABLE t (a TEXT, b "
        "TEXT);\n"
        "INSERT INTO t SELECT a, b FROM t_backup;\nDROP TABLE t_backup;\nCOMMIT;");
    REQUIRE(script.rebuilds.size() == 1);
    CHECK(script.rebuilds[0].copied_at == 5);
    CHECK(side_effects(script) == Strings{"lost t_by_a"});
}

TEST_CASE("lint on SQLite: scripts of all kinds give findings and no failure") {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(KEDGE_SPLIT_FOLDER) + "/sqlite")) {
        if (entry.path().extension() != ".sql") continue;
        CAPTURE(entry.path().string());
        const Settings settings;
        Linter linter(Engine::sqlite, settings, nullptr);
        ChangeFiles files;
        files.name = "change";
        files.deploy.path = entry.path().string();
        for (const Finding& finding : linter.look(files)) CHECK(finding.rule != nullptr);
        ++count;
    }
    CHECK(count > 20);
}

TEST_CASE("lint on SQLite: a script meets all of the schema that it can be about") {
    Plan plan;
    static_cast<void>(
        plan.read("CREATE TABLE \"order lines\" (a); CREATE TABLE \"we\"\"ird\" (a, b);\n"
                  "CREATE TABLE plain (a, b); CREATE TABLE other (a, b);\n"
                  "CREATE TABLE child (a REFERENCES Plain (a));\n"
                  "CREATE VIEW lines AS SELECT a FROM \"order lines\";\n"
                  "CREATE TRIGGER keep AFTER INSERT ON other BEGIN\n"
                  "    INSERT INTO \"we\"\"ird\" (a, b) VALUES (new.a, new.b); END;"));
    SUBCASE("through a name with a blank in it") {
        const ScriptText script = plan.read("DROP TABLE [order lines];", Purpose::revert);
        CHECK(side_effects(script) == Strings{"broken lines"});
    }
    SUBCASE("through a name with a quote in it") {
        const ScriptText script = plan.read(
            "ALTER TABLE 'we\"ird' RENAME COLUMN b TO c;\n"
            "INSERT INTO other VALUES (1, 2);");
        CHECK(refusals(script).empty());
        CHECK(plan.read("SELECT c FROM \"we\"\"ird\";", Purpose::verify).statements.size() == 1);
    }
    SUBCASE("a foreign key, in whatever case") {
        CHECK(side_effects(plan.read("DROP TABLE plain;")) == Strings{"dangling child"});
    }
    SUBCASE("behind a comment, and beside a text that looks like one") {
        CHECK(side_effects(plan.read("DROP TABLE -- the old one\nplain;")) ==
              Strings{"dangling child"});
        CHECK(side_effects(plan.read("INSERT INTO other VALUES ('--', 1); DROP TABLE /* and\n"
                                     "*/ IF EXISTS \"order lines\";")) == Strings{"broken lines"});
    }
    SUBCASE("a view elsewhere that is broken, over which SQLite stumbles") {
        CHECK(side_effects(plan.read("DROP TABLE \"order lines\";")) == Strings{"broken lines"});
        CHECK(refusals(plan.read("ALTER TABLE plain RENAME TO plainer;")) ==
              Strings{"error in view lines: no such table: main.order lines"});
        CHECK(refusals(plan.read("CREATE TABLE \"order lines\" (a);")).empty());
        CHECK(refusals(plan.read("ALTER TABLE plain RENAME TO plainer;")).empty());
    }
    SUBCASE("what an included file speaks of") {
        TempFolder folder;
        const std::string path = folder.write("more.sql", "DROP VIEW lines;\nDROP TABLE other;\n");
        CHECK(refusals(plan.read(".read '" + path + "'\n")).empty());
        CHECK(refusals(plan.read("SELECT * FROM lines;", Purpose::verify)) ==
              Strings{"no such table: lines"});
        CHECK(refusals(plan.read("CREATE TRIGGER keep AFTER INSERT ON plain BEGIN\n"
                                 "    SELECT 1; END;"))
                  .empty());
    }
    SUBCASE("one that was made anew, and one that is gone") {
        static_cast<void>(
            plan.read("CREATE TABLE n (a); INSERT INTO n SELECT a FROM plain;\n"
                      "DROP TABLE plain; ALTER TABLE n RENAME TO plain;\n"
                      "DROP TABLE child;"));
        CHECK(refusals(plan.read("SELECT b FROM plain;", Purpose::verify)) ==
              Strings{"no such column: b"});
        CHECK(refusals(plan.read("SELECT a FROM child;", Purpose::verify)).size() == 1);
        CHECK(refusals(plan.read("CREATE TABLE n (x);")).empty());
    }
}
