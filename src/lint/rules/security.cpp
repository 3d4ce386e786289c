// SPDX-License-Identifier: MIT
// Rules about rights and secrets.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "script/source.hpp"
#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

Hits security_definer(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::routine ||
        !action.security_definer || action.fixed_search_path) {
        return {};
    }
    Hit hit = table_hit(action, subject_of(ObjectKind::routine, action.name),
                        fmt::format("{} runs with its owner's rights and the caller's search_path",
                                    action.name.text()));
    hit.effect = "a caller can put an object of his own in the place of one that it names";
    hit.recipe = "... SECURITY DEFINER SET search_path = pg_catalog, pg_temp ...";
    hit.table = {};
    return {hit};
}

Hits broad_grant(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::grant) return {};
    const bool to_all =
        std::find(action.values.begin(), action.values.end(), "public") != action.values.end();
    std::vector<std::string> what;
    if (to_all) what.emplace_back("to PUBLIC");
    if (action.with_grant_option) what.emplace_back("with the right to grant it further");
    if (action.all_privileges && action.object != ObjectKind::role) {
        what.emplace_back("all privileges");
    }
    if (what.empty()) return {};
    Hit hit;
    hit.subject =
        action.name.empty() ? std::string("rights") : subject_of(action.object, action.name);
    hit.message = "grants " + join(what, ", ");
    hit.effect = "who may do what is wider than one can read here";
    hit.offset = action.offset;
    return {hit};
}

Hits role_in_script(const Scene& scene) {
    const Action& action = *scene.action;
    const bool changes =
        action.act == Act::create || action.act == Act::alter || action.act == Act::drop;
    if (action.object != ObjectKind::role || !changes || action.has_password) return {};
    Hit hit;
    hit.subject = subject_of(ObjectKind::role, action.name);
    hit.message = "makes, alters or drops a role";
    hit.effect = "roles belong to the whole server: other databases have them as well";
    hit.offset = action.offset;
    return {hit};
}

Hits password_in_script(const Scene& scene) {
    const Action& action = *scene.action;
    if (!action.has_password) return {};
    Hit hit;
    hit.subject = subject_of(ObjectKind::role, action.name);
    hit.message = "a password stands in the script";
    hit.effect = "it is in the repository, in the server's log, and in every backup of both";
    hit.recipe =
        by_engine(scene.engine,
                  "-- from outside, by: kedge deploy --set password=...\n... PASSWORD :'password'",
                  "-- without one, locked; who may sets it by hand, or the server makes one up:\n"
                  "CREATE USER ... ACCOUNT LOCK;\nCREATE USER ... IDENTIFIED BY RANDOM PASSWORD;",
                  "");
    hit.offset = action.offset;
    return {hit};
}

/// Forms that secrets have. Each is a sure sign by itself.
const std::vector<std::pair<std::string_view, Regex>>& secret_forms() {
    static const std::vector<std::pair<std::string_view, Regex>> forms = [] {
        std::vector<std::pair<std::string_view, Regex>> out;
        out.emplace_back("a private key", Regex("-----BEGIN [A-Z ]*PRIVATE KEY"));
        out.emplace_back("an access key of AWS", Regex("\\bAKIA[0-9A-Z]{16}\\b"));
        out.emplace_back("a token of GitHub", Regex("\\bgh[pousr]_[A-Za-z0-9]{36}"));
        out.emplace_back("a token of Slack", Regex("\\bxox[abprs]-[A-Za-z0-9-]{10}"));
        out.emplace_back("a key of Stripe", Regex("\\b[sr]k_live_[A-Za-z0-9]{16}"));
        out.emplace_back("a URI with a password",
                         Regex("\\b[a-z][a-z0-9+]*://[^\\s/:@'\"]+:[^\\s/@'\":{}<>$]+@"));
        return out;
    }();
    return forms;
}

Hits secret_in_script(const Scene& scene) {
    constexpr std::array<std::string_view, 7> kSigns = {"PRIVATE KEY", "AKIA", "gh", "xox",
                                                        "k_live_",     "://",  ":@"};
    Hits out;
    for (const std::string& file : scene.script.files) {
        script::LineReader lines(file);
        for (std::string line; lines.next(line);) {
            const bool may_have = std::any_of(
                kSigns.begin(), kSigns.end(),
                [&](std::string_view sign) { return line.find(sign) != std::string::npos; });
            if (!may_have) continue;
            for (const auto& [what, form] : secret_forms()) {
                if (!form.search(line)) continue;
                Hit hit;
                hit.subject = file;
                hit.message = fmt::format("{} stands in the script", what);
                hit.effect = "whoever can read the repository has it";
                hit.where = Location{file, lines.line(), 0};
                out.push_back(std::move(hit));
            }
        }
    }
    return out;
}

}  // namespace

std::vector<Rule> security_rules() {
    return {
        {.id = "security-definer-search-path",
         .engines = kPg,
         .title = "a SECURITY DEFINER routine without a search_path of its own",
         .why = "It looks for what it names in the caller's schemas, with its owner's rights.",
         .instead = "SET search_path at the routine, with the schemas that are meant, and pg_temp "
                    "last.",
         .link = "https://www.postgresql.org/docs/current/sql-createfunction.html",
         .check = &security_definer,
         .examples = pg_example(
             {.deploy =
                  "CREATE FUNCTION one() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT "
                  "1';"},
             {.deploy = "CREATE FUNCTION one() RETURNS int LANGUAGE sql SECURITY DEFINER SET "
                        "search_path = pg_catalog, pg_temp AS 'SELECT 1';"})},
        {.id = "broad-grant",
         .engines = kPg | kMysql,
         .title = "rights are granted to all, all of them, or to be granted further",
         .why = "Who may do what should be seen by who reads the grant.",
         .instead = "Name the rights and the role.",
         .link = "https://www.postgresql.org/docs/current/sql-grant.html",
         .check = &broad_grant,
         .examples = joined(
             pg_example({.deploy = "GRANT SELECT ON orders TO PUBLIC;"},
                        {.deploy = "GRANT SELECT ON orders TO clerk;"}),
             examples_for(kMysql, {.deploy = "GRANT ALL PRIVILEGES ON shop.* TO 'clerk'@'%';"},
                          {.deploy = "GRANT SELECT ON shop.orders TO 'clerk'@'%';"}))},
        {.id = "role-in-script",
         .engines = kPg | kMysql,
         .severity = Severity::note,
         .title = "a role is made, altered or dropped",
         .why = "Roles belong to the server, and a change is about one database of it.",
         .instead = "Keep roles where the server is set up.",
         .link = "https://www.postgresql.org/docs/current/sql-createrole.html",
         .check = &role_in_script,
         .examples = examples_for(kPg | kMysql, {.deploy = "CREATE ROLE clerk;"},
                                  {.deploy = "CREATE TABLE clerk (id INTEGER);"})},
        {.id = "password-in-script",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a role's password stands in a script",
         .why = "It is in the repository, in logs and in backups.",
         .instead = "A variable that is set when the script is deployed.",
         .link = "https://www.postgresql.org/docs/current/sql-createrole.html",
         .purposes = kAllScripts,
         .check = &password_in_script,
         .examples =
             joined(pg_example({.deploy = "ALTER ROLE clerk PASSWORD 'rosebud';"},
                               {.deploy = "ALTER ROLE clerk PASSWORD NULL;"}),
                    examples_for(kMysql, {.deploy = "CREATE USER clerk IDENTIFIED BY 'rosebud';"},
                                 {.deploy = "CREATE USER clerk;"}))},
        {.id = "secret-in-script",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a secret stands in a script",
         .why = "Whoever can read the repository has it, for good.",
         .instead = "Take it back where it was given, and hand the new one over by a variable.",
         .link = "https://docs.github.com/code-security/secret-scanning",
         .scope = Scope::script,
         .purposes = kAllScripts,
         .check = &secret_in_script,
         .examples = examples_for(
             kAll,
             {.deploy = "CREATE TABLE a (b INTEGER); -- see https://ada:rosebud@example.com/wiki"},
             {.deploy = "CREATE TABLE a (b INTEGER); -- see https://example.com/wiki@2"})},
    };
}

}  // namespace kedge::lint
