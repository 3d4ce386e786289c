// SPDX-License-Identifier: MIT
// The registry's tables, of Sqitch's registry version 1.1, per engine.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"

namespace kedge::registry {

inline constexpr std::string_view kRegistryVersion = "1.1";

/// What differs by engine in the SQL of a registry.
class RegistrySql {
  public:
    virtual ~RegistrySql() = default;
    /// A table of the registry as it is named in SQL.
    [[nodiscard]] virtual std::string table(std::string_view name) const = 0;
    /// True if the registry's tables are there; `parameters` of the query are none.
    [[nodiscard]] virtual std::string exists_query() const = 0;
    /// The last one completes the registry: where tables aren't made in a transaction, it is there
    /// only if all else is. Running all of them again does no harm.
    [[nodiscard]] virtual std::vector<std::string> create_statements() const = 0;
    /// What completes them where the account may make it. `enter` comes before, and `leave` after,
    /// however far the statements came.
    struct Completion {
        std::string enter;
        std::vector<std::string> statements;
        std::string leave;
    };
    [[nodiscard]] virtual std::optional<Completion> completion() const { return std::nullopt; }
    /// The statements from version `from` ("0" or "1.0") to the next one, without its release row.
    [[nodiscard]] virtual std::vector<std::string> upgrade_statements(
        std::string_view from) const = 0;
    /// What has to be set round an upgrade, outside its transaction; empty for nothing.
    [[nodiscard]] virtual std::string before_upgrade() const { return {}; }
    [[nodiscard]] virtual std::string after_upgrade() const { return {}; }
    /// Keeps other writers from the registry until the transaction ends; empty where beginning one
    /// does that already.
    [[nodiscard]] virtual std::string lock_statement() const { return {}; }
    /// The same, to learn what another session made of its transaction: with an end to the waiting.
    [[nodiscard]] virtual std::string patient_lock_statement() const { return {}; }
    /// Gives kedge's own rights back for the rest of a transaction in which a script may have taken
    /// another role; empty where there are no roles.
    [[nodiscard]] virtual std::string own_rights() const { return {}; }
    /// A table of kedge's own, by its whole name (`kedge_journal`), as it is named in SQL. It lies
    /// in the database that the scripts change.
    [[nodiscard]] virtual std::string own_table(std::string_view name) const = 0;
    [[nodiscard]] std::string journal_table() const { return own_table("kedge_journal"); }
    /// Tables of kedge's own may be in another place, where the account may make none in the first:
    /// from now on own_table() is about that one. False if there is no other.
    [[nodiscard]] virtual bool use_other_place() const { return false; }
    /// Whether a table of kedge's own is there: a row of one number, which is 1 for the other
    /// place.
    [[nodiscard]] virtual std::string own_exists_query(std::string_view name) const = 0;
    /// The types of its columns: a short ASCII word, which may be a key, and text of any length.
    [[nodiscard]] virtual std::string word_type() const { return "TEXT"; }
    [[nodiscard]] virtual std::string text_type() const { return "TEXT"; }
    /// What stands behind the columns of a table of kedge's own.
    [[nodiscard]] virtual std::string table_options() const { return {}; }
    /// The end of an INSERT that puts `columns` of its row in the place of those of the row that
    /// has the same `key`.
    [[nodiscard]] virtual std::string replace_clause(const std::vector<std::string>& key,
                                                     const std::vector<std::string>& columns) const;
    /// The journal's table stays when nothing in it is needed: where making a table costs as much
    /// as a change.
    [[nodiscard]] virtual bool keeps_journal() const { return false; }
    /// How fine the moments are that it keeps.
    [[nodiscard]] virtual std::chrono::microseconds resolution() const = 0;
    /// Tags that are put on one change together have a moment each, as Sqitch gives it there.
    [[nodiscard]] virtual bool own_tag_moments() const { return false; }
    /// A column of moments as text in UTC, as a selected expression.
    [[nodiscard]] virtual std::string time_text(std::string_view column) const = 0;
    /// A list of names as a bound value of the event log; `separator` for engines that keep text.
    [[nodiscard]] virtual std::string list_value(const std::vector<std::string>& names,
                                                 std::string_view separator) const = 0;
    /// A list of the event log as text, as a selected expression.
    [[nodiscard]] virtual std::string list_text(std::string_view column) const = 0;
    /// What parts the names there. Text that a tool wrote with commas can't hold names with commas.
    [[nodiscard]] virtual std::string_view list_separators() const { return ", "; }
    /// A moment as a bound value.
    [[nodiscard]] virtual std::string time_value(Timestamp time) const = 0;
    [[nodiscard]] virtual std::string plan_time_value(Timestamp time) const = 0;
    /// What tells rows of one moment apart, in the order in which they were written.
    [[nodiscard]] virtual std::string insertion_order() const = 0;
    /// The order in which Sqitch finds the dependencies of a change.
    [[nodiscard]] virtual std::string dependency_order() const = 0;
    /// `column` matches the bound pattern, as a condition.
    [[nodiscard]] virtual std::string matches(std::string_view column) const = 0;
};

/// The names of the tables that kedge adds to Sqitch's.
[[nodiscard]] std::vector<std::string> own_names();
/// Those, and with the prefix the names of Sqitch's own tables and routines.
[[nodiscard]] std::vector<std::string> registry_names(std::string_view prefix);

/// SQLite: Sqitch's tables in a file of their own (no prefix), or beside the application's tables
/// (prefix `kedge_`).
class SqliteRegistrySql final : public RegistrySql {
  public:
    explicit SqliteRegistrySql(std::string prefix) : prefix_(std::move(prefix)) {}
    [[nodiscard]] std::string table(std::string_view name) const override;
    [[nodiscard]] std::string exists_query() const override;
    [[nodiscard]] std::vector<std::string> create_statements() const override;
    [[nodiscard]] std::vector<std::string> upgrade_statements(std::string_view from) const override;
    [[nodiscard]] std::string before_upgrade() const override;
    [[nodiscard]] std::string after_upgrade() const override;
    [[nodiscard]] std::string time_value(Timestamp time) const override;
    [[nodiscard]] std::string plan_time_value(Timestamp time) const override;
    [[nodiscard]] std::string insertion_order() const override { return "rowid"; }
    [[nodiscard]] std::string dependency_order() const override { return "dependency"; }
    [[nodiscard]] std::string matches(std::string_view column) const override;
    [[nodiscard]] std::string own_table(std::string_view name) const override {
        return std::string(name);
    }
    [[nodiscard]] std::string own_exists_query(std::string_view name) const override;
    [[nodiscard]] std::chrono::microseconds resolution() const override {
        return std::chrono::milliseconds(1);
    }
    [[nodiscard]] std::string time_text(std::string_view column) const override {
        return std::string(column);
    }
    [[nodiscard]] std::string list_value(const std::vector<std::string>& names,
                                         std::string_view separator) const override;
    [[nodiscard]] std::string list_text(std::string_view column) const override {
        return std::string(column);
    }

  private:
    std::string prefix_;
};

/// PostgreSQL: the tables stand in a schema of the database, with Sqitch's names and comments.
class PostgresRegistrySql final : public RegistrySql {
  public:
    explicit PostgresRegistrySql(std::string schema) : schema_(std::move(schema)) {}
    [[nodiscard]] std::string table(std::string_view name) const override;
    [[nodiscard]] std::string exists_query() const override;
    [[nodiscard]] std::vector<std::string> create_statements() const override;
    [[nodiscard]] std::vector<std::string> upgrade_statements(std::string_view from) const override;
    [[nodiscard]] std::string lock_statement() const override;
    [[nodiscard]] std::string patient_lock_statement() const override;
    [[nodiscard]] std::string own_rights() const override;
    [[nodiscard]] std::string own_table(std::string_view name) const override {
        return table(name);
    }
    [[nodiscard]] std::string own_exists_query(std::string_view name) const override;
    [[nodiscard]] std::chrono::microseconds resolution() const override {
        return std::chrono::microseconds(1);
    }
    [[nodiscard]] bool own_tag_moments() const override { return true; }
    [[nodiscard]] std::string time_text(std::string_view column) const override;
    [[nodiscard]] std::string list_value(const std::vector<std::string>& names,
                                         std::string_view separator) const override;
    [[nodiscard]] std::string list_text(std::string_view column) const override;
    [[nodiscard]] std::string_view list_separators() const override { return " "; }
    [[nodiscard]] std::string time_value(Timestamp time) const override;
    [[nodiscard]] std::string plan_time_value(Timestamp time) const override;
    [[nodiscard]] std::string insertion_order() const override { return "ctid"; }
    [[nodiscard]] std::string dependency_order() const override { return "ctid"; }
    [[nodiscard]] std::string matches(std::string_view column) const override;

  private:
    [[nodiscard]] std::string table_exists_query(std::string_view name) const;
    void add_comments(std::vector<std::string>& statements) const;

    std::string schema_;
};

/// MySQL and MariaDB: Sqitch's tables in a database of their own on the same server (no prefix), or
/// in the target's database beside the application's tables (prefix `kedge_`).
class MysqlRegistrySql final : public RegistrySql {
  public:
    /// `home` is the database that the session works in.
    MysqlRegistrySql(std::string database, std::string prefix, std::string home)
        : database_(std::move(database)), prefix_(std::move(prefix)), home_(std::move(home)) {}
    [[nodiscard]] std::string table(std::string_view name) const override;
    [[nodiscard]] std::string exists_query() const override;
    [[nodiscard]] std::vector<std::string> create_statements() const override;
    [[nodiscard]] std::optional<Completion> completion() const override;
    [[nodiscard]] std::vector<std::string> upgrade_statements(std::string_view from) const override;
    [[nodiscard]] std::string patient_lock_statement() const override;
    [[nodiscard]] std::string own_table(std::string_view name) const override;
    [[nodiscard]] bool use_other_place() const override;
    [[nodiscard]] std::string own_exists_query(std::string_view name) const override;
    [[nodiscard]] std::string word_type() const override {
        return "VARCHAR(64) CHARACTER SET ascii";
    }
    [[nodiscard]] std::string text_type() const override { return "LONGTEXT"; }
    [[nodiscard]] std::string table_options() const override {
        return " ENGINE InnoDB, CHARACTER SET utf8mb4";
    }
    [[nodiscard]] std::string replace_clause(
        const std::vector<std::string>& key,
        const std::vector<std::string>& columns) const override;
    [[nodiscard]] bool keeps_journal() const override { return !own_at_home_; }
    [[nodiscard]] std::chrono::microseconds resolution() const override {
        return std::chrono::microseconds(1);
    }
    [[nodiscard]] bool own_tag_moments() const override { return false; }
    [[nodiscard]] std::string time_text(std::string_view column) const override;
    [[nodiscard]] std::string list_value(const std::vector<std::string>& names,
                                         std::string_view separator) const override;
    [[nodiscard]] std::string list_text(std::string_view column) const override {
        return std::string(column);
    }
    [[nodiscard]] std::string time_value(Timestamp time) const override;
    [[nodiscard]] std::string plan_time_value(Timestamp time) const override;
    [[nodiscard]] std::string insertion_order() const override { return "tag_id"; }
    [[nodiscard]] std::string dependency_order() const override { return "dependency"; }
    [[nodiscard]] std::string matches(std::string_view column) const override;

  private:
    [[nodiscard]] std::string table_exists_query(std::string_view name) const;

    std::string database_;
    std::string prefix_;
    std::string home_;
    /// Tables of kedge's own are beside the application's: found out when they are looked for.
    mutable bool own_at_home_ = false;
};

}  // namespace kedge::registry
