// SPDX-License-Identifier: MIT
#include "plan/parser.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/byte_order_mark.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::plan {

/// A change or tag line, taken apart. Offsets count bytes from the line's start.
struct PlanParser::Entry {
    bool is_tag = false;
    bool is_revert = false;
    std::size_t name_at = 0;
    std::string_view name;
    std::size_t dependencies_at = 0;
    std::string_view dependencies;
    bool has_dependencies = false;
    std::string_view date;
    Timestamp moment{};
    Planner planner;
    std::string_view note;
};

namespace {

constexpr std::size_t kDateLength = 20;

/// Whether `text` has the form of a plan's time stamp at `at`, be it a real moment or not.
bool has_date_form(std::string_view text, std::size_t at) noexcept {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
    if (at + kDateLength > text.size()) return false;
    for (std::size_t i = 0; i < kDateLength; ++i) {
        const char c = text[at + i];
        if (kForm[i] == 'd' ? c < '0' || c > '9' : c != kForm[i]) return false;
    }
    return true;
}

/// The line without what follows a `#`; `note` gets the text after it.
std::string_view cut_note(std::string_view line, std::string_view& note) {
    const std::size_t hash = line.find('#');
    if (hash != std::string_view::npos) note = line.substr(hash + 1);
    std::string_view body = line.substr(0, hash);
    body.remove_suffix(trailing_blanks(body));
    return body;
}

std::size_t next_blank(std::string_view text, std::size_t at) noexcept {
    while (at < text.size()) {
        const CodePoint c = decode_utf8(text, at);
        if (is_blank(c.value)) break;
        at += c.size;
    }
    return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
    return at + leading_blanks(text.substr(at));
}

/// Without what Perl's `\s` stands for at both ends: that is what Sqitch cuts off before it hashes.
std::string_view trim_spaces(std::string_view text) noexcept {
    const auto is_space = [](char32_t c) {
        return is_blank(c) || (c >= U'\n' && c <= U'\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
    };
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode_utf8(text, i);
        if (!is_space(c.value)) {
            begin = std::min(begin, i);
            end = i + c.size;
        }
        i += c.size;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

}  // namespace

PlanParser::PlanParser(std::string text, std::string file) {
    plan_.text_ = std::make_unique<const std::string>(std::move(text));
    plan_.file_ = std::move(file);
}

void PlanParser::fail(std::string_view line, std::size_t at, std::string message,
                      std::string hint) {
    Error error;
    error.kind = ErrorKind::configuration;
    error.message = std::move(message);
    error.hint = std::move(hint);
    error.where = {plan_.file_, line_, count_characters(line.substr(0, at)) + 1};
    error.source_line = std::string(line);
    errors_.push_back(std::move(error));
}

void PlanParser::throw_errors() {
    if (errors_.empty()) return;
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const Error& a, const Error& b) { return a.where.line < b.where.line; });
    Error first = std::move(errors_.front());
    first.also.assign(std::make_move_iterator(errors_.begin() + 1),
                      std::make_move_iterator(errors_.end()));
    throw Failure(std::move(first));
}

Plan PlanParser::run() {
    const std::string_view text = *plan_.text_;
    if (text.starts_with(kByteOrderMark)) {
        line_ = 1;
        fail(text.substr(0, text.find('\n')), 0, "the plan begins with a byte order mark",
             "save the file as UTF-8 without one");
        throw_errors();
    }
    plan_.changes_.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++line_;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (const auto bad = find_invalid_utf8(line)) {
            fail(line, *bad,
                 fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(line[*bad])),
                 "save the file as UTF-8");
            if (!in_header_) forgive(line);
            continue;
        }
        if (in_header_) {
            header_line(line);
        } else {
            body_line(line);
        }
    }
    if (!has_project_) {
        line_ = 1;
        fail(text.substr(0, text.find('\n')), 0, "the plan names no project",
             "begin the file with a line %project=NAME");
    }
    check_dependencies();
    throw_errors();
    plan_.compute_ids();
    return std::move(plan_);
}

void PlanParser::header_line(std::string_view line) {
    const std::size_t start = leading_blanks(line);
    if (start == line.size()) {
        in_header_ = false;
        plan_.has_separator_ = true;
        return;
    }
    if (line[start] == '#') {
        if (trim(line.substr(start + 1)).empty()) may_leave_header_ = true;
        return;
    }
    if (line[start] != '%' && may_leave_header_) {
        in_header_ = false;
        plan_.has_separator_ = true;
        body_line(line);
        return;
    }
    may_leave_header_ = false;
    pragma(line);
}

void PlanParser::pragma(std::string_view line) {
    std::string_view note;
    const std::string_view body = cut_note(line, note);
    std::size_t at = leading_blanks(body);
    if (body[at] != '%') {
        fail(line, at, "expected a pragma (%name=value) or an empty line",
             "put an empty line between the pragmas and the first change");
        in_header_ = false;
        body_line(line);
        return;
    }
    at = skip_blanks(body, at + 1);
    const std::size_t name_at = at;
    while (at < body.size() && body[at] != '=' && !is_blank(decode_utf8(body, at).value)) {
        at += decode_utf8(body, at).size;
    }
    const std::string_view name = body.substr(name_at, at - name_at);
    constexpr std::string_view kPunctuation = "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~";
    if (name.empty() || kPunctuation.find(name.front()) != std::string_view::npos ||
        kPunctuation.find(name.back()) != std::string_view::npos) {
        fail(line, name_at, "expected the name of a pragma after \"%\"");
        return;
    }
    at = skip_blanks(body, at);
    // A pragma without a value counts as 1, in Sqitch as here.
    std::string_view value = "1";
    if (at < body.size()) {
        if (body[at] != '=') {
            fail(line, at, fmt::format("expected \"=\" after the pragma \"{}\"", name));
            return;
        }
        at = skip_blanks(body, at + 1);
        value = body.substr(at);
        if (value.empty()) {
            fail(line, at, fmt::format("expected a value for the pragma \"{}\"", name));
            return;
        }
    }
    if (name == "project") {
        has_project_ = true;
        if (const auto problem = name_problem(NameKind::project, value)) {
            fail(line, at, fmt::format("\"{}\" is not a valid project name: {}", value, *problem));
            return;
        }
        plan_.project_ = value;
    } else if (name == "uri") {
        plan_.uri_ = value;
    }
}

void PlanParser::body_line(std::string_view line) {
    const std::size_t start = leading_blanks(line);
    if (start == line.size() || line[start] == '#') return;
    Entry entry;
    const std::size_t errors = errors_.size();
    if (read_entry(line, entry)) {
        if (entry.is_tag) {
            add_tag(line, entry);
        } else {
            add_change(line, entry);
        }
    }
    if (errors_.size() > errors) forgive(line);
}

void PlanParser::forgive(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::size_t at = leading_blanks(line);
    const bool is_tag = line.substr(at).starts_with('@');
    if (is_tag) {
        ++at;
        section_lines_.clear();
    } else if (at < line.size() && (line[at] == '+' || line[at] == '-')) {
        at = skip_blanks(line, at + 1);
    }
    faulty_names_.insert(line.substr(at, next_blank(line, at) - at));
    if (!is_tag) has_faulty_change_ = true;
}

bool PlanParser::read_entry(std::string_view line, Entry& entry) {
    const std::string_view body = cut_note(line, entry.note);
    std::size_t at = leading_blanks(body);
    if (body[at] == '@') {
        entry.is_tag = true;
        ++at;
    } else if (body[at] == '+' || body[at] == '-') {
        entry.is_revert = body[at] == '-';
        at = skip_blanks(body, at + 1);
    }
    const NameKind kind = entry.is_tag ? NameKind::tag : NameKind::change;
    entry.name_at = at;
    const std::size_t name_end = next_blank(body, at);
    const std::string_view name = body.substr(at, name_end - at);
    if (const auto problem = name_problem(kind, name)) {
        fail(line, at,
             name.empty() ? fmt::format("expected the name of a {}", kind_word(kind))
                          : fmt::format("\"{}\" is not a valid {} name: {}", name, kind_word(kind),
                                        *problem));
        return false;
    }
    entry.name = name;
    at = skip_blanks(body, name_end);
    if (at < body.size() && body[at] == '[') {
        const std::size_t close = body.find(']', at);
        if (close == std::string_view::npos) {
            fail(line, at, "expected \"]\" at the end of the dependencies");
            return false;
        }
        entry.has_dependencies = true;
        entry.dependencies_at = at + 1;
        entry.dependencies = body.substr(at + 1, close - at - 1);
        if (leading_blanks(entry.dependencies) == entry.dependencies.size()) {
            fail(line, at, "the list of dependencies is empty",
                 "leave the brackets out, or name a change");
            return false;
        }
        at = skip_blanks(body, close + 1);
    }
    return read_moment(line, at, entry);
}

bool PlanParser::read_moment(std::string_view line, std::size_t at, Entry& entry) {
    std::string_view ignored;
    const std::string_view body = cut_note(line, ignored);
    constexpr const char* kExpected =
        "a line goes: name [dependencies] "
        "YYYY-MM-DDThh:mm:ssZ Planner Name <email> # note";
    if (at >= body.size()) {
        fail(line, body.size(), "expected a time stamp, and the planner's name and email",
             kExpected);
        return false;
    }
    if (!has_date_form(body, at)) {
        fail(line, at, "expected a time stamp like 2026-11-20T16:47:10Z", kExpected);
        return false;
    }
    entry.date = body.substr(at, kDateLength);
    const auto moment = parse_plan_time(entry.date);
    if (!moment) {
        fail(line, at, fmt::format("\"{}\" is no moment of the calendar", entry.date));
        return false;
    }
    entry.moment = *moment;
    const std::size_t date_end = at + kDateLength;
    at = skip_blanks(body, date_end);
    if (at >= body.size()) {
        fail(line, body.size(), "expected the planner's name and email", kExpected);
        return false;
    }
    const std::size_t open = body.find('<', at);
    const std::size_t close = body.find('>', open == std::string_view::npos ? at : open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
        fail(line, open == std::string_view::npos ? body.size() : open,
             "expected the planner's email in <>", kExpected);
        return false;
    }
    // To Sqitch three blanks are two that separate, and a name between them.
    constexpr std::size_t kBlankName = 3;
    if (open == at && at - date_end >= kBlankName) at -= 2;
    std::string_view name = body.substr(at, open - at);
    const std::size_t blanks = trailing_blanks(name);
    if (name.size() < 2 || blanks == 0) {
        fail(line, at, "expected the planner's name, a blank, and <email>", kExpected);
        return false;
    }
    // Of the blanks before "<" only the last separates; others belong to the name and its ids.
    std::size_t last = name.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(name[last]) & 0xC0) == 0x80) --last;
    name = name.substr(0, last);
    entry.planner = {name, body.substr(open + 1, close - open - 1)};
    if (entry.planner.email.empty()) {
        fail(line, open, "expected the planner's email in <>", kExpected);
        return false;
    }
    if (close + 1 != body.size()) {
        fail(line, close + 1, "expected the end of the line, or \"#\" and a note");
        return false;
    }
    return true;
}

void PlanParser::add_tag(std::string_view line, const Entry& entry) {
    if (plan_.changes_.empty() && has_faulty_change_) {
        faulty_names_.insert(entry.name);
        return;
    }
    if (plan_.changes_.empty()) {
        fail(line, entry.name_at - 1,
             fmt::format("tag \"@{}\" stands before the first change", entry.name));
        return;
    }
    if (const auto hit = plan_.tag_by_name_.find(entry.name); hit != plan_.tag_by_name_.end()) {
        fail(line, entry.name_at - 1,
             fmt::format("tag \"@{}\" is already on line {}", entry.name,
                         plan_.tags_[hit->second].line));
        return;
    }
    if (entry.has_dependencies) {
        fail(line, entry.dependencies_at - 1, "a tag has no dependencies");
        return;
    }
    section_lines_.clear();
    Tag tag;
    tag.name = entry.name;
    tag.note = decode_note(entry.note);
    tag.planner = entry.planner;
    tag.date = entry.date;
    tag.planned_at = entry.moment;
    tag.change = plan_.changes_.size() - 1;
    tag.line = line_;
    plan_.tag_by_name_.emplace(tag.name, plan_.tags_.size());
    plan_.changes_.back().tags.push_back(plan_.tags_.size());
    plan_.tags_.push_back(tag);
}

void PlanParser::add_change(std::string_view line, const Entry& entry) {
    const auto [seen, is_new] = section_lines_.emplace(entry.name, line_);
    if (!is_new) {
        fail(line, entry.name_at,
             fmt::format("change \"{}\" is already on line {}", entry.name, seen->second),
             "a change can be reworked only after a tag");
        return;
    }
    Change change;
    change.name = entry.name;
    change.note = decode_note(entry.note);
    change.planner = entry.planner;
    change.date = entry.date;
    change.planned_at = entry.moment;
    change.line = line_;
    change.is_revert = entry.is_revert;
    if (entry.has_dependencies) read_dependencies(line, entry.dependencies, change);
    const std::size_t index = plan_.changes_.size();
    const auto [last, is_first] = plan_.last_instance_.emplace(entry.name, index);
    if (!is_first) {
        change.previous = last->second;
        plan_.changes_[last->second].next = index;
        last->second = index;
    }
    plan_.changes_.push_back(std::move(change));
}

void PlanParser::read_dependencies(std::string_view line, std::string_view list, Change& change) {
    const auto offset = static_cast<std::size_t>(list.data() - line.data());
    for (std::size_t at = skip_blanks(list, 0); at < list.size();) {
        const std::size_t end = next_blank(list, at);
        const std::string_view token = list.substr(at, end - at);
        const auto [ok, dep] = parse_dependency(token, plan_.project_);
        if (!ok) {
            fail(line, offset + at, fmt::format("\"{}\" is not a valid dependency", token),
                 "a dependency goes: [!][project:]change[@tag], or @tag");
        } else {
            auto& group = dep.conflict ? change.conflicts : change.required;
            const bool known = std::any_of(group.begin(), group.end(),
                                           [&](const Dependency& d) { return d.text == dep.text; });
            if (known) {
                fail(line, offset + at, fmt::format("dependency \"{}\" is given twice", token));
            } else {
                group.push_back(dep);
            }
        }
        at = skip_blanks(list, end);
    }
}

void PlanParser::check_dependencies() {
    for (std::size_t i = 0; i < plan_.changes_.size(); ++i) {
        for (const Dependency& dep : plan_.changes_[i].required) {
            check_dependency(plan_.changes_[i], i, dep);
        }
    }
}

void PlanParser::check_dependency(const Change& change, std::size_t index, const Dependency& dep) {
    if (!dep.project.empty() || !dep.id.empty()) return;
    const std::string_view text = plan_.text();
    const std::size_t offset = static_cast<std::size_t>(dep.text.data() - text.data());
    const std::size_t start = text.rfind('\n', offset) + 1;
    std::string_view line = text.substr(start, text.find('\n', start) - start);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const auto report = [&](std::string message, std::string hint = {}) {
        line_ = change.line;
        fail(line, offset - start, std::move(message), std::move(hint));
    };
    std::size_t limit = index;
    if (!dep.tag.empty()) {
        const auto tag = plan_.find_tag(dep.tag);
        if (!tag) {
            if (faulty_names_.count(dep.tag) == 0) {
                report(fmt::format("change \"{}\" requires the unknown tag \"@{}\"", change.name,
                                   dep.tag));
            }
            return;
        }
        if (plan_.tags_[*tag].change >= index) {
            report(fmt::format("change \"{}\" requires \"@{}\", which is planned later",
                               change.name, dep.tag),
                   fmt::format("move \"{}\" below line {}", change.name, plan_.tags_[*tag].line));
            return;
        }
        limit = plan_.tags_[*tag].change + 1;
    }
    if (dep.change.empty()) return;
    const auto last = plan_.last_instance_.find(dep.change);
    if (last == plan_.last_instance_.end()) {
        if (faulty_names_.count(dep.change) > 0) return;
        std::vector<std::string> names;
        for (const Change& known : plan_.changes_) names.emplace_back(known.name);
        report(fmt::format("change \"{}\" requires the unknown change \"{}\"{}", change.name,
                           dep.text, did_you_mean(dep.change, names)));
        return;
    }
    std::size_t first = last->second;
    while (plan_.changes_[first].previous != kNone) first = plan_.changes_[first].previous;
    if (first < limit) return;
    if (!dep.tag.empty()) {
        report(fmt::format("change \"{}\" requires \"{}\", but \"{}\" is planned after that tag",
                           change.name, dep.text, dep.change));
    } else if (first == index) {
        report(fmt::format("change \"{}\" requires itself", change.name));
    } else {
        report(fmt::format("change \"{}\" requires \"{}\", which is planned {} change{} later",
                           change.name, dep.text, first - index, first - index == 1 ? "" : "s"),
               fmt::format("move \"{}\" below line {}", change.name, plan_.changes_[first].line));
    }
}

std::string_view PlanParser::decode_note(std::string_view raw) {
    raw = trim_spaces(raw);
    if (raw.find('\\') == std::string_view::npos) return raw;
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char next = raw[i] == '\\' && i + 1 < raw.size() ? raw[i + 1] : '\0';
        if (next == 'n' || next == 'r' || next == '\\') {
            out += next == 'n' ? '\n' : next == 'r' ? '\r' : '\\';
            ++i;
        } else {
            out += raw[i];
        }
    }
    return plan_.decoded_.emplace_back(std::move(out));
}

namespace {

/// Whoever stands in a folder of the project meant that project.
std::string hint_for_missing(const std::string& path) {
    constexpr int kMaxDepth = 64;
    std::string above;
    for (int depth = 0; depth < kMaxDepth && !path.starts_with('/'); ++depth) {
        above += "../";
        if (file_exists(above + path)) {
            return fmt::format("there is one in {0}: run kedge there, or as kedge -C {0}", above);
        }
    }
    return "begin a project with: kedge init NAME";
}

}  // namespace

Plan Plan::parse(std::string text, std::string file) {
    return PlanParser(std::move(text), std::move(file)).run();
}

Plan Plan::load(const std::string& path) {
    auto text = read_file_if_exists(path);
    if (!text) {
        throw Failure(ErrorKind::configuration, fmt::format("plan file {} does not exist", path),
                      hint_for_missing(path));
    }
    return parse(std::move(*text), path);
}

}  // namespace kedge::plan
