// SPDX-License-Identifier: MIT
#include "script/expectation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "script/quotes.hpp"
#include "support/text.hpp"

namespace kedge::script {
namespace {

using Cell = Expectation::Cell;
using Kind = Expectation::Kind;

constexpr std::string_view kWord = "expect";
constexpr std::string_view kForms =
    "there are: \"-- expect: 3 rows\", \"-- expect: empty\", \"-- expect: value 42\", \"-- expect: "
    "error CODE\", and \"-- expect:\" or \"-- expect: unordered\" with rows in the comments below";

/// Raised while one expectation is read.
using Problem = ExpectationProblem;

/// What stands behind `expect:`; nothing for another comment.
std::optional<std::string_view> words_of(std::string_view comment) {
    std::string_view text = trim(comment);
    if (!equals_ignoring_case(text.substr(0, kWord.size()), kWord)) return std::nullopt;
    text = trim(text.substr(kWord.size()));
    if (!text.starts_with(':')) return std::nullopt;
    return trim(text.substr(1));
}

bool is_directive(std::string_view comment) {
    return trim(comment).starts_with("kedge:");
}

/// `'…'` with its quotes doubled within. Nothing if it isn't closed, or something follows.
std::optional<std::string> unquoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != '\'') {
            out += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '\'') {
            out += text[i++];
        } else {
            return i + 1 == text.size() ? std::optional(std::move(out)) : std::nullopt;
        }
    }
    return std::nullopt;
}

Cell cell_of(std::string_view text, std::size_t line) {
    text = trim(text);
    if (text == "NULL") return std::nullopt;
    if (!text.starts_with('\'')) return std::string(text);
    if (auto inner = unquoted(text)) return inner;
    throw Problem{line, fmt::format("the quotes of {} don't enclose one value", text),
                  "a quote within '...' is written twice"};
}

/// At each bar outside of quotes. Only at its beginning does a quote open a value; `don't` is a
/// word.
std::vector<Cell> cells_of(std::string_view text, std::size_t line) {
    std::vector<Cell> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '\'' && trim(text.substr(begin, i - begin)).empty()) {
            i = quoted_end(text, i, false) - 1;
            continue;
        }
        if (i < text.size() && text[i] != '|') continue;
        out.push_back(cell_of(text.substr(begin, i - begin), line));
        begin = i + 1;
    }
    return out;
}

/// `----+----` below the names of columns.
bool is_rule(std::string_view text) {
    text = trim(text);
    return text.find("--") != text.npos && text.find_first_not_of("-+| ") == text.npos;
}

/// The comments below, up to one that is none of its rows.
std::span<const Comment> rows_below(std::span<const Comment> comments, std::size_t index) {
    std::size_t end = index + 1;
    while (end < comments.size()) {
        const Comment& comment = comments[end];
        const bool follows = comment.alone && comment.line == comments[end - 1].line + 1;
        if (!follows || trim(comment.text).empty() || words_of(comment.text) ||
            is_directive(comment.text)) {
            break;
        }
        ++end;
    }
    return comments.subspan(index + 1, end - index - 1);
}

void read_table(Expectation& out, std::span<const Comment> below) {
    if (below.size() > 1 && is_rule(below[1].text)) {
        for (const std::string& name : split(below.front().text, '|')) {
            out.columns.emplace_back(trim(name));
        }
        below = below.subspan(2);
    }
    if (below.empty()) {
        throw Problem{out.line, "no rows stand in the comments below this expectation",
                      "that a query gives none is written: -- expect: empty"};
    }
    for (const Comment& comment : below) {
        std::vector<Cell> row = cells_of(comment.text, comment.line);
        const std::size_t width = !out.columns.empty()
                                      ? out.columns.size()
                                      : (out.rows.empty() ? row.size() : out.rows.front().size());
        if (row.size() != width) {
            throw Problem{
                comment.line,
                fmt::format("the row has {} value{}, and those above have {}", row.size(),
                            row.size() == 1 ? "" : "s", width),
                "a blank comment line ends the rows; a value with a bar in it needs '...'"};
        }
        out.rows.push_back(std::move(row));
    }
}

void read_error(Expectation& out, std::string_view text) {
    if (text.empty()) {
        throw Problem{out.line, "an expected error needs its code, or text of its message",
                      "for example: -- expect: error 23505"};
    }
    if (text.starts_with('\'')) {
        const Cell message = cell_of(text, out.line);
        out.message = message.value_or("");
        if (!out.message.empty()) return;
        throw Problem{out.line, "any message holds the empty text", "name a part of the message"};
    }
    constexpr std::string_view kOfCodes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const bool is_code = text.find_first_not_of(kOfCodes) == text.npos;
    (is_code ? out.code : out.message) = std::string(text);
}

Expectation read(std::span<const Comment> comments, std::size_t index, std::string_view words) {
    Expectation out;
    out.words = std::string(words);
    out.line = comments[index].line;
    const std::size_t blank = std::min(words.find_first_of(" \t"), words.size());
    const std::string first = to_lower_ascii(words.substr(0, blank));
    const std::string_view rest = trim(words.substr(blank));
    if (first.empty() || (first == "unordered" && rest.empty())) {
        out.kind = Kind::table;
        out.ordered = first.empty();
        read_table(out, rows_below(comments, index));
        return out;
    }
    if (first == "empty" && rest.empty()) return out;
    if (first == "value") {
        if (rest.empty()) {
            throw Problem{out.line, "no value stands behind \"expect: value\"",
                          "the empty text is written ''"};
        }
        out.kind = Kind::value;
        out.cell = cell_of(rest, out.line);
        return out;
    }
    if (first == "error") {
        out.kind = Kind::error;
        read_error(out, rest);
        return out;
    }
    const auto [end, trouble] =
        std::from_chars(first.data(), first.data() + first.size(), out.count);
    if (trouble == std::errc{} && end == first.data() + first.size() &&
        (equals_ignoring_case(rest, "rows") || equals_ignoring_case(rest, "row"))) {
        return out;
    }
    static const std::array<std::string, 5> known = {"empty", "value", "error", "unordered",
                                                     "rows"};
    throw Problem{out.line,
                  fmt::format("kedge doesn't know the expectation \"{}\"{}", words,
                              did_you_mean(first, known)),
                  std::string(kForms), true};
}

/// Written without its colon, it would be passed over, and nobody would know.
bool lacks_colon(const Comment& comment) {
    const std::string_view text = trim(comment.text);
    if (!equals_ignoring_case(text.substr(0, kWord.size()), kWord)) return false;
    const std::string_view rest = text.substr(kWord.size());
    if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) return false;
    try {
        return read({&comment, 1}, 0, trim(rest)).kind != Kind::table;
    } catch (const Problem&) {
        return false;
    }
}

void add(std::vector<Expectation>& out, std::span<const Comment> comments, std::size_t index,
         bool is_test) {
    const Comment& comment = comments[index];
    const auto words = words_of(comment.text);
    if (!words) {
        if (is_test && comment.alone && lacks_colon(comment)) {
            throw Problem{
                comment.line, "an expectation has a colon",
                "write: -- expect:" + std::string(trim(comment.text).substr(kWord.size()))};
        }
        return;
    }
    if (comment.inside || !comment.alone) {
        throw Problem{comment.line, "an expectation stands on a line of its own, before its query",
                      "it is about the statement that begins below it"};
    }
    Expectation made = read(comments, index, *words);
    const bool has_error = made.kind == Kind::error;
    if (!out.empty() && (has_error || out.back().kind == Kind::error)) {
        throw Problem{comment.line, "a statement that is refused can't meet another expectation",
                      "leave one of the two out"};
    }
    out.push_back(std::move(made));
}

}  // namespace

std::vector<Expectation> parse_expectations(
    std::span<const Comment> comments, bool is_test,
    const std::function<void(const ExpectationProblem&)>& on_problem) {
    std::vector<Expectation> out;
    for (std::size_t i = 0; i < comments.size(); ++i) {
        try {
            add(out, comments, i, is_test);
        } catch (const Problem& problem) {
            on_problem(problem);
        }
    }
    return out;
}

std::string refuses_expectations(std::string_view statement) {
    static constexpr std::array<std::string_view, 8> kWords = {
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"};
    for (statement = trim(statement); statement.starts_with("--") || statement.starts_with("/*");
         statement = trim(statement)) {
        const bool is_line = statement.starts_with("--");
        const std::size_t end = statement.find(is_line ? "\n" : "*/", 2);
        if (end == statement.npos) return {};
        statement.remove_prefix(end + (is_line ? 1 : 2));
    }
    std::size_t length = 0;
    while (length < statement.size() && ((statement[length] | 0x20) >= 'a') &&
           ((statement[length] | 0x20) <= 'z')) {
        ++length;
    }
    const std::string word = to_upper_ascii(statement.substr(0, length));
    return std::find(kWords.begin(), kWords.end(), word) == kWords.end() ? std::string() : word;
}

std::string expected_form(const Cell& cell) {
    if (!cell) return "NULL";
    const bool needs_quotes = cell->empty() || *cell == "NULL" || cell->front() == '\'' ||
                              trim(*cell).size() != cell->size() ||
                              cell->find('|') != std::string::npos;
    return needs_quotes ? kedge::quoted(*cell, '\'') : *cell;
}

std::string expected_form(std::span<const Cell> row) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(expected_form(cell));
    return join(cells, " | ");
}

}  // namespace kedge::script
