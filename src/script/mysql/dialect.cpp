// SPDX-License-Identifier: MIT
#include "script/mysql/dialect.hpp"

#include <utility>

#include "script/mysql/analysis.hpp"
#include "script/mysql/player.hpp"
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
    return control_of(head_of(statement));
}

std::string MysqlDialect::characteristics(std::string_view statement) const {
    return characteristics_of(statement, head_of(statement));
}

}  // namespace kedge::script::mysql
