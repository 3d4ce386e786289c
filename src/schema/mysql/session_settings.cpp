// SPDX-License-Identifier: MIT
#include "schema/mysql/session_settings.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

struct Setting {
    std::string_view name;
    std::string_view wanted;
};

constexpr const char* kNoLimit = "18446744073709551615";

// Those that a server doesn't know are left out. The character sets come in the order in which
// setting one changes no other that was set before.
constexpr Setting kSettings[] = {
    {"sql_mode", ""},
    {"character_set_client", "utf8mb4"},
    {"character_set_results", "utf8mb4"},
    {"collation_connection", "utf8mb4_general_ci"},
    {"time_zone", "+00:00"},  // in which timestamps are printed
    {"sql_quote_show_create", "ON"},
    {"show_create_table_verbosity", "OFF"},
    {"show_create_table_skip_secondary_engine", "OFF"},
    {"show_gipk_in_create_table_and_information_schema", "ON"},
    {"show_old_temporals", "OFF"},
};

std::string assignment(const Setting& setting, std::string_view value) {
    std::string out = "@@session." + std::string(setting.name) + " = ";
    // Results may go out as they are stored.
    if (setting.name == "character_set_results" && value.empty()) return out + "NULL";
    return out + kedge::quoted(value, '\'');
}

}  // namespace

SessionSettings::SessionSettings(db::Connection& connection)
    : connection_(connection), was_in_transaction_(connection.in_transaction()) {
    // First of all, since they cut off, or refuse, the answers to what comes next.
    const db::Row limits =
        connection.query("SELECT @@session.sql_select_limit, @@session.sql_big_selects").front();
    const std::string limit = db::text_of(limits[0]);
    const std::string big = db::text_of(limits[1]);
    if (limit != kNoLimit || big != "1") {
        connection.execute(
            fmt::format("SET SESSION sql_select_limit = {}, sql_big_selects = 1", kNoLimit));
        back_ = fmt::format("SET SESSION sql_select_limit = {}, sql_big_selects = {}", limit, big);
    }
    std::string names;
    for (const Setting& setting : kSettings) {
        names += (names.empty() ? "'" : ", '") + std::string(setting.name) + '\'';
    }
    const auto rows =
        connection.query("SHOW SESSION VARIABLES WHERE Variable_name IN (" + names + ")");
    std::string there;
    for (const Setting& setting : kSettings) {
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const db::Row& one) {
            return db::text_of(one[0]) == setting.name;
        });
        if (row == rows.end()) continue;
        const std::string value = db::text_of((*row)[1]);
        if (value == setting.wanted) continue;
        there += (there.empty() ? "SET " : ", ") + assignment(setting, setting.wanted);
        back_ += (back_.empty() ? "SET " : ", ") + assignment(setting, value);
    }
    if (!there.empty()) connection.execute(there);
}

SessionSettings::~SessionSettings() {
    if (connection_.is_lost()) return;
    // Without autocommit the first query begins one, and holds its tables until it ends.
    if (!was_in_transaction_ && connection_.in_transaction()) connection_.rollback();
    if (back_.empty()) return;
    try {
        connection_.execute(back_);
    } catch (const Failure&) {
        return;  // a session that is lost has no settings
    }
}

}  // namespace kedge::schema::mysql
