// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace kedge::report {

/// How points in time are written, chosen by a specification as `--date-format` takes it: `raw`,
/// `iso` or `iso8601`, `rfc` or `rfc2822`, `full`, `long`, `medium`, `short`, `cldr:PATTERN` and
/// `strftime:PATTERN`. The names and what they give are Sqitch's. `raw` is in UTC, everything else
/// in the process' local zone as localtime_r() knows it, and all names are English.
///
/// An immutable value; format() may be called from several threads at once.
class DateFormat {
  public:
    /// An empty specification is `iso`. An unknown one is a usage Failure that lists those known.
    [[nodiscard]] static DateFormat parse(std::string_view spec);

    [[nodiscard]] std::string format(std::chrono::sys_time<std::chrono::microseconds> time) const;

  private:
    enum class Kind { raw, rfc2822, strftime, cldr };

    DateFormat(Kind kind, std::string pattern) : kind_(kind), pattern_(std::move(pattern)) {}

    Kind kind_;
    std::string pattern_;
};

}  // namespace kedge::report
