// SPDX-License-Identifier: MIT
#include "project/config_key.hpp"

#include <cstddef>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::project {

ConfigKey ConfigKey::parse(std::string_view text) {
    std::size_t dot = text.rfind('.');
    std::size_t quoted = 0;
    if (!text.empty() && text.back() == '"') {
        const std::size_t begin = text.find(".\"");
        if (begin != std::string_view::npos && begin + 2 < text.size()) {
            dot = begin;
            quoted = 1;
        }
    }
    if (dot == std::string_view::npos || dot == 0 || text.front() == '.') {
        throw Failure(ErrorKind::usage, fmt::format("no section given in key: \"{}\"", text),
                      "write section.key or section.subsection.key");
    }
    ConfigKey key;
    key.name = text.substr(dot + 1 + quoted, text.size() - dot - 1 - 2 * quoted);
    const std::string_view section = text.substr(0, dot);
    const std::size_t first = section.find('.');
    key.section = section.substr(0, first);
    if (first != std::string_view::npos) key.subsection = section.substr(first + 1);
    return key;
}

std::string ConfigKey::section_name() const {
    return subsection ? to_lower_ascii(section) + '.' + *subsection : to_lower_ascii(section);
}

std::string ConfigKey::full_key() const {
    return section_name() + '.' + to_lower_ascii(name);
}

}  // namespace kedge::project
