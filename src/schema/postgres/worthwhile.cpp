// SPDX-License-Identifier: MIT
#include "schema/postgres/worthwhile.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace kedge::schema::postgres {
namespace {

/// Catalogs that have nothing at first, not even a page.
constexpr std::array<std::string_view, 15> kEmptyAtFirst = {"pg_db_role_setting",
                                                            "pg_default_acl",
                                                            "pg_enum",
                                                            "pg_event_trigger",
                                                            "pg_foreign_data_wrapper",
                                                            "pg_foreign_server",
                                                            "pg_inherits",
                                                            "pg_policy",
                                                            "pg_publication",
                                                            "pg_publication_namespace",
                                                            "pg_publication_rel",
                                                            "pg_seclabel",
                                                            "pg_statistic_ext",
                                                            "pg_subscription",
                                                            "pg_transform"};

/// Those that have nothing but what came with the server in most databases.
constexpr std::array<std::string_view, 16> kMostlyServers = {
    "pg_am",        "pg_amop",    "pg_amproc",    "pg_cast",       "pg_collation", "pg_conversion",
    "pg_language",  "pg_opclass", "pg_operator",  "pg_opfamily",   "pg_proc",      "pg_rewrite",
    "pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template"};

template <std::size_t kSize>
bool is_in(const std::array<std::string_view, kSize>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// SQL that is false where the source has nothing; empty where it isn't known.
std::string condition_of(const Source& source) {
    if (!source.only_if.empty()) return source.only_if;
    constexpr std::string_view kFrom = "FROM ";
    const std::string_view from =
        std::string_view(source.from).substr(std::min(kFrom.size(), source.from.size()));
    const std::string_view catalog = from.substr(0, from.find_first_of(" ("));
    if (is_in(kEmptyAtFirst, catalog)) return may_have_rows(catalog);
    if (!is_in(kMostlyServers, catalog)) return {};
    return fmt::format("EXISTS (SELECT FROM {} WHERE {})", catalog, is_made_later("oid"));
}

}  // namespace

Worthwhile::Worthwhile(const std::vector<Source>& sources) {
    for (const Source& source : sources) conditions_.push_back(condition_of(source));
}

std::vector<std::size_t> Worthwhile::ask(db::Connection& connection) const {
    std::map<std::string, std::string> numbers;  // by condition
    std::string sql;
    for (const std::string& condition : conditions_) {
        if (condition.empty()) continue;
        const auto [at, is_new] = numbers.emplace(condition, std::to_string(numbers.size()));
        if (!is_new) continue;
        if (!sql.empty()) sql += " UNION ALL ";
        sql += fmt::format("SELECT {} WHERE {}", at->second, condition);
    }
    std::set<std::string> met;
    for (const db::Row& row : connection.query(sql)) met.insert(db::text_of(row.front()));
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
        if (!is_sure(i) && met.contains(numbers[conditions_[i]])) out.push_back(i);
    }
    return out;
}

}  // namespace kedge::schema::postgres
