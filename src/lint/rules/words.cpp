// SPDX-License-Identifier: MIT
#include "lint/rules/words.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::lint {

std::string sql_name(Engine engine, std::string_view name) {
    const bool is_plain = !name.empty() &&
                          std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                          std::all_of(name.begin(), name.end(), [](unsigned char c) {
                              return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
                          });
    if (is_plain && !is_reserved_word(engine, name)) return std::string(name);
    return kedge::quoted(name, engine == Engine::mysql ? '`' : '"');
}

std::string sql_name(Engine engine, const Name& name) {
    if (name.schema.empty()) return sql_name(engine, name.name);
    return sql_name(engine, name.schema) + "." + sql_name(engine, name.name);
}

std::string former_name(const Scene& scene, const std::string& column) {
    for (const Action& action : scene.statement->actions) {
        if (action.act == Act::rename_column && action.new_name.name == column) return action.part;
    }
    return column;
}

std::string subject_of(ObjectKind kind, const Name& name) {
    return fmt::format("{} {}", kind_word(kind), name.text());
}

std::string column_subject(const Name& table, std::string_view column) {
    return fmt::format("column {}.{}", table.text(), column);
}

Hit table_hit(const Action& action, std::string subject, std::string message) {
    Hit out;
    out.subject = std::move(subject);
    out.message = std::move(message);
    out.offset = action.offset;
    out.table = action.name;
    return out;
}

const char* by_engine(Engine engine, const char* pg, const char* mysql,
                      const char* sqlite) noexcept {
    switch (engine) {
        case Engine::pg:
            return pg;
        case Engine::mysql:
            return mysql;
        case Engine::sqlite:
            return sqlite;
    }
    return "";
}

std::vector<Example> examples_for(Engines engines, const Sample& triggers,
                                  const Sample& near_miss) {
    std::vector<Example> out;
    for (const Engine engine : {Engine::pg, Engine::mysql, Engine::sqlite}) {
        if (engines.has(engine)) out.push_back({engine, triggers, near_miss});
    }
    return out;
}

std::vector<Example> joined(std::vector<Example> examples, const std::vector<Example>& more) {
    examples.insert(examples.end(), more.begin(), more.end());
    return examples;
}

bool is_old_table(const Scene& scene, const Name& table) {
    return !table.empty() && !scene.is_new(table);
}

bool alters_old_table(const Scene& scene, Act act) {
    return scene.action->act == act && is_old_table(scene, scene.action->name);
}

bool any_before(const Scene& scene, const std::function<bool(const Action&)>& test) {
    const auto& statements = scene.script.statements;
    std::size_t i = static_cast<std::size_t>(scene.statement - statements.data());
    if (!scene.statement->in_transaction) return false;
    while (i > 0) {
        const Statement& before = statements[--i];
        for (const Action& action : before.actions) {
            if (action.act == Act::commit || action.act == Act::rollback) return false;
            if (test(action)) return true;
        }
        if (!before.in_transaction) return false;
    }
    return false;
}

bool any_action(const ScriptText& script, const std::function<bool(const Action&)>& test) {
    return std::any_of(
        script.statements.begin(), script.statements.end(), [&](const Statement& statement) {
            return std::any_of(statement.actions.begin(), statement.actions.end(), test);
        });
}

bool any_earlier(const Scene& scene, const std::function<bool(const Action&)>& test) {
    const auto& statements = scene.script.statements;
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
        return &statement < scene.statement &&
               std::any_of(statement.actions.begin(), statement.actions.end(), test);
    });
}

bool any_behind(const Scene& scene, const std::function<bool(const Action&)>& test) {
    const auto& statements = scene.script.statements;
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
        return &statement > scene.statement &&
               std::any_of(statement.actions.begin(), statement.actions.end(), test);
    });
}

bool has_no_rows(const Scene& scene, const Name& table) {
    return scene.is_new(table) || scene.schema.is_emptied(table);
}

bool is_filled_before(const Scene& scene, const Name& table, const std::string& column) {
    return any_earlier(scene, [&](const Action& action) {
        return action.act == Act::update && action.name.may_be(table) &&
               is_one_of(column, action.rows.assigned);
    });
}

Rule policy(Rule rule) {
    rule.is_on = false;
    return rule;
}

bool creates_table(const Action& action) {
    return action.act == Act::create && action.object == ObjectKind::table && !action.temporary;
}

const std::vector<Column>& made_columns(const Action& action) {
    static const std::vector<Column> none;
    const bool makes = creates_table(action) || action.act == Act::add_column ||
                       action.act == Act::alter_column_type || action.act == Act::modify_column;
    return makes ? action.columns : none;
}

bool is_one_of(const std::string& word, const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& each) { return equals_ignoring_case(each, word); });
}

}  // namespace kedge::lint
