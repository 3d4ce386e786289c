// SPDX-License-Identifier: MIT
#include "lint/postgres/parse_tree.hpp"

#include <cstdlib>

#include <pg_query.h>

#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

/// The parser counts characters, from 1; 0 for no place.
std::size_t bytes_before(const std::string& sql, int position) {
    std::size_t offset = 0;
    for (int i = 1; i < position && offset < sql.size(); ++i) {
        offset += decode_utf8(sql, offset).size;
    }
    return offset;
}

struct Result {
    PgQueryParseResult value;
    explicit Result(const std::string& sql) : value(pg_query_parse(sql.c_str())) {}
    ~Result() { pg_query_free_parse_result(value); }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
};

}  // namespace

ParseTree parse(const std::string& sql) {
    const Result result(sql);
    ParseTree out;
    if (result.value.error != nullptr) {
        out.problem = result.value.error->message;
        out.offset = bytes_before(sql, result.value.error->cursorpos);
        return out;
    }
    Json tree = Json::parse(result.value.parse_tree, nullptr, false);
    if (tree.is_discarded() || !tree.contains("stmts")) {
        out.problem = "the parser's answer can't be read";
        return out;
    }
    out.statements = std::move(tree["stmts"]);
    return out;
}

int parser_version() noexcept {
    return PG_VERSION_NUM / 10000;
}

const Json& at(const Json& node, const char* key) {
    static const Json null;
    if (!node.is_object()) return null;
    const auto found = node.find(key);
    return found == node.end() ? null : *found;
}

std::string text_at(const Json& node, const char* key) {
    const Json& value = at(node, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool flag_at(const Json& node, const char* key) {
    const Json& value = at(node, key);
    return value.is_boolean() && value.get<bool>();
}

long number_at(const Json& node, const char* key, long preset) {
    const Json& value = at(node, key);
    return value.is_number() ? value.get<long>() : preset;
}

std::string type_of(const Json& node) {
    return node.is_object() && node.size() == 1 ? node.begin().key() : std::string();
}

const Json& inside(const Json& node, const char* type) {
    return at(node, type);
}

std::string string_of(const Json& node) {
    return text_at(inside(node, "String"), "sval");
}

}  // namespace kedge::lint::postgres
