// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/action.hpp"

namespace kedge::lint {

/// A table as far as scripts have told of it.
struct KnownTable {
    Name name;
    std::vector<Column> columns;
    std::vector<Constraint> constraints;  ///< those of columns, too, with their column
    std::vector<Index> indexes;
    /// Columns whose key was dropped, with the change that did: until it is over, rows are unique
    /// in them all the same.
    std::vector<std::pair<std::vector<std::string>, std::size_t>> former_keys;
    std::size_t made_by = 0;     ///< number of the change; 0: it was there before the plan
    std::size_t emptied_by = 0;  ///< the change that took all its rows; 0: it may have some
    std::string charset;         ///< its default, where it is stated
    std::string engine;          ///< so too: `MyISAM`
    bool temporary = false;
    bool is_complete = true;  ///< all its columns are known
    bool is_certain = true;   ///< nothing that couldn't be read may have altered or dropped it

    [[nodiscard]] const Column* column(std::string_view column) const noexcept;
    [[nodiscard]] const Index* index(std::string_view index) const noexcept;
    /// The columns of the primary key; empty for none.
    [[nodiscard]] std::vector<std::string> primary_key() const;
    /// A key, or a unique index of all rows, is on these columns.
    [[nodiscard]] bool has_key(const std::vector<std::string>& columns) const;
};

/// An object other than a table.
struct KnownObject {
    ObjectKind kind = ObjectKind::other;
    Name name;
    std::string table;  ///< of an index or trigger
    std::size_t made_by = 0;
};

/// What the scripts so far have made: those of earlier changes, and of this one up to a statement.
/// It knows nothing of what was there before the plan.
class KnownSchema {
  public:
    /// `keeps_rest`: of a key that loses a column the server keeps the others, as MySQL does.
    explicit KnownSchema(bool keeps_rest = false) : keeps_rest_(keeps_rest) {}
    /// A change begins; what is made from here on is new to it.
    void begin_change() noexcept { ++change_; }
    /// A script begins, and with it a session: names mean what they mean by themselves.
    void begin_script() { path_.clear(); }
    void apply(const Action& action);
    /// What the statement may do beside its actions is certain no more.
    void doubt(const Statement& statement);

    [[nodiscard]] const KnownTable* table(const Name& name) const noexcept;
    /// The table, if it must be there under this very name, as it is known; else null.
    [[nodiscard]] const KnownTable* certain_table(const Name& name) const noexcept;
    [[nodiscard]] const KnownObject* object(ObjectKind kind, const Name& name) const noexcept;
    /// The table that has an index of this name; null if none is known.
    [[nodiscard]] const KnownTable* table_of_index(const Name& index) const noexcept;
    /// A table or materialized view made by the change that began last, so that nobody else can see
    /// it; or a temporary one.
    [[nodiscard]] bool is_new_table(const Name& name) const noexcept;
    [[nodiscard]] bool is_new(ObjectKind kind, const Name& name) const noexcept;
    /// The change that began last has added the column, to whatever table.
    [[nodiscard]] bool is_new_column(const Name& table, std::string_view column) const noexcept;
    /// A key of the table is among the columns, or was when the change that began last began.
    [[nodiscard]] bool has_key_among(const KnownTable& table,
                                     const std::vector<std::string>& columns) const;
    /// The change that began last has taken all rows of the table, and put none in since.
    [[nodiscard]] bool is_emptied(const Name& table) const noexcept;
    [[nodiscard]] const std::vector<KnownTable>& tables() const noexcept { return tables_; }

  private:
    [[nodiscard]] bool is_same(const Name& known, const Name& said) const noexcept;
    [[nodiscard]] bool may_be(const Name& known, const Name& said) const noexcept;
    [[nodiscard]] KnownTable* find(const Name& name) noexcept;
    /// So, or made: of a table that was there before the plan, what scripts do is known.
    [[nodiscard]] KnownTable* find_or_note(const Action& action);
    void drop_keys(KnownTable& table, std::string_view name) const;
    void set_path(const Action& action);
    void change_rows(const Action& action);
    void create_table(const Action& action);
    void alter_table(KnownTable& table, const Action& action);
    void drop_column(KnownTable& table, const std::string& column) const;
    void rename_column(KnownTable& table, const std::string& from, const std::string& to);
    void drop(const Action& action);
    void rename(const Action& action);

    bool keeps_rest_;
    std::size_t change_ = 0;
    std::string
        path_;  ///< the schema or database that names without one mean; empty: the session's
    std::vector<KnownTable> tables_;
    std::vector<KnownObject> objects_;
};

}  // namespace kedge::lint
