// SPDX-License-Identifier: MIT
#include "script/postgres/connect_command.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "script/postgres/conditions.hpp"

namespace kedge::script::postgres {
namespace {

bool is_connection_string(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://") ||
           text.find('=') != text.npos;
}

}  // namespace

ConnectRequest parse_connect(const std::vector<std::string>& arguments) {
    constexpr std::string_view kReuse = "-reuse-previous=";
    constexpr std::array<const char*, 4> kPlaces = {"dbname", "user", "host", "port"};
    std::optional<bool> reuse;
    std::size_t first = 0;
    if (!arguments.empty() && arguments.front().starts_with(kReuse)) {
        reuse = psql_boolean(std::string_view(arguments.front()).substr(kReuse.size()));
        first = 1;
    }
    ConnectRequest out;
    if (first < arguments.size() && is_connection_string(arguments[first])) {
        out.parameters["conninfo"] = arguments[first];
        out.keep = reuse.value_or(false);
        return out;
    }
    out.keep = reuse.value_or(true);
    for (std::size_t i = first; i < arguments.size() && i - first < kPlaces.size(); ++i) {
        if (arguments[i] != "-") out.parameters[kPlaces.at(i - first)] = arguments[i];
    }
    return out;
}

}  // namespace kedge::script::postgres
