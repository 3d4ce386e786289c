// SPDX-License-Identifier: MIT
#include "lint/lint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

bool concerns(const Purposes& purposes, script::Purpose purpose) {
    switch (purpose) {
        case script::Purpose::deploy:
            return purposes.deploy;
        case script::Purpose::revert:
            return purposes.revert;
        case script::Purpose::verify:
            return purposes.verify;
        case script::Purpose::test:
            break;  // it is no change's
    }
    return false;
}

/// Says of each statement which transaction it runs in.
void mark_transactions(ScriptText& script) {
    bool open = false;
    for (Statement& statement : script.statements) {
        bool begins = false;
        bool ends = false;
        for (const Action& action : statement.actions) {
            begins = begins || action.act == Act::begin;
            ends = ends || action.act == Act::commit || action.act == Act::rollback;
        }
        statement.in_own_transaction = open && !begins && !ends;
        statement.in_transaction = script.runs_in_transaction() || statement.in_own_transaction;
        if (begins) open = true;
        if (ends) open = false;
    }
}

/// Servers take a column or its name away before they add one, wherever the clauses stand.
void put_as_run(Statement& statement) {
    const auto frees = [](const Action& action) {
        return action.act == Act::drop_column || action.act == Act::rename_column ||
               (action.act == Act::modify_column && !action.new_name.empty() &&
                action.new_name.name != action.part);
    };
    auto& actions = statement.actions;
    const bool uses_again = std::any_of(actions.begin(), actions.end(), [&](const Action& added) {
        return added.act == Act::add_column &&
               std::any_of(actions.begin(), actions.end(), [&](const Action& action) {
                   return frees(action) && equals_ignoring_case(action.part, added.part);
               });
    });
    if (uses_again) std::stable_partition(actions.begin(), actions.end(), frees);
}

/// A setting by which the statements behind it mean something else.
bool changes_meaning(const std::string& setting) {
    constexpr std::array kSettings = {
        "search_path", "role",    "session_authorization", "standard_conforming_strings",
        "datestyle",   "sql_mode"};
    return std::find(kSettings.begin(), kSettings.end(), setting) != kSettings.end();
}

/// It may alter what statements mean that don't name it, or more than what it names.
bool reaches_further(const Action& action) {
    if (action.cascade || action.is_whole) return true;
    switch (action.object) {
        case ObjectKind::none:
        case ObjectKind::table:
        case ObjectKind::column:
        case ObjectKind::constraint:
        case ObjectKind::index:
        case ObjectKind::view:
        case ObjectKind::materialized_view:
        case ObjectKind::routine:
        case ObjectKind::trigger:
        case ObjectKind::event:
        case ObjectKind::policy:
        case ObjectKind::rule:
            return false;
        default:
            return action.act != Act::comment;
    }
}

/// The name stands in the text, or begins one that the server has made of it: `orders_id_seq`.
bool has_name(std::string_view text, std::string_view name) {
    const auto is_part = [&](std::size_t at) {
        return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0);
    };
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
        const bool begins = at == 0 || (!is_part(at - 1) && text[at - 1] != '_');
        if (begins && !is_part(at + name.size())) return true;
    }
    return false;
}

/// `2.1 million`
std::string about(std::int64_t rows) {
    constexpr std::int64_t kThousand = 1000;
    constexpr std::int64_t kMillion = 1000000;
    if (rows >= kMillion)
        return fmt::format("{:.1f} million", static_cast<double>(rows) / kMillion);
    if (rows >= 10 * kThousand) return fmt::format("{} thousand", rows / kThousand);
    return std::to_string(rows);
}

/// Keeps what is known along with a script, as it goes on.
class Follower {
  public:
    Follower(KnownSchema& schema, Engine engine, const ScriptText& script)
        : schema_(schema), takes_back_(engine != Engine::mysql && rolls_back(script)) {
        schema_.begin_script();
    }

    void apply(const Action& action) {
        schema_.apply(action);
        if (!takes_back_) return;
        if (action.act == Act::begin) at_begin_ = schema_;
        if (action.act == Act::savepoint) at_savepoint_ = schema_;
        if (action.act == Act::rollback && at_begin_) schema_ = *at_begin_;
        if (action.act == Act::rollback_to_savepoint && at_savepoint_) schema_ = *at_savepoint_;
    }

    void end(const Statement& statement) { schema_.doubt(statement); }

  private:
    static bool rolls_back(const ScriptText& script) {
        return std::any_of(
            script.statements.begin(), script.statements.end(), [](const Statement& statement) {
                return std::any_of(statement.actions.begin(), statement.actions.end(),
                                   [](const Action& action) {
                                       return action.act == Act::rollback ||
                                              action.act == Act::rollback_to_savepoint;
                                   });
            });
    }

    KnownSchema& schema_;
    bool takes_back_;
    std::optional<KnownSchema> at_begin_;
    std::optional<KnownSchema> at_savepoint_;
};

}  // namespace

/// A change while it is looked at.
struct Linter::Work {
    ChangeScripts change;
    std::vector<Finding> findings;
    std::map<std::string, std::vector<std::string>> lines;  ///< of files

    std::string line(const Location& where) {
        auto [found, is_new] = lines.try_emplace(where.file);
        if (is_new && file_exists(where.file)) found->second = split(read_file(where.file), '\n');
        if (where.line == 0 || where.line > found->second.size()) return {};
        std::string out = found->second[where.line - 1];
        if (out.ends_with('\r')) out.pop_back();
        return out;
    }
};

Linter::Linter(Engine engine, const Settings& settings, const LiveTables* live, AskTarget ask)
    : engine_(engine),
      settings_(settings),
      live_(live),
      reader_(make_reader(engine)),
      ask_(std::move(ask)),
      schema_(engine == Engine::mysql) {
    if (live != nullptr) reader_->know(*live);
    for (const Rule& rule : all_rules()) {
        if (rule.engines.has(engine) && settings.severity(rule) != Severity::off) {
            rules_[rule.scope].push_back(&rule);
        }
    }
}

ScriptText Linter::read(const script::Script& script) {
    ScriptText out;
    out.purpose = script.purpose;
    out.path = script.path;
    if (script.path.empty() || !file_exists(script.path)) return out;
    out = reader_->read(script);
    for (Statement& statement : out.statements) put_as_run(statement);
    mark_transactions(out);
    return out;
}

/// What the target would do with the statement; nothing where it isn't asked: the statement isn't
/// about rows alone, or about tables that aren't there yet as the statement means them.
std::optional<DryRun> Linter::ask(const Statement& statement) const {
    if (!ask_ || is_uncertain_ || statement.depends_on_client || !statement.problem.empty() ||
        statement.unseen != Statement::Unseen::none || statement.actions.size() != 1) {
        return std::nullopt;
    }
    const Action& action = statement.actions.front();
    const bool is_about_rows = action.act == Act::insert || action.act == Act::update ||
                               action.act == Act::remove || action.act == Act::select;
    if (!is_about_rows || names_altered(statement)) return std::nullopt;
    return ask_(statement.source.text);
}

/// By any name in its text, since strings name things, too: `'orders'::regclass`.
bool Linter::names_altered(const Statement& statement) const {
    if (altered_.empty()) return false;
    const std::string text = to_lower_ascii(statement.source.text);
    return std::any_of(altered_.begin(), altered_.end(), [&](const Name& altered) {
        return has_name(text, to_lower_ascii(altered.name));
    });
}

/// With the partitions and children of a table, which are altered with it.
void Linter::note_altered(const Name& name) {
    const auto is_it = [&](const Name& other) { return other == name; };
    if (name.empty() || std::any_of(altered_.begin(), altered_.end(), is_it)) return;
    altered_.push_back(name);
    if (live_ == nullptr) return;
    for (const auto& [child, parent] : live_->parents) {
        if (parent.may_be(name)) note_altered(child);
    }
}

void Linter::note_altered(const Statement& statement) {
    if (!ask_) return;
    // Names may mean something else from here on, or anything may have been altered.
    is_uncertain_ = is_uncertain_ || statement.unseen != Statement::Unseen::none;
    for (const Action& action : statement.actions) {
        switch (action.act) {
            case Act::insert:
            case Act::update:
            case Act::remove:
            case Act::select:
            case Act::merge:
            case Act::copy_in:
            case Act::copy_out:
                break;
            case Act::set:
            case Act::reset:
            case Act::use:
                is_uncertain_ = is_uncertain_ || action.act == Act::use ||
                                (action.act == Act::reset && action.name.empty()) ||
                                changes_meaning(to_lower_ascii(action.name.name));
                break;
            default:
                is_uncertain_ = is_uncertain_ || reaches_further(action) ||
                                (action.act == Act::other && statement.writes);
                note_altered(action.name);
                note_altered(action.new_name);
                if (action.object != ObjectKind::table || action.act == Act::attach_partition ||
                    action.act == Act::detach_partition) {
                    note_altered(Name{{}, action.part});
                }
        }
    }
}

void Linter::pass(const ChangeFiles& files, bool is_on_target) {
    schema_.begin_change();
    const ScriptText script = read(files.deploy);
    Follower follower(schema_, engine_, script);
    for (const Statement& statement : script.statements) {
        for (const Action& action : statement.actions) follower.apply(action);
        follower.end(statement);
        if (!is_on_target) note_altered(statement);
    }
}

std::vector<Finding> Linter::look(const ChangeFiles& files) {
    schema_.begin_change();
    Work work;
    work.change.name = files.name;
    work.change.planned = files.planned;
    work.change.is_before = files.is_before;
    work.change.is_reworked = files.is_reworked;
    work.change.is_file = files.is_file;
    work.change.deploy = read(files.deploy);
    work.change.verify = read(files.verify);
    work.change.revert = read(files.revert);
    for (const ScriptText* script :
         {&work.change.deploy, &work.change.revert, &work.change.verify}) {
        look_at(work, *script);
    }
    check(work, Scope::change, scene_of(work, work.change.deploy));
    for (const ScriptText* script :
         {&work.change.deploy, &work.change.revert, &work.change.verify}) {
        apply_exceptions(work, *script);
    }
    sort_by_place(work);
    return std::move(work.findings);
}

/// Files in the order in which scripts name them, and lines within.
void Linter::sort_by_place(Work& work) {
    std::vector<std::string> files;
    for (const ScriptText* script :
         {&work.change.deploy, &work.change.revert, &work.change.verify}) {
        files.insert(files.end(), script->files.begin(), script->files.end());
    }
    const auto key = [&](const Finding& finding) {
        return std::pair(std::find(files.begin(), files.end(), finding.where.file) - files.begin(),
                         finding.where.line);
    };
    std::stable_sort(work.findings.begin(), work.findings.end(),
                     [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

void Linter::apply_exceptions(Work& work, const ScriptText& script) {
    if (!script.exists) return;
    std::vector<Exception> exceptions = exceptions_in(script);
    for (Finding& finding : work.findings) {
        for (Exception& exception : exceptions) {
            if (!exception.covers(std::string(finding.rule->id), finding.where, finding.first_line,
                                  finding.last_line)) {
                continue;
            }
            exception.used = true;
            finding.allowed = exception.reason;
        }
    }
    Scene scene = scene_of(work, script);
    scene.exceptions = &exceptions;
    check(work, Scope::exceptions, scene);
}

Scene Linter::scene_of(const Work& work, const ScriptText& script) const {
    return {.engine = engine_,
            .version = settings_.version,
            .change = work.change,
            .script = script,
            .schema = schema_,
            .live = live_};
}

void Linter::look_at(Work& work, const ScriptText& script) {
    if (!script.exists) return;
    Scene scene = scene_of(work, script);
    Follower follower(schema_, engine_, script);
    check(work, Scope::script, scene);
    for (const Statement& statement : script.statements) {
        scene.statement = &statement;
        scene.action = nullptr;
        const bool is_deployed = script.purpose == script::Purpose::deploy;
        const auto dry_run = is_deployed ? ask(statement) : std::nullopt;
        scene.dry_run = dry_run ? &*dry_run : nullptr;
        check(work, Scope::statement, scene);
        for (const Action& action : statement.actions) {
            scene.action = &action;
            check(work, Scope::action, scene);
            // The other two are looked at as the deploy script left it.
            if (is_deployed) follower.apply(action);
        }
        if (is_deployed) {
            follower.end(statement);
            note_altered(statement);
        }
    }
}

void Linter::check(Work& work, Scope scope, const Scene& scene) {
    const auto rules = rules_.find(scope);
    if (rules == rules_.end()) return;
    for (const Rule* rule : rules->second) {
        if (scope != Scope::change && !concerns(rule->purposes, scene.script.purpose)) continue;
        Scene own = scene;
        own.rule = rule;
        own.parameters = &settings_.parameters(*rule);
        for (Hit& hit : rule->check(own)) add(work, *rule, scene, std::move(hit));
    }
}

void Linter::add(Work& work, const Rule& rule, const Scene& scene, Hit hit) {
    Finding made;
    made.rule = &rule;
    made.severity = hit.severity.value_or(settings_.severity(rule));
    made.change = work.change.name;
    made.subject = std::move(hit.subject);
    made.message = std::move(hit.message);
    made.effect = std::move(hit.effect);
    made.recipe = std::move(hit.recipe);
    made.where = hit.where                    ? *hit.where
                 : scene.statement != nullptr ? scene.statement->place(hit.offset)
                                              : Location{scene.script.path, 1, 0};
    made.source_line = work.line(made.where);
    if (scene.statement != nullptr && !hit.where) {
        made.first_line = scene.statement->first_line();
        made.last_line = scene.statement->last_line();
    }
    const TableSize* size =
        live_ != nullptr && !hit.table.empty() ? live_->size(hit.table) : nullptr;
    if (size != nullptr) {
        made.estimate = fmt::format("{} has about {} rows", hit.table.text(), about(size->rows));
        if (rule.by_size && !hit.severity) {
            const bool is_large =
                size->rows >= settings_.large_rows || size->bytes >= settings_.large_bytes;
            made.severity = is_large ? Severity::error : std::min(made.severity, Severity::warning);
        }
    }
    work.findings.push_back(std::move(made));
}

}  // namespace kedge::lint
