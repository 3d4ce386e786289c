// SPDX-License-Identifier: MIT
#include "report/rehearse_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/difference_text.hpp"
#include "report/drift_report.hpp"
#include "report/error_text.hpp"
#include "report/json_text.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

using migrate::RehearsedChange;
using Outcome = RehearsedChange::Outcome;

std::string headline(const RehearsedChange& change) {
    switch (change.outcome) {
        case Outcome::proven:
            return {};
        case Outcome::not_restored:
            if (change.left.empty() &&
                std::all_of(change.rows.begin(), change.rows.end(),
                            [](const auto& rows) { return !rows.unread.empty(); })) {
                return "whether its revert brings the rows back can't be known; --no-rows leaves "
                       "them out";
            }
            return fmt::format("{} does not bring the {} back to what {} before",
                               change.revert_script, change.left.empty() ? "rows" : "schema",
                               change.left.empty() ? "they were" : "it was");
        case Outcome::not_repeatable:
            return "deployed again after its revert, it does not come to the same";
        case Outcome::deploy_failed:
            return "its deploy script failed";
        case Outcome::verify_failed:
            return "its verify script failed";
        case Outcome::revert_failed:
            return fmt::format("{} failed", change.revert_script);
    }
    return {};
}

/// A line for each table that has other rows.
std::string rows_text(const RehearsedChange& change) {
    std::string out;
    for (const migrate::RowChange& rows : change.rows) {
        if (!rows.unread.empty()) {
            out += fmt::format("rows       {}: can't be read: {}\n", rows.table, rows.unread);
            continue;
        }
        out += rows.before == rows.after
                   ? fmt::format("rows       {}: {}, and not the same\n", rows.table, rows.after)
                   : fmt::format("rows       {}: {} before, {} after\n", rows.table, rows.before,
                                 rows.after);
    }
    return out;
}

}  // namespace

std::string rehearse_text(const migrate::RehearseResult& result, const Style& style) {
    if (!result.message.empty()) return result.message + "\n";
    std::string out;
    for (const RehearsedChange& change : result.changes) {
        if (change.outcome == Outcome::proven) continue;
        out +=
            fmt::format("{}: {}\n", painted(style, Paint::yellow, change.name), headline(change));
        out += difference_text(change.left, style) + rows_text(change);
        if (change.error) out += error_text(*change.error, style);
    }
    const auto proven = std::count_if(
        result.changes.begin(), result.changes.end(),
        [](const RehearsedChange& change) { return change.outcome == Outcome::proven; });
    out += fmt::format("{} of {} change{}: the way back is proven\n", proven, result.changes.size(),
                       result.changes.size() == 1 ? "" : "s");
    return out;
}

std::string rehearse_json(const migrate::RehearseResult& result) {
    Json changes = Json::array();
    for (const RehearsedChange& change : result.changes) {
        Json json = {{"change", change.name},
                     {"outcome", migrate::to_string(change.outcome)},
                     {"deploy_ms", static_cast<double>(change.deployed.count()) / 1000},
                     {"revert_ms", static_cast<double>(change.reverted.count()) / 1000},
                     {"redeploy_ms", static_cast<double>(change.deployed_again.count()) / 1000},
                     {"differences", differences_json(change.left)}};
        Json rows = Json::array();
        for (const migrate::RowChange& one : change.rows) {
            if (one.unread.empty()) {
                rows.push_back(
                    {{"table", one.table}, {"before", one.before}, {"after", one.after}});
            } else {
                rows.push_back({{"table", one.table}, {"unread", one.unread}});
            }
        }
        json["rows"] = std::move(rows);
        if (change.error) {
            json["error"] = {{"message", change.error->message},
                             {"where", change.error->where.to_string()},
                             {"code", change.error->code}};
        }
        changes.push_back(std::move(json));
    }
    return json_text({{"target", result.target},
                      {"proven", result.is_proven()},
                      {"prepared", result.prepared},
                      {"changes", std::move(changes)}});
}

std::vector<CheckedThing> rehearse_findings(const migrate::RehearseResult& result) {
    std::vector<CheckedThing> out;
    for (const RehearsedChange& change : result.changes) {
        CheckedThing& thing = out.emplace_back();
        thing.name = change.name;
        thing.elapsed = change.deployed + change.reverted + change.deployed_again;
        if (change.outcome == Outcome::proven) continue;
        Finding& finding = thing.findings.emplace_back();
        finding.rule = "rehearse-" + std::string(migrate::to_string(change.outcome));
        std::replace(finding.rule.begin(), finding.rule.end(), ' ', '-');
        finding.subject = change.name;
        finding.message = headline(change);
        finding.detail = difference_text(change.left, {}) + rows_text(change);
        finding.where = {change.revert_script, 1, 0};
        if (change.error) {
            finding.detail += change.error->message;
            if (!change.error->where.file.empty()) finding.where = change.error->where;
        }
    }
    return out;
}

}  // namespace kedge::report
