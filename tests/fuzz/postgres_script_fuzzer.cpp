// SPDX-License-Identifier: MIT
// Any bytes as a script for PostgreSQL: the scanner, which goes line by line, against a model that
// looks at the text as a whole; what it says of places, against the text; and the reader of psql's
// commands at each backslash.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../lines.hpp"
#include "require.hpp"
#include "script/postgres/meta_line.hpp"
#include "script/postgres/scanner.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

using kedge::script::postgres::MetaLine;
using kedge::script::postgres::Scanner;
using kedge::script::postgres::Statement;
using kedge::test::lines_of;

namespace {

/// A command of psql's in the text, from its backslash to where SQL goes on.
struct Command {
    std::size_t end;
    bool sends;  ///< what was gathered before it is taken
};
using Commands = std::map<std::size_t, Command>;

/// A statement in the text, from its first byte to behind its semicolon.
struct Found {
    Statement statement;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool ended = false;  ///< by a semicolon
};

struct Script {
    std::vector<Found> statements;
    Commands commands;
    std::string open;  ///< at the end of the text
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & '\x80') != 0;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_space(char c) {
    return c != '\0' && std::string_view(" \t\n\r\f\v").find(c) != std::string_view::npos;
}

/// The same rules, written down for a whole text that nothing is put into.
class Model {
  public:
    Model(std::string_view text, const Commands& commands, bool standard_strings)
        : text_(text), commands_(commands), standard_strings_(standard_strings) {}

    void check(const Script& script) {
        std::size_t next = 0;
        const auto check_next = [&](std::size_t end, bool ended) {
            if (begin_ == kNone) return;
            REQUIRE(next < script.statements.size());
            const Found& found = script.statements[next++];
            REQUIRE(found.begin == begin_ && found.end == end && found.ended == ended);
            REQUIRE(found.statement.compound == compound_);
        };
        while (at_ < text_.size()) {
            switch (step()) {
                case Step::on:
                    break;
                case Step::ended:
                    check_next(at_, true);
                    reset();
                    break;
                case Step::sent:
                    check_next(sent_at_, false);
                    reset();
                    break;
            }
        }
        check_next(text_.size(), false);
        REQUIRE(next == script.statements.size());
        if (open_.empty() && depth_ > 0) open_ = "parentheses";
        if (open_.empty() && blocks_ > 0) open_ = "the body of a function";
        REQUIRE(script.open == open_);
    }

  private:
    enum class Step { on, ended, sent };
    static constexpr std::size_t kNone = std::string_view::npos;

    [[nodiscard]] char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[nodiscard]] bool looking_at(std::string_view word) const {
        return text_.substr(at_, word.size()) == word;
    }
    void reset() {
        begin_ = kNone;
        depth_ = blocks_ = 0;
        compound_ = false;
        words_.clear();
    }
    /// What stands here belongs to the statement.
    void begin() {
        if (begin_ == kNone) begin_ = at_;
    }
    void skip_letters_and_digits(bool dollars) {
        while (at_ < text_.size() &&
               (is_letter(text_[at_]) || is_digit(text_[at_]) || (dollars && text_[at_] == '$'))) {
            ++at_;
        }
    }
    /// Past a `--` comment, if one is here.
    bool skip_line_comment() {
        if (!looking_at("--")) return false;
        at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
        return true;
    }

    Step step() {
        const char c = text_[at_];
        if (is_space(c)) {
            ++at_;
            return Step::on;
        }
        if (skip_line_comment()) return Step::on;
        if (c == '\\') return backslash();
        begin();
        if (c == ';' && depth_ == 0 && blocks_ == 0) {
            ++at_;
            return Step::ended;
        }
        if (looking_at("/*")) {
            comment();
        } else if (c == '\'') {
            string(!standard_strings_);
        } else if (c == '"') {
            name();
        } else if (c == '$') {
            dollar();
        } else if (c == ':') {
            colon();
        } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            number();
        } else if (is_letter(c)) {
            word();
        } else {
            if (c == '(') ++depth_;
            if (c == ')' && depth_ > 0) --depth_;
            ++at_;
        }
        return Step::on;
    }

    Step backslash() {
        if (peek(1) == ';' || peek(1) == ':') {
            ++at_;
            begin();
            if (text_[at_++] == ';') {
                compound_ = true;
                words_.clear();
            }
            return Step::on;
        }
        const auto command = commands_.find(at_);
        REQUIRE(command != commands_.end());
        sent_at_ = at_;
        at_ = command->second.end;
        return command->second.sends ? Step::sent : Step::on;
    }

    void comment() {
        open_ = "a comment";
        int nesting = 0;
        while (at_ < text_.size()) {
            if (looking_at("/*")) {
                ++nesting;
                at_ += 2;
            } else if (looking_at("*/")) {
                --nesting;
                at_ += 2;
            } else {
                ++at_;
            }
            if (nesting == 0) {
                open_.clear();
                return;
            }
        }
    }

    /// To behind the quote that closes what the quote here opens; false if none does.
    bool skip_quoted(bool escapes) {
        const char quote = text_[at_++];
        for (; at_ < text_.size(); ++at_) {
            if (escapes && text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == quote) {
                ++at_;
                if (peek(0) != quote) return true;
            }
        }
        at_ = text_.size();
        return false;
    }

    void name() {
        if (!skip_quoted(false)) open_ = "a quoted name";
    }

    void string(bool escapes) {
        for (;;) {
            if (!skip_quoted(escapes)) {
                open_ = "a string";
                return;
            }
            // It goes on behind a line end, in its own way.
            const std::size_t end = at_;
            bool line_end = false;
            for (;;) {
                const auto command = commands_.find(at_);
                if (at_ < text_.size() && is_space(text_[at_])) {
                    line_end = line_end || text_[at_] == '\n' || text_[at_] == '\r';
                    ++at_;
                } else if (command != commands_.end() && !command->second.sends) {
                    at_ = command->second.end;
                } else if (!skip_line_comment()) {
                    break;
                }
            }
            if (!line_end || peek(0) != '\'') {
                at_ = end;
                return;
            }
        }
    }

    void dollar() {
        const std::size_t tag = at_++;
        if (is_digit(peek(0))) {
            while (is_digit(peek(0))) ++at_;
            if (is_letter(peek(0))) skip_letters_and_digits(true);
            return;
        }
        skip_letters_and_digits(false);
        if (peek(0) != '$') {
            at_ = tag + 1;
            return;
        }
        ++at_;
        const std::string_view delimiter = text_.substr(tag, at_ - tag);
        const std::size_t end = text_.find(delimiter, at_);
        if (end == kNone) {
            open_ = "a dollar-quoted string";
            at_ = text_.size();
        } else {
            at_ = end + delimiter.size();
        }
    }

    void colon() {
        if (looking_at("::") || looking_at(":=")) {
            at_ += 2;
            return;
        }
        constexpr std::array<std::pair<std::string_view, char>, 3> kQuoted = {
            {{":'", '\''}, {":\"", '"'}, {":{?", '}'}}};
        const std::size_t colon = at_;
        for (const auto& [opening, closing] : kQuoted) {
            if (!looking_at(opening)) continue;
            at_ += opening.size();
            const std::size_t first = at_;
            skip_letters_and_digits(false);
            if (at_ > first && peek(0) == closing) {
                ++at_;
                return;
            }
            at_ = colon;
        }
        ++at_;
        skip_letters_and_digits(false);
    }

    void number() {
        while (is_digit(peek(0))) ++at_;
        if (peek(0) == '.' && peek(1) != '.') {
            ++at_;
            while (is_digit(peek(0))) ++at_;
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            if (peek(1) == '+' || peek(1) == '-') {
                at_ += 2;
                if (!is_digit(peek(0))) return;
                while (is_digit(peek(0))) ++at_;
            }
        }
        if (is_letter(peek(0))) skip_letters_and_digits(true);
    }

    void word() {
        const std::size_t start = at_;
        for (const std::string_view prefix : {"e'", "b'", "x'", "u&'", "u&\""}) {
            const std::string_view here = text_.substr(at_, prefix.size());
            if (!kedge::equals_ignoring_case(here, prefix)) continue;
            at_ += prefix.size() - 1;
            if (prefix.ends_with('"')) {
                name();
            } else {
                string(prefix == "e'");
            }
            return;
        }
        skip_letters_and_digits(true);
        const std::string word = kedge::to_lower_ascii(text_.substr(start, at_ - start));
        if (words_.size() < 4) words_.push_back(word);
        const std::string head = kedge::join(words_, " ") + " ";
        const bool in_routine = head.starts_with("create function ") ||
                                head.starts_with("create procedure ") ||
                                head.starts_with("create or replace function ") ||
                                head.starts_with("create or replace procedure ");
        if (!in_routine || depth_ > 0) return;
        if (word == "begin" || (word == "case" && blocks_ > 0)) ++blocks_;
        if (word == "end" && blocks_ > 0) --blocks_;
    }

    std::string_view text_;
    const Commands& commands_;
    bool standard_strings_;
    std::size_t at_ = 0;
    std::size_t begin_ = kNone;
    std::size_t sent_at_ = 0;
    std::size_t depth_ = 0;
    std::size_t blocks_ = 0;
    bool compound_ = false;
    std::vector<std::string> words_;
    std::string open_;
};

/// Where in the line its character number `column` begins.
std::size_t byte_of(std::string_view line, std::size_t column) {
    std::size_t byte = 0;
    for (std::size_t at = 1; at < column; ++at) {
        REQUIRE(byte < line.size());
        byte += kedge::decode_utf8(line, byte).size;
    }
    return byte;
}

std::optional<std::string> no_variables(std::string_view) {
    return std::nullopt;
}

/// Values that open, close and end what stands around them.
std::optional<std::string> odd_variables(std::string_view name) {
    static const std::map<std::string, std::string, std::less<>> kValues = {
        {"a", "'"},   {"b", ";"},   {"c", "x 'y;' (:a)"}, {"d", "$$"},         {"e", ""},
        {"f", "\\;"}, {"g", ":g;"}, {"h", "/* \n"},       {"i", "E'\\'\n'\\'"}};
    const auto value = kValues.find(name);
    return value == kValues.end() ? std::nullopt : std::optional(value->second);
}

/// Reads the command behind the backslash before `position`; where SQL goes on.
std::size_t read_command(std::string_view line, std::size_t position,
                         const Scanner::Variables& variables, std::string& name) {
    try {
        MetaLine command(line, position, variables,
                         [](const std::string& text) { return std::optional(text); });
        name = command.name();
        REQUIRE(line.substr(position, name.size()) == name);
        if (name.starts_with('w')) {
            const std::string rest = command.whole_line();
            REQUIRE(line.find(rest, position) != line.npos && kedge::trim(rest) == rest);
        }
        if (name.starts_with('s')) static_cast<void>(command.sql_name());
        if (name.starts_with('a')) static_cast<void>(command.argument());
        bool ignored = false;
        const std::size_t end = command.finish(ignored);
        REQUIRE(end >= position + name.size() && end <= line.size());
        // It ends with the line, behind two backslashes, or before the next command.
        REQUIRE(end == line.size() || line[end] == '\\' || line.substr(0, end).ends_with("\\\\"));
        return end;
    } catch (const kedge::Failure& failure) {
        const kedge::Error& error = failure.error();
        REQUIRE(error.kind == kedge::ErrorKind::script);
        REQUIRE(error.where.column > position && error.where.column <= line.size());
        REQUIRE(std::string_view("'\"`").find(line[error.where.column - 1]) != line.npos);
        return line.size();
    }
}

Script scan(std::string_view text, bool standard_strings, const Scanner::Variables& variables) {
    Script out;
    Scanner scanner(variables);
    scanner.set_standard_strings(standard_strings);
    const std::vector<std::string_view> lines = lines_of(text);
    std::vector<std::size_t> starts;
    const auto add = [&](std::size_t end, bool ended) {
        if (scanner.statement().empty()) return;
        Found found{scanner.take(), 0, end, ended};
        REQUIRE(scanner.statement().empty() && !scanner.statement().compound && scanner.at_top());
        REQUIRE(!found.statement.origins.empty());
        const auto& first = found.statement.origins.front();
        REQUIRE(first.line >= 1 && first.line <= lines.size());
        found.begin = starts[first.line - 1] + byte_of(lines[first.line - 1], first.column);
        out.statements.push_back(std::move(found));
    };
    std::size_t start = 0;
    for (const std::string_view line : lines) {
        starts.push_back(start);
        scanner.set_line(line, starts.size());
        std::size_t last = 0;
        for (auto stop = scanner.scan(); stop != Scanner::Stop::line_end; stop = scanner.scan()) {
            const std::size_t at = scanner.position();
            REQUIRE(at >= last && at <= line.size());
            last = at;
            if (stop == Scanner::Stop::statement) {
                REQUIRE(scanner.statement().text.ends_with(';'));
                REQUIRE(scanner.at_top());
                add(start + at, true);
                continue;
            }
            REQUIRE(at > 0 && line[at - 1] == '\\');
            std::string name;
            const std::size_t end = read_command(line, at, variables, name);
            const bool sends = name.starts_with('g');
            if (sends) {
                add(start + at - 1, false);
                static_cast<void>(scanner.take());
            }
            scanner.set_position(end);
            REQUIRE(scanner.position() >= at || line.ends_with('\n'));
            out.commands[start + at - 1] = {start + scanner.position(), sends};
        }
        REQUIRE(scanner.position() == line.size());
        start += line.size();
    }
    out.open = scanner.open_construct();
    REQUIRE(scanner.at_top() == out.open.empty());
    add(text.size(), false);
    return out;
}

/// Each byte that isn't of a variable must stand in the script where the statement says it does.
void check_places(const Statement& statement, const std::vector<std::string_view>& lines) {
    const auto& origins = statement.origins;
    REQUIRE(!origins.empty() && origins.front().offset == 0);
    for (std::size_t i = 0; i < origins.size(); ++i) {
        const auto& run = origins[i];
        const std::size_t end =
            i + 1 < origins.size() ? origins[i + 1].offset : statement.text.size();
        REQUIRE(run.offset < end || (run.offset == end && i + 1 == origins.size()));
        REQUIRE(run.line >= (i > 0 ? origins[i - 1].line : 1) && run.line <= lines.size());
        const std::string_view line = lines[run.line - 1];
        const std::size_t byte = byte_of(line, run.column);
        if (run.substituted) {
            REQUIRE(line.substr(byte).starts_with(':'));
            const auto place = statement.place_of(end - 1);
            REQUIRE(place.substituted && place.line == run.line && place.column == run.column);
            continue;
        }
        const std::string_view text =
            std::string_view(statement.text).substr(run.offset, end - run.offset);
        REQUIRE(line.substr(byte, text.size()) == text);
        for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 8) {
            if ((text[at] & '\x80') != 0) continue;
            const auto place = statement.place_of(run.offset + at);
            REQUIRE(!place.substituted && place.line == run.line);
            REQUIRE(place.column == kedge::count_characters(line.substr(0, byte + at)) + 1);
        }
    }
}

/// A statement that stands in the script in one piece is found again if it is all that there is.
/// Not so one that begins with `\:`, of which only the colon is its own.
void check_alone(const Found& found, std::string_view text, bool standard_strings) {
    if (found.begin > 0 && text[found.begin - 1] == '\\') return;
    const std::string& alone = found.statement.text;
    if (alone != text.substr(found.begin, found.end - found.begin)) return;
    const Script again = scan(alone, standard_strings, no_variables);
    REQUIRE(again.statements.size() == 1 && again.commands.empty());
    REQUIRE(again.statements.front().statement.text == alone);
    REQUIRE(again.statements.front().ended == found.ended);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::vector<std::string_view> lines = lines_of(text);
    for (const bool standard_strings : {true, false}) {
        const Script script = scan(text, standard_strings, no_variables);
        Model(text, script.commands, standard_strings).check(script);
        for (const Found& found : script.statements) {
            check_places(found.statement, lines);
            if (!found.statement.compound) check_alone(found, text, standard_strings);
        }
        for (const Found& found : scan(text, standard_strings, odd_variables).statements) {
            check_places(found.statement, lines);
        }
    }
    return 0;
}
