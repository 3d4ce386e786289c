// SPDX-License-Identifier: MIT
#include "script/mysql/dialect.hpp"

#include <utility>

#include "script/mysql/analysis.hpp"
#include "script/mysql/lock_tables.hpp"
#include "script/mysql/player.hpp"
#include "script/mysql/reader.hpp"
#include "script/mysql/statement_kind.hpp"

namespace kedge::script::mysql {

std::string starting_sql_mode(const Script& script) {
    const auto found = script.client_variables.find("sql_mode");
    return found == script.client_variables.end() ? std::string() : found->second;
}

Analysis MysqlDialect::analyse(const Script& script) const {
    return Analyser(script).run();
}

std::unique_ptr<Player> MysqlDialect::play(const Script& script, Output output) const {
    return std::make_unique<MysqlPlayer>(script, std::move(output));
}

Control MysqlDialect::control(std::string_view statement) const {
    return control_of(statement);
}

std::string MysqlDialect::characteristics(std::string_view statement) const {
    return characteristics_of(statement, head_of(statement));
}

std::optional<bool> MysqlDialect::confines_session(std::string_view statement) const {
    const Tokens head = head_of(statement);
    if (is_lock(head)) return head.at(0).is("LOCK");
    // A transaction that begins gives locked tables back.
    if (control_of(head) == Control::begin && !head.at(0).is("SET")) return false;
    return std::nullopt;
}

std::string MysqlDialect::with_table(std::string_view statement, const std::string& table) const {
    return lock_tables_with(statement, table);
}

std::vector<std::string> MysqlDialect::statements(const Script& script) const {
    std::vector<std::string> out;
    Reader reader(script.path, starting_sql_mode(script),
                  [](Error error) { throw Failure(std::move(error)); });
    for (;;) {
        switch (reader.next()) {
            case Reader::Item::end:
                return out;
            case Reader::Item::statement:
                out.push_back(reader.statement().text);
                break;
            case Reader::Item::command:
                break;
        }
    }
}

}  // namespace kedge::script::mysql
