// SPDX-License-Identifier: MIT
// What happens while an operation runs, told by typed events. Listeners are in report/.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/error.hpp"

namespace kedge::migrate {

enum class Operation { deploy, revert, verify, rehearse, test };
[[nodiscard]] const char* operation_word(Operation operation) noexcept;

/// An operation begins on `count` changes.
struct RunStarted {
    Operation operation;
    std::string destination;
    std::string boundary;  ///< the change up to, or back to, which it goes; empty for all
    std::size_t count = 0;
    std::size_t widest_name = 0;  ///< in terminal cells, for aligning
    bool is_rollback = false;     ///< it takes back what this very run deployed
};
struct ChangeStarted {
    Operation operation;
    std::string name;  ///< with its tags
};
struct StatementDone {
    std::string text;
    Location where;
    std::chrono::microseconds elapsed{};
};
/// What a script itself has to say: rows, `.print`; or what the server says beside them.
struct ScriptOutput {
    Operation operation;
    std::string text;
    bool is_message = false;  ///< its client would write it to standard error
};
struct Notice {
    std::string text;
};
struct Warning {
    std::string text;
};
/// Somebody else holds what is needed.
struct Waiting {
    std::string holder;
    std::chrono::milliseconds waited{};
};
struct ChangeDone {
    Operation operation;
    std::string name;
    bool ok = true;
    std::string remark;  ///< why it isn't ok, in short: `not deployed`
    std::chrono::microseconds elapsed{};
    /// What the time went into, where it was more than one thing: `revert`.
    std::vector<std::pair<const char*, std::chrono::microseconds>> steps = {};
};

using Event = std::variant<RunStarted, ChangeStarted, StatementDone, ScriptOutput, Notice, Warning,
                           Waiting, ChangeDone>;

class Reporter {
  public:
    virtual ~Reporter() = default;
    virtual void handle(const Event& event) = 0;
    /// Whether StatementDone is wanted; it costs a copy of each statement.
    [[nodiscard]] virtual bool wants_statements() const { return false; }
};

}  // namespace kedge::migrate
