// SPDX-License-Identifier: MIT
#include "db/connection.hpp"

#include <utility>

#include <fmt/format.h>

namespace kedge::db {

std::string text_of(const Value& value) {
    struct Visitor {
        std::string operator()(std::nullptr_t) const { return {}; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(const std::string& text) const { return text; }
    };
    return std::visit(Visitor{}, value);
}

void Connection::commit_and_ask(Rider& rider) {
    commit();
    try {
        rider.rows = query(rider.sql);
    } catch (Failure& failure) {
        rider.refusal = std::move(failure.error());
    }
}

std::string ServerMessage::to_text() const {
    std::string text = fmt::format("{}:  {}\n", severity, message);
    const auto add = [&](const char* word, const std::string& more) {
        if (!more.empty()) text += fmt::format("{}:  {}\n", word, more);
    };
    add("DETAIL", detail);
    add("HINT", hint);
    return text;
}

}  // namespace kedge::db
