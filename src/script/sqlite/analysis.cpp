// SPDX-License-Identifier: MIT
#include "script/sqlite/analysis.hpp"

#include <array>

#include <fmt/format.h>

#include "script/findings.hpp"
#include "script/sqlite/dot_command.hpp"
#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

constexpr std::string_view kForeignKeysOff = "PRAGMA foreign_keys = OFF";

/// What a message calls a statement: `VACUUM`, or `PRAGMA journal_mode`.
std::string title_of(const Head& head) {
    if (head[0] != "PRAGMA") return std::string(head[0]);
    return "PRAGMA " + to_lower_ascii(head[2] == "." ? head[3] : head[1]);
}

}  // namespace

Analysis Analyser::run() {
    read_file(script_.path, 0);
    if (open_ && !only_looks()) {
        fail(opened_at_, "the transaction that begins here is never committed",
             "end the script with COMMIT;");
    }
    decide();
    return take();
}

void Analyser::decide() {
    decide_mode();
    if (late_setting_ && !only_looks()) {
        needs_journal("it changes a setting of the session half-way");
    }
    if (result_.mode == Mode::journal) {
        if (outside_savepoint_) {
            fail(*outside_savepoint_,
                 "SAVEPOINT begins a transaction here, which kedge can't follow in a script that "
                 "runs statement by statement (" +
                     result_.journal_reason + ")",
                 "write BEGIN and COMMIT instead");
        }
        // There everything runs in its place, but for the directive, which has none.
        result_.settings.clear();
        if (foreign_keys_directive_) result_.settings.emplace_back(kForeignKeysOff);
        return;
    }
    result_.cleanup = std::move(late_);
    result_.rolls_back = transactions_ == 1 && ended_by_rollback_;
}

void Analyser::read_file(const std::string& path, std::size_t depth) {
    ChunkReader chunk(path);
    bool stop = false;
    for (;;) {
        const ChunkReader::Kind kind = chunk.next();
        for (const Directive& d : chunk.directives()) directive(chunk, d);
        if (kind == ChunkReader::Kind::end) {
            expectations(chunk.take_comments(), path, {});
            return;
        }
        if (kind == ChunkReader::Kind::dot_command) {
            dot_command(chunk, depth, stop);
            if (stop) {
                expectations(chunk.take_comments(), path, {});
                return;
            }
            continue;
        }
        if (const std::size_t nul = chunk.text().find('\0'); nul != std::string::npos) {
            fail({path, chunk.line_of(nul), 0}, "the script has a NUL byte",
                 "is it UTF-16? save it as UTF-8");
            return;
        }
        const std::string_view first =
            std::string_view(chunk.text()).substr(chunk.statements().front().begin);
        expectations(chunk.take_comments(), path, first);
        for (const Found& found : chunk.statements()) statement(chunk, found);
    }
}

void Analyser::dot_command(const ChunkReader& chunk, std::size_t depth, bool& stop) {
    const DotLine line = parse_dot_line(trim(chunk.text()));
    const Location where{chunk.path(), chunk.line(), 1};
    switch (line.command) {
        case DotCommand::refused:
            fail(where, fmt::format("kedge can't run \"{}\"", trim(chunk.text())), line.problem);
            break;
        case DotCommand::stop:
            stop = true;
            break;
        case DotCommand::read:
            // One error is enough: files that read each other twice would give millions.
            if (too_deep_) break;
            if (depth == kDeepestInclude) {
                too_deep_ = true;
                fail(where, fmt::format(".read nests deeper than {} files", kDeepestInclude),
                     "does a file read itself?");
                break;
            }
            try {
                read_file(line.arguments[0], depth + 1);
            } catch (const Failure& failure) {
                fail(where, failure.error().message,
                     "the path counts from the directory kedge runs in");
            }
            break;
        default:
            break;
    }
}

void Analyser::directive(const ChunkReader& chunk, const Directive& d) {
    static const std::array<std::string, 2> kKnown = {"no-transaction", "foreign_keys off"};
    const Location where{chunk.path(), d.line, 1};
    const std::string text = to_lower_ascii(d.text);
    if (is_for_lint(text)) return;
    if (text == "no-transaction") {
        needs_journal(fmt::format("-- kedge: no-transaction on line {}", d.line));
    } else if (text == "foreign_keys off" || text == "foreign_keys: off") {
        result_.check_foreign_keys = true;
        result_.touches_session = true;
        if (!foreign_keys_directive_) {
            result_.settings.insert(result_.settings.begin(), std::string(kForeignKeysOff));
        }
        foreign_keys_directive_ = true;
    } else {
        fail(
            where, fmt::format("unknown directive \"{}\"{}", d.text, did_you_mean(text, kKnown)),
            "there are: -- kedge: no-transaction, -- kedge: foreign_keys off, -- kedge: allow RULE "
            "reason");
        return;
    }
    // The chunk's own statements are counted later; the directive may stand among them.
    const auto& found = chunk.statements();
    if (result_.statements > 0 || (!found.empty() && d.line >= chunk.line_of(found[0].begin))) {
        fail(where, fmt::format("\"-- kedge: {}\" must stand before the first statement", d.text));
    }
}

void Analyser::statement(const ChunkReader& chunk, const Found& found) {
    ++result_.statements;
    const Location where{chunk.path(), chunk.line_of(found.begin), 0};
    const std::string_view text =
        std::string_view(chunk.text()).substr(found.begin, found.end - found.begin);
    const StatementKind kind = kind_of(found.head);
    if (is_test() && kind == StatementKind::not_transactional) {
        fail(where,
             fmt::format("a test can't hold {}: it runs outside of transactions only",
                         title_of(found.head)),
             "a test is a transaction that is rolled back");
    }
    if (touches_session(found.head)) result_.touches_session = true;
    if (makes_temporary(found.head)) lives_in_session("the temporary tables that it had made");
    if (kind == StatementKind::begin) {
        if (open_) {
            fail(where,
                 fmt::format("BEGIN within the transaction that began on line {}", opened_at_.line),
                 "SQLite's transactions don't nest; use SAVEPOINT");
        }
        open_ = true;
        opened_at_ = where;
        ++transactions_;
        if (!late_.empty()) late_setting_ = true;
    } else if (kind == StatementKind::commit || kind == StatementKind::rollback) {
        if (!open_) {
            fail(where, fmt::format("{} without BEGIN", found.head[0]));
        }
        open_ = false;
        ended_by_rollback_ = kind == StatementKind::rollback;
    } else if (open_) {
        inside(kind, found, where);
    } else {
        outside(kind, found, text, where);
    }
}

void Analyser::inside(StatementKind kind, const Found& found, const Location& where) {
    if (kind != StatementKind::query && kind != StatementKind::session) seen_work_ = true;
    if (kind == StatementKind::not_transactional && !only_looks()) {
        fail(where, fmt::format("{} can't run inside a transaction", title_of(found.head)),
             "let it stand before BEGIN, or after COMMIT");
    }
    if (sets_foreign_keys(found.head)) {
        warn(
            where,
            "PRAGMA foreign_keys has no effect inside a transaction; put it before BEGIN, or write "
            "\"-- kedge: foreign_keys off\" at the top");
    }
}

void Analyser::outside(StatementKind kind, const Found& found, std::string_view text,
                       Location where) {
    if (found.head[0] == "SAVEPOINT" && !outside_savepoint_) outside_savepoint_ = where;
    switch (kind) {
        case StatementKind::query:
        case StatementKind::session:
            return;
        case StatementKind::setting:
        case StatementKind::detach:
            if (kind == StatementKind::setting && !seen_work_) {
                result_.settings.emplace_back(text);
                if (turns_foreign_keys_off(found.head)) result_.check_foreign_keys = true;
                if (sets_foreign_keys(found.head) && !turns_foreign_keys_off(found.head)) {
                    result_.check_foreign_keys = false;
                }
            } else {
                late_.emplace_back(text);
            }
            return;
        case StatementKind::not_transactional:
            needs_journal(fmt::format("{} on line {}", title_of(found.head), where.line));
            break;
        default:
            break;
    }
    seen_work_ = true;
    if (!late_.empty()) late_setting_ = true;
    if (!outside_work_) outside_work_ = std::move(where);
}

}  // namespace kedge::script::sqlite
