// SPDX-License-Identifier: MIT
#include "lint/mysql/reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lint/mysql/actions.hpp"
#include "lint/mysql/mentions.hpp"
#include "script/mysql/dialect.hpp"
#include "script/mysql/reader.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {
namespace {

/// Of a longer statement, which holds rows, only its beginning is read.
constexpr std::size_t kMostTokens = 200000;

bool only_reads(const Action& action) {
    switch (action.act) {
        case Act::select:
        case Act::copy_out:
        case Act::begin:
        case Act::commit:
        case Act::rollback:
        case Act::savepoint:
        case Act::rollback_to_savepoint:
        case Act::set:
        case Act::lock:
        case Act::unlock:
        case Act::analyze:
            return !action.is_global;
        case Act::create:
        case Act::drop:
            return action.temporary;
        default:
            return false;
    }
}

/// Statements of which nothing is noted and that change nothing.
bool only_shows(const Tokens& tokens) {
    const Token& first = tokens.at(0);
    return first.is_any({"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "USE", "HELP", "CHECKSUM", "CHECK",
                         "SIGNAL", "RESIGNAL", "GET", "RELEASE"}) ||
           (first.is("SET") && tokens.at(1).is("@"));
}

/// Dynamic SQL and procedures may alter any table; what can't be understood, those that it names.
Statement::Unseen unseen_in(const Statement& statement) {
    const bool runs_unseen =
        std::any_of(statement.actions.begin(), statement.actions.end(), [](const Action& action) {
            return action.act == Act::run_block || action.act == Act::call;
        });
    if (runs_unseen) return Statement::Unseen::any;
    return statement.problem.empty() ? Statement::Unseen::none : Statement::Unseen::those_it_names;
}

/// Where the part begins that is about rows; the end for a statement that has none.
std::size_t rows_begin(const Tokens& tokens, const std::vector<Action>& actions) {
    const std::size_t none = tokens.size();
    if (tokens.at(0).is_any({"CREATE", "ALTER"})) {
        const bool has_query = std::any_of(actions.begin(), actions.end(), [](const Action& made) {
            return made.object == ObjectKind::view || made.rows.into_table;
        });
        std::size_t at = 0;
        while (has_query && at < none && !tokens.at(at).is_any({"SELECT", "WITH"})) ++at;
        return has_query ? at : none;
    }
    const bool is_about_rows =
        tokens.at(0).is_any({"SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "DO",
                             "CALL", "SET", "(", "ANALYZE", "VALUES"});
    return is_about_rows ? 0 : none;
}

/// How many rows of one table the outer query of a plan reads at most, which is how many an UPDATE
/// or DELETE may lock. Where MySQL has two columns more, MariaDB hasn't the partitions, and not
/// what part of the rows a condition leaves to the next table. https://mariadb.com/kb/en/explain/
std::optional<std::int64_t> rows_read(const std::vector<db::Row>& plan) {
    constexpr std::size_t kMysqlColumns = 12;
    constexpr double kAll = 100;
    std::optional<double> out;
    double left = 1;
    for (const db::Row& row : plan) {
        const bool is_mysql = row.size() == kMysqlColumns;
        const std::size_t rows = is_mysql ? 9 : 8;
        if (row.size() <= rows || row[0] != plan.front()[0]) continue;
        if (std::holds_alternative<std::nullptr_t>(row[rows])) continue;
        left *= std::strtod(db::text_of(row[rows]).c_str(), nullptr);
        out = std::max(out.value_or(0), left);
        if (is_mysql) left *= std::strtod(db::text_of(row[rows + 1]).c_str(), nullptr) / kAll;
    }
    constexpr double kMost = 9e18;
    return out ? std::optional(static_cast<std::int64_t>(std::min(*out, kMost))) : std::nullopt;
}

/// What EXPLAIN may run: stored functions that are said to be deterministic, and what they write
/// need not be in a table that a rollback puts back. A view may call any of them, and its text may
/// not be for us to see.
std::vector<std::string> names_that_run(db::Connection& connection) {
    std::vector<std::string> out;
    for (const db::Row& row :
         connection.query("SELECT ROUTINE_NAME FROM information_schema.ROUTINES "
                          "WHERE ROUTINE_TYPE <> 'PROCEDURE' AND ROUTINE_SCHEMA <> 'sys' "
                          "UNION SELECT TABLE_NAME FROM information_schema.TABLES "
                          "WHERE TABLE_TYPE = 'VIEW' AND TABLE_SCHEMA NOT IN "
                          "('mysql', 'sys', 'performance_schema', 'information_schema')")) {
        out.push_back(to_lower_ascii(db::text_of(row.at(0))));
    }
    return out;
}

}  // namespace

void understand(Statement& statement, script::mysql::QuoteModes modes) {
    const Tokens tokens(statement.source.text, kMostTokens, modes);
    ActionMaker maker(statement.source.text, tokens);
    statement.actions = maker.make();
    if (tokens.size() < kMostTokens) statement.problem = maker.problem();
    if (!statement.problem.empty()) {
        for (Action& action : statement.actions) {
            if (action.act == Act::create) action.from_query = true;
        }
    }
    statement.problem_offset = maker.problem_offset();
    statement.unseen = unseen_in(statement);
    statement.mentions = mentions_in(tokens, rows_begin(tokens, statement.actions));
    const bool reads = only_shows(tokens) ||
                       std::all_of(statement.actions.begin(), statement.actions.end(), only_reads);
    statement.writes = !statement.problem.empty() || !reads;
}

ScriptText MysqlReader::read(const script::Script& script) {
    static const script::mysql::MysqlDialect dialect;
    ScriptText out = looked_over(script, dialect);
    // The analysis tells of what is wrong.
    script::mysql::Reader reader(script.path, script::mysql::starting_sql_mode(script),
                                 [](Error error) { static_cast<void>(error); });
    for (auto item = reader.next(); item != script::mysql::Reader::Item::end;
         item = reader.next()) {
        if (std::find(out.files.begin(), out.files.end(), reader.path()) == out.files.end()) {
            out.files.push_back(reader.path());
        }
        if (item == script::mysql::Reader::Item::command) {
            out.has_client_commands = true;
            continue;
        }
        Statement& made = out.statements.emplace_back();
        made.source.text = reader.statement().text;
        made.source.file = reader.path();
        made.source.origins = reader.statement().origins;
        understand(made, reader.modes());
    }
    return out;
}

LiveTables MysqlReader::live(db::Connection& connection) const {
    // Where a script names no database, it is the session's; so those come first.
    return live_tables(
        connection, "SELECT VERSION()",
        "SELECT TABLE_SCHEMA, TABLE_NAME, CAST(COALESCE(TABLE_ROWS, 0) AS CHAR), "
        "CAST(COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS CHAR) "
        "FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN "
        "('mysql', 'sys', 'performance_schema', 'information_schema') "
        "ORDER BY TABLE_SCHEMA <> COALESCE(DATABASE(), ''), TABLE_SCHEMA, TABLE_NAME");
}

AskTarget MysqlReader::asker(db::Connection& connection) const {
    return [&connection, unsafe = names_that_run(connection)](
               const std::string& statement) -> std::optional<DryRun> {
        const std::string text = to_lower_ascii(statement);
        const auto is_named = [&](const std::string& name) { return has_word(text, name); };
        if (std::any_of(unsafe.begin(), unsafe.end(), is_named)) return std::nullopt;
        std::optional<DryRun> out = DryRun();
        try {
            connection.begin();
            out->rows = rows_read(connection.query("EXPLAIN FORMAT=TRADITIONAL " + statement));
        } catch (const Failure& failure) {
            if (failure.error().kind == ErrorKind::locked) {
                out.reset();
            } else if (failure.error().kind == ErrorKind::refused) {
                out->problem = failure.error().message;
            } else {
                throw;
            }
        }
        connection.rollback();
        return out;
    };
}

}  // namespace kedge::lint::mysql
