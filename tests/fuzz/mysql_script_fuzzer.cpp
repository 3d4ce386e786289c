// SPDX-License-Identifier: MIT
// Any bytes as a script for MySQL: what the scanner says of places, against the text; a statement
// on its own is found again; and whatever tells what a statement is takes anything.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../lines.hpp"
#include "lint/known_schema.hpp"
#include "lint/mysql/actions.hpp"
#include "lint/mysql/mentions.hpp"
#include "require.hpp"
#include "script/mysql/client_command.hpp"
#include "script/mysql/dialect.hpp"
#include "script/mysql/lock_tables.hpp"
#include "script/mysql/scanner.hpp"
#include "script/mysql/sql_mode.hpp"
#include "script/mysql/statement_kind.hpp"
#include "support/text.hpp"

using kedge::script::mysql::QuoteModes;
using kedge::script::mysql::Scanner;
using kedge::script::mysql::Statement;
using kedge::test::lines_of;
namespace mysql = kedge::script::mysql;

namespace {

/// Where in the line its character number `column` begins.
std::size_t byte_of(std::string_view line, std::size_t column) {
    std::size_t byte = 0;
    for (std::size_t at = 1; at < column; ++at) {
        REQUIRE(byte < line.size());
        byte += kedge::decode_utf8(line, byte).size;
    }
    return byte;
}

std::string_view without_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// Each byte of a run but the blanks that stand for comments is in the script where the run says.
void check_places(const Statement& statement, const std::vector<std::string_view>& lines) {
    const auto& origins = statement.origins;
    REQUIRE(!origins.empty() && origins.front().offset == 0);
    for (std::size_t i = 0; i < origins.size(); ++i) {
        const std::size_t end =
            i + 1 < origins.size() ? origins[i + 1].offset : statement.text.size();
        REQUIRE(origins[i].offset < end);
        REQUIRE(origins[i].line >= 1 && origins[i].line <= lines.size());
        std::string_view run =
            std::string_view(statement.text).substr(origins[i].offset, end - origins[i].offset);
        std::size_t line = origins[i].line - 1;
        std::size_t byte = byte_of(without_end(lines[line]), origins[i].column);
        for (bool more = true; more;) {
            const std::size_t length = std::min(run.find('\n'), run.size());
            const std::string_view there = without_end(lines[line]).substr(byte, length);
            REQUIRE(there == run.substr(0, length) || run == " ");
            more = length < run.size() && ++line < lines.size();
            byte = 0;
            if (more) run.remove_prefix(length + 1);
        }
    }
}

std::vector<Statement> scan(const std::vector<std::string_view>& lines, QuoteModes modes,
                            std::string delimiter) {
    std::vector<Statement> out;
    Scanner scanner;
    scanner.set_modes(modes);
    scanner.set_delimiter(delimiter);
    std::size_t number = 0;
    const auto take = [&] {
        Statement taken = scanner.take();
        REQUIRE(scanner.statement().empty());
        if (!taken.empty()) out.push_back(std::move(taken));
    };
    for (const std::string_view whole : lines) {
        const std::string_view line = without_end(whole);
        scanner.set_line(line, ++number);
        std::size_t last = 0;
        for (auto stop = scanner.scan(); stop != Scanner::Stop::line_end; stop = scanner.scan()) {
            REQUIRE(scanner.position() > last && scanner.position() <= line.size());
            last = scanner.position();
            if (stop == Scanner::Stop::statement) {
                REQUIRE(line.substr(0, last).ends_with(delimiter));
                take();
                continue;
            }
            REQUIRE(line[last - 1] == scanner.letter() && line[last - 2] == '\\');
            // The reader refuses it, and it may be but a part of a character.
            if ((scanner.letter() & '\x80') != 0) return out;
            const auto* const info = mysql::command_of_letter(scanner.letter());
            if (scanner.letter() == 'g') take();
            if (scanner.letter() == 'd') {
                const auto given = mysql::first_argument(line.substr(last - 2));
                if (given) scanner.set_delimiter(delimiter = *given);
            }
            if (info != nullptr && info->takes_parameters) scanner.skip_parameters();
            REQUIRE(scanner.position() >= last && scanner.position() <= line.size());
            last = std::min(last, scanner.position() - 1);
        }
        REQUIRE(scanner.position() == line.size());
        static_cast<void>(mysql::command_of_text(line, delimiter));
        static_cast<void>(mysql::rest_behind(line));
    }
    take();
    return out;
}

/// What lint reads of it: places within the statement, and a schema that takes whatever it is told.
void check_actions(const std::string& alone, QuoteModes modes, kedge::lint::KnownSchema& schema) {
    constexpr std::size_t kMostTokens = 10000;
    const mysql::Tokens tokens(alone, kMostTokens, modes);
    kedge::lint::mysql::ActionMaker maker(alone, tokens);
    for (const kedge::lint::Action& action : maker.make()) {
        REQUIRE(action.offset <= alone.size());
        schema.apply(action);
    }
    REQUIRE(maker.problem_offset() <= alone.size());
    for (const kedge::lint::Mention& mention : kedge::lint::mysql::mentions_in(tokens, 0)) {
        REQUIRE(mention.offset <= alone.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    // The reader refuses these.
    for (char& c : text) {
        if (c == '\0') c = ' ';
    }
    const std::vector<std::string_view> lines = lines_of(text);
    const mysql::MysqlDialect dialect;
    for (const QuoteModes modes :
         {QuoteModes{}, QuoteModes{true, false}, QuoteModes{false, true}}) {
        mysql::SqlMode sql_mode;
        kedge::lint::KnownSchema schema;
        schema.begin_change();
        for (const Statement& statement : scan(lines, modes, ";")) {
            check_places(statement, lines);
            const std::string& alone = statement.text;
            const auto head = mysql::head_of(alone, modes);
            static_cast<void>(mysql::title_of(head));
            static_cast<void>(dialect.control(alone));
            static_cast<void>(dialect.settlement(alone));
            static_cast<void>(dialect.characteristics(alone));
            sql_mode.note(alone);
            REQUIRE(mysql::first_statement_end(alone, modes) <= alone.size());
            REQUIRE(mysql::lock_tables_with(alone, "j").size() >= alone.size());
            check_actions(alone, modes, schema);
        }
    }
    return 0;
}
