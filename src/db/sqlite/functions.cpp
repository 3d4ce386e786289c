// SPDX-License-Identifier: MIT
#include "db/sqlite/functions.hpp"

#include <memory>
#include <string_view>

#include <sqlite3.h>

#include "support/regex.hpp"

namespace kedge::db::sqlite {
namespace {

std::string_view text_of(sqlite3_value* value) {
    const auto* bytes =
        static_cast<const char*>(static_cast<const void*>(sqlite3_value_text(value)));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void regexp(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
        sqlite3_value_type(arguments[1]) == SQLITE_NULL) {
        return;
    }
    try {
        // The pattern is compiled once for a statement in which it is constant.
        auto* compiled = static_cast<Regex*>(sqlite3_get_auxdata(context, 0));
        if (compiled == nullptr) {
            auto fresh = std::make_unique<Regex>(text_of(arguments[0]));
            const bool hit = fresh->search(text_of(arguments[1]));
            sqlite3_set_auxdata(context, 0, fresh.release(),
                                [](void* p) { delete static_cast<Regex*>(p); });
            sqlite3_result_int(context, hit ? 1 : 0);
            return;
        }
        sqlite3_result_int(context, compiled->search(text_of(arguments[1])) ? 1 : 0);
    } catch (const std::exception& e) {
        sqlite3_result_error(context, e.what(), -1);
    }
}

}  // namespace

void register_functions(sqlite3* handle) {
    sqlite3_create_function_v2(handle, "regexp", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                               &regexp, nullptr, nullptr, nullptr);
}

}  // namespace kedge::db::sqlite
