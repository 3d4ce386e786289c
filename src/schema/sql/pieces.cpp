// SPDX-License-Identifier: MIT
#include "schema/sql/pieces.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::schema::sql {

std::string value(const Attributes& attributes, std::string_view name) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? *found : std::string();
}

bool has(const Attributes& attributes, std::string_view name) {
    return find(attributes, name) != nullptr;
}

std::string clause(const Attributes& attributes, std::string_view name, std::string_view before,
                   std::string_view after) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? fmt::format("{}{}{}", before, *found, after) : std::string();
}

bool differ_only_in(const Attributes& a, const Attributes& b, std::string_view attribute) {
    const auto without = [&](Attributes attributes) {
        std::erase_if(attributes, [&](const Attribute& one) { return one.name == attribute; });
        return attributes;
    };
    return a != b && without(a) == without(b);
}

std::vector<std::string> split_list(std::string_view list, std::string_view quotes) {
    std::vector<std::string> out;
    std::size_t begin = 0;
    std::size_t depth = 0;
    const auto take = [&](std::size_t end) {
        const std::string_view element = trim(list.substr(begin, end - begin));
        if (!element.empty()) out.emplace_back(element);
        begin = end + 1;
    };
    for (std::size_t i = 0; i < list.size(); ++i) {
        const char c = list[i];
        if (quotes.find(c) != std::string_view::npos) {
            const std::size_t end = list.find(c, i + 1);
            if (end == std::string_view::npos) break;
            i = end;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            --depth;
        } else if (c == ',' && depth == 0) {
            take(i);
        }
    }
    take(list.size());
    return out;
}

bool mentions(std::string_view text, std::string_view name) {
    const auto is_in_word = [](char c) {
        return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
    };
    for (std::size_t at = text.find(name); at != std::string_view::npos;
         at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool begins = at == 0 || !is_in_word(text[at - 1]);
        if (begins && (end == text.size() || !is_in_word(text[end]))) return true;
    }
    return false;
}

std::vector<const Object*> by_mention(std::vector<const Object*> objects,
                                      std::string_view attribute) {
    std::vector<const Object*> out;
    while (!objects.empty()) {
        const auto is_free = [&](const Object* object) {
            const std::string text = value(object->attributes, attribute);
            return std::none_of(objects.begin(), objects.end(), [&](const Object* other) {
                return other != object && mentions(text, other->key.name);
            });
        };
        auto next = std::find_if(objects.begin(), objects.end(), is_free);
        if (next == objects.end()) next = objects.begin();
        out.push_back(*next);
        objects.erase(next);
    }
    return out;
}

std::vector<const Part*> parts_of(const Object& object, std::string_view kind) {
    std::vector<const Part*> out;
    for (const Part& part : object.parts) {
        if (part.kind == kind) out.push_back(&part);
    }
    return out;
}

bool same_parts(const Object& a, const Object& b, std::string_view kind) {
    const auto of_a = parts_of(a, kind);
    const auto of_b = parts_of(b, kind);
    return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                      [](const Part* x, const Part* y) { return *x == *y; });
}

std::string in_lines(const std::vector<SqlStatement>& statements) {
    std::string out;
    for (const SqlStatement& one : statements) {
        if (!one.loses.empty()) out += fmt::format("-- loses {}\n", one.loses);
        out += one.sql + ";\n";
    }
    return out;
}

Attributes without(Attributes attributes, std::initializer_list<std::string_view> names) {
    std::erase_if(attributes, [&](const Attribute& one) {
        return std::find(names.begin(), names.end(), one.name) != names.end();
    });
    return attributes;
}

std::string without_semicolon(std::string text) {
    while (!text.empty() && (text.back() == ';' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace kedge::schema::sql
