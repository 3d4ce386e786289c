// SPDX-License-Identifier: MIT
#include "schema/sql/postgres_words.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "schema/sql/pieces.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// Where the last point outside of quotes and parentheses is.
std::size_t last_point(std::string_view name) {
    std::size_t out = std::string_view::npos;
    bool quoted = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '"') quoted = !quoted;
        if (quoted) continue;
        if (name[i] == '(') break;
        if (name[i] == '.') out = i;
    }
    return out;
}

/// `A using B` and the like: both sides.
std::pair<std::string, std::string> sides(const std::string& name, std::string_view word) {
    const std::size_t at = name.rfind(word);
    return {name.substr(0, at), name.substr(at + word.size())};
}

const PgOption* option_of(const std::vector<PgOption>& options, const std::string& name) {
    const auto at = std::find_if(options.begin(), options.end(),
                                 [&](const PgOption& one) { return one.name == name; });
    return at == options.end() ? nullptr : &*at;
}

}  // namespace

std::string pg_kind(const ObjectKey& key) {
    if (key.kind == "window function") return "FUNCTION";
    if (key.kind == "foreign server") return "SERVER";
    return to_upper_ascii(key.kind);
}

std::string pg_reference(const Object& object) {
    const std::string& kind = object.key.kind;
    const std::string& name = object.key.name;
    const std::string words = pg_kind(object.key) + ' ';
    if (kind == "operator class" || kind == "operator family") {
        const auto [family, method] = sides(name, " using ");
        return fmt::format("{}{} USING {}", words, family, method);
    }
    if (kind == "cast") {
        const auto [from, to] = sides(name, " as ");
        return fmt::format("CAST ({} AS {})", from, to);
    }
    if (kind == "transform") {
        const auto [type, language] = sides(name, " for ");
        return fmt::format("TRANSFORM FOR {} LANGUAGE {}", type, language);
    }
    if (kind == "aggregate") {
        const std::string arguments = value(object.attributes, "arguments");
        return fmt::format("{}{}({})", words, pg_routine_name(name),
                           arguments.empty() ? "*" : arguments);
    }
    if (kind == "operator") {
        const std::size_t open = name.rfind('(');
        return fmt::format("{}{} {}", words, name.substr(0, open), name.substr(open));
    }
    return words + name;
}

std::string pg_text(std::string_view text) {
    const bool escaped = text.find('\\') != std::string_view::npos;
    return (escaped ? "E" : "") + kedge::quoted(replace_all(text, "\\", "\\\\"), '\'');
}

std::string pg_body(std::string_view text) {
    std::string tag = "$$";
    for (int i = 0; text.find(tag) != std::string_view::npos; ++i) tag = fmt::format("$b{}$", i);
    return fmt::format("{}{}{}", tag, text, tag);
}

std::string pg_schema(std::string_view name) {
    const std::size_t point = last_point(name);
    return std::string(point == std::string_view::npos ? std::string_view()
                                                       : name.substr(0, point));
}

std::string pg_last_name(std::string_view name) {
    const std::size_t point = last_point(name);
    return std::string(point == std::string_view::npos ? name : name.substr(point + 1));
}

std::string pg_routine_name(std::string_view signature) {
    bool quoted = false;
    for (std::size_t i = 0; i < signature.size(); ++i) {
        if (signature[i] == '"') quoted = !quoted;
        if (signature[i] == '(' && !quoted) return std::string(signature.substr(0, i));
    }
    return std::string(signature);
}

std::vector<PgOption> pg_options(std::string_view list) {
    std::vector<PgOption> out;
    for (const std::string& element : split(list, ',')) {
        const std::size_t equals = element.find('=');
        const std::string_view name = trim(std::string_view(element).substr(0, equals));
        const bool begins = equals != std::string::npos &&
                            name.find_first_of(" '\"") == std::string_view::npos && !name.empty();
        if (begins) {
            out.push_back({std::string(name), element.substr(equals + 1)});
        } else if (!out.empty()) {
            out.back().value += ',' + element;
        }
    }
    return out;
}

std::string pg_option_list(std::string_view list, std::string_view prefix) {
    std::vector<std::string> out;
    for (const PgOption& one : pg_options(list)) {
        out.push_back(fmt::format("{}{} = {}", prefix, one.name, pg_text(one.value)));
    }
    return join(out, ", ");
}

std::string pg_foreign_options(std::string_view list) {
    std::vector<std::string> out;
    for (const PgOption& one : pg_options(list)) {
        out.push_back(fmt::format("{} {}", kedge::quoted(one.name, '"'), pg_text(one.value)));
    }
    return join(out, ", ");
}

std::string pg_changed_foreign_options(std::string_view from, std::string_view to) {
    const auto before = pg_options(from);
    const auto after = pg_options(to);
    std::vector<std::string> out;
    for (const PgOption& one : before) {
        if (option_of(after, one.name) == nullptr)
            out.push_back("DROP " + kedge::quoted(one.name, '"'));
    }
    for (const PgOption& one : after) {
        const PgOption* was = option_of(before, one.name);
        if (was != nullptr && was->value == one.value) continue;
        out.push_back(fmt::format("{} {} {}", was == nullptr ? "ADD" : "SET",
                                  kedge::quoted(one.name, '"'), pg_text(one.value)));
    }
    return join(out, ", ");
}

std::string pg_deferral(const Attributes& attributes) {
    std::string out = has(attributes, "deferrable") ? " DEFERRABLE" : "";
    if (has(attributes, "initially deferred")) out += " INITIALLY DEFERRED";
    return out;
}

}  // namespace kedge::schema::sql
