// SPDX-License-Identifier: MIT
#include "support/clock.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using kedge::parse_plan_time;
using kedge::parse_sql_time;
using kedge::Timestamp;

namespace {

Timestamp at(std::int64_t seconds, std::int64_t micros = 0) {
    return Timestamp(std::chrono::seconds(seconds) + std::chrono::microseconds(micros));
}

}  // namespace

TEST_SUITE_BEGIN("clock");

TEST_CASE("the form of plan files, there and back") {
    struct Row {
        std::string text;
        std::int64_t seconds;
    };
    const Row rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2014-01-01T00:00:00Z", 1388534400},
        {"2026-11-20T16:47:10Z", 1795193230},
        {"2024-02-29T23:59:59Z", 1709251199},
        {"2000-02-29T00:00:00Z", 951782400},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"0001-01-01T00:00:00Z", -62135596800},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(kedge::format_plan_time(at(row.seconds)) == row.text);
        CHECK(parse_plan_time(row.text) == at(row.seconds));
    }
}

TEST_CASE("a plan's time has whole seconds") {
    CHECK(kedge::format_plan_time(at(0, 999999)) == "1970-01-01T00:00:00Z");
    CHECK(kedge::format_plan_time(at(0, -1)) == "1969-12-31T23:59:59Z");
}

TEST_CASE("what is no time of a plan") {
    const char* texts[] = {
        "",
        "2014-01-01",
        "2014-01-01T00:00:00",
        "2014-01-01 00:00:00Z",
        "2014-01-01T00:00:00z",
        "2014-01-01T00:00:00.0Z",
        "2014-01-01T00:00:00+00:00",
        " 2014-01-01T00:00:00Z",
        "2014-13-01T00:00:00Z",
        "2014-00-01T00:00:00Z",
        "2014-01-00T00:00:00Z",
        "2014-01-32T00:00:00Z",
        "2014-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2014-01-01T24:00:00Z",
        "2014-01-01T00:60:00Z",
        "2014-01-01T00:00:60Z",
        "2014-1a-01T00:00:00Z",
        "2014-01-01T00:-1:00Z",
        "2014/01/01T00:00:00Z",
        "2014-01-01T00.00.00Z",
    };
    for (const std::string text : texts) {
        CAPTURE(text);
        CHECK_FALSE(parse_plan_time(text));
    }
}

TEST_CASE("the form of SQL, with as many digits as are wanted") {
    const Timestamp time = at(1795193230, 79123);
    CHECK(kedge::format_sql_time(time, 0) == "2026-11-20 16:47:10");
    CHECK(kedge::format_sql_time(time, 1) == "2026-11-20 16:47:10.0");
    CHECK(kedge::format_sql_time(time, 3) == "2026-11-20 16:47:10.079");
    CHECK(kedge::format_sql_time(time, 6) == "2026-11-20 16:47:10.079123");
    CHECK(kedge::format_sql_time(at(-1, 500000), 3) == "1969-12-31 23:59:59.500");
}

TEST_CASE("SQL times are read leniently, as UTC") {
    struct Row {
        std::string text;
        std::int64_t micros;
    };
    const Row rows[] = {
        {"1970-01-01 00:00:01", 1000000},         {"1970-01-01T00:00:01", 1000000},
        {"1970-01-01 00:00:01Z", 1000000},        {"1970-01-01T00:00:01.5Z", 1500000},
        {"1970-01-01 00:00:01.579", 1579000},     {"1970-01-01 00:00:01.000001", 1000001},
        {"1970-01-01 00:00:01.0000019", 1000001},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_sql_time(row.text) == Timestamp(std::chrono::microseconds(row.micros)));
    }
    const char* bad[] = {"",
                         "1970-01-01",
                         "1970-01-01 00:00:01x",
                         "1970-01-01 00:00:01.5x",
                         "1970-01-01 00:00:01+00",
                         "1970-01-01_00:00:01",
                         "1970-02-30 00:00:01"};
    for (const std::string text : bad) {
        CAPTURE(text);
        CHECK_FALSE(parse_sql_time(text));
    }
}

TEST_CASE("what is written is read again, to the microsecond") {
    for (const std::int64_t micros : {0, 1, 579000, 999999}) {
        const Timestamp time = at(1795193230, micros);
        CHECK(parse_sql_time(kedge::format_sql_time(time, 6)) == time);
    }
}

TEST_CASE("elapsed time for people") {
    struct Row {
        std::chrono::microseconds elapsed;
        std::string text;
    };
    const Row rows[] = {
        {0us, "0 ms"},          {499us, "0 ms"},
        {500us, "1 ms"},        {3ms, "3 ms"},
        {999'499us, "999 ms"},  {999'500us, "1.0 s"},
        {1s, "1.0 s"},          {1'240ms, "1.2 s"},
        {59'949ms, "59.9 s"},   {59'950ms, "1 min 00 s"},
        {60s, "1 min 00 s"},    {245s, "4 min 05 s"},
        {3600s, "60 min 00 s"}, {119'900ms, "2 min 00 s"},
    };
    for (const Row& row : rows) CHECK(kedge::format_elapsed(row.elapsed) == row.text);
}

TEST_CASE("the system's clock goes") {
    const kedge::SystemClock clock;
    const Timestamp first = clock.now();
    CHECK(first > at(1388534400));
    CHECK(clock.now() >= first);
}

TEST_SUITE_END();
