// SPDX-License-Identifier: MIT
#include "script/postgres/reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "script/postgres/own_variables.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string() : path.substr(0, slash + 1);
}

}  // namespace

Reader::Reader(const std::string& path, Variables& variables, Shell shell,
               std::function<std::string(std::string_view path)> folder_path, OnError on_error)
    : variables_(variables),
      shell_(std::move(shell)),
      folder_path_(std::move(folder_path)),
      on_error_(std::move(on_error)) {
    open(path, 0);
}

void Reader::open(const std::string& path, std::size_t line) {
    if (files_.size() > kDeepestInclude) {
        // One error is enough: files that include each other twice would give millions.
        if (!std::exchange(too_deep_, true)) {
            fail(fmt::format("\\i nests deeper than {} files", kDeepestInclude),
                 "does a file include itself?");
        }
        return;
    }
    try {
        LineReader lines(path);
        files_.push_back({std::move(lines), Scanner{}, {}, {}, {}, false, false, {}});
    } catch (const Failure& failure) {
        if (line == 0) throw;
        fail(failure.error().message,
             "the path of \\i counts from the folder that kedge runs in, that of \\ir from the "
             "file itself");
        return;
    }
    File& file = files_.back();
    file.scanner = Scanner([this, &file](std::string_view name) {
        return file.conditions.active() ? variables_.find(name) : std::nullopt;
    });
    file.scanner.set_standard_strings(standard_strings_);
}

bool Reader::certain() const {
    return std::all_of(files_.begin(), files_.end(),
                       [](const File& file) { return file.conditions.certain(); });
}

void Reader::set_standard_strings(bool on) {
    standard_strings_ = on;
    for (File& file : files_) file.scanner.set_standard_strings(on);
}

const std::string& Reader::buffer() const {
    const std::string& text = files_.back().scanner.statement().text;
    return text.empty() ? last_statement_ : text;
}

void Reader::fail(std::string message, std::string hint) {
    Error error;
    error.kind = ErrorKind::script;
    error.message = std::move(message);
    error.hint = std::move(hint);
    fail(std::move(error));
}

void Reader::fail(Error error) {
    if (!files_.empty()) {
        error.where.file = path();
        error.where.line = line();
    }
    on_error_(std::move(error));
}

bool Reader::mentions_last_statement(std::string_view text) const {
    for (std::size_t at = text.find(':'); at != text.npos; at = text.find(':', at + 1)) {
        std::string_view name = text.substr(at + 1);
        if (name.starts_with('\'') || name.starts_with('"')) name.remove_prefix(1);
        std::size_t end = 0;
        while (end < name.size() && Variables::is_name(name.substr(end, 1))) ++end;
        if (Variables::is_of_last_statement(name.substr(0, end))) return true;
    }
    return false;
}

bool Reader::next_line(File& file) {
    if (!file.lines.next(file.text)) return false;
    if (file.lines.line() == 1 && file.text.starts_with(kByteOrderMark)) {
        file.text.erase(0, kByteOrderMark.size());
    }
    if (file.text.find('\0') != file.text.npos) {
        fail("the script has a NUL byte", "is it UTF-16? save it as UTF-8");
        std::replace(file.text.begin(), file.text.end(), '\0', ' ');
    }
    note_directive(file);
    file.scanner.set_line(file.text, file.lines.line());
    file.has_line = true;
    return true;
}

void Reader::note_directive(const File& file) {
    if (!file.scanner.at_top() || !file.scanner.statement().empty()) return;
    if (auto text = directive_of(file.text)) {
        directives_.push_back({*std::move(text), file.lines.line(), file.lines.path()});
    }
}

Reader::Item Reader::next(bool pending) {
    while (!files_.empty()) {
        File& file = files_.back();
        if (file.at_backslash) {
            if (pending) return Item::hold;
            if (const auto item = command(file)) return *item;
            continue;
        }
        if (!file.has_line && !next_line(file)) {
            if (const auto item = end_of_file(file)) return *item;
            continue;
        }
        if (pending &&
            mentions_last_statement(std::string_view(file.text).substr(file.scanner.position()))) {
            return Item::hold;
        }
        if (const auto item = scan(file)) return *item;
    }
    return Item::end;
}

std::optional<Reader::Item> Reader::scan(File& file) {
    const Scanner::Stop stop = file.scanner.scan();
    for (Comment& comment : file.scanner.take_comments()) {
        if (file.conditions.active()) file.comments.push_back(std::move(comment));
    }
    switch (stop) {
        case Scanner::Stop::line_end:
            file.has_line = false;
            return std::nullopt;
        case Scanner::Stop::backslash:
            file.at_backslash = true;
            return std::nullopt;
        case Scanner::Stop::statement:
            break;
    }
    Statement taken = file.scanner.take();
    if (!file.conditions.active()) return std::nullopt;
    return give_statement(std::move(taken), {MetaCommand::reset, {}, {}, line()});
}

std::optional<Reader::Item> Reader::give_statement(Statement statement, MetaCall ending) {
    if (trim(statement.text) == ";") return std::nullopt;
    last_statement_ = statement.text.size() < 65536 ? statement.text : std::string();
    statement_ = std::move(statement);
    comments_ = std::exchange(files_.back().comments, {});
    ending_ = std::move(ending);
    had_statement_ = true;
    return Item::statement;
}

std::optional<Reader::Item> Reader::end_of_file(File& file) {
    if (const auto since = file.conditions.open_since()) {
        fail(fmt::format("the \\if on line {} has no \\endif", *since));
        file.conditions = {};
    }
    const std::string_view open = file.scanner.open_construct();
    if (!open.empty() && !file.scanner.statement().empty()) {
        Error error;
        error.kind = ErrorKind::script;
        const std::string_view tag = file.scanner.open_dollar_tag();
        error.message = fmt::format("the file ends within {}{}{} of the statement that begins here",
                                    open, tag.empty() ? "" : " ", tag);
        error.where = {path(), file.scanner.statement().origins.front().line, 0};
        on_error_(std::move(error));
    }
    Statement last = file.scanner.take();
    const bool runs = file.conditions.active() && !trim(last.text).empty();
    if (!runs) {
        close_file();
        return std::nullopt;
    }
    // The file stays open until its last statement is done, so that path() is right meanwhile.
    file.scanner = Scanner();
    return give_statement(std::move(last), {MetaCommand::reset, {}, {}, line()});
}

void Reader::close_file() {
    if (!files_.back().comments.empty()) {
        last_comments_.emplace_back(path(), std::move(files_.back().comments));
    }
    files_.pop_back();
}

std::optional<Reader::Item> Reader::command(File& file) {
    file.at_backslash = false;
    const bool active = file.conditions.active();
    MetaLine line(
        file.text, file.scanner.position(),
        [this](std::string_view name) { return variables_.find(name); }, active ? shell_ : Shell());
    const MetaCommandInfo info = meta_command(line.name());
    std::optional<Item> item;
    try {
        if (condition_command(file, line, info.command)) {
            // Done.
        } else if (active) {
            item = run_command(file, line, info);
        } else if (info.whole_line) {
            line.whole_line();
        }
        // An include has put another file on top; this one goes on behind the command.
        bool ignored = false;
        file.scanner.set_position(line.finish(ignored));
    } catch (Failure& failure) {
        if (failure.error().where.line != 0) throw;
        const std::size_t column = failure.error().where.column;
        failure.error().where.column = column;
        fail(std::move(failure.error()));
        file.has_line = false;
    }
    return item;
}

bool Reader::condition_command(File& file, MetaLine& line, MetaCommand command) {
    Conditions& conditions = file.conditions;
    const bool was_active = conditions.active();
    Conditions::Problem problem;
    switch (command) {
        case MetaCommand::begin_if:
            conditions.begin(was_active ? condition(line) : false, this->line());
            break;
        case MetaCommand::otherwise_if:
            problem =
                conditions.otherwise_if(conditions.wants_condition() ? condition(line) : false);
            break;
        case MetaCommand::otherwise:
            problem = conditions.otherwise();
            break;
        case MetaCommand::end_if:
            problem = conditions.end();
            break;
        default:
            return false;
    }
    if (!problem.empty()) {
        fail(std::string(problem));
        return true;
    }
    // Of what stands in a branch that isn't run nothing comes into the statement around it.
    if (was_active && !conditions.active()) {
        file.before_skipping = file.scanner;
    } else if (!was_active && file.before_skipping) {
        file.scanner = *file.before_skipping;
        file.scanner.set_line(file.text, this->line());
        if (conditions.active()) file.before_skipping.reset();
    }
    return true;
}

std::optional<bool> Reader::condition(MetaLine& line) {
    static_cast<void>(variables_.take_met_unknown());
    std::vector<std::string> words;
    while (auto word = line.argument()) words.push_back(std::move(*word));
    if (variables_.take_met_unknown()) return std::nullopt;
    // psql says what it can't read, takes it for false, and goes on.
    const std::string text = join(words, " ");
    const std::optional<bool> value = psql_boolean(text);
    if (!value) {
        warnings_.push_back(
            fmt::format("{}: error: unrecognized value \"{}\" for \"\\if expression\": Boolean "
                        "expected\n",
                        Location{path(), this->line(), 0}.to_string(), text));
    }
    return value.value_or(false);
}

void Reader::set(MetaLine& line) {
    static_cast<void>(variables_.take_met_unknown());
    const auto name = line.argument();
    std::string value;
    while (const auto word = line.argument()) value += *word;
    if (!name) return;
    if (!Variables::is_name(*name)) {
        fail(fmt::format("\\set: \"{}\" can't be the name of a variable", *name));
        return;
    }
    if (variables_.take_met_unknown() || !certain()) {
        variables_.make_unknown(*name);
        return;
    }
    if (std::string problem = adjust_own(*name, value); !problem.empty()) {
        fail(std::move(problem));
        return;
    }
    const auto means_off = [&] { return psql_boolean(value) == std::optional(false); };
    if (*name == "ON_ERROR_STOP" && means_off()) {
        fail("\\set ON_ERROR_STOP off: kedge stops at the first error of a script",
             "let a statement that may fail catch its own error, in a DO block");
    } else if (*name == "AUTOCOMMIT" && means_off()) {
        fail("\\set AUTOCOMMIT off: kedge can't follow transactions that begin by themselves",
             "write BEGIN and COMMIT");
    } else if ((*name == "SINGLELINE" || *name == "SINGLESTEP") && !means_off()) {
        fail(fmt::format("\\set {}: kedge reads statements as usual, and asks nobody", *name));
    }
    variables_.set(*name, std::move(value));
}

void Reader::include(MetaLine& line, bool relative) {
    static_cast<void>(variables_.take_met_unknown());
    const auto given = line.argument();
    if (!given) {
        fail("\\i takes the name of a file");
        return;
    }
    // Which file it is will be known when the script runs.
    if (variables_.take_met_unknown()) return;
    const bool absolute = given->starts_with('/') || given->starts_with('~');
    const std::string wanted =
        relative && !absolute ? folder_of(path()) + *given : folder_path_(*given);
    open(wanted, this->line());
}

std::optional<Reader::Item> Reader::run_command(File& file, MetaLine& line,
                                                const MetaCommandInfo& info) {
    switch (info.command) {
        case MetaCommand::include:
        case MetaCommand::include_relative:
            include(line, info.command == MetaCommand::include_relative);
            return std::nullopt;
        case MetaCommand::set:
            set(line);
            return std::nullopt;
        case MetaCommand::unset:
            if (const auto name = line.argument()) {
                if (*name == "ON_ERROR_STOP" && certain()) {
                    fail("\\unset ON_ERROR_STOP: kedge stops at the first error of a script",
                         "let a statement that may fail catch its own error, in a DO block");
                }
                if (certain()) {
                    variables_.unset(*name);
                } else {
                    variables_.make_unknown(*name);
                }
            }
            return std::nullopt;
        case MetaCommand::quit:
            // Only this file ends. A condition that is open is none of its troubles then.
            file.conditions = {};
            file.scanner.set_position(file.text.size());
            static_cast<void>(file.scanner.take());
            for (std::string rest; file.lines.next(rest);) {
            }
            line.whole_line();
            file.has_line = false;
            return std::nullopt;
        case MetaCommand::reset:
            static_cast<void>(file.scanner.take());
            return std::nullopt;
        default:
            break;
    }
    call_ = {info.command, line.name(), {}, this->line()};
    if (info.command == MetaCommand::refused) {
        fail(fmt::format("kedge can't run \\{}", line.name()), std::string(info.problem));
        line.whole_line();
        return std::nullopt;
    }
    if (info.whole_line) {
        call_.arguments.push_back(line.whole_line());
        return Item::command;
    }
    const bool takes_file = info.command == MetaCommand::send ||
                            info.command == MetaCommand::send_expanded ||
                            info.command == MetaCommand::output;
    if (auto word = takes_file ? line.file_or_program() : std::nullopt) {
        call_.arguments.push_back(std::move(*word));
    }
    while (auto word = line.argument()) call_.arguments.push_back(std::move(*word));
    const bool sends = info.command == MetaCommand::send ||
                       info.command == MetaCommand::send_expanded ||
                       info.command == MetaCommand::store || info.command == MetaCommand::execute;
    if (!sends) return Item::command;
    if (takes_file && !call_.arguments.empty() && call_.arguments.front().starts_with('(')) {
        fail(fmt::format("kedge doesn't know the options of \\{}", line.name()),
             "set them by \\pset before, and back after");
        return std::nullopt;
    }
    Statement taken = file.scanner.take();
    if (trim(taken.text).empty()) {
        if (last_statement_.empty()) return std::nullopt;
        taken.text = last_statement_;
        taken.origins = {{0, this->line(), 1, true}};
    }
    return give_statement(std::move(taken), call_);
}

bool Reader::data_line(std::string& line) {
    File& file = files_.back();
    // What is left of the line that holds the COPY is read after the data.
    if (!file.lines.next(line)) return false;
    return line != "\\.\n" && line != "\\.\r\n" && line != "\\.";
}

}  // namespace kedge::script::postgres
