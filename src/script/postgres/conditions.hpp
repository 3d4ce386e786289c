// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace kedge::script::postgres {

/// A boolean as psql's `\if` reads it: `true`, `yes`, `on` or the start of one of them, `1`, and
/// their opposites, in small or capital letters. Nothing for any other text.
[[nodiscard]] std::optional<bool> psql_boolean(std::string_view text);

/// The branches of `\if`, `\elif`, `\else` and `\endif` that a script is in, of one file.
class Conditions {
  public:
    /// What is wrong with a command; empty where nothing is.
    using Problem = std::string_view;

    /// Whether what stands here is run.
    [[nodiscard]] bool active() const noexcept;
    /// Whether the condition of an `\elif` here has to be looked at.
    [[nodiscard]] bool wants_condition() const noexcept;

    /// Whether it is known that what stands here is run: no condition around it was unknown.
    [[nodiscard]] bool certain() const noexcept;

    /// No value for a condition that will be known only later: then all of its branches are active.
    void begin(std::optional<bool> condition, std::size_t line);
    Problem otherwise_if(std::optional<bool> condition);
    Problem otherwise();
    Problem end();

    /// Line of the innermost `\if` that isn't closed; nothing if there is none.
    [[nodiscard]] std::optional<std::size_t> open_since() const noexcept;

  private:
    struct Branch {
        std::size_t line;
        bool reachable;  ///< the code around it runs
        bool taken;      ///< one of its branches ran, or runs
        bool running;
        bool in_else = false;
        bool unknown = false;  ///< one of its conditions is
    };
    std::vector<Branch> branches_;
};

}  // namespace kedge::script::postgres
