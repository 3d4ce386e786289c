// SPDX-License-Identifier: MIT
#include "db/connection.hpp"

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

}  // namespace kedge::db
