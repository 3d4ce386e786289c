// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "db/sqlite/schema_copy.hpp"

namespace kedge::lint::sqlite {

/// The schema as the plan's scripts have made it so far. A script is played on an excerpt of it:
/// SQLite reads its whole schema again after most kinds of ALTER TABLE, and after every change of
/// it that is taken back, so that a plan would take a time that grows with its square.
class PlanSchema {
  public:
    /// What a script is played on, and what that had at first.
    struct Excerpt {
        std::unique_ptr<db::sqlite::SchemaCopy> copy;
        std::vector<db::sqlite::SchemaRow> before;
    };

    /// What a script can be about: what its text names and all that one needs to use that; of what
    /// it alters or drops, what reads that too. Everything if there is no text, and where the text
    /// doesn't tell, since it writes to SQLite's own table of the schema.
    [[nodiscard]] Excerpt excerpt_for(std::optional<std::string_view> script) const;
    /// Keeps what a script has made of its excerpt. What is temporary goes.
    void take_over(const Excerpt& excerpt);

  private:
    using Id = std::size_t;
    using Words = std::set<std::string, std::less<>>;
    using Key = std::pair<std::string, std::string>;  ///< kind, and name in lower case

    struct Item {
        db::sqlite::SchemaRow row;
        std::string name;   ///< in lower case, as all words are
        std::string table;  ///< that it belongs to
        Words words;        ///< of its text

        [[nodiscard]] bool is_program() const {
            return row.kind == "view" || row.kind == "trigger";
        }
        [[nodiscard]] bool has_rows() const { return row.kind == "table" || row.kind == "view"; }
    };

    class Choice;

    [[nodiscard]] static Words words_of(std::string_view text);
    void put(db::sqlite::SchemaRow row, bool is_broken);
    void remove(Id id);
    void index(Id id, const Item& item, bool add);

    std::map<Id, Item> items_;  ///< in the order in which they were made
    Id next_ = 0;
    std::map<Key, Id> by_key_;
    std::unordered_map<std::string, std::set<Id>> by_name_;
    std::unordered_map<std::string, std::set<Id>> by_word_;   ///< of their texts
    std::unordered_map<std::string, std::set<Id>> by_table_;  ///< indexes and triggers
    std::set<Id> odd_;     ///< whose names are no words: any text may hold them
    std::set<Id> broken_;  ///< views and triggers; a rename of anything stumbles over them
};

}  // namespace kedge::lint::sqlite
