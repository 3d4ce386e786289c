// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kedge::lint::postgres {

using Json = nlohmann::json;

/// What PostgreSQL's own parser makes of a text: libpg_query, whose trees are those of the server
/// in JSON, each node an object with its type as the only key. What has its value by default is
/// left out. https://github.com/pganalyze/libpg_query
struct ParseTree {
    Json statements = Json::array();  ///< `{"stmt": NODE, "stmt_location": BYTES}`
    std::string problem;              ///< of a text that it can't parse; else empty
    std::size_t offset = 0;           ///< of the problem, in bytes
};

[[nodiscard]] ParseTree parse(const std::string& sql);

/// The release whose grammar the parser knows: 15.
[[nodiscard]] int parser_version() noexcept;

// Reading nodes. What is missing is empty, null, or false.

/// The member, or a null value that lives as long as the program.
[[nodiscard]] const Json& at(const Json& node, const char* key);
[[nodiscard]] std::string text_at(const Json& node, const char* key);
[[nodiscard]] bool flag_at(const Json& node, const char* key);
[[nodiscard]] long number_at(const Json& node, const char* key, long preset = 0);
/// The type of a node: `ColumnDef`; empty for null.
[[nodiscard]] std::string type_of(const Json& node);
/// What a node of this type holds; null for one of another type.
[[nodiscard]] const Json& inside(const Json& node, const char* type);
/// The text of a String node.
[[nodiscard]] std::string string_of(const Json& node);

}  // namespace kedge::lint::postgres
