// SPDX-License-Identifier: MIT
#include "schema/role_names.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge::schema {
namespace {

class Renaming {
  public:
    explicit Renaming(const RoleNames& names) : names_(names) {}

    /// The text is a role's name.
    void whole(std::string& text) const {
        if (const auto found = names_.find(text); found != names_.end()) text = found->second;
    }

    /// A role's name stands at `begin`, and is followed by the text's end or one of `ends`.
    void at(std::string& text, std::size_t begin, std::string_view ends) const {
        for (const auto& [name, common] : names_) {
            const std::size_t end = begin + name.size();
            if (text.compare(begin, name.size(), name) != 0) continue;
            if (end < text.size() && ends.find(text[end]) == ends.npos) continue;
            text.replace(begin, name.size(), common);
            return;
        }
    }

    /// Behind each ` by `, ` to ` or ` of `, as `words` has it.
    void behind(std::string& text, std::string_view words) const {
        for (std::size_t found = text.find(words); found != text.npos;
             found = text.find(words, found + words.size())) {
            at(text, found + words.size(), ", (");
        }
    }

    /// `one, another`: in order of their names, as a reader gives them.
    void list(std::string& text) const {
        std::vector<std::string> roles;
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(", ", begin), text.size());
            roles.push_back(text.substr(begin, end - begin));
            whole(roles.back());
            begin = end + 2;
        }
        std::sort(roles.begin(), roles.end());
        text.clear();
        for (const std::string& role : roles) text += (text.empty() ? "" : ", ") + role;
    }

    void attributes(Attributes& list_of) const {
        for (Attribute& attribute : list_of) {
            if (attribute.name == "owner" || attribute.name == "definer") whole(attribute.value);
            if (attribute.name == "roles") list(attribute.value);
            if (attribute.name == "privileges") behind(attribute.value, " by ");
        }
    }

    void part(Part& one) const {
        attributes(one.attributes);
        if (one.kind == "user mapping") whole(one.name);
        if (one.kind == "setting") behind(one.name, " of ");
        if (!one.kind.ends_with("grant")) return;
        at(one.name, 0, " (");
        behind(one.name, " to ");
    }

  private:
    const RoleNames& names_;
};

}  // namespace

void rename_roles(State& state, const RoleNames& names) {
    if (names.empty()) return;
    const Renaming renaming(names);
    State renamed;
    for (auto& [key, object] : state.objects()) {
        renaming.attributes(object.attributes);
        for (Part& part : object.parts) renaming.part(part);
        if (object.key.kind == "default privileges") renaming.behind(object.key.name, " of ");
        renamed.put(std::move(object));
    }
    renamed.sort();
    state = std::move(renamed);
}

}  // namespace kedge::schema
