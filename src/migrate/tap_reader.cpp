// SPDX-License-Identifier: MIT
#include "migrate/tap_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {
namespace {

constexpr std::string_view kIndentation = "    ";
constexpr std::string_view kBailOut = "Bail out!";

/// The number that a text begins with, which is cut off.
std::optional<std::size_t> take_number(std::string_view& text) {
    std::size_t number = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (trouble != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// Cuts a word off that is followed by a blank, or by nothing.
bool take_word(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    const std::string_view rest = text.substr(word.size());
    if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return false;
    text = rest;
    return true;
}

/// The `#` that begins a directive; one behind a backslash is text.
std::size_t directive_at(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '#') {
            return i;
        }
    }
    return text.npos;
}

std::string unescaped(std::string_view text) {
    return replace_all(replace_all(text, "\\#", "#"), "\\\\", "\\");
}

struct Directive {
    bool skip = false;
    bool todo = false;
    std::string reason;
};

/// One of the two directives of TAP and its reason; nothing for other text behind a `#`.
std::optional<Directive> directive_of(std::string_view text) {
    text = trim(text);
    const std::size_t end = std::min(text.find_first_of(" \t:"), text.size());
    const std::string word = to_lower_ascii(text.substr(0, end));
    Directive out;
    out.skip = word.starts_with("skip");
    out.todo = word == "todo";
    if (!out.skip && !out.todo) return std::nullopt;
    const std::string_view rest = text.substr(end);
    out.reason = std::string(trim(rest.starts_with(':') ? rest.substr(1) : rest));
    return out;
}

}  // namespace

bool TapReader::read(std::string_view text, const Location& where) {
    bool any = false;
    for (const std::string& one : split(text, '\n')) {
        if (has_bailed_out()) break;
        any = line(std::string_view(one).substr(0, one.find_last_not_of('\r') + 1), where) || any;
    }
    seen_ = seen_ || any;
    return any;
}

bool TapReader::line(std::string_view text, const Location& where) {
    if (text.starts_with(kIndentation)) {
        const std::string_view inner = trim(text);
        const bool is_tap = seen_ || inner.starts_with("ok ") || inner.starts_with("not ok") ||
                            inner.starts_with("# Subtest") || inner.starts_with("1..");
        if (is_tap) nested_.emplace_back(text.substr(kIndentation.size()));
        return is_tap;
    }
    if (text.starts_with(kBailOut)) {
        bail_out_ = std::string(trim(text.substr(kBailOut.size())));
        return true;
    }
    if (text.starts_with('#')) {
        // Other text may begin so, too.
        if (text.starts_with("# Subtest")) return true;
        if (!seen_ && checks_.empty()) return false;
        remark(text.substr(text.starts_with("# ") ? 2 : 1));
        return true;
    }
    return plan(text, where) || test(text, where) || text.starts_with("TAP version ");
}

bool TapReader::plan(std::string_view text, const Location& where) {
    if (!text.starts_with("1..")) return false;
    text.remove_prefix(3);
    const auto count = take_number(text);
    text = trim(text);
    if (!count || (!text.empty() && !text.starts_with('#'))) return false;
    if (planned_) {
        complain(fmt::format("a second plan, for {} after {}", *count, *planned_), where);
        return true;
    }
    planned_ = count;
    plan_where_ = where;
    if (*count > 0) return true;
    const auto directive = text.empty() ? std::nullopt : directive_of(text.substr(1));
    Check skipped;
    skipped.outcome = Check::Outcome::skipped;
    skipped.name = "the whole file";
    if (directive) skipped.reason = directive->reason;
    skipped.where = where;
    checks_.push_back(std::move(skipped));
    return true;
}

bool TapReader::test(std::string_view text, const Location& where) {
    const bool failed = text.starts_with("not ok");
    if (!take_word(text, failed ? "not ok" : "ok")) return false;
    text = trim(text);
    const std::string_view whole = text;
    const auto number = take_number(text);
    // `ok 3rd try` has no number.
    const bool is_number = number && (text.empty() || text.front() == ' ' || text.front() == '\t');
    if (!is_number) text = whole;
    ++tests_;
    Check check;
    check.where = where;
    last_where_ = where;
    check.outcome = failed ? Check::Outcome::failed : Check::Outcome::passed;
    const std::size_t mark = directive_at(text);
    const auto directive = mark == text.npos ? std::nullopt : directive_of(text.substr(mark + 1));
    std::string_view name = trim(directive ? text.substr(0, mark) : text);
    if (name.starts_with("- ") || name == "-") name = trim(name.substr(1));
    check.name = name.empty() ? fmt::format("test {}", tests_) : unescaped(name);
    if (directive) check.reason = directive->reason;
    if (directive && directive->skip) {
        check.outcome = Check::Outcome::skipped;
    } else if (directive && failed) {
        check.outcome = Check::Outcome::todo;
    }
    if (check.outcome == Check::Outcome::failed) check.detail = join(nested_, "\n");
    nested_.clear();
    checks_.push_back(std::move(check));
    if (is_number && *number != tests_) {
        complain(fmt::format("the number of test {}, which says {}", tests_, *number), where);
        tests_ = *number;
    }
    return true;
}

void TapReader::remark(std::string_view text) {
    if (checks_.empty()) return;
    std::string& detail = checks_.back().detail;
    if (!detail.empty()) detail += '\n';
    detail += text;
}

void TapReader::complain(std::string name, const Location& where) {
    Check check;
    check.outcome = Check::Outcome::failed;
    check.name = std::move(name);
    check.where = where;
    checks_.push_back(std::move(check));
}

void TapReader::finish() {
    if (has_bailed_out()) return;
    if (!nested_.empty()) {
        complain("a subtest without a line of its own", last_where_);
        checks_.back().detail = join(nested_, "\n");
        nested_.clear();
    }
    if (!planned_ || *planned_ == tests_) return;
    complain(fmt::format("the plan: {} test{}, and {} ran", *planned_, *planned_ == 1 ? "" : "s",
                         tests_),
             plan_where_);
}

}  // namespace kedge::migrate
