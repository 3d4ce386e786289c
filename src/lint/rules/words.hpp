// SPDX-License-Identifier: MIT
// What checks of rules say in the same way.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.hpp"

namespace kedge::lint {

/// A name as SQL has it for this engine: quoted only where it must be.
[[nodiscard]] std::string sql_name(Engine engine, std::string_view name);
[[nodiscard]] std::string sql_name(Engine engine, const Name& name);
/// What the column is called before the scene's statement, which may rename it: CHANGE.
[[nodiscard]] std::string former_name(const Scene& scene, const std::string& column);
/// `table public.orders`
[[nodiscard]] std::string subject_of(ObjectKind kind, const Name& name);
/// `column orders.total`
[[nodiscard]] std::string column_subject(const Name& table, std::string_view column);
/// A hit at the scene's action, about a part of a table whose size matters.
[[nodiscard]] Hit table_hit(const Action& action, std::string subject, std::string message);

/// The one of three texts that is the engine's.
[[nodiscard]] const char* by_engine(Engine engine, const char* pg, const char* mysql,
                                    const char* sqlite) noexcept;

/// The same example for each of these engines: SQL that all of them read alike.
[[nodiscard]] std::vector<Example> examples_for(Engines engines, const Sample& triggers,
                                                const Sample& near_miss);
[[nodiscard]] inline std::vector<Example> pg_example(const Sample& triggers,
                                                     const Sample& near_miss) {
    return examples_for(kPg, triggers, near_miss);
}
[[nodiscard]] std::vector<Example> joined(std::vector<Example> examples,
                                          const std::vector<Example>& more);

/// A table that was there before this change.
[[nodiscard]] bool is_old_table(const Scene& scene, const Name& table);
/// The clause alters a table that was there before this change.
[[nodiscard]] bool alters_old_table(const Scene& scene, Act act);

/// The engine doesn't take it for a name without quotes.
[[nodiscard]] bool is_reserved_word(Engine engine, std::string_view name);

/// Whether an action of a statement before the scene's, in the same transaction, is like that.
[[nodiscard]] bool any_before(const Scene& scene, const std::function<bool(const Action&)>& test);

/// Whether an action of an earlier statement of the script is like that, in whatever transaction.
[[nodiscard]] bool any_earlier(const Scene& scene, const std::function<bool(const Action&)>& test);
/// Whether an action of a later statement of the script is like that.
[[nodiscard]] bool any_behind(const Scene& scene, const std::function<bool(const Action&)>& test);
/// Whether an action of the scene's script is like that, wherever it stands.
[[nodiscard]] bool any_action(const ScriptText& script,
                              const std::function<bool(const Action&)>& test);
/// The whole table is known to have no row by then.
[[nodiscard]] bool has_no_rows(const Scene& scene, const Name& table);
/// An UPDATE before the scene gives the column its values.
[[nodiscard]] bool is_filled_before(const Scene& scene, const Name& table,
                                    const std::string& column);

/// The rule, off until the configuration turns it on.
[[nodiscard]] Rule policy(Rule rule);

[[nodiscard]] bool creates_table(const Action& action);
/// The columns that an action makes, or gives another type.
[[nodiscard]] const std::vector<Column>& made_columns(const Action& action);
/// Whether a word is in a list, whatever its letter case.
[[nodiscard]] bool is_one_of(const std::string& word, const std::vector<std::string>& list);

}  // namespace kedge::lint
