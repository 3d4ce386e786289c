// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

struct VerifyOptions {
    std::optional<std::string> from;  ///< keys of deployed changes, both included
    std::optional<std::string> to;
};

struct VerifyResult {
    struct Change {
        enum class Problem { not_planned, out_of_order, not_deployed, script_failed };
        std::string name;  ///< with its tags
        std::string id;
        std::vector<Problem> problems;  ///< empty: all is well
        std::optional<Error> error;     ///< what the script said
        std::chrono::microseconds elapsed{};
    };
    std::string message;  ///< why there was nothing to verify; empty if there was
    std::vector<Change> changes;
    std::vector<std::string> undeployed;  ///< planned after what was verified; no error
    std::size_t problems = 0;
};

[[nodiscard]] const char* problem_text(VerifyResult::Change::Problem problem) noexcept;

/// Runs the verify scripts of what is deployed, each in a transaction that is rolled back, and
/// compares what is deployed with the plan. Everything amiss is in the result.
VerifyResult verify(Session& session, const VerifyOptions& options);

struct CheckResult {
    std::string message;                     ///< why there was nothing to check; empty if there was
    std::optional<std::string> diverges_at;  ///< the first change, with its tags
    struct Edited {
        std::string change;
        std::string path;
    };
    std::vector<Edited> edited;  ///< all deployed scripts that were edited since
};

/// Compares the scripts of what is deployed with those that were deployed.
CheckResult check(Session& session, const VerifyOptions& range);

}  // namespace kedge::migrate
