// SPDX-License-Identifier: MIT
#include "plan/change.hpp"
#include "plan/names.hpp"

namespace kedge::plan {
namespace {

/// HEAD and ROOT are refused as names, but they parse; what they mean is decided by the caller.
bool is_name(NameKind kind, std::string_view text) {
    return text == "HEAD" || text == "ROOT" || !name_problem(kind, text);
}

}  // namespace

ParsedDependency parse_dependency(std::string_view token, std::string_view own_project) {
    ParsedDependency out;
    Dependency& dep = out.value;
    if (!token.empty() && token.front() == '!') {
        dep.conflict = true;
        token.remove_prefix(1);
    }
    dep.text = token;
    if (const std::size_t colon = token.find(':'); colon != std::string_view::npos) {
        dep.project = token.substr(0, colon);
        if (!is_name(NameKind::project, dep.project)) return out;
        token.remove_prefix(colon + 1);
        if (dep.project == own_project) {
            dep.project = {};
            dep.text = token;
        }
    }
    if (looks_like_sha1(token)) {
        dep.id = token;
        out.ok = true;
        return out;
    }
    const std::size_t at = token.find('@');
    dep.change = token.substr(0, at);
    if (at != std::string_view::npos) {
        dep.tag = token.substr(at + 1);
        if (!is_name(NameKind::tag, dep.tag)) return out;
    }
    if (!dep.change.empty() && !is_name(NameKind::change, dep.change)) return out;
    out.ok = !dep.change.empty() || !dep.tag.empty();
    return out;
}

}  // namespace kedge::plan
