// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"

namespace kedge::lint {

/// A table as far as scripts have told of it.
struct KnownTable {
    Name name;
    std::vector<Column> columns;
    std::vector<Constraint> constraints;  ///< those of columns, too, with their column
    std::vector<Index> indexes;
    std::size_t made_by = 0;  ///< number of the change; 0: it was there before the plan
    bool temporary = false;
    bool is_complete = true;  ///< all its columns are known

    [[nodiscard]] const Column* column(std::string_view column) const noexcept;
    [[nodiscard]] const Index* index(std::string_view index) const noexcept;
    /// The columns of the primary key; empty for none.
    [[nodiscard]] std::vector<std::string> primary_key() const;
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
    /// A change begins; what is made from here on is new to it.
    void begin_change() noexcept { ++change_; }
    void apply(const Action& action);

    [[nodiscard]] const KnownTable* table(const Name& name) const noexcept;
    [[nodiscard]] const KnownObject* object(ObjectKind kind, const Name& name) const noexcept;
    /// The table that has an index of this name; null if none is known.
    [[nodiscard]] const KnownTable* table_of_index(const Name& index) const noexcept;
    /// A table or materialized view made by the change that began last, so that nobody else can see
    /// it; or a temporary one.
    [[nodiscard]] bool is_new_table(const Name& name) const noexcept;
    [[nodiscard]] bool is_new(ObjectKind kind, const Name& name) const noexcept;
    /// Which object an unqualified name means is known: no script has changed where it is looked
    /// for.
    [[nodiscard]] bool is_certain(const Name& name) const noexcept {
        return !name.schema.empty() || !path_changed_;
    }
    [[nodiscard]] const std::vector<KnownTable>& tables() const noexcept { return tables_; }

  private:
    [[nodiscard]] KnownTable* find(const Name& name) noexcept;
    void create_table(const Action& action);
    void alter_table(KnownTable& table, const Action& action);
    void drop(const Action& action);
    void rename(const Action& action);

    std::size_t change_ = 0;
    bool path_changed_ = false;  ///< a script has set the search_path
    std::vector<KnownTable> tables_;
    std::vector<KnownObject> objects_;
};

}  // namespace kedge::lint
