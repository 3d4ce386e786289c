// SPDX-License-Identifier: MIT
// The formats of log and plan that have names.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/item_format.hpp"
#include "support/error.hpp"

namespace kedge::report {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"raw",    "full",  "long",
                                                    "medium", "short", "oneline"};

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string> named_format(std::string_view name, bool for_log) {
    const std::string who = for_log ? "%{committer}_ %c\n" : "%{planner}_ %p\n";
    const std::string body = "\n%{    }B\n";
    const std::string brief = "%{:event}C%L %h%{reset}C\n%{name}_ %n\n" + who;
    const std::string head = "%{:event}C%L %h%{reset}C%T\n%{name}_ %n\n%{project}_ %o\n";
    if (name == "raw") {
        return "%{:event}C%e %H%{reset}C%T\nname      %n\nproject   %o\n"
               "%{requires}a%{conflicts}aplanner   %{name}p <%{email}p>\nplanned   %{date:raw}p\n" +
               std::string(for_log ? "committer %{name}c <%{email}c>\ncommitted %{date:raw}c\n"
                                   : "") +
               body;
    }
    if (name == "full") {
        return head + "%R%X%{planner}_ %p\n%{planned}_ %{date}p\n" +
               (for_log ? who + "%{committed}_ %{date}c\n" : "") + body;
    }
    if (name == "long") return head + "%{planner}_ %p\n" + (for_log ? who : "") + body;
    if (name == "medium") return brief + "%{date}_ %{date}" + (for_log ? "c\n" : "p\n") + body;
    if (name == "short") return brief + "\n%{    }s\n";
    if (name == "oneline") {
        return for_log ? "%{:event}C%h %l%{reset}C %o:%n %s"
                       : "%{:event}C%h %l%{reset}C %n%{cyan}C%t%{reset}C";
    }
    return std::nullopt;
}

std::string resolve_format(std::string_view spec, bool for_log) {
    constexpr std::string_view kPrefix = "format:";
    if (spec.starts_with(kPrefix)) return std::string(spec.substr(kPrefix.size()));
    if (auto known = named_format(spec.empty() ? "medium" : spec, for_log)) return *known;

    const std::string_view nearest = *std::min_element(
        kNames.begin(), kNames.end(),
        [&](auto a, auto b) { return edit_distance(spec, a) < edit_distance(spec, b); });
    throw Failure(ErrorKind::usage,
                  fmt::format("Unknown {} format \"{}\"", for_log ? "log" : "plan", spec),
                  fmt::format("did you mean {}? there are {}, and format:STRING",
                              spec.find('%') == spec.npos ? std::string(nearest)
                                                          : fmt::format("format:{}", spec),
                              fmt::join(kNames, ", ")));
}

}  // namespace kedge::report
