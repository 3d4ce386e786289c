// SPDX-License-Identifier: MIT
// How a script becomes statements and what they do. One implementation per engine, in a folder of
// its name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "lint/action.hpp"
#include "lint/live.hpp"
#include "script/script.hpp"
#include "support/error.hpp"

namespace kedge::lint {

/// A table that a script makes anew: under another name, with the rows copied, and put into the
/// place of the old one. Statements are given by their index.
struct Rebuild {
    Name table;
    std::size_t left_at = 0;    ///< where the old table loses its name
    std::size_t copied_at = 0;  ///< where rows are copied; the last, of several
    std::vector<std::string> old_columns;
    std::vector<std::string> new_columns;
};

/// What a script takes along without a word of its own about it.
struct SideEffect {
    enum class Kind {
        lost,     ///< it was there before a rebuild, and isn't any more
        broken,   ///< it is there, and can't be used any more
        dangling  ///< a foreign key whose parent isn't there any more
    };
    Kind kind = Kind::lost;
    ObjectKind object = ObjectKind::other;
    std::string name;           ///< of the object, or what stands for one: `check (a > 0)`
    Name table;                 ///< that it belongs to; for dangling the child
    std::string definition;     ///< SQL that makes it again; may be empty
    std::string reason;         ///< the engine's message; for dangling the parent
    std::size_t statement = 0;  ///< index of the one that does it
};

/// A script that was read.
struct ScriptText {
    script::Purpose purpose = script::Purpose::deploy;
    std::string path;
    bool exists = false;
    std::vector<Statement> statements;
    std::vector<std::string> files;  ///< it, and what it includes
    script::Analysis analysis;       ///< as the deployment sees it; empty where `errors` has any
    /// What the deployment would refuse before it ran anything.
    std::vector<Error> errors;
    /// The client's own commands change what isn't SQL, or decide what runs: `\!`, `\if`.
    bool has_client_commands = false;
    std::vector<Rebuild> rebuilds;         ///< of a reader that can tell
    std::vector<SideEffect> side_effects;  ///< so too

    [[nodiscard]] bool runs_in_transaction() const noexcept {
        return analysis.mode == script::Mode::transaction;
    }
};

/// Reads the scripts of a plan, in its order. A reader may remember what deploy scripts have made:
/// SQLite's understands a statement only where what it names is there.
class Reader {
  public:
    virtual ~Reader() = default;
    /// Reads a script, with what it includes; nothing of it is run on any database of others, and
    /// no program is run. What can't be understood is told in Statement::problem, what can't be
    /// read in ScriptText::errors. The file is there.
    [[nodiscard]] virtual ScriptText read(const script::Script& script) = 0;
    /// Asks a live database for the sizes of its tables and the server's version.
    [[nodiscard]] virtual LiveTables live(db::Connection& connection) const {
        static_cast<void>(connection);
        return {};
    }
    /// Asks a live database about statements that read or change rows; empty where the engine needs
    /// no asking. The connection outlives it.
    [[nodiscard]] virtual AskTarget asker(db::Connection& connection) const {
        static_cast<void>(connection);
        return {};
    }
    /// Takes what that database has for what was there before the plan, where no script tells.
    virtual void know(const LiveTables& live) { static_cast<void>(live); }
};

/// Engines, as bits, for sets of them.
enum class Engine : unsigned { pg = 1, mysql = 2, sqlite = 4 };

/// The engine by the name that configurations have for it; nothing for another.
[[nodiscard]] std::optional<Engine> engine_by_name(std::string_view name) noexcept;
[[nodiscard]] const char* engine_name(Engine engine) noexcept;

/// What readers begin with: a script that is there, with what the deployment's own look at it says.
[[nodiscard]] ScriptText looked_over(const script::Script& script, const script::Dialect& dialect);

/// The live tables of a server. `version` gives its version; `tables` a row for each table: schema,
/// name, rows, bytes, and its owner, if there are such.
[[nodiscard]] LiveTables live_tables(db::Connection& connection, std::string_view version,
                                     std::string_view tables);

/// A new reader that remembers nothing.
[[nodiscard]] std::unique_ptr<Reader> make_reader(Engine engine);

}  // namespace kedge::lint
