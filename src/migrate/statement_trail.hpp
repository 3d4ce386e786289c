// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace kedge::migrate {

/// The beginnings of the statements that ran last, as the journal keeps them: so that an edit of
/// one can be shown. It forgets the oldest, since it is written with every mark.
class StatementTrail {
  public:
    struct Entry {
        std::size_t index = 0;  ///< in the script, from 1
        std::string hash;       ///< of the script up to it and with it, shortened
        std::string text;       ///< its beginning, on one line
    };

    void add(std::size_t index, std::string_view hash, std::string_view text);
    /// Null for one that isn't kept.
    [[nodiscard]] const Entry* find(std::size_t index) const;
    /// Whether the statement is another one than it was.
    [[nodiscard]] static bool differs(const Entry& entry, std::string_view hash);

    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] static StatementTrail parse(std::string_view text);

  private:
    std::deque<Entry> entries_;
    std::size_t size_ = 0;
};

/// The digest of a script up to a statement and with it; `before` is that of what precedes it.
[[nodiscard]] std::string digest_with(const std::string& before, std::string_view sql);
/// The beginning of a statement, on one line.
[[nodiscard]] std::string statement_beginning(std::string_view text);

}  // namespace kedge::migrate
