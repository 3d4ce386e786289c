// SPDX-License-Identifier: MIT
// The formats of log and plan that have names.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "report/item_format.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

const std::array<std::string, 6> kNames = {"raw", "full", "long", "medium", "short", "oneline"};

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

    const std::string meant = spec.find('%') == spec.npos
                                  ? did_you_mean(spec, kNames)
                                  : fmt::format(" (did you mean \"format:{}\"?)", spec);
    throw Failure(ErrorKind::usage,
                  fmt::format("unknown {} format \"{}\"{}", for_log ? "log" : "plan", spec, meant),
                  fmt::format("there are {}, and format:STRING", fmt::join(kNames, ", ")));
}

}  // namespace kedge::report
