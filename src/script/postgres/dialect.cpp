// SPDX-License-Identifier: MIT
#include "script/postgres/dialect.hpp"

#include "script/postgres/analysis.hpp"
#include "script/postgres/player.hpp"
#include "script/postgres/statement_kind.hpp"

namespace kedge::script::postgres {

std::map<std::string, std::string> starting_variables(const Script& script) {
    std::map<std::string, std::string> out = script.variables;
    for (const auto& [name, value] : script.client_variables) out[name] = value;
    return out;
}

Analysis PostgresDialect::analyse(const Script& script) const {
    return Analyser(script).run();
}

std::unique_ptr<Player> PostgresDialect::play(const Script& script, Output output) const {
    return std::make_unique<PostgresPlayer>(script, std::move(output));
}

Control PostgresDialect::control(std::string_view statement) const {
    const Tokens head = head_of(statement);
    switch (kind_of(head)) {
        case StatementKind::begin:
            return Control::begin;
        case StatementKind::commit:
            return Control::commit;
        case StatementKind::rollback:
            return Control::rollback;
        case StatementKind::session:
            return is_local_setting(head) ? Control::setting : Control::session;
        case StatementKind::outside:
        case StatementKind::prepare:
            return Control::outside;
        default:
            return may_end_transactions(head) ? Control::outside : Control::none;
    }
}

std::string PostgresDialect::characteristics(std::string_view statement) const {
    return characteristics_of(statement, head_of(statement));
}

}  // namespace kedge::script::postgres
