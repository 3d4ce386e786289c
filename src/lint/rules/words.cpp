// SPDX-License-Identifier: MIT
#include "lint/rules/words.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::lint {

std::string sql_name(Engine engine, std::string_view name) {
    const bool is_plain = !name.empty() &&
                          std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                          std::all_of(name.begin(), name.end(), [](unsigned char c) {
                              return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
                          });
    if (is_plain) return std::string(name);
    return quoted(name, engine == Engine::mysql ? '`' : '"');
}

std::string sql_name(Engine engine, const Name& name) {
    if (name.schema.empty()) return sql_name(engine, name.name);
    return sql_name(engine, name.schema) + "." + sql_name(engine, name.name);
}

std::string subject_of(ObjectKind kind, const Name& name) {
    return fmt::format("{} {}", kind_word(kind), name.text());
}

std::string column_subject(const Name& table, std::string_view column) {
    return fmt::format("column {}.{}", table.text(), column);
}

Hit table_hit(const Action& action, std::string subject, std::string message) {
    Hit out;
    out.subject = std::move(subject);
    out.message = std::move(message);
    out.offset = action.offset;
    out.table = action.name;
    return out;
}

}  // namespace kedge::lint
