// SPDX-License-Identifier: MIT
// What a statement of a script does, in words that all engines share. A reader per engine
// (reader.hpp) makes this from a script; rules (rule.hpp) see nothing else of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/script.hpp"

namespace kedge::lint {

/// A name as the engine understands it: letters folded, quotes taken away.
struct Name {
    std::string schema;  ///< or database; empty where the statement names none
    std::string name;

    [[nodiscard]] bool empty() const noexcept { return name.empty(); }
    /// `schema.name`, or the name alone.
    [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
    /// The same thing, as far as the two say: a schema that is missing is any.
    [[nodiscard]] bool may_be(const Name& other) const noexcept {
        return name == other.name &&
               (schema.empty() || other.schema.empty() || schema == other.schema);
    }
    bool operator==(const Name&) const = default;
};

enum class ObjectKind {
    none,
    database,
    schema,
    table,
    column,
    constraint,
    index,
    view,
    materialized_view,
    sequence,
    type,
    domain,
    routine,
    trigger,
    event,
    rule,
    policy,
    role,
    extension,
    other,
};

/// `materialized view`; for `other` and `none` it is `object`.
[[nodiscard]] const char* kind_word(ObjectKind kind) noexcept;

/// What an action does. Those that concern a part of a table stand each for one clause, so that an
/// ALTER TABLE has as many as it has clauses.
enum class Act {
    other,  ///< understood, and of no concern to any rule
    create,
    alter,  ///< of an object other than a table; or a clause of ALTER TABLE with no act of its own
    drop,
    rename,
    set_schema,
    // clauses of ALTER TABLE
    add_column,
    drop_column,
    rename_column,
    modify_column,  ///< to a whole new definition (MODIFY, CHANGE): `column`; `new_name` by CHANGE
    alter_column_type,
    set_default,
    drop_default,
    set_not_null,
    drop_not_null,
    add_generated,  ///< makes a column an identity column
    add_constraint,
    alter_constraint,
    drop_constraint,
    validate_constraint,
    rename_constraint,
    convert_charset,
    attach_partition,
    detach_partition,
    drop_partition,
    truncate_partition,
    exchange_partition,
    // types
    add_enum_value,
    rename_enum_value,
    // rows
    select,
    insert,
    update,
    remove,  ///< DELETE
    merge,
    copy_in,
    copy_out,
    truncate,
    call,
    run_block,  ///< DO
    // transactions and the session
    begin,
    commit,
    rollback,
    savepoint,
    rollback_to_savepoint,
    set,    ///< a setting: `name`, `text`; `is_global`, `is_local`
    reset,  ///< a setting, or all of them: then the name is empty
    use,    ///< USE: names without a database mean `name.name` from here on
    lock,
    unlock,
    // care of the database
    vacuum,
    analyze,
    cluster,
    reindex,
    refresh,  ///< REFRESH MATERIALIZED VIEW
    attach,   ///< ATTACH DATABASE
    detach,
    pragma,  ///< `name`, `text`
    flush,
    // rights
    grant,
    revoke,
    set_owner,
    comment,
};

struct DataType {
    std::string name;  ///< the engine's own name for it, lower case: `varchar`, `int4`, `bigint`
    std::vector<long> modifiers;  ///< `10, 2` of numeric(10, 2)
    bool is_array = false;
    bool is_unsigned = false;
    bool has_zone = false;  ///< of time and timestamp; for an engine whose names don't tell it
    std::vector<std::string> values;  ///< of an enum or set that is defined in its place
    std::string text;                 ///< as SQL

    [[nodiscard]] bool empty() const noexcept { return name.empty(); }
};

/// What a default costs where rows are there already.
enum class DefaultKind {
    none,
    null,
    constant,
    stable,     ///< one value for the whole statement: now()
    expression  ///< another for each row, or nothing is known of it
};

enum class ConstraintKind { primary_key, unique, foreign_key, check, exclusion };

/// `foreign key`
[[nodiscard]] const char* constraint_word(ConstraintKind kind) noexcept;

enum class ForeignKeyAction { none, restrict, cascade, set_null, set_default };

struct Constraint {
    ConstraintKind kind = ConstraintKind::check;
    std::string name;  ///< empty: the server makes one up
    std::vector<std::string> columns;
    Name references;  ///< the parent table
    std::vector<std::string> referenced_columns;
    ForeignKeyAction on_delete = ForeignKeyAction::none;
    ForeignKeyAction on_update = ForeignKeyAction::none;
    std::string using_index;
    std::string expression;  ///< of a check, as SQL where the reader can tell
    std::string
        not_null_column;      ///< the column c, of a check whose whole expression is c IS NOT NULL
    bool not_valid = false;   ///< NOT VALID, NOT ENFORCED: rows that are there aren't looked at
    bool is_inline = false;   ///< stands within a column's definition
    bool is_ignored = false;  ///< the server reads it and forgets it
    bool deferrable = false;
    bool initially_deferred = false;
    std::size_t offset = 0;  ///< in the statement

    /// No two rows are alike in its columns.
    [[nodiscard]] bool is_key() const noexcept {
        return kind == ConstraintKind::primary_key || kind == ConstraintKind::unique;
    }
};

/// The same names, in whatever order and letter case.
[[nodiscard]] bool same_columns(const std::vector<std::string>& a,
                                const std::vector<std::string>& b);

/// ` ON DELETE CASCADE ON UPDATE …`: what a foreign key says behind what it refers to, as SQL.
[[nodiscard]] std::string foreign_key_words(const Constraint& constraint);

enum class Generated { no, virtual_column, stored };

struct Column {
    std::string name;
    DataType type;
    bool not_null = false;
    bool explicit_null = false;  ///< says NULL
    DefaultKind default_kind = DefaultKind::none;
    std::string default_text;
    Generated generated = Generated::no;
    bool is_identity = false;
    bool is_serial = false;       ///< serial and its kin, AUTO_INCREMENT, AUTOINCREMENT
    bool updates_itself = false;  ///< ON UPDATE CURRENT_TIMESTAMP
    std::string collation;
    std::string charset;
    std::optional<std::string> comment;
    std::string position;    ///< FIRST, or the column that it stands behind, where that is said
    std::string definition;  ///< from the type on, as it stands, without its place; may be empty
    std::vector<Constraint> constraints;  ///< all but NOT NULL
    std::size_t offset = 0;
    std::size_t made_by = 0;     ///< number of the change; KnownSchema's, not the reader's
    bool may_be_filled = false;  ///< so too: rows may have got values that no action tells of

    [[nodiscard]] const Constraint* constraint(ConstraintKind kind) const noexcept;
};

struct Index {
    std::string name;
    std::vector<std::string> columns;  ///< empty text for an expression
    std::vector<long> prefix_lengths;  ///< of those columns; 0 for none
    bool unique = false;
    bool is_partial = false;
    bool is_hidden = false;  ///< INVISIBLE, IGNORED: queries don't use it
    std::string method;
};

/// What an UPDATE, DELETE, INSERT or SELECT says of itself.
struct RowWork {
    bool has_where = false;
    bool has_limit = false;
    bool has_order = false;
    bool has_from = false;              ///< a SELECT that reads a table
    bool has_columns = false;           ///< INSERT names its columns
    bool on_conflict = false;           ///< ON CONFLICT, ON DUPLICATE KEY, OR REPLACE and their kin
    bool replaces = false;              ///< REPLACE, INSERT OR REPLACE
    bool from_query = false;            ///< INSERT … SELECT
    bool into_table = false;            ///< SELECT … INTO, CREATE TABLE … AS
    std::size_t rows = 0;               ///< of VALUES
    std::vector<std::string> assigned;  ///< columns that it sets
};

/// One thing that a statement does. Which of the fields are filled follows from `act` and `object`.
struct Action {
    Act act = Act::other;
    ObjectKind object = ObjectKind::none;
    Name name;      ///< the object; for parts of a table, the table
    Name new_name;  ///< of a renaming; for set_schema the schema alone
    Name owner;     ///< of a sequence: the table whose column it belongs to
    std::string
        part;  ///< the column, constraint, partition, enum value, trigger's or policy's name
    std::string text;        ///< a setting's value, a pragma's argument, a routine's language
    std::size_t offset = 0;  ///< where in the statement it is shown

    bool if_exists = false;
    bool if_not_exists = false;
    bool or_replace = false;
    bool cascade = false;
    bool concurrently = false;
    bool temporary = false;
    bool unlogged = false;
    bool is_global = false;
    bool is_local = false;
    bool full = false;      ///< VACUUM FULL
    bool is_whole = false;  ///< all databases, all tables: what it names is not one table
    bool security_definer = false;
    bool fixed_search_path = false;  ///< of such a routine
    bool with_grant_option = false;
    bool all_privileges = false;
    bool has_position = false;  ///< ADD VALUE … BEFORE
    bool has_password = false;
    bool has_using = false;     ///< ALTER COLUMN TYPE … USING
    bool is_partition = false;  ///< CREATE TABLE … PARTITION OF; partitioned tables: is_partitioned
    bool is_partitioned = false;
    bool strict = false;  ///< CREATE TABLE … STRICT
    bool without_rowid = false;
    bool ignores_errors = false;  ///< IGNORE: rows that don't fit are changed or left out
    bool is_rebuild = false;      ///< DROP or RENAME is a step by which a table is made anew
    bool from_query = false;      ///< CREATE TABLE … AS, or LIKE: the columns are not all known

    std::vector<Column> columns;          ///< of CREATE TABLE; the one of add_column and its kin
    std::vector<Constraint> constraints;  ///< of CREATE TABLE; the one of add_constraint
    std::vector<Index> indexes;           ///< of CREATE TABLE, where an engine has them there
    std::optional<Index> index;
    RowWork rows;
    std::vector<std::string> values;     ///< of an enum; roles of GRANT; arguments of a trigger
    std::vector<std::string> arguments;  ///< types of what is passed to a routine
    bool arguments_unsaid = false;       ///< of a routine: DROP says its name alone
    std::string returns;                 ///< a routine's type
    std::string algorithm;               ///< ALGORITHM= of ALTER TABLE and CREATE INDEX, upper case
    std::string lock;                    ///< LOCK=, so too
    std::string engine;                  ///< ENGINE=
    std::string charset;
    std::string collation;
    std::string definer;
    std::optional<std::string> comment;
    std::optional<ConstraintKind> drops;  ///< what drop_constraint says it drops, where it does
};

/// Something that stands within a statement and that rules ask for, wherever it stands.
struct Mention {
    enum class Kind {
        table,            ///< or view, that is read or written
        function,         ///< is called
        null_comparison,  ///< = NULL
        select_star,
        not_in_query,  ///< NOT IN (SELECT …); the column `name.name` of `name.schema`, if it is one
        string_as_name,      ///< a double-quoted text that is no name
        leading_wildcard,    ///< LIKE '%…'
        alternatives,        ///< conditions joined by OR; `name.name` is how many
        function_on_column,  ///< is compared in WHERE: `name.schema` of the column `name.name`
    };
    Kind kind = Kind::table;
    Name name;
    std::size_t offset = 0;
};

/// The engine itself would refuse the statement, by what the plan has made so far.
struct Refusal {
    std::string message;  ///< the engine's own
    std::size_t offset = 0;
    /// An object that no script has made. It may have been there before the plan, so that this is
    /// no refusal for certain. Empty: it is one.
    std::string unknown_object;
};

/// One statement of a script.
struct Statement {
    script::Step source;  ///< its text, and where that comes from
    std::vector<Action> actions;
    std::vector<Mention> mentions;
    /// Why the reader couldn't understand it, with the place in `problem_offset`; empty if it
    /// could.
    std::string problem;
    std::size_t problem_offset = 0;
    std::optional<Refusal> refusal;  ///< from a reader that asks the engine
    /// Tables that it may alter or drop by SQL that the reader hasn't seen: in a routine that it
    /// calls, in a block, in what it couldn't understand.
    enum class Unseen { none, those_it_names, any };
    Unseen unseen = Unseen::none;
    /// It changes rows or objects; for one that isn't understood that is not known, and true.
    bool writes = true;
    /// Its text may not be what the server gets, or it may not be run at all, by what the client
    /// does with it: a variable without a value, a branch that nobody knows yet.
    bool depends_on_client = false;
    bool in_transaction = true;       ///< kedge's, or the script's own; by the run, not the reader
    bool in_own_transaction = false;  ///< between the script's own BEGIN and COMMIT

    [[nodiscard]] Location place(std::size_t offset) const { return source.location(offset); }
    /// Where it begins and ends, in lines of the script; 0 where that isn't known.
    [[nodiscard]] std::size_t first_line() const { return place(0).line; }
    [[nodiscard]] std::size_t last_line() const { return place(source.text.size()).line; }
};

}  // namespace kedge::lint
