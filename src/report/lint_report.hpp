// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "lint/plan_lint.hpp"
#include "report/findings.hpp"
#include "report/style.hpp"

namespace kedge::report {

/// For people: each finding with its line of the script and a caret, and what to do instead.
[[nodiscard]] std::string lint_text(const lint::LintResult& result, const Style& style);
[[nodiscard]] std::string lint_json(const lint::LintResult& result);
[[nodiscard]] std::vector<CheckedThing> lint_findings(const lint::LintResult& result);

/// The table of rules: with the severities that these settings give them, or as JSON.
[[nodiscard]] std::string lint_rules_text(const lint::Settings& settings, const Style& style);
[[nodiscard]] std::string lint_rules_json(const lint::Settings& settings);
/// The manual page kedge-lint(7) in mdoc, made of the table.
[[nodiscard]] std::string lint_rules_manual();

}  // namespace kedge::report
