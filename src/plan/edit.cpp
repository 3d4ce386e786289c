// SPDX-License-Identifier: MIT
#include "plan/edit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/line_end.hpp"
#include "plan/names.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

std::string encode_note(std::string_view note) {
    std::string out;
    for (const char c : note) {
        switch (c) {
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// Not empty, and nothing that would end the line or make the plan unreadable.
bool fits_on_a_line(std::string_view text) {
    return leading_blanks(text) < text.size() && text.find_first_of("\r\n") == text.npos &&
           !find_invalid_utf8(text);
}

void check_signature(const Signature& by) {
    const bool bad_name = !fits_on_a_line(by.name) || by.name.front() == '[' ||
                          by.name.find_first_of("<#") != std::string::npos;
    if (bad_name) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("\"{}\" can't be a planner's name: it must be one line of UTF-8, "
                                  "and must not begin with \"[\" or contain \"<\" or \"#\"",
                                  by.name),
                      "set it with: kedge config --user user.name 'Your Name'");
    }
    if (!fits_on_a_line(by.email) || by.email.find_first_of(">#") != std::string::npos) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("\"{}\" can't be a planner's email: it must be one line of UTF-8 "
                                  "without \">\" and \"#\"",
                                  by.email),
                      "set it with: kedge config --user user.email you@example.com");
    }
}

std::string signed_tail(const Signature& by, std::string_view note) {
    check_signature(by);
    std::string out = fmt::format(" {} {} <{}>", format_plan_time(by.when), by.name, by.email);
    if (find_invalid_utf8(note)) throw Failure(ErrorKind::usage, "the note is not UTF-8");
    const std::string_view text = trim(note);
    if (!text.empty()) out += " # " + encode_note(text);
    return out;
}

void check_new_name(NameKind kind, std::string_view name) {
    if (const auto problem = new_name_problem(kind, name)) {
        throw Failure(ErrorKind::usage, fmt::format("\"{}\" is not a valid {} name: {}", name,
                                                    kind_word(kind), *problem));
    }
}

/// Ends the last line, so that another can follow.
void end_last_line(std::string& text, std::string_view end) {
    if (text.empty() || text.back() == '\n') return;
    // A last line may have the first half of its end.
    text += text.back() == '\r' ? std::string_view("\n") : end;
}

bool ends_in_empty_line(std::string_view text) {
    if (text.empty() || text.back() != '\n') return false;
    const std::size_t start = text.rfind('\n', text.size() - 2);
    const std::size_t from = start == std::string_view::npos ? 0 : start + 1;
    return trim(text.substr(from)).empty();
}

/// A plan may hold names with a bracket or a line's end in them, but no list of dependencies can.
void check_listable(std::string_view name) {
    if (name.find_first_of("]\n") == std::string_view::npos) return;
    throw Failure(ErrorKind::usage,
                  fmt::format("\"{}\" can't stand in a list of dependencies", name),
                  "names with brackets are for reading only; plan a change of another name");
}

/// What of a dependency on the plan's own changes isn't in the plan, in words; empty if all is.
std::string unknown_part(const Plan& plan, const Dependency& dep) {
    if (!dep.tag.empty() && !plan.find_tag(dep.tag)) {
        std::vector<std::string> tags;
        for (const Tag& tag : plan.tags()) tags.emplace_back(tag.name);
        return fmt::format("unknown tag \"@{}\"{}", dep.tag, did_you_mean(dep.tag, tags));
    }
    if (dep.change.empty()) return {};
    if (!plan.has_change(dep.change)) {
        std::vector<std::string> names;
        for (const Change& change : plan.changes()) names.emplace_back(change.name);
        return fmt::format("unknown change \"{}\"{}", dep.change, did_you_mean(dep.change, names));
    }
    if (dep.tag.empty() || plan.find(dep.text)) return {};
    return fmt::format("\"{}\", but \"{}\" is planned after that tag", dep.text, dep.change);
}

/// The normalized texts of a list of dependencies; doubles are merged, as Sqitch does.
std::vector<std::string> check_dependencies(const Plan& plan, std::string_view verb,
                                            const NewChange& change, bool conflict) {
    std::vector<std::string> out;
    for (const std::string& token : conflict ? change.conflicts : change.required) {
        const auto [ok, dep] = parse_dependency(token, plan.project());
        if (!ok || dep.conflict || find_invalid_utf8(token)) {
            throw Failure(ErrorKind::usage, fmt::format("\"{}\" is not a valid dependency", token),
                          "a dependency goes: [project:]change[@tag], or @tag");
        }
        check_listable(token);
        // What a change conflicts with may never be planned here, and is then no trouble.
        if (!conflict && dep.project.empty() && dep.id.empty()) {
            if (const std::string unknown = unknown_part(plan, dep); !unknown.empty()) {
                throw Failure(ErrorKind::usage, fmt::format("cannot {} change \"{}\": requires {}",
                                                            verb, change.name, unknown));
            }
        }
        if (std::find(out.begin(), out.end(), dep.text) == out.end()) out.emplace_back(dep.text);
    }
    return out;
}

/// `name [a b !c]`
std::string heading(const NewChange& change, const std::vector<std::string>& required,
                    const std::vector<std::string>& conflicts) {
    std::vector<std::string> all = required;
    for (const std::string& conflict : conflicts) all.push_back('!' + conflict);
    return all.empty() ? change.name : fmt::format("{} [{}]", change.name, join(all, " "));
}

Edited append(const Plan& plan, const NewChange& change, const Signature& by,
              std::vector<std::string> required, std::string_view verb, bool separate) {
    for (std::string& text : check_dependencies(plan, verb, change, false)) {
        if (std::find(required.begin(), required.end(), text) == required.end()) {
            required.push_back(std::move(text));
        }
    }
    const auto conflicts = check_dependencies(plan, verb, change, true);
    Edited out;
    out.added = heading(change, required, conflicts);
    const std::string line = out.added + signed_tail(by, change.note);
    out.text = std::string(plan.text());
    const std::string_view end = line_end(out.text);
    end_last_line(out.text, end);
    const bool needs_gap = !plan.has_body_separator() || separate;
    if (needs_gap && !ends_in_empty_line(out.text)) out.text += end;
    out.text += line;
    out.text += end;
    return out;
}

}  // namespace

std::string new_plan_text(std::string_view project, std::string_view uri) {
    check_new_name(NameKind::project, project);
    std::string out = fmt::format("%syntax-version=1.0.0\n%project={}\n", project);
    if (!uri.empty() && (!fits_on_a_line(uri) || uri.find('#') != uri.npos)) {
        throw Failure(ErrorKind::usage, fmt::format("\"{}\" can't be a project's URI", uri),
                      "it is one line of a plan, where \"#\" would begin a note");
    }
    if (!uri.empty()) out += fmt::format("%uri={}\n", uri);
    return out + "\n";
}

Edited add_change(const Plan& plan, const NewChange& change, const Signature& by) {
    check_new_name(NameKind::change, change.name);
    if (plan.has_change(change.name)) {
        throw Failure(ErrorKind::usage,
                      fmt::format("change \"{}\" already exists in {}", change.name, plan.file()),
                      fmt::format("to change what it made, use: kedge rework {}", change.name));
    }
    const bool after_tag = !plan.changes().empty() && !plan.changes().back().tags.empty();
    return append(plan, change, by, {}, "add", after_tag);
}

Edited rework_change(const Plan& plan, const NewChange& change, const Signature& by) {
    if (!plan.has_change(change.name)) {
        std::vector<std::string> names;
        for (const Change& c : plan.changes()) names.emplace_back(c.name);
        throw Failure(ErrorKind::usage,
                      fmt::format("change \"{}\" does not exist in {}{}", change.name, plan.file(),
                                  did_you_mean(change.name, names)),
                      fmt::format("to plan it, use: kedge add {}", change.name));
    }
    const std::size_t last = *plan.find(change.name + "@HEAD");
    const auto tagged = plan.last_tagged();
    if (!tagged || *tagged < last) {
        throw Failure(ErrorKind::usage,
                      fmt::format("cannot rework \"{}\" without a tag after it", change.name),
                      "first tag what there is: kedge tag NAME");
    }
    const std::size_t tag = plan.changes()[*tagged].tags.front();
    const std::string own = fmt::format("{}@{}", change.name, plan.tags()[tag].name);
    check_listable(own);
    return append(plan, change, by, {own}, "rework", false);
}

Edited add_tag(const Plan& plan, std::string_view name, const std::optional<std::string>& change,
               std::string_view note, const Signature& by) {
    if (!name.empty() && name.front() == '@') name.remove_prefix(1);
    check_new_name(NameKind::tag, name);
    if (plan.find_tag(name)) {
        throw Failure(ErrorKind::usage, fmt::format("tag \"@{}\" already exists", name));
    }
    if (plan.changes().empty()) {
        throw Failure(ErrorKind::usage,
                      fmt::format("cannot apply tag \"@{}\" to a plan with no changes", name));
    }
    std::size_t target = plan.changes().size() - 1;
    if (change) {
        const auto found = plan.find(*change);
        target = found ? *found : plan.get(*change);
    }
    const Change& tagged = plan.changes()[target];
    const std::size_t after =
        tagged.tags.empty() ? tagged.line : plan.tags()[tagged.tags.back()].line;
    Edited out;
    out.text = std::string(plan.text());
    const std::string_view end = line_end(out.text);
    end_last_line(out.text, end);
    std::size_t at = 0;
    for (std::size_t i = 0; i < after; ++i) at = out.text.find('\n', at) + 1;
    out.text.insert(at, fmt::format("@{}{}{}", name, signed_tail(by, note), end));
    out.added = fmt::format("@{}", name);
    return out;
}

std::string slice(const Plan& plan, std::size_t from, std::size_t to) {
    std::vector<std::size_t> dropped;
    const auto keeps = [&](std::size_t change) { return change >= from && change <= to; };
    for (std::size_t i = 0; i < plan.changes().size(); ++i) {
        if (!keeps(i)) dropped.push_back(plan.changes()[i].line);
    }
    for (const Tag& tag : plan.tags()) {
        if (!keeps(tag.change)) dropped.push_back(tag.line);
    }
    std::sort(dropped.begin(), dropped.end());
    std::string out;
    const std::string_view text = plan.text();
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        ++line;
        if (!std::binary_search(dropped.begin(), dropped.end(), line)) {
            out += text.substr(at, end + 1 - at);
        }
        at = end + 1;
    }
    return out;
}

}  // namespace kedge::plan
