// SPDX-License-Identifier: MIT
#include "project/sqlite_registry_path.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using kedge::project::sqlite_registry_path;

namespace {

struct Row {
    std::string target;
    std::string registry;
    std::string path;
};

// The files that `sqitch deploy --registry REGISTRY db:sqlite:TARGET` makes (Sqitch 1.3.1), but for
// the last three: a registry that is the target, an extension that its pattern can't match, and a
// database without a name.
const std::vector<Row> kRows = {
    {"foo.db", "sqitch", "sqitch.db"},
    {"foo.tar.gz", "sqitch", "sqitch.tar.gz"},
    {"foo", "sqitch", "sqitch"},
    {"sub/foo.db", "sqitch", "sub/sqitch.db"},
    {"my db.db", "sqitch", "sqitch.db"},
    {"foo.db", "reg.x", "reg.x"},
    {"foo.db", "reg", "reg.db"},
    {".hid", "sqitch", "sqitch.hid"},
    {"foo.", "sqitch", "sqitch."},
    {"s.d/foo", "sqitch", "s.d/sqitch"},
    {"s.d/foo.sq3", "sqitch", "s.d/sqitch.sq3"},
    {"foo.db", "/srv/abs", "/srv/abs"},
    {"./foo.db", "sqitch", "./sqitch.db"},
    {"/srv/foo.x", "r", "/srv/r.x"},
    {"/srv/foo.x", "r.y", "/srv/r.y"},
    {"foo.db", "sub/reg", "sub/reg.db"},
    {"foo", "s.d/reg", "s.d/reg"},
    {"foo.db", "foo", "foo.db"},
    {"foo.c++", "sqitch", "sqitch.c++"},
    {"", "sqitch", ""},
};

}  // namespace

TEST_SUITE("sqlite_registry_path") {
    TEST_CASE("the registry is a sibling of the target") {
        for (const Row& row : kRows) {
            CAPTURE(row.target);
            CAPTURE(row.registry);
            CHECK(sqlite_registry_path(row.target, row.registry) == row.path);
        }
    }
}
