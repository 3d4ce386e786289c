// SPDX-License-Identifier: MIT
#include "lint/mysql/reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "lint/mysql/actions.hpp"
#include "lint/mysql/mentions.hpp"
#include "script/mysql/dialect.hpp"
#include "script/mysql/reader.hpp"

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

}  // namespace

void understand(Statement& statement, script::mysql::QuoteModes modes) {
    const Tokens tokens(statement.source.text, kMostTokens, modes);
    ActionMaker maker(statement.source.text, tokens);
    statement.actions = maker.make();
    if (tokens.size() < kMostTokens) statement.problem = maker.problem();
    statement.problem_offset = maker.problem_offset();
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

}  // namespace kedge::lint::mysql
