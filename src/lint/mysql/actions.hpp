// SPDX-License-Identifier: MIT
// From the tokens of a statement to actions. The grammar is that of MySQL's manual, 5.7 to 9.x, and
// of MariaDB's documentation up to 11.8, both at once: what either server takes is understood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "lint/mysql/cursor.hpp"

namespace kedge::lint::mysql {

/// One statement while its actions are made. Never throws on any text: what it doesn't understand
/// is told by problem(), and all that it does understand stays.
class ActionMaker {
  public:
    /// Both outlive the maker.
    ActionMaker(std::string_view text, const Tokens& tokens) : cursor_(text, tokens) {}

    [[nodiscard]] std::vector<Action> make();
    /// Empty where all was understood.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t problem_offset() const noexcept { return problem_offset_; }

  private:
    using Handler = void (ActionMaker::*)();

    void statement();
    Action& add(Act act, ObjectKind object, Name name = {});
    /// Notes that what stands here isn't understood; the first such place counts.
    void not_understood();
    bool if_exists();
    bool if_not_exists();

    // tables: table_actions.cpp
    void create_table(Action made);
    void table_body(Action& made);
    void table_element(Action& made);
    void table_tail(Action& made);
    /// A table's option; its name, or empty where none stands here.
    std::string table_option(Action& made);
    void create_index(Action made);
    void drop_index(Action made);
    void drop_tables(Action made);
    void rename_tables();
    void truncate();
    // ALTER TABLE: alter_table.cpp
    void alter_table();
    void clause();
    void add_clause();
    void add_columns();
    void add_index(Index index, std::size_t offset);
    void add_constraint(Constraint constraint, std::size_t offset);
    void drop_clause();
    void drop_partitions();
    void alter_clause();
    /// CHANGE, which has both names, or MODIFY. A change of name is an action of its own, before
    /// that of the definition.
    void change_clause(bool with_name);
    void rename_clause();
    void partition_clause(const std::string& word);
    void convert_clause();
    bool option_clause();
    Action& table_act(Act act, std::string part = {});
    // parts of tables: column.cpp
    Column column();
    /// `begin`: where the column's definition does.
    void column_attributes(Column& out, std::size_t begin);
    bool column_attribute(Column& out);
    bool generated_attribute(Column& out);
    DataType data_type(Column& out);
    void default_value(Column& out);
    bool starts_constraint() const;
    bool starts_index() const;
    Constraint constraint();
    void references(Constraint& out);
    Index index();
    void index_columns(Index& out);
    void index_options(Index& out);
    // other objects: object_actions.cpp
    void create();
    void alter();
    void drop();
    void create_view(Action made);
    void create_routine(Action made);
    void create_trigger(Action made);
    void create_user(Action made);
    void password_of(Action& made);
    void rename_users();
    void grant();
    void revoke();
    void privileges(Action& made);
    bool object_kind(Action& made);
    void definer(Action& made);
    // rows, transactions, the session: row_actions.cpp
    void select();
    void with();
    void insert();
    void update();
    void remove();
    void load();
    void call();
    void row_tail(Action& made);
    void assignments(Action& made);
    void rows_of_values(Action& made);
    void set();
    void set_one(bool is_global);
    void lock_tables();
    void flush();
    void table_care();
    void transaction();

    Cursor cursor_;
    std::vector<Action> out_;
    Name table_;                   ///< of ALTER TABLE
    std::size_t table_at_ = 0;     ///< where it is named
    bool ignores_errors_ = false;  ///< ALTER IGNORE TABLE
    int nesting_ = 0;              ///< of statements within others
    std::string problem_;
    std::size_t problem_offset_ = 0;
};

}  // namespace kedge::lint::mysql
