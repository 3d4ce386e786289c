// SPDX-License-Identifier: MIT
// What every dialect of scripts offers: to look a script over before anything runs, and to play it.
// A dialect is a database's own client language: SQL, its comments and quotes, and the client's
// commands. One folder per engine implements these interfaces.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/error.hpp"

namespace kedge::script {

/// What a script is for. It decides how the script's own transaction commands are taken.
enum class Purpose { deploy, revert, verify };

/// A script file and what it is given.
struct Script {
    std::string path;  ///< as it is shown, and opened, relative to the working directory
    Purpose purpose = Purpose::deploy;
    std::map<std::string, std::string> variables;  ///< `--set` and the configuration's
    /// Part of it ran under the journal and is permanent, so it goes on under the journal, whatever
    /// it looks like by now.
    bool resumes = false;
};

/// How a script is run.
enum class Mode {
    /// In kedge's own transaction; the script's outer BEGIN and COMMIT are left out.
    transaction,
    /// As written, statement by statement, under the journal.
    journal,
};

/// What is known about a script before any of it runs.
struct Analysis {
    Mode mode = Mode::transaction;
    std::string journal_reason;         ///< why mode is journal: `VACUUM on line 3`
    std::vector<std::string> settings;  ///< statements to run before kedge's transaction begins
    std::vector<std::string> cleanup;   ///< statements to run after it ended
    /// The script's text is BEGIN … ROLLBACK: it leaves nothing behind, on purpose.
    bool rolls_back = false;
    /// Foreign keys are off while it runs, so their integrity is checked before the commit.
    bool check_foreign_keys = false;
    /// It may leave settings, temporary tables or attached files in the session.
    bool touches_session = false;
    /// It makes objects that end with the session; under the journal it can't be resumed then.
    bool makes_temporary = false;
    std::size_t statements = 0;
    std::vector<std::string> warnings;  ///< each with its `file:line`
};

/// A run of SQL text that a player hands out: one statement, or a few that stand on one line.
struct Step {
    std::string text;
    std::string file;
    std::size_t line = 1;  ///< of the text's first character
    /// Where each statement begins and ends in the text, as the dialect reads it.
    std::vector<std::pair<std::size_t, std::size_t>> statements;
};

/// Where a script's own output goes: query results, `.print` and its kin.
using Output = std::function<void(std::string_view text)>;

/// Plays one script: hands out its SQL in order, and obeys the client's commands between. Memory
/// is bounded by the largest statement. Failure (script) where a file can't be read.
class Player {
  public:
    virtual ~Player() = default;
    /// The next SQL; false at the end.
    virtual bool next(Step& step) = 0;
    /// Shows a result as the client would.
    virtual void show_columns(const std::vector<std::string>& names) = 0;
    virtual void show_row(const std::vector<std::string>& values) = 0;
};

/// What a statement does to the transaction around it. A `setting` of the session belongs outside:
/// Analysis holds those, and in kedge's transaction they are passed over. What only the `session`
/// keeps runs in its place, and again where a script goes on in a new session. `outside` can't run
/// in any transaction.
enum class Control { none, begin, commit, rollback, setting, session, outside };

class Dialect {
  public:
    virtual ~Dialect() = default;

    /// Reads the whole script, with what it includes. Failure (script) that holds everything that
    /// can't run, each with file and line.
    [[nodiscard]] virtual Analysis analyse(const Script& script) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Player> play(const Script& script,
                                                       Output output) const = 0;
    [[nodiscard]] virtual Control control(std::string_view statement) const = 0;
};

}  // namespace kedge::script
