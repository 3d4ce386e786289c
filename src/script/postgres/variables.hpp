// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge::script::postgres {

/// The variables of a psql session. While a script is only looked over, some have values that are
/// not known yet: those that a query or a program gives. Looking one up is remembered.
class Variables {
  public:
    /// psql's own at its start, as Sqitch starts it, and on top of them `given`.
    explicit Variables(const std::map<std::string, std::string>& given);

    /// The value; nothing for one that isn't set, or isn't known.
    [[nodiscard]] std::optional<std::string> find(std::string_view name);
    void set(const std::string& name, std::string value);
    /// One of psql's own goes back to its value by default.
    void unset(const std::string& name);
    /// Its value will be known only when the script runs.
    void make_unknown(const std::string& name);
    /// So too for all whose names begin so, since a query names them.
    void make_unknown_from(const std::string& prefix) { unknown_prefixes_.push_back(prefix); }

    /// Whether find() met an unknown one since the last call.
    [[nodiscard]] bool take_met_unknown() noexcept { return std::exchange(met_unknown_, false); }
    void meet_unknown() noexcept { met_unknown_ = true; }

    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const noexcept {
        return values_;
    }
    /// Whether it may be the name of a variable.
    [[nodiscard]] static bool is_name(std::string_view name) noexcept;
    /// Whether its value changes with each statement: ROW_COUNT, SQLSTATE and their kin.
    [[nodiscard]] static bool is_of_last_statement(std::string_view name) noexcept;

  private:
    std::map<std::string, std::string, std::less<>> values_;
    std::set<std::string, std::less<>> unknown_;
    std::vector<std::string> unknown_prefixes_;
    bool met_unknown_ = false;
};

}  // namespace kedge::script::postgres
