// SPDX-License-Identifier: MIT
#include "registry/own_tables.hpp"

namespace kedge::registry {

bool own_table_exists(db::Connection& connection, const RegistrySql& sql, std::string_view name) {
    const auto rows = connection.query(sql.own_exists_query(name));
    if (rows.empty()) return false;
    const bool is_elsewhere = db::text_of(rows.front().front()) == "1";
    if (is_elsewhere) static_cast<void>(sql.use_other_place());
    return true;
}

void create_own_tables(const RegistrySql& sql, const std::function<void()>& create) {
    try {
        create();
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused || !sql.use_other_place()) throw;
        create();
    }
}

}  // namespace kedge::registry
