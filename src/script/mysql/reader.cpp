// SPDX-License-Identifier: MIT
#include "script/mysql/reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/mysql/statement_kind.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

/// The client keeps no more of a delimiter.
constexpr std::size_t kLongestDelimiter = 15;

/// Those in whose characters a byte may look like a backslash or a quote.
constexpr std::array<std::string_view, 5> kUnsafeCharsets = {"big5", "cp932", "gb18030", "gbk",
                                                             "sjis"};

}  // namespace

Reader::Reader(const std::string& path, std::string_view sql_mode, OnError on_error)
    : on_error_(std::move(on_error)), top_path_(path), sql_mode_(sql_mode) {
    open(path, true);
}

void Reader::open(const std::string& path, bool is_first) {
    if (files_.size() > kDeepestInclude) {
        // One error is enough: files that include each other twice would give millions.
        if (!std::exchange(too_deep_, true)) {
            fail(fmt::format("source nests deeper than {} files", kDeepestInclude),
                 "does a file include itself?");
        }
        return;
    }
    try {
        files_.push_back({LineReader(path), Scanner()});
    } catch (const Failure& failure) {
        if (is_first) throw;
        fail(failure.error().message, "its path counts from the folder that kedge runs in");
        return;
    }
    files_.back().scanner.set_delimiter(delimiter_);
    files_.back().scanner.set_modes(sql_mode_.modes());
}

void Reader::fail(std::string message, std::string hint) {
    Error error;
    error.kind = ErrorKind::script;
    error.message = std::move(message);
    error.hint = std::move(hint);
    error.where = {path(), line(), 0};
    on_error_(std::move(error));
}

bool Reader::next_line(File& file) {
    std::string text;
    if (!file.lines.next(text)) return false;
    std::string_view line = text;
    if (file.lines.line() == 1 && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    if (line.ends_with('\n')) {
        line.remove_suffix(1);
        if (line.ends_with('\r')) line.remove_suffix(1);
    }
    if (line.find('\0') != line.npos) {
        fail("the script has a NUL byte", "is it UTF-16? save it as UTF-8");
        std::replace(text.begin(), text.end(), '\0', ' ');
    }
    note_directive(file, line);
    file.scanner.set_line(line, file.lines.line());
    file.has_line = true;
    return true;
}

void Reader::note_directive(const File& file, std::string_view line) {
    if (!file.scanner.at_top() || !file.scanner.statement().empty()) return;
    if (auto text = directive_of(line)) {
        directives_.push_back({*std::move(text), file.lines.line(), file.lines.path()});
    }
}

Reader::Item Reader::next() {
    if (!more_.empty()) {
        if (const auto item = give(std::exchange(more_, {}), vertical_)) return *item;
    }
    while (!files_.empty()) {
        File& file = files_.back();
        Scanner& scanner = file.scanner;
        if (!file.has_line) {
            if (!next_line(file)) {
                if (const auto item = end_of_file(file)) return *item;
                continue;
            }
            if (scanner.statement().empty() && scanner.at_top()) {
                const std::string line(scanner.line());
                if (const auto* const info = command_of_text(line, delimiter_)) {
                    scanner.skip_line();
                    file.has_line = false;
                    if (const auto item = obey(file, *info, line)) return *item;
                    continue;
                }
            }
        }
        std::optional<Item> item;
        const Scanner::Stop stop = scanner.scan();
        for (Comment& comment : scanner.take_comments()) {
            file.comments.push_back(std::move(comment));
        }
        switch (stop) {
            case Scanner::Stop::line_end:
                file.has_line = false;
                break;
            case Scanner::Stop::statement: {
                Statement taken = scanner.take();
                const auto* const info = command_of_text(taken.text, delimiter_);
                item = info != nullptr ? obey_statement(file, *info, taken.text)
                                       : give(std::move(taken), false);
                break;
            }
            case Scanner::Stop::command:
                item = obey_letter(file);
                break;
        }
        if (item) return *item;
    }
    return Item::end;
}

std::optional<Reader::Item> Reader::give(Statement statement, bool vertical) {
    if (statement.empty()) return std::nullopt;
    // Under another delimiter the server itself parts what is in one text.
    if (delimiter_ != ";") split(statement);
    statement_ = std::move(statement);
    if (!files_.empty()) comments_ = std::exchange(files_.back().comments, {});
    vertical_ = vertical;
    statement_modes_ = sql_mode_.modes();
    sql_mode_.note(statement_.text);
    if (sql_mode_.modes() != statement_modes_) {
        for (File& file : files_) file.scanner.set_modes(sql_mode_.modes());
    }
    return Item::statement;
}

void Reader::split(Statement& statement) {
    const std::size_t end = first_statement_end(statement.text, sql_mode_.modes());
    std::size_t begin = end;
    while (begin < statement.text.size() &&
           (is_space(statement.text[begin]) || statement.text[begin] == ';')) {
        ++begin;
    }
    if (begin < statement.text.size()) {
        Step step;
        step.text = statement.text;
        step.origins = statement.origins;
        const Location place = step.location(begin);
        more_.text = statement.text.substr(begin);
        more_.origins = {{0, place.line, place.column, false}};
        for (const Origin& origin : statement.origins) {
            if (origin.offset <= begin) continue;
            more_.origins.push_back(origin);
            more_.origins.back().offset -= begin;
        }
    }
    statement.text.resize(end);
    std::erase_if(statement.origins,
                  [&](const Origin& origin) { return origin.offset > 0 && origin.offset >= end; });
}

std::optional<Reader::Item> Reader::give_made(std::string text) {
    Statement made;
    made.text = std::move(text);
    made.origins = {{0, line(), 1, true}};
    return give(std::move(made), false);
}

std::optional<Reader::Item> Reader::end_of_file(File& file) {
    last_line_ = file.lines.line();
    const std::string_view open = file.scanner.open_construct();
    if (!open.empty() && !file.scanner.statement().empty()) {
        Error error;
        error.kind = ErrorKind::script;
        error.message =
            fmt::format("the file ends within {} of the statement that begins here", open);
        error.where = {path(), file.scanner.statement().origins.front().line, 0};
        on_error_(std::move(error));
    } else if (!open.empty()) {
        warnings_.push_back(fmt::format("{}: the file ends within {}",
                                        Location{path(), line(), 0}.to_string(), open));
    }
    Statement last = file.scanner.take();
    if (last.empty()) {
        if (!file.comments.empty()) {
            last_comments_.emplace_back(path(), std::move(file.comments));
        }
        files_.pop_back();
        return std::nullopt;
    }
    // The file stays open until its last statement is done, so that path() is right meanwhile.
    file.scanner = Scanner();
    return give(std::move(last), false);
}

std::optional<Reader::Item> Reader::obey_letter(File& file) {
    Scanner& scanner = file.scanner;
    const ClientCommandInfo* const info = command_of_letter(scanner.letter());
    if (info == nullptr) {
        const std::size_t at = scanner.position() - 1;
        fail(fmt::format("the mysql client knows no command \\{}",
                         scanner.line().substr(at, decode_utf8(scanner.line(), at).size)),
             "a backslash outside of quotes begins one of its commands");
        return std::nullopt;
    }
    const std::string text(scanner.line().substr(scanner.position() - 2));
    const auto item = obey(file, *info, text);
    if (info->takes_parameters) scanner.skip_parameters();
    return item;
}

std::optional<Reader::Item> Reader::obey_statement(File& file, const ClientCommandInfo& info,
                                                   const std::string& text) {
    if (info.command == ClientCommand::delimiter) {
        // The client joins it with lines that follow, and loses what they say.
        fail("DELIMITER has to stand at the beginning of a line");
        return std::nullopt;
    }
    if (info.command != ClientCommand::send && info.command != ClientCommand::send_vertical &&
        info.command != ClientCommand::quit) {
        return obey(file, info, text);
    }
    // These send what was gathered, which is they themselves.
    fail(fmt::format("with {} behind it the mysql client sends \"{}\" to the server", delimiter_,
                     info.word),
         "leave the delimiter out");
    return std::nullopt;
}

std::optional<Reader::Item> Reader::obey(File& file, const ClientCommandInfo& info,
                                         const std::string& text) {
    command_ = info.command;
    argument_.clear();
    switch (info.command) {
        case ClientCommand::send:
        case ClientCommand::send_vertical:
            return give(file.scanner.take(), info.command == ClientCommand::send_vertical);
        case ClientCommand::clear:
            static_cast<void>(file.scanner.take());
            return std::nullopt;
        case ClientCommand::delimiter:
            set_delimiter(text);
            return std::nullopt;
        case ClientCommand::source:
            static_cast<void>(file.scanner.take());
            include(text);
            return std::nullopt;
        case ClientCommand::use:
            if (const auto database = first_argument(text)) {
                return give_made("USE " + quoted_name(trim(*database)));
            }
            fail("USE takes the name of a database");
            return std::nullopt;
        case ClientCommand::charset:
            return obey_charset(text);
        case ClientCommand::quit:
            quit(file);
            return std::nullopt;
        case ClientCommand::system:
            if (const auto line = rest_behind(text)) {
                argument_ = *line;
                return Item::command;
            }
            fail("system takes a command for the shell, behind a blank");
            return std::nullopt;
        case ClientCommand::print:
            argument_ = file.scanner.statement().text;
            return Item::command;
        case ClientCommand::nothing:
            return std::nullopt;
        case ClientCommand::refused:
            fail(fmt::format("kedge can't run the mysql client's command {}", info.word),
                 std::string(info.problem));
            return std::nullopt;
        default:
            return Item::command;
    }
}

std::optional<Reader::Item> Reader::obey_charset(const std::string& text) {
    const std::string name = to_lower_ascii(first_argument(text).value_or(""));
    if (name.empty() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos) {
        fail("charset takes the name of a character set");
        return std::nullopt;
    }
    if (std::find(kUnsafeCharsets.begin(), kUnsafeCharsets.end(), name) != kUnsafeCharsets.end()) {
        fail(fmt::format("kedge can't read scripts in {}", name), "save it as UTF-8");
        return std::nullopt;
    }
    return give_made("SET NAMES " + name);
}

void Reader::set_delimiter(const std::string& text) {
    const auto given = first_argument(text);
    if (!given) {
        fail("DELIMITER takes the characters that are to end a statement");
        return;
    }
    if (given->find('\\') != given->npos) {
        fail("DELIMITER can't hold a backslash");
        return;
    }
    delimiter_ = given->substr(0, kLongestDelimiter);
    for (File& file : files_) file.scanner.set_delimiter(delimiter_);
}

void Reader::include(const std::string& text) {
    const auto given = rest_behind(text);
    std::string_view name = given.value_or("");
    while (!name.empty() && (static_cast<unsigned char>(name.back()) <= ' ')) name.remove_suffix(1);
    if (name.empty()) {
        fail("source takes the name of a file, behind a blank");
        return;
    }
    open(std::string(name), false);
}

void Reader::quit(File& file) {
    // Only this file ends. What it had begun of a statement is sent.
    file.scanner.skip_line();
    for (std::string rest; file.lines.next(rest);) {
    }
    file.has_line = false;
}

}  // namespace kedge::script::mysql
