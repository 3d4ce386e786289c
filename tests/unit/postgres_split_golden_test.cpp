// SPDX-License-Identifier: MIT
// Where psql's statements begin and end: each script of tests/split/postgres beside a golden file
// that lists what is sent for it. After a change on purpose, run the tests with
// KEDGE_UPDATE_GOLDEN=1 and read the difference; tests/differential/psql.py compares the
// golden files with what psql itself sends.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "script/postgres/meta_line.hpp"
#include "script/postgres/scanner.hpp"
#include "split_files.hpp"
#include "support/text.hpp"

namespace fs = std::filesystem;
using kedge::script::postgres::MetaLine;
using kedge::script::postgres::Scanner;
using kedge::script::postgres::Statement;
using kedge::test::read;
using kedge::test::scripts_of;
using kedge::test::visible;

namespace {

fs::path folder() {
    return fs::path(KEDGE_SPLIT_FOLDER) / "postgres";
}

class Listing {
  public:
    explicit Listing(std::string script) : script_(std::move(script)) {}

    std::string make() {
        std::size_t number = 0;
        for (std::size_t at = 0, end = 0; at < script_.size(); at = end) {
            end = std::min(script_.find('\n', at), script_.size() - 1) + 1;
            line_ = std::string_view(script_).substr(at, end - at);
            scanner_.set_line(line_, ++number);
            for (auto stop = scanner_.scan(); stop != Scanner::Stop::line_end;
                 stop = scanner_.scan()) {
                if (stop == Scanner::Stop::statement) {
                    add("");
                } else {
                    command(number);
                }
            }
        }
        const std::string_view open = scanner_.open_construct();
        add(open.empty() ? " open" : " open: " + std::string(open));
        return golden_;
    }

  private:
    /// `@ LINE:COLUMN [marks]` and the text.
    void add(const std::string& mark) {
        const Statement statement = scanner_.take();
        if (statement.empty()) return;
        const auto place = statement.place_of(0);
        golden_ += "@ " + std::to_string(place.line) + ":" + std::to_string(place.column) +
                   (statement.compound ? " compound" : "") + mark + "\n" + visible(statement.text);
        if (golden_.back() != '\n') golden_ += '\n';
    }

    void command(std::size_t number) {
        const std::size_t begin = scanner_.position() - 1;
        MetaLine command(line_, begin + 1, {}, {});
        bool ignored = false;
        const std::size_t end = command.finish(ignored);
        if (command.name() == "g") add(" sent");
        if (command.name() == "r") static_cast<void>(scanner_.take());
        golden_ += "@ " + std::to_string(number) + ":" + std::to_string(begin + 1) + " command\n" +
                   visible(kedge::trim(line_.substr(begin, end - begin))) + "\n";
        scanner_.set_position(end);
    }

    std::string script_;
    std::string_view line_;
    Scanner scanner_;
    std::string golden_;
};

}  // namespace

TEST_SUITE_BEGIN("split postgres");

TEST_CASE("golden files") {
    const bool update = std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr;
    const std::vector<fs::path> all = scripts_of("postgres");
    CHECK(all.size() >= 40);
    for (const fs::path& script : all) {
        CAPTURE(script.string());
        const std::string found = Listing(read(script)).make();
        const fs::path golden = fs::path(script).replace_extension(".golden");
        if (update) std::ofstream(golden, std::ios::binary) << found;
        REQUIRE(fs::exists(golden));
        CHECK(found == read(golden));
    }
}

TEST_CASE("every golden file has its script") {
    for (const auto& entry : fs::directory_iterator(folder())) {
        CAPTURE(entry.path().string());
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".sql")));
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".golden")));
    }
}

TEST_SUITE_END();
