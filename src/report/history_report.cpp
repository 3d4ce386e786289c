// SPDX-License-Identifier: MIT
#include "report/history_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/json_text.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

std::string subject(const migrate::BlameLine& line) {
    schema::Difference difference;
    difference.object = line.object;
    difference.part_kind = line.part_kind;
    difference.part = line.part;
    return difference.subject();
}

/// `deploy orders`, or `baseline` with its reason.
std::string cause(const registry::StateRecord& record) {
    if (!record.change.empty()) {
        return record.operation == "deploy"
                   ? record.change
                   : fmt::format("{} of {}", record.operation, record.change);
    }
    return record.note.empty() ? record.operation
                               : fmt::format("{} ({})", record.operation, record.note);
}

Json record_json(const registry::StateRecord& record) {
    return {{"operation", record.operation},
            {"change", record.change},
            {"change_id", record.change_id},
            {"note", record.note},
            {"at", iso_moment(record.recorded_at, 6) + "Z"},
            {"by", {{"name", record.recorder.name}, {"email", record.recorder.email}}}};
}

void add_attributes(std::string& out, const schema::Attributes& attributes,
                    const std::string& indent) {
    for (const schema::Attribute& attribute : attributes) {
        const bool has_lines = attribute.value.find('\n') != std::string::npos;
        out += fmt::format("{}{}:", indent, attribute.name);
        if (!has_lines) {
            out += fmt::format(" {}\n", attribute.value);
            continue;
        }
        out += '\n';
        for (const std::string& line : split(attribute.value, '\n')) {
            out += line.empty() ? std::string("\n") : fmt::format("{}  {}\n", indent, line);
        }
    }
}

}  // namespace

std::string blame_text(const std::vector<migrate::BlameLine>& lines) {
    std::size_t widest_subject = 0;
    std::size_t widest_cause = 0;
    for (const migrate::BlameLine& line : lines) {
        widest_subject = std::max(widest_subject, display_width(subject(line)));
        widest_cause =
            std::max(widest_cause, display_width(cause(line.altered.value_or(line.made))));
    }
    std::string out;
    for (const migrate::BlameLine& line : lines) {
        const registry::StateRecord& last = line.altered ? *line.altered : line.made;
        const std::string what = subject(line);
        const std::string why = cause(last);
        out += fmt::format("{}{}  {}{}  {}  {}", what,
                           std::string(widest_subject - display_width(what), ' '), why,
                           std::string(widest_cause - display_width(why), ' '),
                           format_sql_time(last.recorded_at, 0), last.recorder.name);
        if (line.altered) out += fmt::format("  (made by {})", cause(line.made));
        out += '\n';
    }
    return out;
}

std::string blame_json(const std::vector<migrate::BlameLine>& lines) {
    Json out = Json::array();
    for (const migrate::BlameLine& line : lines) {
        Json json = {{"object", {{"kind", line.object.kind}, {"name", line.object.name}}}};
        if (!line.part_kind.empty()) {
            json["part"] = {{"kind", line.part_kind}, {"name", line.part}};
        }
        json["made"] = record_json(line.made);
        if (line.altered) json["altered"] = record_json(*line.altered);
        out.push_back(std::move(json));
    }
    return json_text(out);
}

std::string state_text(const schema::State& state) {
    std::string out;
    for (const auto& [key, object] : state.objects()) {
        out += fmt::format("{} {}\n", key.kind, key.name);
        add_attributes(out, object.attributes, "  ");
        for (const schema::Part& part : object.parts) {
            out += fmt::format("  {} {}\n", part.kind, part.name);
            add_attributes(out, part.attributes, "    ");
        }
    }
    return out;
}

}  // namespace kedge::report
