// SPDX-License-Identifier: MIT
#include "lint/exceptions.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "script/directive.hpp"
#include "script/source.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

/// The comment at the end of a line that speaks to kedge, with its offset.
std::optional<std::pair<std::string, std::size_t>> comment_of(const std::string& line) {
    for (std::size_t at = line.find("--"); at != line.npos; at = line.find("--", at + 1)) {
        if (auto text = script::directive_of(std::string_view(line).substr(at))) {
            return std::pair(std::move(*text), at);
        }
    }
    return std::nullopt;
}

std::optional<Exception> exception_of(const std::string& line) {
    const auto comment = comment_of(line);
    if (!comment) return std::nullopt;
    std::string_view rest = comment->first;
    Exception out;
    const std::size_t word_end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string word = to_lower_ascii(rest.substr(0, word_end));
    if (word != "allow" && word != "allow-file") return std::nullopt;
    out.whole_file = word == "allow-file";
    rest = trim(rest.substr(word_end));
    const std::size_t rule_end = std::min(rest.find_first_of(" \t"), rest.size());
    out.rule = std::string(rest.substr(0, rule_end));
    out.reason = std::string(trim(rest.substr(rule_end)));
    out.where.column = count_characters(std::string_view(line).substr(0, comment->second)) + 1;
    return out;
}

struct Lines {
    std::size_t first;
    std::size_t last;
};

void find_statement(Exception& exception, const std::vector<Lines>& statements) {
    const std::size_t line = exception.where.line;
    exception.at_head = statements.empty() || statements.front().first >= line;
    for (const Lines& statement : statements) {
        if (statement.last < line) continue;
        const bool is_around = statement.first <= line;
        if (exception.first_line != 0 && !is_around) break;
        if (exception.first_line == 0) exception.first_line = statement.first;
        exception.last_line = statement.last;
        if (!is_around) break;
    }
}

}  // namespace

bool Exception::covers(const std::string& finding_rule, const Location& finding, std::size_t first,
                       std::size_t last) const {
    if (reason.empty() || rule != finding_rule || where.file != finding.file) return false;
    if (whole_file) return true;
    if (first == 0) {
        // About a line of its own, or about the whole.
        return at_head || finding.line == where.line || finding.line == where.line + 1 ||
               (finding.line >= first_line && finding.line <= last_line);
    }
    return first <= last_line && last >= first_line;
}

std::vector<Exception> exceptions_in(const ScriptText& script) {
    std::vector<Exception> out;
    for (const std::string& file : script.files) {
        std::vector<Lines> statements;
        for (const Statement& statement : script.statements) {
            if (statement.source.file == file) {
                statements.push_back({statement.first_line(), statement.last_line()});
            }
        }
        script::LineReader lines(file);
        for (std::string line; lines.next(line);) {
            if (line.find("kedge:") == line.npos) continue;
            auto found = exception_of(line);
            if (!found) continue;
            found->where.file = file;
            found->where.line = lines.line();
            find_statement(*found, statements);
            out.push_back(std::move(*found));
        }
    }
    return out;
}

}  // namespace kedge::lint
