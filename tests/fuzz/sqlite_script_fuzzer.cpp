// SPDX-License-Identifier: MIT
// Any bytes as a script for SQLite: the scanner against sqlite3_complete(), and the reader of
// chunks against the text that it was given.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include "require.hpp"
#include "script/sqlite/chunk_reader.hpp"
#include "script/sqlite/dialect.hpp"
#include "script/sqlite/dot_command.hpp"
#include "script/sqlite/scanner.hpp"
#include "script/sqlite/statement_kind.hpp"
#include "support/byte_order_mark.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

using kedge::kByteOrderMark;
using kedge::script::sqlite::ChunkReader;
using kedge::script::sqlite::Found;
using kedge::script::sqlite::Head;
using kedge::script::sqlite::Scanner;

namespace {

/// The lines of `text`, with their ends.
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

void use(const Head& head) {
    REQUIRE(head.count <= Head::kTokens);
    (void)kind_of(head);
    (void)sets_foreign_keys(head);
    (void)turns_foreign_keys_off(head);
    (void)touches_session(head);
}

/// At every line's end the scanner must say what sqlite3_complete() says of the text so far.
void check_scanner(std::string_view text) {
    // sqlite3_complete() stops at a NUL, and takes a byte order mark for a letter where SQLite
    // itself takes it for a blank.
    if (text.find('\0') != std::string_view::npos) return;
    if (text.find(kByteOrderMark) != std::string_view::npos) return;
    std::size_t ended = 0;
    std::size_t last_end = 0;
    Head first;
    Scanner scanner([&](const Found& found) {
        REQUIRE(found.begin >= last_end && found.begin < found.end && found.end <= text.size());
        last_end = found.end;
        if (ended++ == 0) first = found.head;
        use(found.head);
    });
    std::string so_far;
    for (const std::string& line : lines_of(text)) {
        scanner.feed(line);
        so_far += line;
        const bool complete = sqlite3_complete(so_far.c_str()) != 0;
        // Before the first statement a lone semicolon is complete for SQLite, and nothing for us.
        REQUIRE(ended > 0 ? scanner.idle() == complete : scanner.idle() || !complete);
        const bool would_end = sqlite3_complete((so_far + ";").c_str()) != 0;
        if (so_far.back() == '\n') REQUIRE(scanner.semicolon_would_end() == would_end);
    }
    scanner.finish();
    REQUIRE(scanner.idle() || ended == 0 || scanner.in_comment());
    if (ended == 0) return;
    const Head head = kedge::script::sqlite::head_of(text);
    REQUIRE(head.count == first.count && head.tokens == first.tokens);
}

constexpr std::string_view kShellSpace = " \t\n\r\f\v";  // as isspace() has it
constexpr std::string_view kSpaceAndSemicolon = " \t\n\r\f;";

/// Nothing but comments and the characters of `space`; `in_comment` goes on from line to line.
bool is_blank(std::string_view text, bool& in_comment,
              std::string_view space = kSpaceAndSemicolon) {
    while (!text.empty()) {
        if (in_comment) {
            const std::size_t end = text.find("*/");
            if (end == std::string_view::npos) return true;
            in_comment = false;
            text.remove_prefix(end + 2);
        } else if (text.starts_with("/*")) {
            in_comment = true;
            text.remove_prefix(2);
        } else if (text.starts_with("--")) {
            text.remove_prefix(std::min(text.find('\n'), text.size()));
        } else if (text.starts_with(kByteOrderMark)) {
            text.remove_prefix(kByteOrderMark.size());
        } else if (space.find(text.front()) != std::string_view::npos) {
            text.remove_prefix(1);
        } else {
            return false;
        }
    }
    return true;
}

/// A line that the shell takes for a semicolon: `/` or `go`, and blanks or comments after it.
bool is_terminator(std::string_view line) {
    line = kedge::trim(line);
    const std::size_t word = line.starts_with('/') ? 1 : 2;
    if (word == 2 && !kedge::equals_ignoring_case(line.substr(0, 2), "go")) return false;
    bool in_comment = false;
    return is_blank(line.substr(word), in_comment, kShellSpace) && !in_comment;
}

/// What no piece covers must be of no effect.
void check_skipped(const std::vector<std::string>& lines, std::size_t from, std::size_t to) {
    bool in_comment = false;
    for (std::size_t i = from; i < to; ++i) {
        if (!in_comment && (lines[i].front() == '#' || is_terminator(lines[i]))) continue;
        REQUIRE(is_blank(lines[i], in_comment));
    }
}

void check_piece(const ChunkReader& chunk, const std::vector<std::string>& lines) {
    std::size_t at = chunk.line() - 1;
    for (const std::string& line : lines_of(chunk.text())) {
        REQUIRE(at < lines.size());
        REQUIRE(line == lines[at] ||
                (is_terminator(lines[at]) && kedge::trim(line) == std::string_view(";")));
        ++at;
    }
    std::size_t end = 0;
    bool in_comment = false;
    for (const Found& found : chunk.statements()) {
        REQUIRE(found.begin >= end && found.end > found.begin && found.end <= chunk.text().size());
        REQUIRE(
            is_blank(std::string_view(chunk.text()).substr(end, found.begin - end), in_comment));
        REQUIRE(!in_comment);
        end = found.end;
        use(found.head);
    }
    REQUIRE(is_blank(std::string_view(chunk.text()).substr(end), in_comment));
}

void check_chunks(const std::string& path, std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    // The reader makes all line ends alike.
    const std::vector<std::string> lines = lines_of(kedge::replace_all(text, "\r\n", "\n"));
    ChunkReader chunk(path);
    std::size_t next = 0;
    for (;;) {
        const ChunkReader::Kind kind = chunk.next();
        if (kind == ChunkReader::Kind::end) break;
        REQUIRE(chunk.line() > next);
        check_skipped(lines, next, chunk.line() - 1);
        if (kind == ChunkReader::Kind::sql) {
            REQUIRE(!chunk.statements().empty());
            check_piece(chunk, lines);
        } else {
            REQUIRE(chunk.text() == lines[chunk.line() - 1] && chunk.text().front() == '.');
        }
        next = chunk.line() - 1 + lines_of(chunk.text()).size();
    }
    check_skipped(lines, next, lines.size());
}

void check_dialect(const std::string& path) {
    const kedge::script::sqlite::SqliteDialect dialect;
    for (const auto purpose : {kedge::script::Purpose::deploy, kedge::script::Purpose::verify}) {
        const kedge::script::Script script{path, purpose, {}};
        try {
            (void)dialect.analyse(script);
        } catch (const kedge::Failure& failure) {
            REQUIRE(failure.error().kind == kedge::ErrorKind::script);
            REQUIRE(failure.error().where.line > 0);
            continue;
        }
        const auto player = dialect.play(script, [](kedge::script::Channel, std::string_view) {});
        kedge::script::Step step;
        while (player->next(step)) {
            REQUIRE(!step.text.empty() && step.location(0).line > 0);
            (void)dialect.control(step.text);
        }
    }
}

/// What `.read` names is no affair of a fuzzer's, and may be a device.
bool reads_files(std::string_view text) {
    const std::vector<std::string> lines = lines_of(text);
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
        using kedge::script::sqlite::DotCommand;
        return line.front() == '.' &&
               kedge::script::sqlite::parse_dot_line(kedge::trim(line)).command == DotCommand::read;
    });
}

/// A file that is only memory, of which the path can be opened again and again.
class MemoryFile {
  public:
    MemoryFile() : fd_(memfd_create("script", MFD_CLOEXEC)) {
        REQUIRE(fd_ >= 0);
        path_ = "/proc/self/fd/" + std::to_string(fd_);
    }
    void write(std::string_view text) const {
        REQUIRE(ftruncate(fd_, 0) == 0);
        const auto size = static_cast<ssize_t>(text.size());
        REQUIRE(pwrite(fd_, text.data(), text.size(), 0) == size);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    int fd_;
    std::string path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const MemoryFile file;
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_scanner(text);
    (void)kedge::script::sqlite::parse_dot_line("." + text);
    use(kedge::script::sqlite::head_of(text));
    file.write(text);
    check_chunks(file.path(), text);
    if (!reads_files(text)) check_dialect(file.path());
    return 0;
}
