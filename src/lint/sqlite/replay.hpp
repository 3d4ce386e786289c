// SPDX-License-Identifier: MIT
// The schema as the plan's scripts have made it so far, in memory. SQLite itself says there what it
// would refuse; what the plan can't have made, since it was there before, is not held against it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/sqlite/schema_copy.hpp"
#include "lint/action.hpp"
#include "lint/live.hpp"
#include "lint/sqlite/plan_schema.hpp"

namespace kedge::lint::sqlite {

class Replay {
  public:
    /// Where the plan refers to what it hasn't made, it comes from here.
    void know(const LiveTables& live);

    /// `text`: nothing if the script is too long to be kept. `lasts`: what it does is there for the
    /// next one. Temporary objects and settings never are.
    void begin_script(std::optional<std::string_view> text, bool lasts);
    void end_script();

    /// Takes a statement as SQLite would, but for its work on rows: fills in what it says of it,
    /// and changes the schema as it would.
    void take(Statement& statement);

    /// For the script at work.
    [[nodiscard]] db::sqlite::SchemaCopy& copy() noexcept { return *excerpt_.copy; }
    [[nodiscard]] const db::sqlite::SchemaCopy& copy() const noexcept { return *excerpt_.copy; }
    /// What the statement that was taken last touches, and SQLite's word on it.
    [[nodiscard]] const db::sqlite::Preview& last() const noexcept { return last_; }

  private:
    /// Names in lower case.
    struct Names {
        std::map<std::string, std::string, std::less<>> made;  ///< ever made: as it is spelled
        std::set<std::string, std::less<>> unknown;  ///< of which more may be there than is known
        std::set<std::string, std::less<>> cleared;  ///< once unknown, and now it is known again
        std::set<std::string, std::less<>> attached;
        std::set<std::string, std::less<>> temporary;  ///< tables
    };

    void spell(Action& action);
    [[nodiscard]] std::string spelled(const std::string& name) const;
    [[nodiscard]] bool was_made(std::string_view name) const;
    [[nodiscard]] bool is_unknown(std::string_view name) const;
    [[nodiscard]] bool concerns_unknown(const Statement& statement) const;
    void control(const Action& action);
    void pragma(Statement& statement, const Action& action);
    void ask(Statement& statement, bool run);
    [[nodiscard]] bool adopt(std::string_view missing);
    [[nodiscard]] std::optional<Refusal> refusal(const Statement& statement);
    void note(const Statement& statement);
    void note_unknown(const std::string& name);
    void note_mentions(Statement& statement) const;

    PlanSchema schema_;            ///< by the scripts before
    PlanSchema::Excerpt excerpt_;  ///< for the script at work
    bool lasts_ = false;           ///< what that does
    db::sqlite::Preview last_;
    Names names_;  ///< by the scripts before
    Names own_;    ///< by this one
    const LiveTables* live_ = nullptr;
    bool is_guess_ = false;  ///< somebody wrote to the schema's own table
};

}  // namespace kedge::lint::sqlite
