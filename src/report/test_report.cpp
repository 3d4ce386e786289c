// SPDX-License-Identifier: MIT
#include "report/test_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/error_text.hpp"
#include "report/json_text.hpp"
#include "report/xml_text.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

using migrate::Check;
using migrate::TestedFile;
using migrate::TestResult;
using Outcome = Check::Outcome;

/// A few words and a text, which stands behind them, or below if it has several lines.
std::string block(std::string_view words, const std::string& text) {
    if (text.empty()) return {};
    if (text.find('\n') == std::string::npos) return fmt::format("{} {}\n", words, text);
    return fmt::format("{}\n  {}\n", trim(words), replace_all(text, "\n", "\n  "));
}

/// All that is known about why a check did not pass.
std::string reasons(const Check& check) {
    return block("expected:", check.expected) + block("got:     ", check.got) +
           (check.detail.empty() ? "" : check.detail + "\n");
}

std::string indented(const std::string& text, std::string_view indentation) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (!line.empty()) out += fmt::format("{}{}\n", indentation, line);
    }
    return out;
}

std::string with_reason(std::string_view word, const std::string& reason) {
    return reason.empty() ? std::string(word) : fmt::format("{}: {}", word, reason);
}

std::string check_line(const Check& check, const Style& style) {
    switch (check.outcome) {
        case Outcome::passed:
            return fmt::format("    {}      {}\n", painted(style, Paint::green, "ok"), check.name);
        case Outcome::failed:
            return fmt::format("    {}  {}\n", painted(style, Paint::red, "not ok"), check.name);
        case Outcome::skipped:
            return fmt::format("    {} {} ({})\n", painted(style, Paint::yellow, "skipped"),
                               check.name, with_reason("skip", check.reason));
        case Outcome::todo:
            return fmt::format("    {}   {} ({})\n", painted(style, Paint::yellow, "to do"),
                               check.name, with_reason("to do", check.reason));
    }
    return {};
}

std::string place_of(const Check& check) {
    return check.where.line == 0 ? check.where.file : check.where.to_string();
}

std::string failed_text(const TestedFile& file, const Check& check, const Style& style) {
    const bool is_error = file.error && &check == &file.checks.back();
    if (is_error) return error_text(*file.error, style);
    return fmt::format("{}: {}: {}\n", place_of(check), painted(style, Paint::red, "failed"),
                       check.name) +
           indented(reasons(check), "  ");
}

std::string file_text(const TestedFile& file, const Style& style, bool every_check) {
    std::string out;
    for (const std::string& warning : file.warnings) {
        out += fmt::format("{} {}: {}\n", painted(style, Paint::yellow, "warning:"), file.path,
                           warning);
    }
    if (every_check) {
        out += file.path + "\n";
        for (const Check& check : file.checks) out += check_line(check, style);
        out += indented(file.output, "    | ");
    }
    if (every_check || file.has_failed()) out += indented(file.messages, "    | ");
    for (const Check& check : file.checks) {
        if (check.outcome == Outcome::failed) out += failed_text(file, check, style);
    }
    return out;
}

std::string summary(const TestResult& result, const Style& style) {
    std::size_t checks = 0;
    std::size_t unrun = 0;
    for (const TestedFile& file : result.files) {
        checks += file.checks.size();
        if (!file.has_run) ++unrun;
    }
    std::vector<std::string> parts;
    const auto add = [&](std::size_t count, std::string_view word) {
        if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
    };
    add(result.count(Outcome::passed), "passed");
    add(result.count(Outcome::failed), "failed");
    add(result.count(Outcome::skipped), "skipped");
    add(result.count(Outcome::todo), "to do");
    std::string out = fmt::format("{} check{} in {} file{}: {}", checks, checks == 1 ? "" : "s",
                                  result.files.size(), result.files.size() == 1 ? "" : "s",
                                  parts.empty() ? "none passed" : join(parts, ", "));
    if (unrun > 0) out += fmt::format("; {} file{} not run", unrun, unrun == 1 ? "" : "s");
    return painted(style, result.has_passed() ? Paint::green : Paint::red, out) +
           fmt::format(" ({})\n", format_elapsed(result.elapsed));
}

/// On one line, with no mark that would begin a directive.
std::string tap_name(std::string_view text) {
    std::string out = replace_all(text, "\\", "\\\\");
    return replace_all(replace_all(replace_all(out, "#", "\\#"), "\n", " "), "\r", " ");
}

/// Behind the mark of a directive, to the end of the line.
std::string on_one_line(std::string_view text) {
    return replace_all(replace_all(text, "\n", " "), "\r", " ");
}

std::string tap_test(const TestResult& result, const TestedFile& file, const Check& check,
                     std::size_t number, bool names_target) {
    const bool is_ok = check.outcome == Outcome::passed || check.outcome == Outcome::skipped;
    std::string out = fmt::format(
        "{} {} - {}", is_ok ? "ok" : "not ok", number,
        tap_name((names_target ? result.target + ": " : "") + file.path + ": " + check.name));
    if (check.outcome == Outcome::skipped) out += " # SKIP " + on_one_line(check.reason);
    if (check.outcome == Outcome::todo) out += " # TODO " + on_one_line(check.reason);
    out += '\n';
    if (check.outcome == Outcome::failed) {
        out += fmt::format("#   Failed test at {}\n", on_one_line(place_of(check)));
        out += indented(replace_all(reasons(check), "\r", ""), "#     ");
    } else {
        out += indented(replace_all(check.detail, "\r", ""), "# ");
    }
    return out;
}

std::string junit_case(const TestedFile& file, const Check& check) {
    std::string inside;
    const bool is_error = file.error && &check == &file.checks.back();
    switch (check.outcome) {
        case Outcome::passed:
            break;
        case Outcome::failed:
            inside = fmt::format(
                "      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n",
                is_error ? "error" : "failure", xml_text(check.name),
                is_error ? "kedge.error" : (check.expected.empty() ? "kedge.tap" : "kedge.expect"),
                xml_text(fmt::format("{}\n{}", place_of(check), reasons(check))));
            break;
        case Outcome::skipped:
        case Outcome::todo:
            inside = fmt::format(
                "      <skipped message=\"{}\"/>\n",
                xml_text((check.outcome == Outcome::todo ? "to do: " : "") + check.reason));
            break;
    }
    const std::string head = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                                         xml_text(check.name), xml_text(file.path));
    return inside.empty() ? head + "/>\n" : fmt::format("{}>\n{}    </testcase>\n", head, inside);
}

std::string junit_suite(const TestResult& result, const TestedFile& file, std::size_t id,
                        const std::string& moment) {
    const auto errors = static_cast<std::size_t>(file.error.has_value());
    const auto failures = static_cast<std::size_t>(
        std::count_if(file.checks.begin(), file.checks.end(),
                      [](const Check& check) { return check.outcome == Outcome::failed; }));
    std::string out = fmt::format(
        "  <testsuite name=\"{}\" package=\"kedge.test\" id=\"{}\" timestamp=\"{}\" "
        "hostname=\"localhost\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.6f}\">\n"
        "    <properties>\n      <property name=\"target\" value=\"{}\"/>\n    </properties>\n",
        xml_text(file.path), id, moment, file.checks.size(), failures - errors, errors,
        std::chrono::duration<double>(file.elapsed).count(), xml_text(result.target));
    for (const Check& check : file.checks) out += junit_case(file, check);
    std::string messages = file.messages;
    for (const std::string& warning : file.warnings) messages += "warning: " + warning + "\n";
    if (file.bail_out) messages += "Bail out! " + *file.bail_out + "\n";
    return out + fmt::format(
                     "    <system-out>{}</system-out>\n    <system-err>{}</system-err>\n"
                     "  </testsuite>\n",
                     xml_text(file.output), xml_text(messages));
}

Json check_json(const Check& check) {
    Json out = {{"name", check.name},
                {"outcome", migrate::to_string(check.outcome)},
                {"file", check.where.file},
                {"line", check.where.line}};
    if (!check.expected.empty()) out["expected"] = check.expected;
    if (!check.got.empty()) out["got"] = check.got;
    if (!check.reason.empty()) out["reason"] = check.reason;
    if (!check.detail.empty()) out["detail"] = check.detail;
    return out;
}

Json file_json(const TestedFile& file) {
    Json out = {{"file", file.path},
                {"outcome", !file.has_run       ? "not run"
                            : file.has_failed() ? "failed"
                                                : "passed"},
                {"elapsed_ms", static_cast<double>(file.elapsed.count()) / 1000}};
    out["checks"] = Json::array();
    for (const Check& check : file.checks) out["checks"].push_back(check_json(check));
    if (file.error) {
        out["error"] = {{"message", file.error->message},
                        {"where", file.error->where.to_string()},
                        {"code", file.error->code},
                        {"detail", file.error->detail}};
    }
    if (file.bail_out) out["bail_out"] = *file.bail_out;
    out["warnings"] = file.warnings;
    out["output"] = file.output;
    out["messages"] = file.messages;
    return out;
}

}  // namespace

std::string test_text(const TestResult& result, const Style& style, bool every_check) {
    std::string out;
    for (const TestedFile& file : result.files) {
        if (file.has_run) out += file_text(file, style, every_check);
    }
    if (result.bail_out) out += fmt::format("Bail out! {}\n", *result.bail_out);
    return out + summary(result, style);
}

std::string test_json(const TestResult& result) {
    Json files = Json::array();
    for (const TestedFile& file : result.files) files.push_back(file_json(file));
    Json out = {{"target", result.target},
                {"passed", result.has_passed()},
                {"counts",
                 {{"passed", result.count(Outcome::passed)},
                  {"failed", result.count(Outcome::failed)},
                  {"skipped", result.count(Outcome::skipped)},
                  {"todo", result.count(Outcome::todo)}}},
                {"elapsed_ms", static_cast<double>(result.elapsed.count()) / 1000}};
    if (result.bail_out) out["bail_out"] = *result.bail_out;
    out["files"] = std::move(files);
    return json_text(out);
}

std::string test_tap(const std::vector<TestResult>& results) {
    std::size_t number = 0;
    std::string tests;
    const TestResult* bailed_out = nullptr;
    for (const TestResult& result : results) {
        for (const TestedFile& file : result.files) {
            for (const std::string& warning : file.warnings) {
                tests += fmt::format("# warning: {}\n", on_one_line(warning));
            }
            for (const Check& check : file.checks) {
                tests += tap_test(result, file, check, ++number, results.size() > 1);
            }
        }
        if (result.bail_out && bailed_out == nullptr) bailed_out = &result;
    }
    if (bailed_out != nullptr) {
        return fmt::format("TAP version 13\n{}Bail out! {}\n", tests,
                           on_one_line(*bailed_out->bail_out));
    }
    return fmt::format("TAP version 13\n1..{}\n{}", number, tests);
}

std::string test_junit(const std::vector<TestResult>& results, Timestamp when) {
    const std::string moment = iso_moment(when, 0);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    std::size_t id = 0;
    for (const TestResult& result : results) {
        for (const TestedFile& file : result.files) {
            out += junit_suite(result, file, id++, moment);
        }
    }
    return out + "</testsuites>\n";
}

std::vector<CheckedThing> test_findings(const TestResult& result) {
    std::vector<CheckedThing> out;
    for (const TestedFile& file : result.files) {
        CheckedThing& thing = out.emplace_back();
        thing.name = file.path;
        for (const Check& check : file.checks) {
            if (check.outcome != Outcome::failed) continue;
            Finding& finding = thing.findings.emplace_back();
            finding.rule = "test";
            finding.subject = check.name;
            finding.message = "failed: " + check.name;
            finding.detail = reasons(check);
            finding.where = check.where;
        }
    }
    return out;
}

}  // namespace kedge::report
