// SPDX-License-Identifier: MIT
#include "project/sqlite_registry_path.hpp"

namespace kedge::project {

std::string sqlite_registry_path(std::string_view target_path, std::string_view registry_name) {
    if (!registry_name.empty() && registry_name.front() == '/') return std::string(registry_name);
    if (target_path.empty()) return {};

    const std::size_t slash = target_path.rfind('/');
    const std::size_t name_start = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view name = target_path.substr(name_start);
    std::string path(target_path.substr(0, name_start));
    path += registry_name;
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos && registry_name.find('.') == std::string_view::npos) {
        path += name.substr(dot);
    }
    return path;
}

}  // namespace kedge::project
