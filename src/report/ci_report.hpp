// SPDX-License-Identifier: MIT
// What the checks of one run for continuous integration came to, in one report.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "report/findings.hpp"
#include "report/style.hpp"

namespace kedge::report {

/// One of the checks: the plan, lint, rehearse, test.
struct CiStep {
    enum class Outcome { passed, failed, skipped };
    std::string name;
    Outcome outcome = Outcome::passed;
    std::string summary;               ///< a line: what was checked, or why it was not
    std::string text;                  ///< its own report for people
    bool is_shown = false;             ///< the text is of interest though all is well
    std::string json;                  ///< and for programs; empty for none
    std::vector<CheckedThing> things;  ///< what it found
    int status = 0;                    ///< what the check alone would exit with
    std::chrono::microseconds elapsed{};
};

struct CiResult {
    std::string target;
    std::vector<CiStep> steps;

    [[nodiscard]] bool has_passed() const;
    /// The findings of all steps; each thing is named by its step, too.
    [[nodiscard]] std::vector<CheckedThing> things() const;
};

[[nodiscard]] std::string ci_text(const CiResult& result, const Style& style);
[[nodiscard]] std::string ci_json(const CiResult& result);
/// A table of the steps, and the findings below.
[[nodiscard]] std::string ci_markdown(const CiResult& result);

}  // namespace kedge::report
