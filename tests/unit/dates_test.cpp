// SPDX-License-Identifier: MIT
// The expected texts are what Sqitch 1.3.1 gives under LC_ALL=C.
#include "report/dates.hpp"

#include <cstdlib>
#include <ctime>
#include <string>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::ErrorKind;
using kedge::Failure;
using kedge::report::DateFormat;

namespace {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

void set_zone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
}

Time at(std::int64_t seconds, int micros = 0) {
    return Time{std::chrono::seconds{seconds} + std::chrono::microseconds{micros}};
}

std::string formatted(std::string_view spec, Time time) {
    return DateFormat::parse(spec).format(time);
}

}  // namespace

TEST_SUITE_BEGIN("dates");

TEST_CASE("the named formats follow the local zone, raw is in UTC") {
    struct Row {
        const char* zone;
        std::int64_t seconds;
        const char* spec;
        const char* expected;
    };
    const Row rows[] = {
        {"UTC", 1795200711, "raw", "2026-11-20T18:51:51Z"},
        {"UTC", 1795200711, "iso", "2026-11-20 18:51:51 +0000"},
        {"UTC", 1795200711, "rfc", "Fri, 20 Nov 2026 18:51:51 -0000"},
        {"UTC", 1795200711, "full", "Friday, November 20, 2026, 6:51:51\u202fPM UTC"},
        {"UTC", 1795200711, "long", "November 20, 2026, 6:51:51\u202fPM UTC"},
        {"UTC", 1795200711, "medium", "Nov 20, 2026, 6:51:51\u202fPM"},
        {"UTC", 1795200711, "short", "11/20/26, 6:51\u202fPM"},
        {"UTC", 1795200711, "cldr:z Z ZZZZ ZZZZZ v VVVV", "UTC +0000 UTC+0000 +00:00 UTC UTC"},
        {"UTC", 1782000000, "raw", "2026-06-21T00:00:00Z"},
        {"UTC", 1782000000, "iso", "2026-06-21 00:00:00 +0000"},
        {"UTC", 1782000000, "rfc", "Sun, 21 Jun 2026 00:00:00 -0000"},
        {"UTC", 1782000000, "full", "Sunday, June 21, 2026, 12:00:00\u202fAM UTC"},
        {"UTC", 1782000000, "long", "June 21, 2026, 12:00:00\u202fAM UTC"},
        {"UTC", 1782000000, "medium", "Jun 21, 2026, 12:00:00\u202fAM"},
        {"UTC", 1782000000, "short", "6/21/26, 12:00\u202fAM"},
        {"UTC", 1782000000, "cldr:z Z ZZZZ ZZZZZ v VVVV", "UTC +0000 UTC+0000 +00:00 UTC UTC"},
        {"Europe/Berlin", 1795200711, "raw", "2026-11-20T18:51:51Z"},
        {"Europe/Berlin", 1795200711, "iso", "2026-11-20 19:51:51 +0100"},
        {"Europe/Berlin", 1795200711, "rfc", "Fri, 20 Nov 2026 19:51:51 +0100"},
        {"Europe/Berlin", 1795200711, "full",
         "Friday, November 20, 2026, 7:51:51\u202fPM Europe/Berlin"},
        {"Europe/Berlin", 1795200711, "long", "November 20, 2026, 7:51:51\u202fPM CET"},
        {"Europe/Berlin", 1795200711, "medium", "Nov 20, 2026, 7:51:51\u202fPM"},
        {"Europe/Berlin", 1795200711, "short", "11/20/26, 7:51\u202fPM"},
        {"Europe/Berlin", 1795200711, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "CET +0100 CET+0100 +01:00 CET Europe/Berlin"},
        {"Europe/Berlin", 1782000000, "raw", "2026-06-21T00:00:00Z"},
        {"Europe/Berlin", 1782000000, "iso", "2026-06-21 02:00:00 +0200"},
        {"Europe/Berlin", 1782000000, "rfc", "Sun, 21 Jun 2026 02:00:00 +0200"},
        {"Europe/Berlin", 1782000000, "full",
         "Sunday, June 21, 2026, 2:00:00\u202fAM Europe/Berlin"},
        {"Europe/Berlin", 1782000000, "long", "June 21, 2026, 2:00:00\u202fAM CEST"},
        {"Europe/Berlin", 1782000000, "medium", "Jun 21, 2026, 2:00:00\u202fAM"},
        {"Europe/Berlin", 1782000000, "short", "6/21/26, 2:00\u202fAM"},
        {"Europe/Berlin", 1782000000, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "CEST +0200 CEST+0200 +02:00 CEST Europe/Berlin"},
        {"America/St_Johns", 1795200711, "raw", "2026-11-20T18:51:51Z"},
        {"America/St_Johns", 1795200711, "iso", "2026-11-20 15:21:51 -0330"},
        {"America/St_Johns", 1795200711, "rfc", "Fri, 20 Nov 2026 15:21:51 -0330"},
        {"America/St_Johns", 1795200711, "full",
         "Friday, November 20, 2026, 3:21:51\u202fPM America/St_Johns"},
        {"America/St_Johns", 1795200711, "long", "November 20, 2026, 3:21:51\u202fPM NST"},
        {"America/St_Johns", 1795200711, "medium", "Nov 20, 2026, 3:21:51\u202fPM"},
        {"America/St_Johns", 1795200711, "short", "11/20/26, 3:21\u202fPM"},
        {"America/St_Johns", 1795200711, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "NST -0330 NST-0330 -03:30 NST America/St_Johns"},
        {"America/St_Johns", 1782000000, "raw", "2026-06-21T00:00:00Z"},
        {"America/St_Johns", 1782000000, "iso", "2026-06-20 21:30:00 -0230"},
        {"America/St_Johns", 1782000000, "rfc", "Sat, 20 Jun 2026 21:30:00 -0230"},
        {"America/St_Johns", 1782000000, "full",
         "Saturday, June 20, 2026, 9:30:00\u202fPM America/St_Johns"},
        {"America/St_Johns", 1782000000, "long", "June 20, 2026, 9:30:00\u202fPM NDT"},
        {"America/St_Johns", 1782000000, "medium", "Jun 20, 2026, 9:30:00\u202fPM"},
        {"America/St_Johns", 1782000000, "short", "6/20/26, 9:30\u202fPM"},
        {"America/St_Johns", 1782000000, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "NDT -0230 NDT-0230 -02:30 NDT America/St_Johns"},
        {"Asia/Kolkata", 1795200711, "raw", "2026-11-20T18:51:51Z"},
        {"Asia/Kolkata", 1795200711, "iso", "2026-11-21 00:21:51 +0530"},
        {"Asia/Kolkata", 1795200711, "rfc", "Sat, 21 Nov 2026 00:21:51 +0530"},
        {"Asia/Kolkata", 1795200711, "full",
         "Saturday, November 21, 2026, 12:21:51\u202fAM Asia/Kolkata"},
        {"Asia/Kolkata", 1795200711, "long", "November 21, 2026, 12:21:51\u202fAM IST"},
        {"Asia/Kolkata", 1795200711, "medium", "Nov 21, 2026, 12:21:51\u202fAM"},
        {"Asia/Kolkata", 1795200711, "short", "11/21/26, 12:21\u202fAM"},
        {"Asia/Kolkata", 1795200711, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "IST +0530 IST+0530 +05:30 IST Asia/Kolkata"},
        {"Asia/Kolkata", 1782000000, "raw", "2026-06-21T00:00:00Z"},
        {"Asia/Kolkata", 1782000000, "iso", "2026-06-21 05:30:00 +0530"},
        {"Asia/Kolkata", 1782000000, "rfc", "Sun, 21 Jun 2026 05:30:00 +0530"},
        {"Asia/Kolkata", 1782000000, "full", "Sunday, June 21, 2026, 5:30:00\u202fAM Asia/Kolkata"},
        {"Asia/Kolkata", 1782000000, "long", "June 21, 2026, 5:30:00\u202fAM IST"},
        {"Asia/Kolkata", 1782000000, "medium", "Jun 21, 2026, 5:30:00\u202fAM"},
        {"Asia/Kolkata", 1782000000, "short", "6/21/26, 5:30\u202fAM"},
        {"Asia/Kolkata", 1782000000, "cldr:z Z ZZZZ ZZZZZ v VVVV",
         "IST +0530 IST+0530 +05:30 IST Asia/Kolkata"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.zone);
        CAPTURE(row.spec);
        set_zone(row.zone);
        CHECK(formatted(row.spec, at(row.seconds)) == row.expected);
    }
}

TEST_CASE("CLDR and strftime patterns") {
    struct Row {
        std::int64_t seconds;
        const char* spec;
        const char* expected;
    };
    const Row rows[] = {
        {1782010800, "cldr:y yy yyy yyyy yyyyy", "2026 26 2026 2026 02026"},
        {1782010800, "cldr:M MM MMM MMMM MMMMM", "6 06 Jun June J"},
        {1782010800, "cldr:L LL LLL LLLL LLLLL", "6 06 Jun June J"},
        {1782010800, "cldr:d dd D DD DDD", "21 21 172 172 172"},
        {1782010800, "cldr:E EE EEE EEEE EEEEE", "Sun Sun Sun Sunday S"},
        {1782010800, "cldr:e ee eee eeee eeeee", "1 01 Sun Sunday S"},
        {1782010800, "cldr:c cc ccc cccc ccccc", "7 07 Sun Sunday S"},
        {1782010800, "cldr:a h hh H HH K KK k kk", "AM 8 08 8 08 8 08 8 08"},
        {1782010800, "cldr:m mm s ss S SSS SSSSSSSSS A", "30 30 0 00 0 000 000000000 30600000"},
        {1782010800, "cldr:G GGGG GGGGG Q QQ QQQ QQQQ q", "AD Anno Domini A 2 02 Q2 2nd quarter 2"},
        {1782010800, "cldr:w ww W Y YYYY F g u uuuuuu", "25 25 3 2026 2026 3 61212 2026 002026"},
        {1782010800, "cldr:b l n o p x", "b l n o p x"},
        {1782010800, "cldr:yyyy-MM-dd'T'HH:mm", "2026-06-21T08:30"},
        {1782010800, "cldr:h 'o''clock'", "8 o'clock"},
        {1782010800, "cldr:''", ""},
        {1782010800, "cldr:'open", "'op1n"},
        {1782010800, "cldr:'a''b", "a'b"},
        {1798934397, "cldr:Y w y-MM-dd", "2026 53 2027-01-03"},
        {1798675200, "cldr:k K h a", "5 5 5 AM"},
        {1104624000, "strftime:%G-%V %U %W", "2004-53 01 00"},
        {-86401, "cldr:y-MM-dd EEEE HH:mm:ss", "1969-12-31 Wednesday 05:29:59"},
        {1782010800, "strftime:%a %A %b %B %h", "Sun Sunday Jun June Jun"},
        {1782010800, "strftime:%c", "Jun 21, 2026, 8:30:00\u202fAM"},
        {1782010800, "strftime:%C %d %D %e %F", "20 21 06/21/26 21 2026-06-21"},
        {1782010800, "strftime:%g %G %V %U %W", "26 2026 25 25 24"},
        {1782010800, "strftime:%H %I %j %k %l %m %M", "08 08 172  8  8 06 30"},
        {1782010800, "strftime:%n%t%%", "\n\t%"},
        {1782010800, "strftime:%N %3N %p %P %r %R %s",
         "000000000 000 AM am 08:30:00 AM 08:30 1782010800"},
        {1782010800, "strftime:%S %T %u %w %x %X", "00 08:30:00 7 0 Jun 21, 2026 8:30:00\u202fAM"},
        {1782010800, "strftime:%y %Y %z %Z", "26 2026 +0530 IST"},
        {1782010800, "strftime:%i %5x % %é %", "%i %5x % %é %"},
    };
    set_zone("Asia/Kolkata");
    for (const Row& row : rows) {
        CAPTURE(row.spec);
        CHECK(formatted(row.spec, at(row.seconds)) == row.expected);
    }
}

TEST_CASE("other names of the same format") {
    set_zone("UTC");
    const Time time = at(1795200711);
    CHECK(formatted("", time) == formatted("iso", time));
    CHECK(formatted("iso8601", time) == formatted("iso", time));
    CHECK(formatted("rfc2822", time) == formatted("rfc", time));
}

TEST_CASE("fractions of a second") {
    set_zone("UTC");
    const Time time = at(1795200711, 987654);
    CHECK(formatted("cldr:S SS SSS SSSSSS SSSSSSS A", time) == "9 98 987 987654 9876540 67911987");
    CHECK(formatted("strftime:%N %2N %0N", time) == "987654000 98 ");
    CHECK(formatted("raw", time) == "2026-11-20T18:51:51Z");
    CHECK(formatted("raw", at(-1, 999999)) == "1969-12-31T23:59:59Z");
}

TEST_CASE("a zone without a name in the database has its abbreviation or specification") {
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(formatted("iso", at(1795200711)) == "2026-11-20 19:51:51 +0100");
    set_zone(":Europe/Berlin");
    CHECK(formatted("cldr:zzzz", at(1795200711)) == "Europe/Berlin");
    set_zone("/usr/share/zoneinfo/Europe/Berlin");
    CHECK(formatted("cldr:zzzz", at(1795200711)) == "Europe/Berlin");
    unsetenv("TZ");
    tzset();
    CHECK_FALSE(formatted("cldr:zzzz", at(1795200711)).empty());
}

TEST_CASE("an unknown format is a usage error that lists the known ones") {
    for (const char* spec : {"nope", "ISO", "0", "cldr", "strftime", " iso"}) {
        CAPTURE(spec);
        try {
            static_cast<void>(DateFormat::parse(spec));
            FAIL("accepted");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::usage);
            CHECK(failure.error().message == "Unknown date format \"" + std::string(spec) + '"');
            CHECK(failure.error().hint.find("rfc") != std::string::npos);
        }
    }
}

TEST_SUITE_END();
