// SPDX-License-Identifier: MIT
// Most of what other engines alter, SQLite has to make anew: a table with the new form, the rows
// copied over, the old one dropped, the new one put in its place. What belonged to the old one goes
// with it. Here the schema before a script is laid beside that after it.
// https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/sqlite/schema_copy.hpp"
#include "lint/reader.hpp"
#include "lint/sqlite/replay.hpp"

namespace kedge::lint::sqlite {

/// Follows the tables of one script through their names.
class Rebuilds {
  public:
    /// `replay` outlives it.
    explicit Rebuilds(Replay& replay) : replay_(replay) {}

    /// Before a statement is taken.
    void before(const Statement& statement);
    /// After it.
    void after(const Statement& statement, std::size_t index);
    /// At the script's end: rebuilds and side effects, and, at the statements that begin a rebuild,
    /// what comes of it for the table, as actions.
    void conclude(ScriptText& script);

  private:
    using Id = std::size_t;
    struct Table {
        std::string first_name;                 ///< before the script; empty: made by it
        std::optional<std::size_t> left_at;     ///< where it lost its first name
        std::optional<std::size_t> dropped_at;  ///< where it was dropped
        std::size_t named_at = 0;               ///< where it got the name that it has last
        std::map<Id, std::size_t> copied_from;  ///< and where
    };
    struct Trouble {
        db::sqlite::SchemaRow object;
        std::string message;
    };

    Id id_of(const std::string& name);
    /// Where rows of one table get into the other, perhaps by way of a third; nothing if they
    /// don't.
    [[nodiscard]] std::optional<std::size_t> copied(Id from, Id into) const;
    void take_snapshot();
    [[nodiscard]] std::vector<db::sqlite::SchemaRow> concerned() const;
    void add_rebuild(ScriptText& script, Id old_table, const Table& table);
    void mark_indexes(ScriptText& script, const Name& table) const;
    void add_losses(ScriptText& script, const Rebuild& rebuild, const Action& after,
                    const std::vector<db::sqlite::SchemaRow>& now) const;
    void add_broken(ScriptText& script) const;
    [[nodiscard]] std::size_t statement_about(const ScriptText& script,
                                              const std::string& reason) const;

    Replay& replay_;
    bool has_snapshot_ = false;
    std::vector<db::sqlite::SchemaRow> objects_;  ///< of the snapshot
    std::set<std::string> taken_;                 ///< names that were taken away, in lower case
    std::set<std::string> looked_at_;             ///< views and triggers, before that
    std::vector<Trouble> troubles_;               ///< of those
    std::vector<db::sqlite::ForeignKeyRow> dangling_;
    std::vector<Table> tables_;                                ///< by id
    std::map<std::string, Id, std::less<>> names_;             ///< in lower case
    std::map<std::string, std::size_t, std::less<>> dropped_;  ///< by word, in lower case
    std::size_t last_change_ = 0;  ///< the last statement that takes something away
};

}  // namespace kedge::lint::sqlite
