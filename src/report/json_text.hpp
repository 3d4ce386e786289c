// SPDX-License-Identifier: MIT
// What all JSON reports have in common.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "support/clock.hpp"

namespace kedge::report {

using Json = nlohmann::ordered_json;

/// Text that may hold stray bytes (a script's, an error's) must not end the report.
[[nodiscard]] std::string json_text(const Json& json);
/// ISO 8601 in UTC without the zone: `2026-11-27T09:30:00`, with that many digits of a second.
[[nodiscard]] std::string iso_moment(Timestamp time, int digits);

}  // namespace kedge::report
