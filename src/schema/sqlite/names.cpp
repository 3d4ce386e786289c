// SPDX-License-Identifier: MIT
#include "schema/sqlite/names.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "script/sqlite/characters.hpp"
#include "support/text.hpp"

namespace kedge::schema::sqlite {
namespace {

// Beside the reserved words of SQLite's grammar those that mean something else without quotes than
// within: literals. Sorted, both.
constexpr std::string_view kReserved[] = {"add",          "all",
                                          "alter",        "and",
                                          "as",           "autoincrement",
                                          "between",      "case",
                                          "check",        "collate",
                                          "commit",       "constraint",
                                          "create",       "current_date",
                                          "current_time", "current_timestamp",
                                          "default",      "deferrable",
                                          "delete",       "distinct",
                                          "drop",         "else",
                                          "escape",       "except",
                                          "exists",       "false",
                                          "foreign",      "from",
                                          "group",        "having",
                                          "in",           "index",
                                          "insert",       "intersect",
                                          "into",         "is",
                                          "isnull",       "join",
                                          "limit",        "not",
                                          "nothing",      "notnull",
                                          "null",         "on",
                                          "or",           "order",
                                          "primary",      "references",
                                          "returning",    "select",
                                          "set",          "table",
                                          "then",         "to",
                                          "transaction",  "true",
                                          "union",        "unique",
                                          "update",       "using",
                                          "values",       "when",
                                          "where"};

constexpr std::string_view kSoft[] = {
    "abort",     "action",    "after",     "always",    "analyze",   "asc",          "attach",
    "before",    "begin",     "by",        "cascade",   "cast",      "column",       "conflict",
    "cross",     "current",   "database",  "deferred",  "desc",      "detach",       "do",
    "each",      "end",       "exclude",   "exclusive", "explain",   "fail",         "filter",
    "first",     "following", "for",       "full",      "generated", "glob",         "groups",
    "if",        "ignore",    "immediate", "indexed",   "initially", "inner",        "instead",
    "key",       "last",      "left",      "like",      "match",     "materialized", "natural",
    "no",        "nulls",     "of",        "offset",    "others",    "outer",        "over",
    "partition", "plan",      "pragma",    "preceding", "query",     "raise",        "range",
    "recursive", "regexp",    "reindex",   "release",   "rename",    "replace",      "restrict",
    "right",     "rollback",  "row",       "rows",      "savepoint", "temp",         "temporary",
    "ties",      "trigger",   "unbounded", "vacuum",    "view",      "virtual",      "window",
    "with",      "within",    "without"};

static_assert(std::is_sorted(std::begin(kReserved), std::end(kReserved)));
static_assert(std::is_sorted(std::begin(kSoft), std::end(kSoft)));

bool is_plain(std::string_view name) {
    return !name.empty() && !script::sqlite::is_digit(name.front()) && name.front() != '$' &&
           std::all_of(name.begin(), name.end(), script::sqlite::is_in_word);
}

}  // namespace

bool is_reserved(std::string_view lower) {
    return std::binary_search(std::begin(kReserved), std::end(kReserved), lower);
}

bool is_soft_keyword(std::string_view lower) {
    return std::binary_search(std::begin(kSoft), std::end(kSoft), lower);
}

std::string identifier(std::string_view name) {
    return is_plain(name) && !is_reserved(to_lower_ascii(name)) ? std::string(name)
                                                                : kedge::quoted(name, '"');
}

void Columns::add(std::string_view name, std::string collation) {
    columns_.try_emplace(to_lower_ascii(name), Column{identifier(name), std::move(collation)});
}

const Columns::Column* Columns::find(std::string_view name) const {
    const auto at = columns_.find(to_lower_ascii(name));
    return at == columns_.end() ? nullptr : &at->second;
}

void Columns::add_names_to(NameSet& names) const {
    for (const auto& [name, column] : columns_) names.insert(name);
}

}  // namespace kedge::schema::sqlite
