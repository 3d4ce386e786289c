// SPDX-License-Identifier: MIT
// CLDR letters follow UTS #35 as Perl's DateTime reads it, since Sqitch's output comes from there:
// a run of letters that is longer than any known width counts as the longest known one, and an
// apostrophe stands for itself only inside quotes.
#include "report/dates.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

#include "support/error.hpp"

namespace kedge::report {
namespace {

using Micros = std::chrono::microseconds;

constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
// By ISO weekday, so that index 0 is Monday.
constexpr std::array<const char*, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                              "Friday", "Saturday", "Sunday"};
constexpr std::array<const char*, 4> kQuarters = {"1st quarter", "2nd quarter", "3rd quarter",
                                                  "4th quarter"};

constexpr std::string_view kIso = "%Y-%m-%d %H:%M:%S %z";
constexpr std::string_view kMediumDate = "MMM d, y";
// CLDR since 42 puts a narrow no-break space before AM and PM.
constexpr std::string_view kMediumTime = "h:mm:ss\u202fa";
constexpr std::string_view kMedium = "MMM d, y, h:mm:ss\u202fa";

constexpr std::int64_t kModifiedJulianEpoch = 40587;  // the modified Julian day of 1970-01-01

/// A point in time taken apart in one zone.
struct Moment {
    std::int64_t epoch = 0;
    int micros = 0;
    int year = 0;
    int month = 0;        // 1-12
    int day = 0;          // 1-31
    int day_of_year = 0;  // 1-366
    int weekday = 0;      // 1-7, Monday first
    int hour = 0;
    int minute = 0;
    int second = 0;
    long offset = 0;  // seconds east of Greenwich
    std::string zone;

    [[nodiscard]] int hour_12() const { return hour % 12 == 0 ? 12 : hour % 12; }
    [[nodiscard]] int quarter() const { return (month - 1) / 3 + 1; }
    [[nodiscard]] const char* month_name() const {
        return kMonths.at(static_cast<std::size_t>(month - 1));
    }
    [[nodiscard]] const char* day_name() const {
        return kDays.at(static_cast<std::size_t>(weekday - 1));
    }
    [[nodiscard]] const char* half_day() const { return hour < 12 ? "AM" : "PM"; }
    [[nodiscard]] std::int64_t seconds_of_day() const {
        return hour * std::int64_t{3600} + minute * 60 + second;
    }
};

Moment take_apart(std::chrono::sys_time<Micros> time, bool local) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t clock = seconds.time_since_epoch().count();
    std::tm parts{};
    if ((local ? localtime_r(&clock, &parts) : gmtime_r(&clock, &parts)) == nullptr) {
        throw Failure(ErrorKind::internal, fmt::format("no calendar date for {} s", clock));
    }
    Moment out;
    out.epoch = clock;
    out.micros = static_cast<int>((time - seconds).count());
    out.year = parts.tm_year + 1900;
    out.month = parts.tm_mon + 1;
    out.day = parts.tm_mday;
    out.day_of_year = parts.tm_yday + 1;
    out.weekday = parts.tm_wday == 0 ? 7 : parts.tm_wday;
    out.hour = parts.tm_hour;
    out.minute = parts.tm_min;
    out.second = parts.tm_sec;
    out.offset = parts.tm_gmtoff;
    out.zone = parts.tm_zone == nullptr ? "" : parts.tm_zone;
    return out;
}

/// `+0100`, with seconds only where a zone of old has them.
std::string offset_text(long offset, std::string_view separator) {
    const long size = offset < 0 ? -offset : offset;
    std::string out = fmt::format("{}{:02}{}{:02}", offset < 0 ? '-' : '+', size / 3600, separator,
                                  size / 60 % 60);
    if (size % 60 != 0) out += fmt::format("{}{:02}", separator, size % 60);
    return out;
}

/// `Europe/Berlin`. Only where localtime_r() itself gets its zone from is asked, so that name and
/// offset can't disagree; where no name is to be had, the abbreviation stands in.
std::string zone_name(const Moment& moment) {
    if (moment.zone == "UTC") return moment.zone;
    std::string name;
    if (const char* variable = std::getenv("TZ"); variable != nullptr) {
        name = variable;
        if (name.starts_with(':')) name.erase(0, 1);
    } else {
        std::array<char, 512> target{};
        const ssize_t size = readlink("/etc/localtime", target.data(), target.size());
        if (size > 0) name.assign(target.data(), static_cast<std::size_t>(size));
    }
    constexpr std::string_view kFolder = "zoneinfo/";
    if (const auto at = name.find(kFolder); at != std::string::npos) {
        name.erase(0, at + kFolder.size());
    }
    return name.empty() ? moment.zone : name;
}

struct IsoWeek {
    int year;
    int week;
};

IsoWeek iso_week(const Moment& moment) {
    const auto weeks_in = [](int year) {
        const std::chrono::weekday first{
            std::chrono::sys_days{std::chrono::year{year} / std::chrono::January / 1}};
        const bool leap = std::chrono::year{year}.is_leap();
        const bool is_long =
            first == std::chrono::Thursday || (leap && first == std::chrono::Wednesday);
        return is_long ? 53 : 52;
    };
    const int week = (moment.day_of_year - moment.weekday + 10) / 7;
    if (week == 0) return {moment.year - 1, weeks_in(moment.year - 1)};
    if (week == 53 && weeks_in(moment.year) == 52) return {moment.year + 1, 1};
    return {moment.year, week};
}

std::int64_t days_since_1970(const Moment& moment) {
    return std::chrono::floor<std::chrono::days>(std::chrono::seconds{moment.epoch}).count();
}

std::string fraction(const Moment& moment, std::size_t digits) {
    std::string out = fmt::format("{:06}", moment.micros);
    out.resize(digits, '0');
    return out;
}

std::string padded(std::int64_t number, std::size_t width, std::size_t max_width) {
    return fmt::format("{:0{}}", number, width < max_width ? width : max_width);
}

std::string first_letters(std::string_view name, std::size_t count) {
    return std::string(name.substr(0, count));
}

/// Wide, abbreviated or narrow name, by the number of letters asked for (3, 4, or 5 and more).
std::string name_by_width(std::string_view name, std::size_t width) {
    if (width == 4) return std::string(name);
    return first_letters(name, width >= 5 ? 1 : 3);
}

std::string era(const Moment& moment, std::size_t width) {
    const bool ours = moment.year > 0;
    if (width <= 3) return ours ? "AD" : "BC";
    if (width == 4) return ours ? "Anno Domini" : "Before Christ";
    return ours ? "A" : "B";
}

std::string quarter(const Moment& moment, std::size_t width) {
    if (width <= 2) return padded(moment.quarter(), width, 2);
    if (width == 3) return fmt::format("Q{}", moment.quarter());
    return kQuarters.at(static_cast<std::size_t>(moment.quarter() - 1));
}

std::string calendar_year(const Moment& moment, std::size_t width) {
    if (width == 2) return padded(moment.year % 100, 2, 2);
    return padded(moment.year, width, 5);
}

/// One run of a letter. A letter without meaning stands for itself.
std::string cldr_field(const Moment& moment, char letter, std::size_t width) {
    switch (letter) {
        case 'G':
            return era(moment, width);
        case 'y':
            return calendar_year(moment, width);
        case 'u':
            return padded(moment.year, width, width);
        case 'Y':
            return padded(iso_week(moment).year, width, width);
        case 'Q':
        case 'q':
            return quarter(moment, width);
        case 'M':
        case 'L':
            if (width <= 2) return padded(moment.month, width, 2);
            return name_by_width(moment.month_name(), width);
        case 'w':
            return padded(iso_week(moment).week, width, 2);
        case 'W':
            return std::to_string((moment.day + 4 - moment.weekday + 6) / 7);
        case 'd':
            return padded(moment.day, width, 2);
        case 'D':
            return padded(moment.day_of_year, width, 3);
        case 'F':
            return std::to_string((moment.day + 6) / 7);
        case 'g':  // of the UTC day, whatever the zone
            return padded(days_since_1970(moment) + kModifiedJulianEpoch, width, width);
        case 'E':
            return name_by_width(moment.day_name(), width);
        case 'e':  // counts from Sunday
            if (width <= 2) return padded(moment.weekday % 7 + 1, width, 2);
            return name_by_width(moment.day_name(), width);
        case 'c':
            if (width <= 2) return padded(moment.weekday, width, 2);
            return name_by_width(moment.day_name(), width);
        case 'a':
            return moment.half_day();
        case 'h':
        case 'j':
            return padded(moment.hour_12(), width, 2);
        case 'H':
            return padded(moment.hour, width, 2);
        case 'K':
            return padded(moment.hour % 12, width, 2);
        case 'k':
            return padded(moment.hour == 0 ? 24 : moment.hour, width, 2);
        case 'm':
            return padded(moment.minute, width, 2);
        case 's':
            return padded(moment.second, width, 2);
        case 'S':
            return fraction(moment, width);
        case 'A':
            return std::to_string(moment.seconds_of_day() * 1000 + moment.micros / 1000);
        case 'z':
        case 'v':
        case 'V':
            return width <= 3 ? moment.zone : zone_name(moment);
        case 'Z':
            if (width <= 3) return offset_text(moment.offset, "");
            if (width == 4) return moment.zone + offset_text(moment.offset, "");
            return offset_text(moment.offset, ":");
        default:
            return std::string(width, letter);
    }
}

/// Where the quoted text that opens at `open` ends: at the first lone apostrophe, or, if there is
/// none, at the first of the last doubled ones. npos if nothing closes it.
std::size_t closing_quote(std::string_view pattern, std::size_t open) {
    std::size_t last_pair = std::string_view::npos;
    for (std::size_t i = open + 1; i < pattern.size(); ++i) {
        if (pattern[i] != '\'') continue;
        if (i + 1 == pattern.size() || pattern[i + 1] != '\'') return i;
        last_pair = i++;
    }
    return last_pair;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string format_cldr(const Moment& moment, std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        const std::size_t close = c == '\'' ? closing_quote(pattern, i) : std::string_view::npos;
        if (close != std::string_view::npos) {
            out += pattern.substr(i + 1, close - i - 1);
            i = close + 1;
        } else if (is_letter(c)) {
            std::size_t end = pattern.find_first_not_of(c, i);
            if (end == std::string_view::npos) end = pattern.size();
            out += cldr_field(moment, c, end - i);
            i = end;
        } else {
            out += c;
            ++i;
        }
    }
    // Doubled apostrophes are undoubled last, over the whole text, whatever brought them together.
    for (auto at = out.find("''"); at != std::string::npos; at = out.find("''", at + 1)) {
        out.erase(at, 1);
    }
    return out;
}

std::string format_strftime(const Moment& moment, std::string_view pattern);

/// The number of the week when weeks begin `shift` days before Sunday, days before the first week
/// being in week 0.
int plain_week(const Moment& moment, int shift) {
    return (moment.day_of_year - (moment.weekday + shift) % 7 + 6) / 7;
}

/// One letter after a `%`. A letter without meaning stands for itself, `%` and all.
std::string strftime_field(const Moment& moment, char letter) {
    switch (letter) {
        case '%':
            return "%";
        case 'a':
            return first_letters(moment.day_name(), 3);
        case 'A':
            return moment.day_name();
        case 'b':
        case 'h':
            return first_letters(moment.month_name(), 3);
        case 'B':
            return moment.month_name();
        case 'c':
            return format_cldr(moment, kMedium);
        case 'C':
            return std::to_string(moment.year / 100);
        case 'd':
            return padded(moment.day, 2, 2);
        case 'D':
            return format_strftime(moment, "%m/%d/%y");
        case 'e':
            return fmt::format("{:2}", moment.day);
        case 'F':
            return format_strftime(moment, "%Y-%m-%d");
        case 'g':
            return padded(iso_week(moment).year % 100, 2, 2);
        case 'G':
            return std::to_string(iso_week(moment).year);
        case 'H':
            return padded(moment.hour, 2, 2);
        case 'I':
            return padded(moment.hour_12(), 2, 2);
        case 'j':
            return padded(moment.day_of_year, 3, 3);
        case 'k':
            return fmt::format("{:2}", moment.hour);
        case 'l':
            return fmt::format("{:2}", moment.hour_12());
        case 'm':
            return padded(moment.month, 2, 2);
        case 'M':
            return padded(moment.minute, 2, 2);
        case 'n':
            return "\n";
        case 'N':
            return fraction(moment, 9);
        case 'p':
            return moment.half_day();
        case 'P':
            return moment.hour < 12 ? "am" : "pm";
        case 'r':
            return format_strftime(moment, "%I:%M:%S %p");
        case 'R':
            return format_strftime(moment, "%H:%M");
        case 's':
            return std::to_string(moment.epoch);
        case 'S':
            return padded(moment.second, 2, 2);
        case 't':
            return "\t";
        case 'T':
            return format_strftime(moment, "%H:%M:%S");
        case 'u':
            return std::to_string(moment.weekday);
        case 'U':
            return padded(plain_week(moment, 0), 2, 2);
        case 'V':
            return padded(iso_week(moment).week, 2, 2);
        case 'w':
            return std::to_string(moment.weekday % 7);
        case 'W':
            return padded(plain_week(moment, 6), 2, 2);
        case 'x':
            return format_cldr(moment, kMediumDate);
        case 'X':
            return format_cldr(moment, kMediumTime);
        case 'y':
            return padded(moment.year % 100, 2, 2);
        case 'Y':
            return std::to_string(moment.year);
        case 'z':
            return offset_text(moment.offset, "");
        case 'Z':
            return moment.zone;
        default:
            return {'%', letter};
    }
}

std::string format_strftime(const Moment& moment, std::string_view pattern) {
    constexpr std::string_view kDigits = "0123456789";
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%' || i + 1 == pattern.size()) {
            out += pattern[i];
            continue;
        }
        const std::size_t end = pattern.find_first_not_of(kDigits, i + 1);
        if (end == i + 1) {
            ++i;
            out += strftime_field(moment, pattern[i]);
        } else if (end != std::string_view::npos && pattern[end] == 'N' && end - i <= 4) {
            out += fraction(moment, std::stoul(std::string(pattern.substr(i + 1, end - i - 1))));
            i = end;
        } else {
            out += '%';
        }
    }
    return out;
}

}  // namespace

DateFormat DateFormat::parse(std::string_view spec) {
    constexpr std::string_view kCldr = "cldr:";
    constexpr std::string_view kStrftime = "strftime:";
    if (spec.starts_with(kCldr)) {
        return {Kind::cldr, std::string(spec.substr(kCldr.size()))};
    }
    if (spec.starts_with(kStrftime)) {
        return {Kind::strftime, std::string(spec.substr(kStrftime.size()))};
    }
    if (spec == "raw") return {Kind::raw, "%Y-%m-%dT%H:%M:%SZ"};
    if (spec.empty() || spec == "iso" || spec == "iso8601") {
        return {Kind::strftime, std::string(kIso)};
    }
    if (spec == "rfc" || spec == "rfc2822") return {Kind::rfc2822, "%a, %d %b %Y %H:%M:%S %z"};
    if (spec == "full") return {Kind::cldr, "EEEE, MMMM d, y, h:mm:ss\u202fa zzzz"};
    if (spec == "long") return {Kind::cldr, "MMMM d, y, h:mm:ss\u202fa z"};
    if (spec == "medium") return {Kind::cldr, std::string(kMedium)};
    if (spec == "short") return {Kind::cldr, "M/d/yy, h:mm\u202fa"};
    throw Failure(ErrorKind::usage, fmt::format("Unknown date format \"{}\"", spec),
                  "use raw, iso, rfc, full, long, medium, short, cldr:PATTERN or strftime:PATTERN");
}

std::string DateFormat::format(std::chrono::sys_time<Micros> time) const {
    const Moment moment = take_apart(time, kind_ != Kind::raw);
    if (kind_ == Kind::cldr) return format_cldr(moment, pattern_);
    std::string out = format_strftime(moment, pattern_);
    // RFC 2822, 3.3: "-0000" says that the time is UTC and the local zone unknown.
    if (kind_ == Kind::rfc2822 && out.ends_with("+0000")) out[out.size() - 5] = '-';
    return out;
}

}  // namespace kedge::report
