// SPDX-License-Identifier: MIT
// A database in memory that has a schema and no rows. SQLite itself tells there what a statement
// would do: its parser reads it, its authorizer names what it touches, and nobody's data is near.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::db::sqlite {

/// Something that a statement would touch, as SQLite's authorizer is told.
/// https://www.sqlite.org/c3ref/set_authorizer.html
struct Access {
    enum class Kind { read, insert, update, remove, function };
    Kind kind = Kind::read;
    std::string database;  ///< `main`; empty for a function
    std::string object;    ///< the table, view or function
    std::string column;    ///< of read and update; may be empty
    std::string within;    ///< the trigger or view that asks for it; empty for the statement itself
};

/// What SQLite says of a statement.
struct Preview {
    std::string problem;         ///< its message where it refuses the statement; else empty
    std::size_t offset = 0;      ///< of the problem in the text; 0 where SQLite doesn't tell
    bool only_reads = true;      ///< it would write to no database
    std::vector<Access> access;  ///< each once
    std::vector<std::size_t> strings_as_names;  ///< double-quoted texts that are no name: offsets

    [[nodiscard]] bool is_refused() const noexcept { return !problem.empty(); }
};

/// A row of sqlite_schema.
struct SchemaRow {
    std::string kind;  ///< `table`, `index`, `view`, `trigger`
    std::string name;
    std::string table;
    std::string sql;  ///< empty for an index that a constraint has made
    bool temporary = false;
};

/// A parent key of a foreign key.
struct ForeignKeyRow {
    std::string table;
    std::string parent;
};

/// For one thread. Failure (internal) only if no database in memory can be had.
class SchemaCopy {
  public:
    SchemaCopy();
    ~SchemaCopy();
    SchemaCopy(const SchemaCopy&) = delete;
    SchemaCopy& operator=(const SchemaCopy&) = delete;

    /// Has SQLite read one statement; it isn't run. Not for PRAGMA, which may act while it is read.
    [[nodiscard]] Preview prepare(std::string_view statement);
    /// Reads a statement and runs it. For what changes the schema alone: files stay closed, and
    /// what goes on for too long is refused as interrupted.
    [[nodiscard]] Preview run(std::string_view statement);
    /// Runs kedge's own statements; what they fail at is left as it is.
    void execute(const std::string& statements) noexcept;

    /// Everything in the databases main and temp, in the order in which it was made.
    [[nodiscard]] std::vector<SchemaRow> objects() const;
    [[nodiscard]] std::vector<SchemaRow> views_and_triggers() const;
    /// Those in temp alone.
    [[nodiscard]] std::vector<SchemaRow> objects_in_temp() const;
    /// Columns of a table or view in their order; none if it isn't there.
    [[nodiscard]] std::vector<std::string> columns(std::string_view table) const;
    /// The foreign keys of all tables whose parent isn't there.
    [[nodiscard]] std::vector<ForeignKeyRow> foreign_keys_to_nowhere() const;
    /// SQLite's message where a view or a trigger can't be used any more; else empty.
    [[nodiscard]] std::string trouble_with(const SchemaRow& object);

    /// `3.40.1`
    [[nodiscard]] static std::string version();

  private:
    struct Session;
    std::unique_ptr<Session> session_;
};

}  // namespace kedge::db::sqlite
