// SPDX-License-Identifier: MIT
// Where statements begin and end: each script of tests/split/sqlite beside a golden file that lists
// what is found in it, and both against SQLite itself. After a change on purpose, run the tests
// with KEDGE_UPDATE_GOLDEN=1 and read the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "script/sqlite/chunk_reader.hpp"
#include "split_files.hpp"
#include "support/text.hpp"

namespace fs = std::filesystem;
using kedge::script::sqlite::ChunkReader;
using kedge::script::sqlite::Found;
using kedge::test::read;
using kedge::test::scripts_of;
using kedge::test::visible;

namespace {

struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

/// Past white space, comments and lone semicolons, which SQLite counts to the statement they
/// precede.
std::size_t skip_blank(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (text.substr(at, 2) == "--") {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.substr(at, 2) == "/*") {
            const std::size_t end = text.find("*/", at + 2);
            at = end == std::string_view::npos ? text.size() : end + 2;
        } else if (text.substr(at, 3) == "\xEF\xBB\xBF") {
            at += 3;
        } else if (std::string_view(" \t\r\n\f;").find(text[at]) != std::string_view::npos) {
            ++at;
        } else {
            break;
        }
    }
    return at;
}

/// Whether a comment that begins after `at`, where only blanks and comments stand, goes on for
/// ever.
bool has_open_comment(std::string_view text, std::size_t at) {
    while ((at = text.find_first_of("-/", at)) != std::string_view::npos) {
        const std::size_t end = text[at] == '-' ? text.find('\n', at) : text.find("*/", at + 2);
        if (end == std::string_view::npos) return text[at] == '/';
        at = end + 1 + (text[at] == '/' ? 1 : 0);
    }
    return false;
}

/// A chunk must be complete at its end for SQLite too, and at no line's end before.
void check_complete(const ChunkReader& chunk) {
    std::string_view text = chunk.text();
    // sqlite3_complete() takes the mark for a letter; SQLite's tokenizer, for white space.
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string all(text);
    const bool whole = chunk.statements().back().terminated &&
                       !has_open_comment(chunk.text(), chunk.statements().back().end);
    CHECK((sqlite3_complete(all.c_str()) != 0) == whole);
    for (std::size_t end = 0; (end = text.find('\n', end)) != std::string_view::npos;) {
        const std::string part(text.substr(0, ++end));
        if (end == text.size() || skip_blank(part, 0) == part.size()) continue;
        CHECK(sqlite3_complete(part.c_str()) == 0);
    }
}

/// Runs the chunk's statements as SQLite finds them, and lists what ours are: `@ LINE [marks]` and
/// the text.
void list_statements(sqlite3* db, const ChunkReader& chunk, std::string& golden) {
    const std::string& text = chunk.text();
    std::size_t at = 0;
    for (const Found& found : chunk.statements()) {
        golden += "@ " + std::to_string(chunk.line_of(found.begin));
        if (!found.terminated) golden += " open";
        CHECK(skip_blank(text, at) == found.begin);
        sqlite3_stmt* raw = nullptr;
        const char* tail = nullptr;
        const int code = sqlite3_prepare_v2(db, text.c_str() + found.begin, -1, &raw, &tail);
        const Statement statement(raw);
        if (code == SQLITE_OK) {
            CHECK(static_cast<std::size_t>(tail - text.c_str()) == found.end);
            while (sqlite3_step(raw) == SQLITE_ROW) continue;
        } else {
            golden += " refused";
        }
        golden += "\n" + visible(text.substr(found.begin, found.end - found.begin));
        if (golden.back() != '\n') golden += '\n';
        at = found.end;
    }
    CHECK(skip_blank(text, at) == text.size());
}

std::string golden_of(const fs::path& path) {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(":memory:", &raw) == SQLITE_OK);
    const Database db(raw);
    ChunkReader chunk(path.string());
    std::string golden;
    for (;;) {
        switch (chunk.next()) {
            case ChunkReader::Kind::end:
                return golden;
            case ChunkReader::Kind::dot_command:
                golden += "@ " + std::to_string(chunk.line()) + " dot\n" + visible(chunk.text());
                break;
            case ChunkReader::Kind::sql:
                CAPTURE(chunk.text());
                check_complete(chunk);
                list_statements(db.get(), chunk, golden);
                break;
        }
    }
}

}  // namespace

TEST_SUITE_BEGIN("split sqlite");

TEST_CASE("golden files") {
    const bool update = std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr;
    const std::vector<fs::path> all = scripts_of("sqlite");
    CHECK(all.size() >= 40);
    for (const fs::path& script : all) {
        CAPTURE(script.string());
        const std::string found = golden_of(script);
        const fs::path golden = fs::path(script).replace_extension(".golden");
        if (update) std::ofstream(golden, std::ios::binary) << found;
        REQUIRE(fs::exists(golden));
        CHECK(found == read(golden));
    }
}

TEST_CASE("every golden file has its script") {
    for (const auto& entry : fs::directory_iterator(fs::path(KEDGE_SPLIT_FOLDER) / "sqlite")) {
        CAPTURE(entry.path().string());
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".sql")));
        CHECK(fs::exists(fs::path(entry.path()).replace_extension(".golden")));
    }
}

TEST_SUITE_END();
