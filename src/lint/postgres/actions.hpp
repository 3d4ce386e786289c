// SPDX-License-Identifier: MIT
// From the nodes of a parse tree to actions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "lint/postgres/parse_tree.hpp"

namespace kedge::lint::postgres {

/// One statement of a text, while its actions are made.
class ActionMaker {
  public:
    /// `text` outlives the maker; the statement begins at `base`.
    ActionMaker(const std::string& text, std::size_t base) : text_(text), base_(base) {}

    /// What the node does: `{"AlterTableStmt": …}`.
    [[nodiscard]] std::vector<Action> make(const Json& node);

  private:
    void other_statement(const std::string& type, const Json& node);
    // tables: table_actions.cpp
    void create_table(const Json& node);
    void create_table_as(const Json& node);
    void alter_table(const Json& node);
    void alter_table_clause(const Json& node, const Action& like);
    void create_index(const Json& node);
    [[nodiscard]] Column column(const Json& node);
    [[nodiscard]] Constraint constraint(const Json& node);
    // other objects: object_actions.cpp
    void drop(const Json& node);
    void rename(const Json& node);
    void alter_enum(const Json& node);
    void create_routine(const Json& node);
    void grant(const Json& node);
    void role(const Json& node, Act act);
    void object_statement(const std::string& type, const Json& node);
    // rows, transactions, settings: actions.cpp
    void transaction(const Json& node);
    void setting(const Json& node);
    void select(const Json& node);
    void setting_by_call(const Json& call);
    void insert(const Json& node);
    void vacuum(const Json& node);
    void reindex(const Json& node);

    Action& add(Act act, ObjectKind object, Name name = {});
    /// The offset of a node that has one; else where the statement begins.
    [[nodiscard]] std::size_t offset_of(const Json& node) const;
    /// Where a name stands next, from where the last one was found; else where the statement
    /// begins.
    [[nodiscard]] std::size_t find_name(std::string_view name);
    /// The text within the next parentheses from an offset on.
    [[nodiscard]] std::string in_parentheses(std::size_t offset) const;

    const std::string& text_;
    std::size_t base_;
    std::size_t found_ = 0;
    std::vector<Action> out_;
};

/// The kind of object that an ObjectType of the tree names: `OBJECT_TABLE`.
[[nodiscard]] ObjectKind kind_of_object(const std::string& object_type);
[[nodiscard]] ForeignKeyAction foreign_key_action(const std::string& letter);

}  // namespace kedge::lint::postgres
