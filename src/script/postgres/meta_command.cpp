// SPDX-License-Identifier: MIT
#include "script/postgres/meta_command.hpp"

#include <algorithm>
#include <array>

namespace kedge::script::postgres {
namespace {

struct Known {
    std::string_view name;
    MetaCommand command;
    bool whole_line = false;
};

constexpr std::array kKnown = {
    Known{"!", MetaCommand::shell, true},
    Known{"C", MetaCommand::title},
    Known{"a", MetaCommand::aligned},
    Known{"c", MetaCommand::connect},
    Known{"cd", MetaCommand::change_folder},
    Known{"connect", MetaCommand::connect},
    Known{"copy", MetaCommand::copy, true},
    Known{"echo", MetaCommand::echo},
    Known{"elif", MetaCommand::otherwise_if},
    Known{"else", MetaCommand::otherwise},
    Known{"encoding", MetaCommand::encoding},
    Known{"endif", MetaCommand::end_if},
    Known{"f", MetaCommand::field_separator},
    Known{"g", MetaCommand::send},
    Known{"getenv", MetaCommand::get_environment},
    Known{"gexec", MetaCommand::execute},
    Known{"gset", MetaCommand::store},
    Known{"gx", MetaCommand::send_expanded},
    Known{"i", MetaCommand::include},
    Known{"if", MetaCommand::begin_if},
    Known{"include", MetaCommand::include},
    Known{"include_relative", MetaCommand::include_relative},
    Known{"ir", MetaCommand::include_relative},
    Known{"o", MetaCommand::output},
    Known{"out", MetaCommand::output},
    Known{"p", MetaCommand::print_buffer},
    Known{"print", MetaCommand::print_buffer},
    Known{"pset", MetaCommand::print_setting},
    Known{"q", MetaCommand::quit},
    Known{"qecho", MetaCommand::query_echo},
    Known{"quit", MetaCommand::quit},
    Known{"r", MetaCommand::reset},
    Known{"reset", MetaCommand::reset},
    Known{"set", MetaCommand::set},
    Known{"setenv", MetaCommand::set_environment},
    Known{"t", MetaCommand::tuples_only},
    Known{"timing", MetaCommand::timing},
    Known{"unset", MetaCommand::unset},
    Known{"warn", MetaCommand::warn},
    Known{"x", MetaCommand::expanded},
};

struct Refused {
    std::string_view name;
    std::string_view problem;
};

constexpr std::string_view kAsks = "a script runs by itself, and there is nobody to ask";
constexpr std::string_view kShows =
    "it shows something and changes nothing; leave it out, or select from pg_catalog";

constexpr std::array kRefused = {
    Refused{"prompt", kAsks},
    Refused{"password", kAsks},
    Refused{"e", kAsks},
    Refused{"edit", kAsks},
    Refused{"ef", kAsks},
    Refused{"ev", kAsks},
    Refused{"watch", "it runs for ever"},
    Refused{"crosstabview", kShows},
    Refused{"gdesc", kShows},
    Refused{"errverbose", kShows},
    Refused{"conninfo", kShows},
    Refused{"h", kShows},
    Refused{"help", kShows},
    Refused{"l", kShows},
    Refused{"list", kShows},
    Refused{"s", kShows},
    Refused{"sf", kShows},
    Refused{"sv", kShows},
    Refused{"z", kShows},
    Refused{"?", kShows},
    Refused{"H", "kedge shows results as plain text or CSV"},
    Refused{"html", "kedge shows results as plain text or CSV"},
    Refused{"T", "kedge shows results as plain text or CSV"},
    Refused{"w", "kedge writes no copy of a statement"},
    Refused{"write", "kedge writes no copy of a statement"},
    Refused{"bind", "give the value itself, or a variable"},
    Refused{"lo_import", "use lo_from_bytea(), or pg_read_binary_file()"},
    Refused{"lo_export", "use lo_get()"},
    Refused{"lo_unlink", "use lo_unlink()"},
    Refused{"lo_list", kShows},
};

}  // namespace

MetaCommandInfo meta_command(std::string_view name) noexcept {
    const auto known = std::find_if(kKnown.begin(), kKnown.end(),
                                    [&](const Known& entry) { return entry.name == name; });
    if (known != kKnown.end()) return {known->command, known->whole_line, {}};
    const auto refused = std::find_if(kRefused.begin(), kRefused.end(),
                                      [&](const Refused& entry) { return entry.name == name; });
    if (refused != kRefused.end()) return {MetaCommand::refused, true, refused->problem};
    if (name.starts_with("d")) return {MetaCommand::refused, true, kShows};
    return {MetaCommand::refused, true, "psql has no such command, or kedge doesn't know it"};
}

}  // namespace kedge::script::postgres
