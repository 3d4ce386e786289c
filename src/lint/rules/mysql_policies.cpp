// SPDX-License-Identifier: MIT
// What a project may want of its tables in MySQL and MariaDB. Nearly all is off by default.
#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/mysql_rules.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kCharsets = "https://dev.mysql.com/doc/refman/8.4/en/charset.html";

bool makes_table(const Action& action) {
    return action.act == Act::create && action.object == ObjectKind::table;
}

Hits table_engine(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.engine.empty() || is_one_of(action.engine, scene.list("allow"))) return {};
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("{} uses the storage engine {}", action.name.text(), action.engine));
    hit.effect =
        "without InnoDB there are no transactions, no foreign keys, and after a crash "
        "there may be no table";
    hit.recipe = "ENGINE=InnoDB";
    return {hit};
}

/// A character set or collation that a table, column or database is given.
struct Given {
    std::string charset;
    std::string collation;
    std::string of;
    std::size_t offset;
};

std::vector<Given> given_charsets(const Action& action) {
    std::vector<Given> out;
    if (action.act == Act::set) return out;
    if (!action.charset.empty() || !action.collation.empty()) {
        out.push_back({action.charset, action.collation, action.name.text(), action.offset});
    }
    for (const Column& column : action.columns) {
        if (column.charset.empty() && column.collation.empty()) continue;
        out.push_back({column.charset, column.collation, action.name.text() + "." + column.name,
                       column.offset});
    }
    return out;
}

std::string charset_of(const Given& given) {
    if (!given.charset.empty()) return given.charset;
    return given.collation.substr(0, given.collation.find('_'));
}

Hits each_charset(const Scene& scene, bool (*is_wrong)(const Scene&, const Given&),
                  std::string_view message, const std::string& effect) {
    Hits out;
    for (const Given& given : given_charsets(*scene.action)) {
        if (!is_wrong(scene, given)) continue;
        Hit hit =
            table_hit(*scene.action, "text of " + given.of,
                      fmt::format(fmt::runtime(message), given.of,
                                  given.collation.empty() ? charset_of(given) : given.collation));
        hit.effect = effect;
        hit.offset = given.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits three_byte_utf8(const Scene& scene) {
    Hits out = each_charset(
        scene,
        [](const Scene&, const Given& given) {
            const std::string charset = charset_of(given);
            return charset == "utf8" || charset == "utf8mb3";
        },
        "text of {} is in {}, which has no characters of four bytes",
        "emoji and rarer scripts are refused, or cut off where the mode isn't strict");
    for (Hit& hit : out) hit.recipe = "CHARACTER SET utf8mb4";
    return out;
}

Hits charset_list(const Scene& scene) {
    return each_charset(
        scene,
        [](const Scene& own, const Given& given) {
            return !is_one_of(charset_of(given), own.list("allow"));
        },
        "text of {} is in {}", "");
}

Hits collation_list(const Scene& scene) {
    return each_charset(
        scene,
        [](const Scene& own, const Given& given) {
            const auto allowed = own.list("allow");
            return !given.collation.empty() && !allowed.empty() &&
                   !is_one_of(given.collation, allowed);
        },
        "text of {} is compared by {}", "");
}

Hits charset_unstated(const Scene& scene) {
    const Action& action = *scene.action;
    if (!makes_table(action) || action.temporary || action.from_query || !action.charset.empty() ||
        !action.collation.empty()) {
        return {};
    }
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        fmt::format("leaves the character set of {} to the database", action.name.text()));
    hit.recipe = "DEFAULT CHARACTER SET utf8mb4";
    return {hit};
}

Hits auto_increment_type(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_whole_column =
        makes_table(action) || action.act == Act::add_column || action.act == Act::modify_column;
    if (!is_whole_column) return {};
    const auto types = scene.list("types");
    Hits out;
    for (const Column& column : action.columns) {
        if (!column.is_serial || (column.type.is_unsigned && is_one_of(column.type.name, types))) {
            continue;
        }
        Hit hit = table_hit(
            action, column_subject(action.name, column.name),
            fmt::format("AUTO_INCREMENT of {} counts in {}", column.name, column.type.text));
        hit.effect = "when the type is used up, every INSERT fails";
        hit.recipe = "BIGINT UNSIGNED NOT NULL AUTO_INCREMENT";
        hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

template <typename Test>
Hits each_column(const Scene& scene, const Test& test) {
    Hits out;
    for (const Column& column : scene.action->columns) {
        const std::string message = test(column);
        if (message.empty()) continue;
        Hit hit =
            table_hit(*scene.action, column_subject(scene.action->name, column.name), message);
        hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits display_width(const Scene& scene) {
    return each_column(scene, [](const Column& column) -> std::string {
        const std::string& type = column.type.name;
        const bool is_flag = type == "tinyint" && column.type.modifiers == std::vector<long>{1};
        const bool is_integer = type.ends_with("int") && type != "point";
        if (!is_integer || is_flag || column.type.modifiers.empty()) return {};
        return fmt::format("the {} of {} is a width for showing, no limit", column.type.text,
                           column.name);
    });
}

Hits zero_date(const Scene& scene) {
    Hits out = each_column(scene, [](const Column& column) -> std::string {
        if (column.default_text.find("0000-00-00") == std::string::npos) return {};
        return fmt::format("{} has the zero date for its default", column.name);
    });
    for (Hit& hit : out) {
        hit.effect = "the strict mode refuses it: error 1067";
        hit.recipe = "DEFAULT NULL";
    }
    return out;
}

Hits definer_list(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.definer.empty() || is_one_of(action.definer, scene.list("allow"))) return {};
    Hit hit =
        table_hit(action, subject_of(action.object, action.name),
                  fmt::format("{} runs with the rights of {}", action.name.text(), action.definer));
    hit.effect =
        "it fails where that account isn't there, and who deploys needs the right to name "
        "it";
    hit.recipe = "SQL SECURITY INVOKER";
    return {hit};
}

}  // namespace

std::vector<Rule> mysql_policy_rules() {
    return {
        {.id = "table-engine",
         .engines = kMysql,
         .title = "a storage engine other than those that the project uses",
         .why = "Others than InnoDB have no transactions, and most of them lock whole tables.",
         .instead = "InnoDB.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/storage-engines.html",
         .parameters = {{"allow", "InnoDB", "An engine; may stand several times."}},
         .check = &table_engine,
         .examples = mysql_example({.deploy = "CREATE TABLE t (a INT) ENGINE=MyISAM;"},
                                   {.deploy = "CREATE TABLE t (a INT) ENGINE=innodb;"})},
        {.id = "three-byte-charset",
         .engines = kMysql,
         .title = "text in utf8 or utf8mb3",
         .why = "MySQL's old utf8 has no characters of four bytes, and is on its way out.",
         .instead = "utf8mb4.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-utf8mb3.html",
         .check = &three_byte_utf8,
         .examples = mysql_example({.deploy = "CREATE TABLE t (a INT) CHARSET=utf8;"},
                                   {.deploy = "CREATE TABLE t (a INT) CHARSET=utf8mb4;"})},
        {.id = "zero-date",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a zero date as a default",
         .why = "The strict mode, which is the default, refuses it.",
         .instead = "NULL, or a real date.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date",
         .check = &zero_date,
         .examples = mysql_example(
             {.deploy = "CREATE TABLE t (d DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');"},
             {.deploy = "CREATE TABLE t (d DATETIME NOT NULL DEFAULT '1970-01-01 00:00:00');"})},
        policy({.id = "charset",
                .engines = kMysql,
                .title = "a character set that the project doesn't use",
                .why = "Text of several character sets is converted, and its indexes aren't used, "
                       "wherever it meets.",
                .instead = "The project's own.",
                .link = kCharsets,
                .parameters = {{"allow", "utf8mb4", "A character set; may stand several times."}},
                .check = &charset_list,
                .examples = mysql_example({.deploy = "CREATE TABLE t (a TEXT CHARSET latin1);"},
                                          {.deploy = "CREATE TABLE t (a TEXT CHARSET utf8mb4);"})}),
        policy({.id = "collation",
                .engines = kMysql,
                .title = "a collation that the project doesn't use",
                .why = "Text of two collations can't be compared without saying by which.",
                .instead = "The project's own.",
                .link = kCharsets,
                .parameters = {{"allow", "", "A collation; may stand several times."}},
                .check = &collation_list,
                .examples = mysql_example({.deploy = "CREATE TABLE t (a TEXT COLLATE latin1_bin);",
                                           .parameters = "allow = utf8mb4_bin"},
                                          {.deploy = "CREATE TABLE t (a TEXT COLLATE utf8mb4_bin);",
                                           .parameters = "allow = utf8mb4_bin"})}),
        policy({.id = "charset-unstated",
                .engines = kMysql,
                .title = "a table without a character set of its own",
                .why = "It gets the database's, which differs between servers.",
                .instead = "State it.",
                .link = kCharsets,
                .check = &charset_unstated,
                .examples = mysql_example(
                    {.deploy = "CREATE TABLE t (a INT);"},
                    {.deploy = "CREATE TABLE t (a INT) DEFAULT CHARACTER SET utf8mb4;"})}),
        policy({.id = "auto-increment-type",
                .engines = kMysql,
                .title = "an AUTO_INCREMENT that may run out",
                .why = "A signed INT ends at two thousand million, and then every INSERT fails.",
                .instead = "BIGINT UNSIGNED.",
                .link = "https://dev.mysql.com/doc/refman/8.4/en/integer-types.html",
                .parameters = {{"types", "bigint",
                                "A type that is wide enough, if it is unsigned; may stand several "
                                "times."}},
                .check = &auto_increment_type,
                .examples = mysql_example(
                    {.deploy = "CREATE TABLE t (a INT AUTO_INCREMENT PRIMARY KEY);"},
                    {.deploy = "CREATE TABLE t (a BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY);"})}),
        policy({.id = "display-width",
                .engines = kMysql,
                .severity = Severity::note,
                .title = "a display width of a whole number",
                .why = "It limits nothing, and MySQL gives it up.",
                .instead = "The type alone.",
                .link = "https://dev.mysql.com/doc/refman/8.4/en/numeric-type-attributes.html",
                .check = &display_width,
                .examples = mysql_example({.deploy = "CREATE TABLE t (a INT(11));"},
                                          {.deploy = "CREATE TABLE t (a TINYINT(1), b INT);"})}),
        policy({.id = "definer",
                .engines = kMysql,
                .title = "a routine, view, trigger or event names its DEFINER",
                .why = "It runs with the rights of that account, if there is one.",
                .instead = "Leave it out, or SQL SECURITY INVOKER.",
                .link = "https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html",
                .parameters = {{"allow", "", "An account, user@host; may stand several times."}},
                .check = &definer_list,
                .examples =
                    mysql_example({.deploy = "CREATE DEFINER=root@localhost VIEW v AS SELECT 1;"},
                                  {.deploy = "CREATE DEFINER=app@localhost VIEW v AS SELECT 1;",
                                   .parameters = "allow = app@localhost"})}),
    };
}

}  // namespace kedge::lint
