// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kedge {

/// The ASCII form (RFC 3490, punycode of RFC 3492) of a domain name in UTF-8. Labels that are
/// ASCII already stay as written; others are lower-cased first. nullopt if the name can't be
/// converted: a label is empty or longer than 63, begins with "xn--", or isn't UTF-8.
[[nodiscard]] std::optional<std::string> domain_name_to_ascii(std::string_view name);

}  // namespace kedge
