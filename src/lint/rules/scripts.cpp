// SPDX-License-Identifier: MIT
// Rules about the scripts of a change as files, and how the three fit together.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "script/source.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

Hit change_hit(const Scene& scene, std::string message, std::string effect) {
    Hit out;
    out.subject = "change " + scene.change.name;
    out.message = std::move(message);
    out.effect = std::move(effect);
    out.where = Location{scene.change.deploy.path, 1, 0};
    return out;
}

Hits missing_script(const Scene& scene) {
    if (scene.change.is_file || scene.change.deploy.exists) return {};
    Hit hit =
        change_hit(scene, fmt::format("there is no deploy script {}", scene.change.deploy.path),
                   "the change can't be deployed");
    hit.where = scene.change.planned;
    if (hit.where->file.empty()) hit.where = Location{scene.change.deploy.path, 0, 0};
    return {hit};
}

/// Whether there is something in the deploy script to take back.
bool deploys_something(const ChangeScripts& change) {
    return std::any_of(change.deploy.statements.begin(), change.deploy.statements.end(),
                       [](const Statement& statement) { return statement.writes; });
}

Hits missing_revert(const Scene& scene) {
    if (scene.change.is_file || scene.change.revert.exists || !deploys_something(scene.change)) {
        return {};
    }
    return {change_hit(scene, fmt::format("there is no revert script {}", scene.change.revert.path),
                       "the change can't be taken back")};
}

bool is_empty(const ScriptText& script) {
    return script.exists && script.statements.empty() && !script.has_client_commands;
}

/// What the deploy script does is in the way of the next deploy: it makes or alters something, and
/// not only where that is missing; or it adds rows.
bool has_to_be_undone(const Action& action) {
    switch (action.act) {
        case Act::update:
        case Act::remove:
        case Act::merge:
        case Act::select:
        case Act::set:
        case Act::reset:
        case Act::use:
        case Act::begin:
        case Act::commit:
        case Act::analyze:
        case Act::vacuum:
            return false;
        case Act::insert:
            return !action.rows.on_conflict;
        default:
            return !action.if_not_exists && !action.or_replace && !action.temporary;
    }
}

Hits empty_revert(const Scene& scene) {
    const ScriptText& deploy = scene.change.deploy;
    if (!is_empty(scene.change.revert) || !deploys_something(scene.change)) return {};
    const bool is_unread = std::any_of(deploy.statements.begin(), deploy.statements.end(),
                                       [](const Statement& s) { return !s.problem.empty(); });
    if (!is_unread && !any_action(deploy, &has_to_be_undone)) return {};
    const bool only_takes = !is_unread && !any_action(deploy, [](const Action& action) {
        return has_to_be_undone(action) && !(action.act == Act::drop && action.if_exists);
    });
    if (only_takes) {
        return {change_hit(
            scene, fmt::format("the revert script {} does nothing", scene.change.revert.path),
            "what the deploy script takes away isn't brought back")};
    }
    return {change_hit(scene,
                       fmt::format("the revert script {} does nothing", scene.change.revert.path),
                       "a revert leaves all there, and the next deploy fails at it")};
}

Hits missing_verify(const Scene& scene) {
    if (scene.change.is_file || scene.change.verify.exists || !deploys_something(scene.change)) {
        return {};
    }
    return {change_hit(scene, fmt::format("there is no verify script {}", scene.change.verify.path),
                       "nothing proves that the change has done what it should")};
}

Hits empty_verify(const Scene& scene) {
    if (!is_empty(scene.change.verify) || !deploys_something(scene.change)) return {};
    return {change_hit(scene,
                       fmt::format("the verify script {} does nothing", scene.change.verify.path),
                       "it is content with whatever it finds")};
}

/// What of the objects that the deploy script makes the revert script has to name.
struct Made {
    ObjectKind kind;
    std::string name;
    Name table;  ///< with which a part goes
};

std::vector<Made> made_by(const ScriptText& script) {
    std::vector<Made> out;
    std::set<std::string> tables;
    std::set<std::string> dropped;  // columns
    for (const Statement& statement : script.statements) {
        for (const Action& action : statement.actions) {
            if (action.temporary || action.or_replace || action.if_not_exists) continue;
            if (action.act == Act::create && action.object == ObjectKind::table) {
                tables.insert(action.name.name);
                out.push_back({ObjectKind::table, action.name.name, {}});
            } else if (action.act == Act::create && tables.contains(action.owner.name)) {
                continue;  // a sequence that goes with its table
            } else if (action.act == Act::create && action.object != ObjectKind::other) {
                const bool is_part = !action.part.empty();
                if (is_part && tables.contains(action.name.name)) continue;
                out.push_back({action.object, is_part ? action.part : action.name.name,
                               is_part ? action.name : Name()});
            } else if (action.act == Act::add_column && !tables.contains(action.name.name) &&
                       !dropped.contains(action.part)) {
                out.push_back({ObjectKind::column, action.part, action.name});
            } else if (action.act == Act::drop || tables.contains(action.owner.name)) {
                std::erase_if(out, [&](const Made& made) {
                    return made.kind == action.object && made.name == action.name.name;
                });
            } else if (action.act == Act::drop_column) {
                // One that comes again was there before.
                dropped.insert(action.part);
                std::erase_if(out, [&](const Made& made) {
                    return made.kind == ObjectKind::column && made.name == action.part;
                });
            } else if (action.act == Act::rename_column || action.act == Act::modify_column) {
                for (Made& made : out) {
                    const bool is_it = made.kind == ObjectKind::column && made.name == action.part;
                    if (is_it && !action.new_name.empty()) made.name = action.new_name.name;
                }
            } else if (action.act == Act::rename) {
                for (Made& made : out) {
                    if (made.name == action.name.name) made.name = action.new_name.name;
                }
            }
        }
    }
    return out;
}

/// The revert script's text names it, in whatever way.
bool names(const ScriptText& script, const std::string& name) {
    const std::string wanted = to_lower_ascii(name);
    return std::any_of(
        script.statements.begin(), script.statements.end(), [&](const Statement& statement) {
            return to_lower_ascii(statement.source.text).find(wanted) != std::string::npos;
        });
}

/// It drops a schema, or something by CASCADE: what goes with that isn't named.
bool drops_containers(const ScriptText& script) {
    return std::any_of(script.statements.begin(), script.statements.end(), [](const Statement& s) {
        return std::any_of(s.actions.begin(), s.actions.end(), [](const Action& action) {
            return action.act == Act::drop &&
                   (action.cascade || action.object == ObjectKind::schema ||
                    action.object == ObjectKind::extension);
        });
    });
}

Hits incomplete_revert(const Scene& scene) {
    const ScriptText& revert = scene.change.revert;
    if (!revert.exists || revert.statements.empty() || revert.has_client_commands ||
        scene.change.deploy.has_client_commands || drops_containers(revert)) {
        return {};
    }
    Hits out;
    for (const Made& made : made_by(scene.change.deploy)) {
        // Quotes may stand within the name: 'u'@'h'.
        const bool is_dropped = any_action(revert, [&](const Action& action) {
            return action.act == Act::drop && action.object == made.kind &&
                   action.name.name == made.name;
        });
        if (made.name.empty() || is_dropped || names(revert, made.name)) continue;
        if (!made.table.empty() && made.kind != ObjectKind::column &&
            names(revert, made.table.name)) {
            continue;
        }
        // A part goes with its table, which is put aside or made anew.
        const bool is_table_gone =
            !made.table.empty() && any_action(revert, [&](const Action& action) {
                return (action.act == Act::drop || action.act == Act::rename) &&
                       action.object == ObjectKind::table && action.name.may_be(made.table);
            });
        if (is_table_gone) continue;
        Hit hit = change_hit(scene,
                             fmt::format("the revert script doesn't name {} {}, which the deploy "
                                         "script makes",
                                         kind_word(made.kind), made.name),
                             "it is left behind by a revert, and is in the way of the next deploy");
        hit.where = Location{revert.path, revert.statements.front().first_line(), 0};
        hit.subject = fmt::format("{} {}", kind_word(made.kind), made.name);
        out.push_back(std::move(hit));
    }
    return out;
}

/// A temporary table that the script itself has made.
bool is_own_temporary(const Scene& scene) {
    const auto& statements = scene.script.statements;
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
        return std::any_of(
            statement.actions.begin(), statement.actions.end(), [&](const Action& a) {
                return a.act == Act::create && a.temporary && a.name.may_be(scene.action->name);
            });
    });
}

/// The script takes it back itself.
bool is_rolled_back(const Scene& scene) {
    if (!scene.statement->in_own_transaction) return false;
    const auto& statements = scene.script.statements;
    for (const Statement& later : statements) {
        if (&later <= scene.statement) continue;
        for (const Action& action : later.actions) {
            if (action.act == Act::rollback) return true;
            if (action.act == Act::commit) return false;
        }
    }
    return false;
}

Hits verify_writes(const Scene& scene) {
    const Action& action = *scene.action;
    switch (action.act) {
        case Act::insert:
        case Act::update:
        case Act::remove:
        case Act::merge:
        case Act::truncate:
        case Act::add_column:
        case Act::drop_column:
        case Act::drop:
        case Act::grant:
        case Act::revoke:
            break;
        case Act::create:
            if (action.temporary) return {};
            break;
        default:
            return {};
    }
    if (action.temporary || is_own_temporary(scene) || action.name.schema == "pg_temp" ||
        is_rolled_back(scene)) {
        return {};
    }
    Hit hit;
    hit.subject =
        action.name.empty() ? std::string("statement") : subject_of(action.object, action.name);
    hit.message = "a verify script changes the database";
    hit.effect =
        "kedge takes it back, other tools don't; and what it proves isn't how the change "
        "has left things";
    hit.offset = action.offset;
    return {hit};
}

/// It can fail whatever rows there are: a division, a cast, an error that is raised.
bool can_fail(const Scene& scene, const Statement& statement) {
    const std::string text = to_lower_ascii(statement.source.text);
    if (!statement.problem.empty()) return true;
    for (const Action& action : statement.actions) {
        if (action.act == Act::run_block || action.act == Act::call) return true;
        if (action.act != Act::select)
            return action.act != Act::begin && action.act != Act::commit &&
                   action.act != Act::rollback && action.act != Act::set &&
                   action.act != Act::reset;
    }
    static_cast<void>(scene);
    return text.find('/') != std::string::npos || text.find("::") != std::string::npos ||
           text.find("cast(") != std::string::npos || text.find("raise(") != std::string::npos ||
           std::any_of(statement.mentions.begin(), statement.mentions.end(),
                       [](const Mention& mention) {
                           return mention.kind == Mention::Kind::table ||
                                  mention.kind == Mention::Kind::function;
                       });
}

Hits verify_cannot_fail(const Scene& scene) {
    const ScriptText& verify = scene.script;
    if (verify.statements.empty() || verify.has_client_commands) return {};
    const bool can =
        std::any_of(verify.statements.begin(), verify.statements.end(),
                    [&](const Statement& statement) { return can_fail(scene, statement); });
    if (can) return {};
    Hit hit;
    hit.subject = "change " + scene.change.name;
    hit.message = "the verify script can't fail";
    hit.effect = "it is content with whatever it finds";
    hit.recipe = by_engine(scene.engine, "SELECT id FROM ... WHERE false;",
                           "SELECT id FROM ... WHERE false;", "SELECT id FROM ... WHERE false;");
    hit.where = Location{verify.path, verify.statements.front().first_line(), 0};
    return {hit};
}

Hits unrunnable(const Scene& scene) {
    Hits out;
    for (const Error& error : scene.script.errors) {
        Hit hit;
        hit.subject = scene.script.path;
        hit.message = error.message;
        hit.effect = "kedge refuses the script before any of it runs";
        hit.recipe = error.hint;
        hit.where = error.where;
        if (hit.where->file.empty()) hit.where = Location{scene.script.path, 1, 0};
        out.push_back(std::move(hit));
    }
    return out;
}

/// Characters that turn the direction of text, so that it reads otherwise than it runs.
/// https://www.unicode.org/reports/tr36/
bool turns_text(char32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

struct TextFault {
    std::string message;
    std::string effect;
    std::size_t column = 0;
};

std::optional<TextFault> fault_of(const std::string& line, bool is_first) {
    if (is_first && line.starts_with(kByteOrderMark)) {
        return TextFault{"begins with a byte order mark",
                         "some clients take it for a part of the "
                         "first statement",
                         1};
    }
    if (const auto bad = find_invalid_utf8(line)) {
        return TextFault{"isn't UTF-8",
                         "the server refuses it, or keeps other characters than were meant",
                         count_characters(std::string_view(line).substr(0, *bad)) + 1};
    }
    std::size_t column = 1;
    for (std::size_t at = 0; at < line.size(); ++column) {
        const CodePoint point = decode_utf8(line, at);
        if (point.value == 0) {
            return TextFault{"holds a NUL", "what follows isn't read by many programs", column};
        }
        if (turns_text(point.value)) {
            return TextFault{"holds a character that turns the direction of text",
                             "it reads otherwise than it runs", column};
        }
        at += point.size;
    }
    return std::nullopt;
}

bool is_plain(const std::string& line) {
    return std::all_of(line.begin(), line.end(),
                       [](unsigned char c) { return c != 0 && c < 0x80; });
}

Hits bad_text(const Scene& scene) {
    Hits out;
    for (const std::string& file : scene.script.files) {
        script::LineReader lines(file);
        for (std::string line; lines.next(line);) {
            if (is_plain(line)) continue;
            const auto fault = fault_of(line, lines.line() == 1);
            if (!fault) continue;
            Hit hit;
            hit.subject = file;
            hit.message = "the script " + fault->message;
            hit.effect = fault->effect;
            hit.where = Location{file, lines.line(), fault->column};
            out.push_back(std::move(hit));
            break;  // one is enough to know of the file
        }
    }
    return out;
}

Hits allow_without_reason(const Scene& scene) {
    Hits out;
    for (const Exception& exception : *scene.exceptions) {
        const bool is_known = find_rule(exception.rule) != nullptr;
        if (is_known && !exception.reason.empty()) continue;
        Hit hit;
        hit.subject = "exception";
        hit.message = is_known ? fmt::format("the exception from {} has no reason", exception.rule)
                               : fmt::format("there is no rule \"{}\" to allow", exception.rule);
        hit.effect = "it allows nothing";
        hit.recipe = fmt::format("-- kedge: allow {} because ...",
                                 is_known ? exception.rule : std::string("RULE"));
        hit.where = exception.where;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits unused_allow(const Scene& scene) {
    Hits out;
    for (const Exception& exception : *scene.exceptions) {
        if (exception.used || exception.reason.empty() || find_rule(exception.rule) == nullptr) {
            continue;
        }
        Hit hit;
        hit.subject = "exception";
        hit.message =
            fmt::format("{} has nothing to say here, so there is nothing to allow", exception.rule);
        hit.effect = "it would hide what comes later";
        hit.where = exception.where;
        out.push_back(std::move(hit));
    }
    return out;
}

constexpr std::string_view kMake = "CREATE TABLE orders (id INTEGER);";
constexpr std::string_view kTakeBack = "DROP TABLE orders;";
constexpr std::string_view kProve = "SELECT id FROM orders WHERE id < 0;";

}  // namespace

std::vector<Rule> script_rules() {
    return {
        {.id = "missing-deploy",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a planned change has no deploy script",
         .why = "It can't be deployed.",
         .instead = "Write it, or take the change out of the plan.",
         .link = "https://sqitch.org/docs/manual/sqitch-add/",
         .scope = Scope::change,
         .check = &missing_script,
         .examples = examples_for(kAll, {.deploy = kNoScript}, {.deploy = kMake})},
        {.id = "missing-revert",
         .engines = kAll,
         .title = "a change has no revert script",
         .why = "There is no way back.",
         .instead = "Write it. Where there can be none, say why by an exception at the head of the "
                    "deploy script.",
         .link = "https://sqitch.org/docs/manual/sqitch-revert/",
         .scope = Scope::change,
         .check = &missing_revert,
         .examples = examples_for(kAll, {.deploy = kMake, .revert = kNoScript},
                                  {.deploy = kMake, .revert = kTakeBack})},
        {.id = "empty-revert",
         .engines = kAll,
         .title = "a revert script does nothing",
         .why = "It says that the change was taken back while all of it is there.",
         .instead =
             "Take back what the deploy script has made. Where that can't be, let the revert "
             "script fail.",
         .link = "https://sqitch.org/docs/manual/sqitch-revert/",
         .scope = Scope::change,
         .check = &empty_revert,
         .examples = examples_for(kAll, {.deploy = kMake, .revert = "-- nothing"},
                                  {.deploy = kMake, .revert = kTakeBack})},
        {.id = "incomplete-revert",
         .engines = kAll,
         .title = "a revert script leaves something behind",
         .why =
             "What it doesn't name is there after the revert, and in the way of the next deploy.",
         .instead = "Take it back, too; kedge rehearse proves that nothing is left.",
         .link = "https://sqitch.org/docs/manual/sqitch-revert/",
         .scope = Scope::change,
         .check = &incomplete_revert,
         .examples = examples_for(
             kAll,
             {.deploy = "CREATE TABLE orders (id INTEGER);\nCREATE TABLE items (id INTEGER);",
              .revert = kTakeBack},
             {.deploy = "CREATE TABLE orders (id INTEGER);\n"
                        "CREATE INDEX orders_id ON orders (id);",
              .revert = kTakeBack})},
        {.id = "missing-verify",
         .engines = kAll,
         .severity = Severity::note,
         .title = "a change has no verify script",
         .why = "Nothing proves that it has done what it should.",
         .instead = "A query that fails where it has not.",
         .link = "https://sqitch.org/docs/manual/sqitch-verify/",
         .scope = Scope::change,
         .check = &missing_verify,
         .examples = examples_for(kAll, {.deploy = kMake, .verify = kNoScript},
                                  {.deploy = kMake, .verify = kProve})},
        {.id = "empty-verify",
         .engines = kAll,
         .severity = Severity::note,
         .title = "a verify script does nothing",
         .why = "It is content with whatever it finds.",
         .instead = "A query that fails where the change has not done its work.",
         .link = "https://sqitch.org/docs/manual/sqitch-verify/",
         .scope = Scope::change,
         .check = &empty_verify,
         .examples = examples_for(kAll, {.deploy = kMake, .verify = "-- nothing"},
                                  {.deploy = kMake, .verify = kProve})},
        {.id = "verify-writes",
         .engines = kAll,
         .title = "a verify script changes the database",
         .why = "A look should leave no trace. kedge takes it back, other tools don't.",
         .instead = "Queries alone; temporary tables where they need one.",
         .link = "https://sqitch.org/docs/manual/sqitch-verify/",
         .purposes = kVerify,
         .check = &verify_writes,
         .examples =
             examples_for(kAll, {.deploy = kMake, .verify = "INSERT INTO orders (id) VALUES (1);"},
                          {.deploy = kMake, .verify = kProve})},
        {.id = "verify-cannot-fail",
         .engines = kAll,
         .title = "a verify script can't fail",
         .why = "It names nothing of the database, so that it is content with whatever there is.",
         .instead = "Name what the change has made, or divide by the number of rows that should be "
                    "there.",
         .link = "https://sqitch.org/docs/manual/sqitch-verify/",
         .scope = Scope::script,
         .purposes = kVerify,
         .check = &verify_cannot_fail,
         .examples = examples_for(kAll, {.deploy = kMake, .verify = "SELECT 1;"},
                                  {.deploy = kMake, .verify = kProve})},
        {.id = "unrunnable-script",
         .engines = kAll,
         .severity = Severity::error,
         .title = "kedge would refuse the script",
         .why =
             "It holds what can't be run, so that the deployment stops before anything of it runs.",
         .instead = "As the message says.",
         .link = "https://www.postgresql.org/docs/current/app-psql.html",
         .scope = Scope::script,
         .purposes = kAllScripts,
         .check = &unrunnable,
         .examples = examples_for(kAll, {.deploy = "-- kedge: no-transactions\nSELECT 1;"},
                                  {.deploy = "-- kedge: no-transaction\nSELECT 1;"})},
        {.id = "bad-text",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a script isn't plain UTF-8",
         .why =
             "A byte order mark, other encodings, NUL, and characters that turn the direction of "
             "text make a script another one than people read.",
         .instead = "UTF-8 without a mark, and no invisible characters.",
         .link = "https://www.unicode.org/reports/tr36/",
         .scope = Scope::script,
         .purposes = kAllScripts,
         .check = &bad_text,
         .examples = examples_for(kAll, {.deploy = "SELECT 1; -- caf\xE9"},
                                  {.deploy = "SELECT 1; -- caf\xC3\xA9"})},
        {.id = "allow-without-reason",
         .engines = kAll,
         .severity = Severity::error,
         .title = "an exception has no reason, or names no rule",
         .why = "Who comes later has to know why.",
         .instead = "-- kedge: allow RULE and the reason.",
         .link = "https://google.github.io/eng-practices/review/reviewer/comments.html",
         .scope = Scope::exceptions,
         .purposes = kAllScripts,
         .check = &allow_without_reason,
         .examples =
             examples_for(kAll,
                          {.deploy = "-- kedge: allow rows-without-where\nDELETE FROM orders;",
                           .earlier = kMake},
                          {.deploy = "-- kedge: allow rows-without-where it has three rows\n"
                                     "DELETE FROM orders;",
                           .earlier = kMake})},
        {.id = "unused-allow",
         .engines = kAll,
         .title = "an exception that isn't needed",
         .why = "It would hide what comes later.",
         .instead = "Take it out.",
         .link = "https://google.github.io/eng-practices/review/reviewer/comments.html",
         .scope = Scope::exceptions,
         .purposes = kAllScripts,
         .check = &unused_allow,
         .examples =
             examples_for(kAll,
                          {.deploy = "-- kedge: allow rows-without-where it has three rows\n"
                                     "DELETE FROM orders WHERE id = 1;",
                           .earlier = kMake},
                          {.deploy = "-- kedge: allow rows-without-where it has three rows\n"
                                     "DELETE FROM orders;",
                           .earlier = kMake})},
    };
}

}  // namespace kedge::lint
