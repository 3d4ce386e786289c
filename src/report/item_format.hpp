// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/dates.hpp"

namespace kedge::report {

/// One line of `log` or `plan`: an event from the registry, or a change from the plan.
struct Item {
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    std::string event;  ///< deploy, revert, fail or merge; in a plan deploy or revert
    std::string id;
    std::string name;
    std::string project;
    std::string note;
    std::vector<std::string> requirements;
    std::vector<std::string> conflicts;
    std::vector<std::string> tags;  ///< each with its `@`
    std::string committer_name;
    std::string committer_email;
    std::optional<Time> committed;  ///< what a plan doesn't have; its absence marks a plan's item
    std::string planner_name;
    std::string planner_email;
    Time planned;
    std::string deploy_file;  ///< only in a plan
};

enum class Colour { never, always };

/// A format string of `log --format` or `plan --format`, compiled once for many items. The
/// language is Sqitch's (sqitch-log, sqitch-plan), with its `%-12.20n` alignment, width and
/// limit, which count characters.
///
/// What is wrong with a format string - an unknown code, label, attribute, colour or date format -
/// is a usage Failure of the constructor. Immutable afterwards; format() may be called from
/// several threads at once.
class ItemFormat {
  public:
    /// `abbrev` is the length of `%h`, 0 for the whole id, negative to leave off that many.
    ItemFormat(std::string_view format_string, const DateFormat& dates, Colour colour, int abbrev);

    /// The item as text; the caller ends it with one more newline, which is what separates items.
    /// A usage Failure if the format wants the commit of a planned change.
    [[nodiscard]] std::string format(const Item& item) const;

  private:
    using Writer = std::function<void(std::string& out, const Item& item)>;

    struct Padding {
        bool left = false;  ///< the text stands on the left
        char fill = ' ';
        std::size_t width = 0;
        std::optional<std::size_t> limit;
    };

    struct Piece {
        Writer write;
        std::optional<Padding> padding;
    };

    class Compiler;

    std::vector<Piece> pieces_;
};

/// The format string behind raw, full, long, medium, short or oneline; nothing for other names.
[[nodiscard]] std::optional<std::string> named_format(std::string_view name, bool for_log);

/// The format string for what `--format` was given: a name, or `format:` and the string itself;
/// medium for nothing. A usage Failure for an unknown name, which names the nearest.
[[nodiscard]] std::string resolve_format(std::string_view spec, bool for_log);

}  // namespace kedge::report
