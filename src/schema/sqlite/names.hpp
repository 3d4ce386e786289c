// SPDX-License-Identifier: MIT
// Names of SQLite: what has to be quoted, and which columns a table has.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace kedge::schema::sqlite {

/// In lower case.
using NameSet = std::set<std::string, std::less<>>;

/// Whether the word, in lower case, is a keyword that can't be a name without quotes.
[[nodiscard]] bool is_reserved(std::string_view lower);
/// Whether it is a keyword that can.
[[nodiscard]] bool is_soft_keyword(std::string_view lower);

/// The name as one writes it in SQL: in quotes where it needs them.
[[nodiscard]] std::string identifier(std::string_view name);

/// The columns of a table, which SQLite finds in whatever case they are written.
class Columns {
  public:
    struct Column {
        std::string identifier;  ///< as the table spells it
        std::string collation;   ///< in upper case; empty for BINARY
    };

    void add(std::string_view name, std::string collation);
    /// Null if there is none.
    [[nodiscard]] const Column* find(std::string_view name) const;
    void add_names_to(NameSet& names) const;

  private:
    std::map<std::string, Column, std::less<>> columns_;  ///< by name in lower case
};

}  // namespace kedge::schema::sqlite
