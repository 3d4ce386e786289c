// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "script/mysql/token.hpp"

namespace kedge::script::mysql {

/// Follows what a script sets sql_mode to, as far as it decides on quotes: lists, numbers, DEFAULT,
/// CONCAT() and REPLACE() on the mode as it is, and variables that have kept it. What else it may
/// be set to is taken for no change.
class SqlMode {
  public:
    /// `initial` is the session's own sql_mode, as far as it is known.
    explicit SqlMode(std::string_view initial = {});

    [[nodiscard]] QuoteModes modes() const noexcept { return modes_; }
    /// A statement has run.
    void note(std::string_view statement);

  private:
    void assign(const Tokens& tokens, std::size_t begin, std::size_t end);
    [[nodiscard]] std::optional<QuoteModes> value_of(const Tokens& tokens, std::size_t begin,
                                                     std::size_t end) const;

    QuoteModes initial_;
    QuoteModes modes_;
    std::map<std::string, QuoteModes> kept_;  ///< by user variable
};

}  // namespace kedge::script::mysql
