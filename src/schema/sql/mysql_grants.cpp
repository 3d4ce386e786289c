// SPDX-License-Identifier: MIT
#include "schema/sql/mysql_grants.hpp"

#include <set>

#include <fmt/format.h>

#include "schema/sql/mysql_names.hpp"
#include "schema/sql/pieces.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

/// The default database's things need not be called by its name, which another may not have.
std::string place_of(const Object& object) {
    if (object.key.kind == "database") return "*";
    const std::string name = mysql_name(object.key.name);
    const bool is_routine =
        object.key.kind != "table" && object.key.kind != "view" && object.key.kind != "sequence";
    return is_routine ? to_upper_ascii(object.key.kind) + ' ' + name : name;
}

struct Grant {
    std::set<std::string> privileges;
    bool may_grant = false;
};

Grant read(const Part* part) {
    Grant out;
    if (part == nullptr) return out;
    for (std::string word : split_list(value(part->attributes, "privileges"), {})) {
        if (word.ends_with('*')) {
            word.pop_back();
            out.may_grant = true;
        }
        out.privileges.insert(to_upper_ascii(word));
    }
    return out;
}

std::string list_of(const Grant& grant, const std::set<std::string>& without,
                    const std::string& columns) {
    std::vector<std::string> out;
    for (const std::string& privilege : grant.privileges) {
        if (without.contains(privilege)) continue;
        out.push_back(columns.empty() ? privilege : fmt::format("{} {}", privilege, columns));
    }
    return join(out, ", ");
}

void change(const std::string& name, const Part* from, const Part* to, const std::string& place,
            std::vector<std::string>& out) {
    const std::size_t open = name.rfind(" (");
    const bool of_column = open != name.npos && name.ends_with(')');
    const std::string account = mysql_account(of_column ? name.substr(0, open) : name);
    const std::string columns =
        of_column ? fmt::format("({})", mysql_names(name.substr(open + 2, name.size() - open - 3)))
                  : std::string();
    const Grant before = read(from);
    const Grant after = read(to);
    const std::string gone = list_of(before, after.privileges, columns);
    if (!gone.empty() && gone != "USAGE") {
        out.push_back(fmt::format("REVOKE {} ON {} FROM {}", gone, place, account));
    }
    if (before.may_grant && !after.may_grant) {
        out.push_back(fmt::format("REVOKE GRANT OPTION ON {} FROM {}", place, account));
    }
    const bool gains_option = after.may_grant && !before.may_grant;
    const std::string added =
        list_of(after, gains_option ? std::set<std::string>{} : before.privileges, columns);
    if (!added.empty()) {
        out.push_back(fmt::format("GRANT {} ON {} TO {}{}", added, place, account,
                                  after.may_grant ? " WITH GRANT OPTION" : ""));
    }
}

}  // namespace

std::vector<std::string> mysql_grants(const Object* from, const Object& to) {
    std::vector<std::string> out;
    const std::string place = place_of(to);
    const auto is_pattern = [&](const Part& part) {
        return to.key.kind == "database" && part.name.find(" on ") != part.name.npos;
    };
    if (from != nullptr) {
        for (const Part* part : parts_of(*from, "grant")) {
            if (to.find("grant", part->name) == nullptr && !is_pattern(*part)) {
                change(part->name, part, nullptr, place, out);
            }
        }
    }
    for (const Part* part : parts_of(to, "grant")) {
        const Part* other = from != nullptr ? from->find("grant", part->name) : nullptr;
        if ((other != nullptr && *other == *part) || is_pattern(*part)) continue;
        change(part->name, other, part, place, out);
    }
    return out;
}

}  // namespace kedge::schema::sql
