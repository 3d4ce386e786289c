// SPDX-License-Identifier: MIT
// The results of tests, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "migrate/test.hpp"
#include "report/findings.hpp"
#include "report/style.hpp"
#include "support/clock.hpp"

namespace kedge::report {

/// What failed, and a line that sums up. `every_check`: those that passed are listed, too.
[[nodiscard]] std::string test_text(const migrate::TestResult& result, const Style& style,
                                    bool every_check);
[[nodiscard]] std::string test_json(const migrate::TestResult& result);
/// The Test Anything Protocol: one stream, with a test for each check of each file.
/// https://testanything.org/tap-version-13-specification.html
[[nodiscard]] std::string test_tap(const std::vector<migrate::TestResult>& results);
/// JUnit's XML: a suite for each file. https://github.com/windyroad/JUnit-Schema
[[nodiscard]] std::string test_junit(const std::vector<migrate::TestResult>& results,
                                     Timestamp when);

/// Each file as a thing that was checked, with the checks that failed.
[[nodiscard]] std::vector<CheckedThing> test_findings(const migrate::TestResult& result);

}  // namespace kedge::report
