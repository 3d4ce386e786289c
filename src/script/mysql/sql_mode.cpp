// SPDX-License-Identifier: MIT
#include "script/mysql/sql_mode.hpp"

#include <array>
#include <charconv>

#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

constexpr std::size_t kMostTokens = 400;
// The bits of sql_mode as a number.
constexpr unsigned long long kAnsiQuotes = 4;
constexpr unsigned long long kNoBackslashEscapes = 1ULL << 20U;

QuoteModes of_list(std::string_view list) {
    // These stand for several, ANSI_QUOTES among them.
    static constexpr std::array<std::string_view, 7> kWithAnsiQuotes = {
        "ansi_quotes", "ansi", "db2", "maxdb", "mssql", "oracle", "postgresql"};
    QuoteModes out;
    for (const std::string& word : split(list, ',')) {
        const std::string mode = to_lower_ascii(trim(word));
        for (const std::string_view known : kWithAnsiQuotes) {
            out.ansi_quotes = out.ansi_quotes || mode == known;
        }
        out.no_backslash_escapes = out.no_backslash_escapes || mode == "no_backslash_escapes";
    }
    return out;
}

std::optional<QuoteModes> of_number(std::string_view text) {
    unsigned long long bits = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return QuoteModes{(bits & kAnsiQuotes) != 0, (bits & kNoBackslashEscapes) != 0};
}

}  // namespace

SqlMode::SqlMode(std::string_view initial) : initial_(of_list(initial)), modes_(initial_) {}

void SqlMode::note(std::string_view statement) {
    // Most statements are none that could matter.
    if (to_lower_ascii(statement.substr(0, 4096)).find("sql_mode") == std::string::npos) return;
    const Tokens tokens(statement, kMostTokens, modes_);
    if (!tokens.at(0).is("SET") || tokens.at(1).is("STATEMENT")) return;
    std::size_t begin = 1;
    for (std::size_t at = 1; at <= tokens.size(); ++at) {
        const bool ends =
            at == tokens.size() || (tokens.at(at).depth == 0 && tokens.at(at).is(","));
        if (!ends) continue;
        assign(tokens, begin, at);
        begin = at + 1;
    }
}

void SqlMode::assign(const Tokens& tokens, std::size_t begin, std::size_t end) {
    std::size_t equals = begin;
    while (equals < end && !tokens.at(equals).is("=")) ++equals;
    if (equals >= end || equals == begin) return;
    const std::size_t last = tokens.at(equals - 1).is(":") ? equals - 2 : equals - 1;
    const Token& target = tokens.at(last);
    const auto value = value_of(tokens, equals + 1, end);
    if (tokens.at(begin).is("@") && !tokens.at(begin + 1).is("@")) {
        const std::string name = to_lower_ascii(target.raw);
        if (value) {
            kept_[name] = *value;
        } else {
            kept_.erase(name);
        }
        return;
    }
    if (to_lower_ascii(target.raw) != "sql_mode" || !value) return;
    for (std::size_t at = begin; at < last; ++at) {
        if (tokens.at(at).is_any({"GLOBAL", "PERSIST", "PERSIST_ONLY"})) return;
    }
    modes_ = *value;
}

std::optional<QuoteModes> SqlMode::value_of(const Tokens& tokens, std::size_t begin,
                                            std::size_t end) const {
    const Token& first = tokens.at(begin);
    if (begin >= end) return std::nullopt;
    if (end == begin + 1) {
        if (first.is("DEFAULT")) return initial_;
        if (const auto bits = of_number(first.raw)) return bits;
        if (first.kind == Token::Kind::symbol) return std::nullopt;
        return of_list(first.raw);
    }
    if (first.is("@")) {
        if (!tokens.at(begin + 1).is("@")) {
            const auto kept = kept_.find(to_lower_ascii(tokens.at(begin + 1).raw));
            return kept == kept_.end() || end != begin + 2 ? std::nullopt
                                                           : std::optional(kept->second);
        }
        if (to_lower_ascii(tokens.at(end - 1).raw) != "sql_mode") return std::nullopt;
        return tokens.at(begin + 2).is("GLOBAL") ? initial_ : modes_;
    }
    const bool is_call = tokens.at(begin + 1).is("(") && tokens.at(end - 1).is(")");
    if (!is_call || !first.is_any({"CONCAT", "CONCAT_WS", "REPLACE"})) return std::nullopt;
    std::optional<QuoteModes> out;
    const std::size_t depth = tokens.at(begin + 1).depth + 1;
    std::size_t argument = begin + 2;
    for (std::size_t at = argument, count = 0; at < end; ++at) {
        const bool ends = at + 1 == end || (tokens.at(at).depth == depth && tokens.at(at).is(","));
        if (!ends) continue;
        const auto part = value_of(tokens, argument, at);
        if (!part) return std::nullopt;
        if (first.is("REPLACE") && count == 1 && out) {
            // What is put in its place is mostly nothing.
            if (part->ansi_quotes) out->ansi_quotes = false;
            if (part->no_backslash_escapes) out->no_backslash_escapes = false;
        } else if (out) {
            out->ansi_quotes = out->ansi_quotes || part->ansi_quotes;
            out->no_backslash_escapes = out->no_backslash_escapes || part->no_backslash_escapes;
        } else {
            out = part;
        }
        argument = at + 1;
        ++count;
    }
    return out;
}

}  // namespace kedge::script::mysql
