// SPDX-License-Identifier: MIT
// Findings of checks (drift, ...) in the forms that continuous integration reads.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "support/clock.hpp"
#include "support/error.hpp"

namespace kedge::report {

struct Finding {
    enum class Level { note, warning, error };
    Level level = Level::error;
    std::string rule;        ///< its id: `drift-missing`
    std::string subject;     ///< what it is about: `column orders.total`
    std::string message;     ///< a line
    std::string detail;      ///< more lines, or none
    Location where;          ///< empty where it is about no file
    std::string title = {};  ///< of the rule: what it speaks of, a line
    std::string link = {};   ///< to what documents the rule
};

/// The findings of one thing that was checked; none is good news.
struct CheckedThing {
    std::string name;  ///< `prod`
    std::vector<Finding> findings;
    std::chrono::microseconds elapsed{};  ///< that the check took; 0 where nobody measured it
};

/// JUnit's XML: a suite for each thing, a failed test case for each finding, and one that passed
/// where there is none. Those below `fails_from` fail nothing, and are told in the suite's output.
/// https://github.com/windyroad/JUnit-Schema
[[nodiscard]] std::string junit(const std::string& check, const std::vector<CheckedThing>& things,
                                Timestamp when, Finding::Level fails_from = Finding::Level::note);
/// SARIF 2.1.0. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
[[nodiscard]] std::string sarif(const std::string& version,
                                const std::vector<CheckedThing>& things);
/// Annotations of GitHub Actions, a line each.
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
[[nodiscard]] std::string github(const std::vector<CheckedThing>& things);
/// GitLab's code quality report. https://docs.gitlab.com/ci/testing/code_quality/
[[nodiscard]] std::string gitlab(const std::vector<CheckedThing>& things);
/// A section with a table for each thing.
[[nodiscard]] std::string markdown(const std::string& title,
                                   const std::vector<CheckedThing>& things);

}  // namespace kedge::report
