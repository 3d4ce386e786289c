// SPDX-License-Identifier: MIT
// What every dialect of scripts offers: to look a script over before anything runs, and to play it.
// A dialect is a database's own client language: SQL, its comments and quotes, and the client's
// commands. One folder per engine implements these interfaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/expectation.hpp"
#include "support/error.hpp"

namespace kedge::script {

/// What a script is for. It decides how the script's own transaction commands are taken.
enum class Purpose { deploy, revert, verify, test };

/// Whether a script of this purpose is always taken back, and may say what it expects.
[[nodiscard]] constexpr bool only_looks(Purpose purpose) noexcept {
    return purpose == Purpose::verify || purpose == Purpose::test;
}

/// A script file and what it is given.
struct Script {
    std::string path;  ///< as it is shown, and opened, relative to the working directory
    Purpose purpose = Purpose::deploy;
    std::map<std::string, std::string> variables;  ///< `--set` and the configuration's
    /// What the client knows of the session, by variable; for languages that show it to scripts.
    std::map<std::string, std::string> client_variables = {};
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
    /// Statements of kedge's own that come before the script, wherever that is: its variables.
    std::vector<std::string> prologue = {};
    /// The script's text is BEGIN … ROLLBACK: it leaves nothing behind, on purpose.
    bool rolls_back = false;
    /// Foreign keys are off while it runs, so their integrity is checked before the commit.
    bool check_foreign_keys = false;
    /// It may leave settings, temporary tables or attached files in the session.
    bool touches_session = false;
    /// What of it ends with the session, so that under the journal it can't go on in another one:
    /// `the temporary tables that it had made`; empty for nothing.
    std::string lives_in_session;
    /// The script says BEGIN somewhere.
    bool has_own_transaction = false;
    /// How its own transaction begins, as in SET TRANSACTION; empty for no wish.
    std::string characteristics;
    std::size_t statements = 0;
    /// The first statement, or a plain BEGIN and the second, if that ends the transaction it is in;
    /// else none.
    std::vector<std::string> opening = {};
    std::vector<std::string> warnings;  ///< each with its `file:line`
};

/// Where in a script a run of a text comes from.
struct Origin {
    std::size_t offset = 0;    ///< in the text, where the run begins
    std::size_t line = 1;      ///< of the script, from 1
    std::size_t column = 1;    ///< in characters, from 1
    bool substituted = false;  ///< the value of a variable; all of it comes from this one place
};

/// Adds where a run begins; one that begins at the same offset takes the place of the last.
void add_origin(std::vector<Origin>& origins, const Origin& origin);

/// A script asks that what follows runs in another session.
struct ConnectRequest {
    std::map<std::string, std::string> parameters;  ///< in the client's words
    bool keep = true;                               ///< what isn't named stays as it is
};

/// A run of SQL text that a player hands out: one statement, or a few that may be sent together.
struct Step {
    std::string text;
    std::string file;
    std::vector<Origin> origins;  ///< by rising offset; the first has offset 0
    /// Where each statement begins and ends in the text, as the dialect reads it.
    std::vector<std::pair<std::size_t, std::size_t>> statements;
    /// What a script that only looks expects of them, by their index in `statements`.
    std::map<std::size_t, std::vector<Expectation>> expectations = {};
    /// In the place of a text.
    std::optional<ConnectRequest> connect = std::nullopt;

    /// File, line and column of the byte at `offset`.
    [[nodiscard]] Location location(std::size_t offset) const;
};

/// Adds what the comments before a statement of the step expect of it, for a script that only
/// looks. Failure (script) for what can't be read, which looking the script over has told before,
/// where it could know of it.
void expect(Step& step, std::size_t statement, const std::vector<Comment>& comments,
            Purpose purpose);

/// A cell of a result as text; nothing for NULL.
using Cell = std::optional<std::string_view>;

/// Where a script's own output goes: query results, `.print` and its kin; or, where the client
/// writes it to its standard error, what it says beside.
enum class Channel { results, messages };
using Output = std::function<void(Channel channel, std::string_view text)>;

/// Plays one script: hands out its SQL in order, and obeys the client's commands between. Memory
/// is bounded by the largest statement. Failure (script) where a file can't be read.
class Player {
  public:
    virtual ~Player() = default;
    /// The next SQL; false at the end.
    virtual bool next(Step& step) = 0;
    /// Shows a result as the client would.
    virtual void show_columns(const std::vector<std::string>& names) = 0;
    virtual void show_row(std::span<const Cell> values) = 0;
    /// A statement that was handed out is done; `rows` are what it returned or changed.
    virtual void finished(std::int64_t rows) = 0;
    /// A statement that was handed out isn't run, since it was before: its data are passed over.
    virtual void skipped() = 0;
    /// The session that was asked for is there, and this is what its client knows of it.
    virtual void connected(const std::map<std::string, std::string>& client_variables) = 0;
    /// Shows what the server says beside its results: `NOTICE:  ...`, with its further lines.
    virtual void show_message(std::string_view text) = 0;
    /// More of the data that the script has for a COPY; false at their end.
    virtual bool copy_in(std::string& chunk) = 0;
    /// Shows, or puts where the script says, what a COPY gives.
    virtual void copy_out(std::string_view data) = 0;
    /// The place of the n-th line (from 1) of the data of a COPY that stand in the script itself.
    [[nodiscard]] virtual std::optional<Location> data_line(std::size_t n) const = 0;
};

/// A thing that a statement makes, alters or takes away, and a query that shows how it is defined.
struct Look {
    std::string subject;  ///< for messages: "table `orders`"
    /// Its rows are the definition; none, or the server's saying that there is no such thing, mean
    /// that it isn't there.
    std::string query;
    /// What stands before a number that is no definition: ` AUTO_INCREMENT=`; may be empty.
    std::string ignored = {};
};

/// How to find out what became of a statement that can't be in a transaction with its journal row.
struct Settlement {
    std::string subject;  ///< what it is about: `index "public"."orders_by_day"`
    /// One row with one boolean: whether what it does is there. Empty: it is simply run again.
    std::string is_done;
    /// Statements that take away what a broken-off try left, as rows of text. Empty: there is none.
    std::string leftovers;
    /// Nothing shows how far it came, and it must not run twice.
    bool is_unknowable = false;
    /// What shows it by having another definition than before, for all that it names.
    std::vector<Look> looks = {};
    /// They may be the same although it ran, and running it twice may cost rows of others.
    bool looks_may_miss = false;
};

/// How to take back what a statement has done, as far as its text shows that for certain.
struct Undo {
    struct Step {
        std::string sql;
        std::string subject;  ///< what it is about: "table `orders`"
        std::string exists;   ///< a query that gives a row if there is something to take back
    };
    std::vector<Step> steps;  ///< in the order in which they run; none where it has left nothing
    std::string creates;      ///< a table that wasn't there before, by its whole name
    /// A table whose rows or form it changes, in no other way than that it is gone when the table
    /// is: provable only of a table that an earlier statement has created.
    std::string changes;
    /// From here on a change of rows may lead to others elsewhere: a trigger.
    bool spreads_changes = false;
};

/// What a statement does to the transaction around it. A `setting` of the session belongs outside:
/// Analysis holds those, and in kedge's transaction they are passed over. What only the `session`
/// keeps runs in its place, and again where a script goes on in a new session. `outside` can't run
/// in any transaction, or ends the one it is in. `opaque` doesn't show which of these it is: a
/// procedure may commit.
enum class Control { none, begin, commit, rollback, setting, session, outside, opaque };

class Dialect {
  public:
    virtual ~Dialect() = default;

    /// Reads the whole script, with what it includes. Failure (script) that holds everything that
    /// can't run, each with file and line.
    [[nodiscard]] virtual Analysis analyse(const Script& script) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Player> play(const Script& script,
                                                       Output output) const = 0;
    [[nodiscard]] virtual Control control(std::string_view statement) const = 0;
    /// For a statement whose control is `outside`; nothing where it may simply run again.
    [[nodiscard]] virtual std::optional<Settlement> settlement(std::string_view statement) const {
        static_cast<void>(statement);
        return std::nullopt;
    }
    /// The statements that a script hands out, as far as its text alone tells them; nothing of it
    /// is run. None where the dialect doesn't say.
    [[nodiscard]] virtual std::vector<std::string> statements(const Script& script) const {
        static_cast<void>(script);
        return {};
    }
    /// How to take back a statement that ran; nothing where its text doesn't show that.
    [[nodiscard]] virtual std::optional<Undo> undo(std::string_view statement) const {
        static_cast<void>(statement);
        return std::nullopt;
    }
    /// The transaction characteristics that a statement of control `begin` asks for.
    [[nodiscard]] virtual std::string characteristics(std::string_view statement) const {
        static_cast<void>(statement);
        return {};
    }
    /// Whether a statement asks for the number that an earlier one gave to a row, which only the
    /// session knows.
    [[nodiscard]] virtual bool asks_for_last_row(std::string_view statement) const {
        static_cast<void>(statement);
        return false;
    }
    /// Whether the session can reach, after this statement, no tables but those it named until it
    /// gives that up; nothing for a statement that leaves it as it was.
    [[nodiscard]] virtual std::optional<bool> confines_session(std::string_view statement) const {
        static_cast<void>(statement);
        return std::nullopt;
    }
    /// Such a statement with a table of kedge's own among those it names.
    [[nodiscard]] virtual std::string with_table(std::string_view statement,
                                                 const std::string& table) const {
        static_cast<void>(table);
        return std::string(statement);
    }
};

}  // namespace kedge::script
