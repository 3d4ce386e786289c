// SPDX-License-Identifier: MIT
#include "script/postgres/reference.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

bool is_variable_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::size_t variable_length(std::string_view text) noexcept {
    const auto end = std::find_if_not(text.begin(), text.end(), is_variable_character);
    return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

Reference reference_at(std::string_view text) noexcept {
    using Kind = Reference::Kind;
    struct Form {
        std::string_view open;
        std::string_view close;
        Kind kind;
    };
    constexpr std::array<Form, 4> kForms = {{{":'", "'", Kind::literal},
                                             {":\"", "\"", Kind::name},
                                             {":{?", "}", Kind::test},
                                             {":", "", Kind::plain}}};
    for (const Form& form : kForms) {
        if (!text.starts_with(form.open)) continue;
        const std::size_t length = variable_length(text.substr(form.open.size()));
        const std::string_view after = text.substr(form.open.size() + length);
        if (length == 0 || !after.starts_with(form.close)) continue;
        return {form.kind, text.substr(form.open.size(), length),
                form.open.size() + length + form.close.size()};
    }
    return {};
}

std::string quoted_literal(std::string_view value) {
    if (value.find('\\') == value.npos) return kedge::quoted(value, '\'');
    return " E" + kedge::quoted(replace_all(value, "\\", "\\\\"), '\'');
}

std::string quoted_name(std::string_view value) {
    return kedge::quoted(value, '"');
}

}  // namespace kedge::script::postgres
