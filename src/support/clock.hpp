// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kedge {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the time. A parameter wherever time matters, so that tests can set it.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] Timestamp now() const override;
};

/// `2026-11-20T16:47:10Z`, the form of plan files. Whole seconds, always UTC.
[[nodiscard]] std::string format_plan_time(Timestamp time);

/// Reads the form of plan files; nothing if the text has another form or names no real moment.
[[nodiscard]] std::optional<Timestamp> parse_plan_time(std::string_view text) noexcept;

/// `2026-11-20 16:47:10.579123` in UTC; `digits` of the fraction (0 to 6), 0 leaves the point out.
[[nodiscard]] std::string format_sql_time(Timestamp time, int digits);

/// Reads `YYYY-MM-DD[ T]hh:mm:ss[.fraction][Z]` as UTC.
[[nodiscard]] std::optional<Timestamp> parse_sql_time(std::string_view text) noexcept;

/// Elapsed time for people: `3 ms`, `1.2 s`, `4 min 05 s`.
[[nodiscard]] std::string format_elapsed(std::chrono::microseconds elapsed);

/// How long it is since then, for reports.
[[nodiscard]] inline std::chrono::microseconds elapsed_since(
    std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

}  // namespace kedge
