// SPDX-License-Identifier: MIT
#include "script/postgres/own_variables.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "script/postgres/conditions.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

/// What a variable may be.
enum class Values {
    any,
    boolean,  ///< and nothing at all for `on`
    integer,
    words,             ///< those of a list
    boolean_or_words,  ///< `on`, `off`, or one of a list
};

struct OwnVariable {
    const char* name;
    const char* start;
    const char* unset;  ///< what `\unset` makes of it; null where it goes away
    Values values = Values::any;
    const char* words = "";
};

constexpr std::array<OwnVariable, 23> kOwn = {{
    {"AUTOCOMMIT", "on", "off", Values::boolean},
    {"COMP_KEYWORD_CASE", "preserve-upper", "preserve-upper", Values::words,
     "lower, upper, preserve-lower, preserve-upper"},
    {"ECHO", "none", "none", Values::words, "none, errors, queries, all"},
    {"ECHO_HIDDEN", "off", "off", Values::boolean_or_words, "on, off, noexec"},
    {"ERROR", "false", nullptr},
    {"FETCH_COUNT", "0", "0", Values::integer},
    {"HIDE_TABLEAM", "off", "off", Values::boolean},
    {"HIDE_TOAST_COMPRESSION", "off", "off", Values::boolean},
    {"HISTCONTROL", "none", "none", Values::words, "none, ignorespace, ignoredups, ignoreboth"},
    {"HISTSIZE", "500", "500", Values::integer},
    {"IGNOREEOF", "0", "0"},
    {"LAST_ERROR_MESSAGE", "", nullptr},
    {"LAST_ERROR_SQLSTATE", "00000", nullptr},
    {"ON_ERROR_ROLLBACK", "off", "off", Values::boolean_or_words, "on, off, interactive"},
    {"ON_ERROR_STOP", "1", "off", Values::boolean},
    {"QUIET", "on", "off", Values::boolean},
    {"ROW_COUNT", "0", nullptr},
    {"SHOW_ALL_RESULTS", "on", "off", Values::boolean},
    {"SHOW_CONTEXT", "errors", "errors", Values::words, "never, errors, always"},
    {"SINGLELINE", "off", "off", Values::boolean},
    {"SINGLESTEP", "off", "off", Values::boolean},
    {"SQLSTATE", "00000", nullptr},
    {"VERBOSITY", "default", "default", Values::words, "default, verbose, terse, sqlstate"},
}};

const OwnVariable* find(std::string_view name) {
    const auto hit = std::find_if(kOwn.begin(), kOwn.end(),
                                  [&](const OwnVariable& own) { return name == own.name; });
    return hit == kOwn.end() ? nullptr : hit;
}

bool is_integer(std::string_view text) {
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

bool is_one_of(const OwnVariable& own, std::string_view value) {
    const std::vector<std::string> words = split(own.words, ' ');
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return to_lower_ascii(value) == word.substr(0, word.find(','));
    });
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& own_variables() {
    static const std::vector<std::pair<std::string, std::string>> all = [] {
        std::vector<std::pair<std::string, std::string>> out;
        for (const OwnVariable& own : kOwn) out.emplace_back(own.name, own.start);
        return out;
    }();
    return all;
}

std::optional<std::string> after_unset(std::string_view name) {
    const OwnVariable* own = find(name);
    return own == nullptr || own->unset == nullptr ? std::nullopt : std::optional(own->unset);
}

std::string adjust_own(std::string_view name, std::string& value) {
    const OwnVariable* own = find(name);
    if (own == nullptr) return {};
    const bool may_be_switch =
        own->values == Values::boolean || own->values == Values::boolean_or_words;
    if (may_be_switch && value.empty()) value = "on";
    const auto problem = [&](const std::string& expected) {
        return fmt::format("\\set {}: \"{}\" is not what psql expects there: {}", name, value,
                           expected);
    };
    switch (own->values) {
        case Values::any:
            return {};
        case Values::boolean:
            return psql_boolean(value) ? std::string() : problem("on or off");
        case Values::integer:
            return is_integer(value) ? std::string() : problem("an integer");
        case Values::words:
            return is_one_of(*own, value) ? std::string() : problem(own->words);
        case Values::boolean_or_words:
            return psql_boolean(value) || is_one_of(*own, value) ? std::string()
                                                                 : problem(own->words);
    }
    return {};
}

}  // namespace kedge::script::postgres
