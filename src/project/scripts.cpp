// SPDX-License-Identifier: MIT
#include "project/scripts.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::project {

std::string planned_script(const Target& target, const plan::Plan& plan, std::size_t change,
                           ScriptKind kind) {
    const std::string_view name = plan.changes()[change].name;
    const auto tags = plan.rework_tags(change);
    if (tags.empty()) return target.script(kind, name);
    for (const std::string_view tag : tags) {
        const std::string suffix = fmt::format("@{}", tag);
        if (file_exists(target.script(ScriptKind::deploy, name, suffix))) {
            return target.script(kind, name, suffix);
        }
    }
    return target.script(kind, name, fmt::format("@{}", tags.front()));
}

std::string deployed_script(const Target& target, const plan::Plan& plan, std::string_view id,
                            std::string_view name, ScriptKind kind) {
    if (const auto index = plan.find_id(id)) return planned_script(target, plan, *index, kind);
    return target.script(kind, name);
}

Sha1 script_hash(const std::string& path) {
    if (!file_exists(path)) return {};
    return Sha1::of(read_file(path));
}

bool is_edited(const std::string& path, std::string_view recorded_hash) {
    const auto text = read_file_if_exists(path);
    if (!text) return !recorded_hash.empty();
    if (Sha1::of(*text) == recorded_hash) return false;
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    std::string plain = *text;
    if (plain.compare(0, kMark.size(), kMark) == 0) plain.erase(0, kMark.size());
    plain = replace_all(plain, "\r\n", "\n");
    const std::string crlf = replace_all(plain, "\n", "\r\n");
    for (const std::string& body : {plain, crlf}) {
        if (Sha1::of(body) == recorded_hash) return false;
        if (Sha1::of(std::string(kMark) + body) == recorded_hash) return false;
    }
    return true;
}

bool may_be_newer(const std::string& path, Timestamp moment) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return true;
    const Timestamp touched{std::chrono::seconds(info.st_ctim.tv_sec) +
                            std::chrono::microseconds(info.st_ctim.tv_nsec / 1000)};
    return touched > moment;
}

}  // namespace kedge::project
