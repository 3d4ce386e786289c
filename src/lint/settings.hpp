// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "lint/rule.hpp"
#include "project/config.hpp"

namespace kedge::lint {

/// What the configuration says of a rule.
struct RuleSettings {
    std::optional<Severity> severity;  ///< off: it isn't looked at
    Parameters parameters;
};

/// The sections `lint` and `lint "RULE"`.
struct Settings {
    ServerVersion version;                 ///< `lint.server`
    std::int64_t large_rows = 100000;      ///< `lint.large_rows`: from here on a table is large
    std::int64_t large_bytes = 100 << 20;  ///< `lint.large_bytes`
    std::map<std::string, RuleSettings, std::less<>> rules;

    /// Failure (configuration) for an unknown rule, severity or parameter, with its place.
    [[nodiscard]] static Settings read(const project::Config& config);

    [[nodiscard]] Severity severity(const Rule& rule) const;
    [[nodiscard]] const Parameters& parameters(const Rule& rule) const;
};

}  // namespace kedge::lint
