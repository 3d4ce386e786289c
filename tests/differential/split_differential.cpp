// SPDX-License-Identifier: MIT
// Where statements end: our scanner and PostgreSQL's own lexer and grammar, as libpg_query has
// them, over the same text. Text comes from a generator, and from the folders of .sql files that
// are given or that PostgreSQL is installed with. Exit status 1 where they differ.
//
// usage: split_differential [--statements N] [--seed N] [FOLDER...]
//
// Two differences are on purpose, and no text here has them:
//
// - A BEGIN, CASE or END that is a name in a function's definition without a quote around it:
//   `CREATE FUNCTION begin()`, `SELECT a AS end` in a BEGIN ATOMIC body. The grammar knows better;
//   psql counts words, and so do we, since a script has to mean the same for both.
// - A backslash outside quotes is the client's. Lines that begin with one are blanked out for both.
//
// Nor has any a letter right behind a number, or a dollar behind `1e5`: those have become errors,
// and psql 15 takes more to the number than the first releases of PostgreSQL 15 do.
//
// libpg_query itself goes wrong where a comment stands between the parts of a string that goes on
// in the next line, or behind UESCAPE, since it keeps comments as tokens. The server takes both.
// None are generated; the unit tests have the first.
//
// By its lexer libpg_query cuts any text, but at each semicolon of a BEGIN ATOMIC body too. By its
// grammar it knows those bodies, but takes only what is valid. So the lexer is asked about all text
// without such a body, and the grammar about all text that it takes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pg_query.h>

#include "script/postgres/scanner.hpp"
#include "script_generator.hpp"

namespace fs = std::filesystem;
using kedge::script::postgres::Scanner;

namespace {

/// From a statement's first token to its semicolon, or to the end of the text.
using Range = std::pair<std::size_t, std::size_t>;
using Ranges = std::vector<Range>;

/// Past white space, comments, and semicolons with nothing before them.
std::size_t skip_blank(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (text.substr(at, 2) == "--") {
            at = std::min(text.find_first_of("\r\n", at), text.size());
        } else if (text.substr(at, 2) == "/*") {
            std::size_t depth = 0;
            do {
                const std::string_view two = text.substr(at, 2);
                if (two == "/*") ++depth;
                if (two == "*/") --depth;
                at += two == "/*" || two == "*/" ? 2U : 1U;
            } while (depth > 0 && at < text.size());
        } else if (std::string_view(" \t\r\n\f;").find(text[at]) != std::string_view::npos) {
            ++at;
        } else {
            break;
        }
    }
    return at;
}

/// The range, from its first token on; nothing if it has none. An end that is followed by nothing
/// but blanks counts as that of the text.
void add(Ranges& ranges, std::string_view text, std::size_t begin, std::size_t end) {
    begin = skip_blank(text, begin);
    if (begin >= end) return;
    const bool last = end < text.size() && text[end] != ';' && skip_blank(text, end) == text.size();
    ranges.emplace_back(begin, last ? text.size() : end);
}

Ranges ours(std::string_view text) {
    Ranges out;
    Scanner scanner;
    std::size_t number = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
        end = std::min(text.find('\n', at), text.size() - 1) + 1;
        scanner.set_line(text.substr(at, end - at), ++number);
        for (auto stop = scanner.scan(); stop != Scanner::Stop::line_end; stop = scanner.scan()) {
            if (stop == Scanner::Stop::backslash) {
                scanner.set_position(end - at);
                continue;
            }
            static_cast<void>(scanner.take());
            add(out, text, begin, at + scanner.position() - 1);
            begin = at + scanner.position();
        }
    }
    add(out, text, begin, text.size());
    return out;
}

struct FreeResult {
    void operator()(PgQuerySplitResult* result) const noexcept {
        pg_query_free_split_result(*result);
    }
};

/// Nothing if libpg_query refuses the text; then `problem` says why.
std::optional<Ranges> theirs(const std::string& text, PgQuerySplitResult (*split)(const char*),
                             std::string& problem) {
    PgQuerySplitResult result = split(text.c_str());
    const std::unique_ptr<PgQuerySplitResult, FreeResult> owner(&result);
    if (result.error != nullptr) {
        problem = result.error->message;
        return std::nullopt;
    }
    Ranges out;
    for (int i = 0; i < result.n_stmts; ++i) {
        const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
        add(out, text, begin, begin + static_cast<std::size_t>(result.stmts[i]->stmt_len));
    }
    return out;
}

class Comparison {
  public:
    /// What a generator meant to be valid must be taken by libpg_query; of a file not all is SQL.
    void lexer(const std::string& text, const std::string& title) {
        compare(text, title, pg_query_split_with_scanner, true);
    }
    bool grammar(const std::string& text, const std::string& title, bool must) {
        return compare(text, title, pg_query_split_with_parser, must);
    }
    [[nodiscard]] std::size_t compared() const noexcept { return compared_; }
    [[nodiscard]] std::size_t differing() const noexcept { return differing_; }

  private:
    bool compare(const std::string& text, const std::string& title,
                 PgQuerySplitResult (*split)(const char*), bool must) {
        std::string problem;
        const auto expected = theirs(text, split, problem);
        if (!expected) {
            if (!must) return false;
            ++differing_;
            std::printf("%s: libpg_query refuses the text: %s\n", title.c_str(), problem.c_str());
            keep(text);
            return false;
        }
        const Ranges found = ours(text);
        compared_ += expected->size();
        Ranges odd;
        std::set_symmetric_difference(found.begin(), found.end(), expected->begin(),
                                      expected->end(), std::back_inserter(odd));
        if (odd.empty()) return true;
        differing_ += std::max<std::size_t>(odd.size() / 2, 1);
        std::printf("%s: bytes %zu to %zu are a statement for one only:\n%s\n", title.c_str(),
                    odd.front().first, odd.front().second,
                    text.substr(odd.front().first, odd.front().second - odd.front().first).c_str());
        keep(text);
        return true;
    }

    /// The first text with a difference, to be looked at.
    void keep(const std::string& text) {
        if (kept_) return;
        kept_ = true;
        const fs::path path = fs::temp_directory_path() / "split_differential.sql";
        std::ofstream(path, std::ios::binary) << text;
        std::printf("(written to %s)\n", path.c_str());
    }

    std::size_t compared_ = 0;
    std::size_t differing_ = 0;
    bool kept_ = false;
};

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// psql's commands are no SQL.
void blank_commands(std::string& text) {
    for (std::size_t at = 0; at < text.size();
         at = std::min(text.find('\n', at), text.size() - 1) + 1) {
        if (text[at] != '\\') continue;
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(at),
                  text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
}

void compare_generated(Comparison& comparison, std::uint64_t seed, std::size_t statements) {
    constexpr std::size_t kScript = 25;
    std::size_t by_lexer = 0;
    for (std::size_t i = 0; comparison.compared() < statements; ++i) {
        ScriptGenerator generator(seed * 1'000'000 + i);
        const std::string title = "script " + std::to_string(i);
        if (i % 2 == 0) {
            const std::size_t before = comparison.compared();
            comparison.lexer(generator.tokens(kScript), title);
            by_lexer += comparison.compared() - before;
        } else {
            comparison.grammar(generator.grammatical(kScript), title, true);
        }
        if (comparison.differing() > 20) break;
    }
    std::printf("generated: %zu statements, %zu of them by the lexer\n", comparison.compared(),
                by_lexer);
}

void compare_folder(Comparison& comparison, const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".sql") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    const std::size_t before = comparison.compared();
    std::size_t by_grammar = 0;
    std::set<std::size_t> seen;
    for (const fs::path& file : files) {
        std::string text = read(file);
        // Extensions bring one text under many names.
        if (!seen.insert(std::hash<std::string>{}(text)).second) continue;
        blank_commands(text);
        const bool valid = comparison.grammar(text, file.string(), false);
        by_grammar += valid ? 1 : 0;
        const bool has_body = text.find("ATOMIC") != std::string::npos;
        if (!has_body) comparison.lexer(text, file.string());
        if (has_body && !valid) std::printf("%s: left out\n", file.c_str());
    }
    std::printf("%s: %zu files, %zu of them by the grammar too; %zu statements\n", folder.c_str(),
                seen.size(), by_grammar, comparison.compared() - before);
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t statements = 120'000;
    std::uint64_t seed = 1;
    std::vector<fs::path> folders = {"/usr/share/postgresql/15",
                                     "/usr/share/postgresql/15/extension"};
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--statements" && i + 1 < argc) {
            statements = std::strtoull(argv[++i], nullptr, 10);
        } else if (argument == "--seed" && i + 1 < argc) {
            seed = std::strtoull(argv[++i], nullptr, 10);
        } else {
            folders.emplace_back(argument);
        }
    }
    Comparison comparison;
    compare_generated(comparison, seed, statements);
    for (const fs::path& folder : folders) compare_folder(comparison, folder);
    std::printf("%zu statements compared, %zu differ\n", comparison.compared(),
                comparison.differing());
    return comparison.differing() == 0 ? 0 : 1;
}
