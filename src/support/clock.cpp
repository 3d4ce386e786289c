// SPDX-License-Identifier: MIT
#include "support/clock.hpp"

#include <fmt/format.h>

namespace kedge {

using namespace std::chrono_literals;

Timestamp SystemClock::now() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

namespace {

struct Fields {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::microseconds> time;
};

Fields fields_of(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss(time - day)};
}

/// `count` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// The first 19 characters, with `separator` between date and time.
std::optional<Timestamp> parse_seconds(std::string_view text, char separator) noexcept {
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != separator ||
        text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace

std::string format_plan_time(Timestamp time) {
    const Fields f = fields_of(time);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(f.date.year()),
                       static_cast<unsigned>(f.date.month()), static_cast<unsigned>(f.date.day()),
                       f.time.hours().count(), f.time.minutes().count(), f.time.seconds().count());
}

std::optional<Timestamp> parse_plan_time(std::string_view text) noexcept {
    if (text.size() != 20 || text[19] != 'Z') return std::nullopt;
    return parse_seconds(text, 'T');
}

std::string format_sql_time(Timestamp time, int digits_wanted) {
    const Fields f = fields_of(time);
    std::string out =
        fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(f.date.year()),
                    static_cast<unsigned>(f.date.month()), static_cast<unsigned>(f.date.day()),
                    f.time.hours().count(), f.time.minutes().count(), f.time.seconds().count());
    if (digits_wanted > 0) {
        const std::string fraction = fmt::format("{:06}", f.time.subseconds().count());
        out += '.' + fraction.substr(0, static_cast<std::size_t>(digits_wanted));
    }
    return out;
}

std::optional<Timestamp> parse_sql_time(std::string_view text) noexcept {
    if (text.size() < 19) return std::nullopt;
    auto time = parse_seconds(text, text[10] == 'T' ? 'T' : ' ');
    if (!time) return std::nullopt;
    std::string_view rest = text.substr(19);
    if (!rest.empty() && rest.back() == 'Z') rest.remove_suffix(1);
    if (rest.empty()) return time;
    if (rest[0] != '.') return std::nullopt;
    rest.remove_prefix(1);
    std::int64_t unit = 100000;
    for (const char c : rest) {
        if (c < '0' || c > '9') return std::nullopt;
        *time += std::chrono::microseconds(unit * (c - '0'));
        unit /= 10;
    }
    return time;
}

std::string format_elapsed(std::chrono::microseconds elapsed) {
    // By what is shown, so that rounding makes neither "1000 ms" nor "60.0 s".
    if (elapsed < 999'500us) return fmt::format("{} ms", (elapsed.count() + 500) / 1000);
    if (elapsed < 59'950ms)
        return fmt::format("{:.1f} s", static_cast<double>(elapsed.count()) / 1e6);
    const auto seconds = std::chrono::round<std::chrono::seconds>(elapsed).count();
    return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
}

}  // namespace kedge
