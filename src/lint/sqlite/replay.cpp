// SPDX-License-Identifier: MIT
#include "lint/sqlite/replay.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using db::sqlite::Access;

/// The object that a message of SQLite's misses: `no such table: main.orders`.
std::optional<Name> missing_object(std::string_view message) {
    for (const std::string_view kind : {"table", "view", "index", "trigger"}) {
        const std::string words = fmt::format("no such {}: ", kind);
        const std::size_t at = message.find(words);
        if (at == message.npos) continue;
        Name out;
        out.name = std::string(message.substr(at + words.size()));
        for (const std::string_view schema : {"main.", "temp."}) {
            if (out.name.starts_with(schema)) out.name.erase(0, schema.size());
        }
        if (const std::size_t dot = out.name.find('.'); dot != std::string::npos) {
            out.schema = out.name.substr(0, dot);
            out.name.erase(0, dot + 1);
        }
        return out;
    }
    return std::nullopt;
}

/// The parser itself stumbles.
bool is_no_sql(std::string_view message) {
    return message.ends_with(": syntax error") || message.starts_with("unrecognized token") ||
           message == "incomplete input" || message.starts_with("syntax error");
}

bool changes_schema(Act act) {
    switch (act) {
        case Act::create:
        case Act::alter:
        case Act::drop:
        case Act::rename:
        case Act::rename_column:
        case Act::add_column:
        case Act::drop_column:
        case Act::analyze:
        case Act::reindex:
            return true;
        default:
            return false;
    }
}

bool is_of_transaction(Act act) {
    return act == Act::begin || act == Act::commit || act == Act::rollback ||
           act == Act::savepoint || act == Act::rollback_to_savepoint;
}

bool is_on(std::string_view value) {
    for (const std::string_view on : {"on", "1", "yes", "true"}) {
        if (equals_ignoring_case(value, on)) return true;
    }
    return false;
}

constexpr std::string_view kOwnTransaction = "kedge_own_transaction";

}  // namespace

void Replay::know(const LiveTables& live) {
    live_ = &live;
}

void Replay::begin_script(std::optional<std::string_view> text, bool lasts) {
    own_ = {};
    lasts_ = lasts;
    excerpt_ = schema_.excerpt_for(text);
}

void Replay::end_script() {
    if (lasts_) {
        schema_.take_over(excerpt_);
        for (auto& [name, spelling] : own_.made) names_.made.insert_or_assign(name, spelling);
        for (const std::string& name : own_.cleared) names_.unknown.erase(name);
        names_.unknown.merge(own_.unknown);
    }
    own_ = {};
}

std::string Replay::spelled(const std::string& name) const {
    const std::string lower = to_lower_ascii(name);
    for (const Names* names : {&own_, &names_}) {
        const auto found = names->made.find(lower);
        if (found != names->made.end()) return found->second;
    }
    return name;
}

bool Replay::was_made(std::string_view name) const {
    const std::string lower = to_lower_ascii(name);
    return own_.made.contains(lower) || names_.made.contains(lower);
}

bool Replay::is_unknown(std::string_view name) const {
    const std::string lower = to_lower_ascii(name);
    if (own_.unknown.contains(lower)) return true;
    return names_.unknown.contains(lower) && !own_.cleared.contains(lower);
}

bool Replay::concerns_unknown(const Statement& statement) const {
    return std::any_of(statement.actions.begin(), statement.actions.end(),
                       [&](const Action& a) {
                           return is_unknown(a.name.name) ||
                                  own_.attached.contains(to_lower_ascii(a.name.schema));
                       }) ||
           std::any_of(statement.mentions.begin(), statement.mentions.end(), [&](const Mention& m) {
               return m.kind == Mention::Kind::table &&
                      (is_unknown(m.name.name) ||
                       own_.attached.contains(to_lower_ascii(m.name.schema)));
           });
}

/// SQLite finds names in whatever case they are written; rules compare them as they stand.
void Replay::spell(Action& action) {
    const bool makes = action.act == Act::create;
    if (!makes || action.object == ObjectKind::index || action.object == ObjectKind::trigger) {
        if (!action.name.name.empty() && action.object != ObjectKind::database) {
            action.name.name = spelled(action.name.name);
        }
    }
    if (!makes && action.object == ObjectKind::table) {
        action.temporary = equals_ignoring_case(action.name.schema, "temp") ||
                           own_.temporary.contains(to_lower_ascii(action.name.name));
    }
    if (makes || action.part.empty()) return;
    if (action.act == Act::drop) {
        action.part = action.name.name;
        return;
    }
    for (const std::string& column : copy().columns(action.name.name)) {
        if (equals_ignoring_case(column, action.part)) action.part = column;
    }
}

void Replay::take(Statement& statement) {
    last_ = {};
    if (statement.actions.empty()) return;
    Action& action = statement.actions.front();
    if (is_of_transaction(action.act)) {
        control(action);
        statement.writes = false;
    } else if (action.act == Act::pragma) {
        pragma(statement, action);
    } else if (action.act == Act::attach) {
        own_.attached.insert(to_lower_ascii(action.name.name));
        copy().execute(
            fmt::format("ATTACH ':memory:' AS {}", kedge::quoted(action.name.name, '"')));
        statement.writes = false;
    } else if (action.act == Act::detach) {
        statement.writes = false;
    } else if (action.act != Act::vacuum) {
        spell(action);
        ask(statement, changes_schema(action.act));
    }
}

void Replay::control(const Action& action) {
    switch (action.act) {
        case Act::begin:
            copy().execute(fmt::format("SAVEPOINT {}", kOwnTransaction));
            break;
        case Act::commit:
            copy().execute(fmt::format("RELEASE {}", kOwnTransaction));
            break;
        case Act::rollback:
            copy().execute(fmt::format("ROLLBACK TO {0}; RELEASE {0}", kOwnTransaction));
            break;
        case Act::savepoint:
            copy().execute(fmt::format("SAVEPOINT {}", kedge::quoted(action.part, '"')));
            break;
        default:
            copy().execute(fmt::format("ROLLBACK TO {}", kedge::quoted(action.part, '"')));
    }
}

void Replay::pragma(Statement& statement, const Action& action) {
    static constexpr std::array<std::string_view, 6> kAsk = {
        "_check", "_info", "_list", "_xinfo", "data_version", "compile_options"};
    statement.writes =
        !action.text.empty() && std::none_of(kAsk.begin(), kAsk.end(), [&](std::string_view part) {
            return action.name.name.find(part) != std::string::npos;
        });
    if (action.name.name == "legacy_alter_table") {
        copy().execute(
            fmt::format("PRAGMA legacy_alter_table = {}", is_on(action.text) ? "ON" : "OFF"));
    }
    if (action.name.name == "writable_schema" && is_on(action.text)) is_guess_ = true;
}

/// Makes what the plan misses as the target has it, with what belongs to it.
bool Replay::adopt(std::string_view missing) {
    bool found = false;
    if (live_ == nullptr || was_made(missing)) return found;
    for (const auto& [name, definition] : live_->definitions) {
        if (!equals_ignoring_case(name.name, missing)) continue;
        copy().execute(definition);
        found = true;
    }
    if (found) own_.made.emplace(to_lower_ascii(missing), std::string(missing));
    return found;
}

void Replay::ask(Statement& statement, bool run) {
    const std::string& text = statement.source.text;
    // As many as a statement may miss.
    constexpr int kMostAdopted = 64;
    for (int i = 0; i < kMostAdopted; ++i) {
        last_ = run ? copy().run(text) : copy().prepare(text);
        const auto missing = missing_object(last_.problem);
        if (!missing || !adopt(missing->name)) break;
    }
    note_mentions(statement);
    if (last_.is_refused()) statement.refusal = refusal(statement);
    if (statement.refusal && is_no_sql(last_.problem)) {
        // What it stumbles at may go on for lines.
        statement.problem = last_.problem.substr(0, last_.problem.find('\n'));
        statement.problem_offset = last_.offset;
    }
    note(statement);
    const Action& action = statement.actions.front();
    const bool is_temporary = action.temporary || equals_ignoring_case(action.name.schema, "temp");
    statement.writes =
        last_.is_refused() ? action.act != Act::select : !last_.only_reads && !is_temporary;
}

std::optional<Refusal> Replay::refusal(const Statement& statement) {
    if (is_guess_) return std::nullopt;
    Refusal out{last_.problem, last_.offset, {}};
    const auto missing = missing_object(last_.problem);
    if (!missing) {
        // Of a table that isn't known, SQLite can't know better.
        return concerns_unknown(statement) ? std::nullopt : std::optional(out);
    }
    const bool is_sqlites_own = to_lower_ascii(missing->name).starts_with("sqlite_");
    if (is_sqlites_own || is_unknown(missing->name) ||
        own_.attached.contains(to_lower_ascii(missing->schema))) {
        return std::nullopt;
    }
    if (!was_made(missing->name) && live_ == nullptr) out.unknown_object = missing->name;
    return out;
}

void Replay::note_unknown(const std::string& name) {
    const std::string lower = to_lower_ascii(name);
    own_.unknown.insert(lower);
    own_.cleared.erase(lower);
}

/// What the statement makes; and of what nothing certain is known from here on.
void Replay::note(const Statement& statement) {
    const Action& action = statement.actions.front();
    const bool is_part = action.object == ObjectKind::index || action.object == ObjectKind::trigger;
    const std::string& name = is_part && !action.part.empty() ? action.part : action.name.name;
    if (last_.is_refused()) {
        if (const auto missing = missing_object(last_.problem)) note_unknown(missing->name);
        // What is there already stays as it was.
        const bool stays = action.act == Act::create && was_made(name);
        if (changes_schema(action.act) && !stays) note_unknown(name);
        if (action.act == Act::rename) note_unknown(action.new_name.name);
        return;
    }
    const auto made = [&](const std::string& made_name) {
        own_.made.insert_or_assign(to_lower_ascii(made_name), made_name);
    };
    if (action.act == Act::create || action.act == Act::drop) {
        own_.unknown.erase(to_lower_ascii(name));
        own_.cleared.insert(to_lower_ascii(name));
    }
    if (action.act == Act::create) {
        made(name);
        if (action.temporary) own_.temporary.insert(to_lower_ascii(action.name.name));
    } else if (action.act == Act::rename) {
        made(action.new_name.name);
    }
}

/// SQLite knows better than the text which tables are read, and only it knows functions.
void Replay::note_mentions(Statement& statement) const {
    if (last_.is_refused()) return;
    for (Mention& mention : statement.mentions) {
        if (mention.kind == Mention::Kind::table) mention.name.name = spelled(mention.name.name);
    }
    std::set<std::string> seen;
    for (const Access& access : last_.access) {
        if (access.kind != Access::Kind::function || !access.within.empty()) continue;
        if (!seen.insert(access.object).second) continue;
        const std::size_t at = to_lower_ascii(statement.source.text).find(access.object);
        // Some of them stand in ALTER TABLE's own work.
        if (at == std::string::npos) continue;
        statement.mentions.push_back({Mention::Kind::function, {{}, access.object}, at});
    }
    for (const std::size_t offset : last_.strings_as_names) {
        const std::string& text = statement.source.text;
        const std::size_t end = text.find('"', offset + 1);
        statement.mentions.push_back({Mention::Kind::string_as_name,
                                      {{}, text.substr(offset + 1, end - offset - 1)},
                                      offset});
    }
}

}  // namespace kedge::lint::sqlite
