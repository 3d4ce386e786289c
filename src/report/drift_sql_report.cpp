// SPDX-License-Identifier: MIT
#include "report/drift_sql_report.hpp"

#include <fmt/format.h>

#include "report/difference_text.hpp"
#include "report/drift_report.hpp"
#include "report/json_text.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

/// Each line behind `-- `.
std::string commented(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (!line.empty()) out += fmt::format("-- {}\n", line);
    }
    return out;
}

std::string script_text(const char* title, const migrate::ProvenScript& script) {
    std::string out = fmt::format("\n-- {}, ", title);
    if (!script.is_proven) {
        return out + "not proven, and so not shown:\n" + commented(script.reason) +
               commented(difference_text(script.left, {}));
    }
    out += "proven in a scratch database:\n";
    for (const schema::Unwritten& one : script.script.unwritten) {
        out += commented(fmt::format("no statement for {}: {}", one.subject, one.reason));
    }
    return out + script.text;
}

Json script_json(const migrate::ProvenScript& script) {
    Json out = {{"proven", script.is_proven}};
    if (script.is_proven) {
        out["script"] = script.text;
        Json loses = Json::array();
        for (const schema::SqlStatement& one : script.script.statements) {
            if (!one.loses.empty()) loses.push_back(one.loses);
        }
        out["loses"] = std::move(loses);
    } else {
        out["reason"] = script.reason;
        out["left"] = differences_json(script.left);
    }
    Json open = Json::array();
    for (const schema::Unwritten& one : script.script.unwritten) {
        open.push_back({{"what", one.subject}, {"why", one.reason}});
    }
    out["no_statement"] = std::move(open);
    return out;
}

}  // namespace

std::string drift_sql_text(const migrate::DriftSql& result, const DriftDirections& directions) {
    std::string out = commented(drift_text(result.drift, {}));
    if (result.drift.differences.empty()) return out;
    if (directions.back) out += script_text("Back to what was recorded", result.back);
    if (directions.forward) {
        out += script_text("From what was recorded to what is there", result.forward);
    }
    return out;
}

std::string drift_sql_json(const migrate::DriftSql& result, const DriftDirections& directions) {
    Json out = Json::parse(drift_json(result.drift));
    if (result.drift.differences.empty()) return json_text(out);
    Json sql;
    if (directions.back) sql["back"] = script_json(result.back);
    if (directions.forward) sql["forward"] = script_json(result.forward);
    out["sql"] = std::move(sql);
    return json_text(out);
}

}  // namespace kedge::report
