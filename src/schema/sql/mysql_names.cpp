// SPDX-License-Identifier: MIT
#include "schema/sql/mysql_names.hpp"

#include <vector>

#include "schema/mysql/printed.hpp"
#include "schema/sql/pieces.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// Where the name at the beginning of a text ends.
std::size_t end_of_name(std::string_view text) {
    if (!text.starts_with('`')) return std::min(text.find_first_of(" ("), text.size());
    std::size_t at = 1;
    while (at < text.size()) {
        if (text[at] == '`' && text.substr(at, 2) != "``") return at + 1;
        at += text[at] == '`' ? 2 : 1;
    }
    return text.size();
}

}  // namespace

std::string mysql_name(std::string_view shown) {
    return kedge::quoted(mysql::unquoted(shown), '`');
}

std::string mysql_names(std::string_view list) {
    std::vector<std::string> out;
    for (const std::string& element : split_list(list, "'`\"")) {
        if (element.starts_with('(')) {
            out.push_back(element);
            continue;
        }
        const std::size_t end = end_of_name(element);
        out.push_back(mysql_name(std::string_view(element).substr(0, end)) + element.substr(end));
    }
    return join(out, ", ");
}

std::string mysql_text(std::string_view text) {
    return kedge::quoted(replace_all(text, "\\", "\\\\"), '\'');
}

std::string mysql_account(std::string_view shown) {
    const std::size_t at = shown.rfind('@');
    if (at == std::string_view::npos) return kedge::quoted(shown, '`');
    return kedge::quoted(shown.substr(0, at), '`') + '@' + kedge::quoted(shown.substr(at + 1), '`');
}

std::string mysql_definer(const Attributes& attributes) {
    const std::string* definer = find(attributes, "definer");
    return definer != nullptr ? "DEFINER = " + mysql_account(*definer) + ' ' : std::string();
}

}  // namespace kedge::schema::sql
