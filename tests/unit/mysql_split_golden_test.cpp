// SPDX-License-Identifier: MIT
// Where the mysql client's statements begin and end: each script of tests/split/mysql beside a
// golden file that lists what is sent for it, and the commands between. After a change on purpose,
// run the tests with KEDGE_UPDATE_GOLDEN=1 and read the difference;
// tests/differential/mysql_client.py compares the same scripts with what the client itself sends.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "script/mysql/reader.hpp"
#include "split_files.hpp"

namespace fs = std::filesystem;
using kedge::script::mysql::ClientCommand;
using kedge::script::mysql::Reader;
using kedge::test::read;
using kedge::test::scripts_of;
using kedge::test::visible;

namespace {

fs::path folder() {
    return fs::path(KEDGE_SPLIT_FOLDER) / "mysql";
}

std::string_view name_of(ClientCommand command) {
    switch (command) {
        case ClientCommand::system:
            return "system";
        case ClientCommand::print:
            return "print";
        case ClientCommand::warnings:
            return "warnings";
        case ClientCommand::nowarning:
            return "nowarning";
        case ClientCommand::nopager:
            return "nopager";
        case ClientCommand::notee:
            return "notee";
        default:
            return "another command";
    }
}

/// `@ LINE:COLUMN [vertical]` and the text; `@ LINE command`; `@ LINE error`.
std::string listing(const fs::path& script) {
    std::string out;
    Reader reader(script.string(), {}, [&](const kedge::Error& error) {
        out += "@ " + std::to_string(error.where.line) + " error\n" + error.message + "\n";
    });
    for (auto item = reader.next(); item != Reader::Item::end; item = reader.next()) {
        const std::string include =
            reader.path() == script.string() ? "" : fs::path(reader.path()).filename().string();
        if (item == Reader::Item::command) {
            out += "@ " + include + std::to_string(reader.line()) + " command\n" +
                   std::string(name_of(reader.command())) +
                   (reader.argument().empty() ? "" : " " + visible(reader.argument())) + "\n";
            continue;
        }
        const auto& place = reader.statement().origins.front();
        out += "@ " + include + (include.empty() ? "" : " ") + std::to_string(place.line) + ":" +
               std::to_string(place.column) + (reader.vertical() ? " vertical" : "") + "\n" +
               visible(reader.statement().text) + "\n";
    }
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("split mysql");

TEST_CASE("golden files") {
    const bool update = std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr;
    const std::vector<fs::path> all = scripts_of("mysql");
    CHECK(all.size() >= 30);
    // What they include counts from the working folder.
    const fs::path before = fs::current_path();
    fs::current_path(folder());
    for (const fs::path& script : all) {
        CAPTURE(script.string());
        const std::string found = listing(script);
        const fs::path golden = fs::path(script).replace_extension(".golden");
        if (update) std::ofstream(golden, std::ios::binary) << found;
        CHECK(fs::exists(golden));
        CHECK(found == read(golden));
    }
    fs::current_path(before);
}

TEST_CASE("every golden file has its script") {
    for (const auto& entry : fs::directory_iterator(folder())) {
        if (entry.is_directory()) continue;
        CAPTURE(entry.path().string());
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".sql")));
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".golden")));
    }
}

TEST_SUITE_END();
