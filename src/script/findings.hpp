// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/directive.hpp"
#include "script/script.hpp"

namespace kedge::script {

/// What is found out about a script while it is looked over, whatever its language: the analysis
/// itself, all that is wrong, and how the script's own transactions lie in it.
class Findings {
  protected:
    explicit Findings(const Script& script) : script_(script) {}

    void fail(Location where, std::string message, std::string hint = {});
    void warn(const Location& where, std::string_view message);
    /// The first reason counts.
    void needs_journal(std::string reason);
    void lives_in_session(std::string what);
    /// The directive `no-transaction`, where that is all that a language has, or any other.
    /// `complains`: one that is wrong is an error.
    void directive(const Directive& directive, const Location& where, bool complains = true);

    /// The comments before a statement, or at the end of a file (`statement` is empty then), in a
    /// script that only looks: what they expect has to be readable, and be about a query.
    /// `complains`: as above.
    void expectations(const std::vector<Comment>& comments, const std::string& file,
                      std::string_view statement, bool complains = true);

    /// Whether it can be one transaction, by its own.
    void decide_mode();
    /// What becomes of a transaction that is still open at the end.
    void judge_open_transaction();
    /// The analysis. Failure (script) that holds everything that is wrong.
    [[nodiscard]] Analysis take();

    [[nodiscard]] bool only_looks() const noexcept { return script::only_looks(script_.purpose); }
    [[nodiscard]] bool is_test() const noexcept { return script_.purpose == Purpose::test; }

    const Script& script_;
    Analysis result_;
    std::vector<Error> errors_;
    bool open_ = false;  ///< inside the script's own transaction
    Location opened_at_;
    bool ended_by_rollback_ = false;  ///< the last of the script's transactions
    std::size_t transactions_ = 0;
    std::optional<Location> outside_work_;  ///< the first change outside the script's transaction
};

/// `allow RULE reason`: what lint is told is no matter of those who run the script.
[[nodiscard]] bool is_for_lint(std::string_view directive);

}  // namespace kedge::script
