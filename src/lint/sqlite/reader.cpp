// SPDX-License-Identifier: MIT
#include "lint/sqlite/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "lint/sqlite/actions.hpp"
#include "lint/sqlite/rebuilds.hpp"
#include "script/sqlite/analysis.hpp"
#include "script/sqlite/chunk_reader.hpp"
#include "script/sqlite/dialect.hpp"
#include "script/sqlite/dot_command.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

namespace shell = script::sqlite;

/// One walk over a script and what it includes.
class Walk {
  public:
    Walk(Replay& replay, ScriptText& out) : replay_(replay), rebuilds_(replay), out_(out) {}

    void run(const std::string& path) {
        read_file(path, 0);
        rebuilds_.conclude(out_);
    }

  private:
    void read_file(const std::string& path, std::size_t depth) {
        shell::ChunkReader chunk(path);
        if (std::find(out_.files.begin(), out_.files.end(), path) == out_.files.end()) {
            out_.files.push_back(path);
        }
        for (;;) {
            const auto kind = chunk.next();
            if (kind == shell::ChunkReader::Kind::end) return;
            if (kind == shell::ChunkReader::Kind::dot_command) {
                if (!dot_command(chunk, depth)) return;
                continue;
            }
            // The analysis tells of it.
            if (chunk.text().find('\0') != std::string::npos) return;
            for (const shell::Found& found : chunk.statements()) statement(chunk, found);
        }
    }

    /// False at the file's end.
    bool dot_command(const shell::ChunkReader& chunk, std::size_t depth) {
        const shell::DotLine line = shell::parse_dot_line(trim(chunk.text()));
        if (line.command == shell::DotCommand::stop) return false;
        if (line.command == shell::DotCommand::refused) out_.has_client_commands = true;
        if (line.command != shell::DotCommand::read || too_deep_) return true;
        if (depth == shell::kDeepestInclude) {
            too_deep_ = true;
            return true;
        }
        try {
            read_file(line.arguments.at(0), depth + 1);
        } catch (const Failure&) {
            // The analysis tells of it.
            return true;
        }
        return true;
    }

    void statement(const shell::ChunkReader& chunk, const shell::Found& found) {
        Statement made;
        made.source.text = chunk.text().substr(found.begin, found.end - found.begin);
        made.source.file = chunk.path();
        const std::size_t newline = chunk.text().rfind('\n', found.begin);
        const std::size_t line_start =
            newline == std::string::npos || found.begin == 0 ? 0 : newline + 1;
        const std::string_view before =
            std::string_view(chunk.text()).substr(line_start, found.begin - line_start);
        made.source.origins = {
            {0, chunk.line_of(found.begin), count_characters(before) + 1, false}};
        made.source.statements = {{0, made.source.text.size()}};
        made.actions = actions_of(made.source.text);
        made.mentions = mentions_of(made.source.text);
        rebuilds_.before(made);
        replay_.take(made);
        rebuilds_.after(made, out_.statements.size());
        out_.statements.push_back(std::move(made));
    }

    Replay& replay_;
    Rebuilds rebuilds_;
    ScriptText& out_;
    bool too_deep_ = false;
};

/// Adds a script's text and that of what it includes; false if it is more than is written by hand.
bool add_text(const std::string& path, std::size_t depth, std::string& out) {
    constexpr std::uintmax_t kMost = 16 << 20;
    std::error_code trouble;
    const std::uintmax_t size = std::filesystem::file_size(path, trouble);
    if (trouble) return true;  // the analysis tells of it
    if (out.size() + size > kMost) return false;
    const std::string text = read_file_if_exists(path).value_or("");
    out += text;
    out += '\n';
    if (depth == shell::kDeepestInclude || text.find(".read") == std::string::npos) return true;
    for (const std::string& each : split(text, '\n')) {
        if (!each.starts_with(".read")) continue;
        const shell::DotLine line = shell::parse_dot_line(trim(each));
        if (line.command == shell::DotCommand::read && !line.arguments.empty() &&
            !add_text(line.arguments.front(), depth + 1, out)) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> text_of(const std::string& path) {
    std::string out;
    return add_text(path, 0, out) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

ScriptText SqliteReader::read(const script::Script& script) {
    static const shell::SqliteDialect dialect;
    ScriptText out = looked_over(script, dialect);
    const bool lasts = script.purpose == script::Purpose::deploy && !out.analysis.rolls_back;
    replay_.begin_script(text_of(script.path), lasts);
    Walk(replay_, out).run(script.path);
    replay_.end_script();
    return out;
}

LiveTables SqliteReader::live(db::Connection& connection) const {
    LiveTables out;
    const auto version = connection.query("SELECT sqlite_version()");
    if (!version.empty()) out.version = ServerVersion::parse(db::text_of(version.front().at(0)));
    const auto rows = connection.query(
        "SELECT type, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid");
    for (const db::Row& row : rows) {
        Name table{{}, db::text_of(row.at(1))};
        if (db::text_of(row.at(0)) == "table" &&
            !to_lower_ascii(db::text_of(row.at(2))).starts_with("create virtual")) {
            // Counting is reading all of it; from here on a table is large whatever it has.
            constexpr int kEnough = 1'000'000;
            const auto counted =
                connection.query(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {})",
                                             kedge::quoted(table.name, '"'), kEnough));
            out.sizes.push_back({table, {std::get<std::int64_t>(counted.at(0).at(0)), 0}});
        }
        out.definitions.emplace_back(std::move(table), db::text_of(row.at(2)));
    }
    return out;
}

}  // namespace kedge::lint::sqlite
