// SPDX-License-Identifier: MIT
// Tests: SQL files whose queries say how they came out, each in a transaction that is rolled back.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "migrate/test_script.hpp"

namespace kedge::migrate {

struct TestOptions {
    std::vector<std::string> files;
    std::size_t jobs = 1;  ///< files at a time, each on a connection of its own
};

struct TestResult {
    std::string target;
    std::vector<TestedFile> files;  ///< in the order in which they were given
    std::optional<std::string> bail_out;
    std::chrono::microseconds elapsed{};

    [[nodiscard]] std::size_t count(Check::Outcome outcome) const;
    [[nodiscard]] bool has_passed() const;
};

/// What tests need of the command: a session for a target, which listens with that reporter.
using TestSessionMaker = std::function<Session(const project::Target&, Reporter&)>;

/// Runs tests on a target's database. The registry is not looked at. All files are looked over
/// first: Failure (script) that holds what is wrong with any of them, and nothing has run then.
[[nodiscard]] TestResult test(const project::Target& target, const TestSessionMaker& make_session,
                              Reporter& reporter, const TestOptions& options);

/// Runs them in a scratch database, into which the target's whole plan was deployed. `server` as
/// Engine::make_scratch() has it.
[[nodiscard]] TestResult test_in_scratch(const project::Target& target,
                                         const std::optional<project::Target>& server,
                                         const TestSessionMaker& make_session, Reporter& reporter,
                                         const TestOptions& options);

}  // namespace kedge::migrate
