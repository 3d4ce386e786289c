// SPDX-License-Identifier: MIT
// What became of a statement that ends the transaction it is in: the things that it names are
// looked at before it, and again when nobody saw how it ended.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

class StatementLooks {
  public:
    /// Looks at the things. `statement` is the digest of the script up to the statement and with
    /// it.
    [[nodiscard]] static StatementLooks take(db::Connection& connection,
                                             std::span<const script::Look> looks,
                                             const std::string& statement);
    /// The same from the answer that came along with a commit; nothing if it wasn't one.
    [[nodiscard]] static std::optional<StatementLooks> of_answer(const db::Connection::Rider& rider,
                                                                 const script::Look& look,
                                                                 const std::string& statement);
    /// As to_text() gave it; nothing for an empty text.
    [[nodiscard]] static std::optional<StatementLooks> parse(const std::string& text);
    [[nodiscard]] std::string to_text() const;

    [[nodiscard]] const std::string& statement() const noexcept { return statement_; }

    /// Looks again.
    struct Comparison {
        std::vector<std::string> changed;  ///< the subjects that are otherwise than before
        std::vector<std::string> same;
        std::vector<std::string> unreadable;  ///< then or now
    };
    [[nodiscard]] Comparison compare(db::Connection& connection) const;

  private:
    struct Seen {
        script::Look look;
        std::string digest;  ///< empty where it could not be read
    };
    std::string statement_;
    std::vector<Seen> seen_;
};

}  // namespace kedge::migrate
