// SPDX-License-Identifier: MIT
// The only place that knows the engines by name.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "migrate/reporter.hpp"
#include "project/project.hpp"
#include "registry/lock.hpp"
#include "registry/store.hpp"
#include "schema/ignore.hpp"
#include "schema/reader.hpp"
#include "script/script.hpp"
#include "support/cancellation.hpp"
#include "support/clock.hpp"

namespace kedge::migrate {

/// What every operation is given by the process around it.
struct Surroundings {
    Reporter& reporter;
    const Cancellation& cancellation;
    const Clock& clock;
    registry::Person committer;
    std::chrono::milliseconds lock_timeout{60000};
    /// How often a change is tried again that lost the wait for a lock.
    int lock_retries = 0;
};

enum class Access {
    read,      ///< nothing is made; null if there is no registry
    registry,  ///< the registry may be made and written, the database is left alone
    write,     ///< both
};

/// What a deployer works with.
struct Opened {
    std::unique_ptr<registry::DeployLock> lock;  ///< destroyed last: it is let go after all else
    std::unique_ptr<registry::Store> store;      ///< null where open() gives none
};

/// A database that nobody misses.
struct ScratchDatabase {
    project::Target target;
    std::shared_ptr<void>
        hold;  ///< while it is there, no other kedge takes the database for a left one
};

/// Of a run that is recorded change by change.
struct RecordingLimits {
    std::size_t changes = 0;
    std::size_t objects = 0;  ///< that are read, for all of the changes
};

class Engine {
  public:
    virtual ~Engine() = default;
    [[nodiscard]] virtual const script::Dialect& dialect() const = 0;
    /// Opens the target and its registry. With Access::read null where nothing was ever deployed.
    [[nodiscard]] virtual std::unique_ptr<registry::Store> open(
        const project::Target& target, Access access, const Surroundings& surroundings) const = 0;
    /// Opens for a deployer, who has the lock then, having waited for it. What `opened` has already
    /// is used further: the lock is not let go.
    virtual void open_locked(const project::Target& target, Access access,
                             const Surroundings& surroundings, Opened& opened) const = 0;
    /// The lock if it is free, else null.
    [[nodiscard]] virtual std::unique_ptr<registry::DeployLock> try_lock(
        const project::Target& target) const = 0;
    /// Variables that the engine's client would be given for each script.
    [[nodiscard]] virtual std::map<std::string, std::string> script_variables(
        const project::Target& target) const {
        static_cast<void>(target);
        return {};
    }
    /// A session that looks only: nothing is made, the database itself not either. Failure
    /// (connection) if there is none.
    [[nodiscard]] virtual std::unique_ptr<db::Connection> connect(
        const project::Target& target, const Surroundings& surroundings) const = 0;
    [[nodiscard]] virtual const schema::Reader& state_reader() const = 0;
    /// What a reader of the state has to leave out as the registry.
    [[nodiscard]] virtual schema::Scope scope(const project::Target& target) const = 0;
    /// What tells the target's recorded states from those of other databases in the same registry.
    [[nodiscard]] virtual std::string state_place(const project::Target& target) const {
        static_cast<void>(target);
        return {};
    }
    /// Up to where reading the state after each change takes little beside deploying them.
    [[nodiscard]] virtual RecordingLimits recording_limits() const { return {10, 5'000}; }
    /// Whether a scratch database can be made without being told where.
    [[nodiscard]] virtual bool has_scratch_place() const { return true; }
    /// What a database has from its making on, and what is made in it takes over, as
    /// make_scratch() is to be told it: for a server a way in each line, the best first.
    [[nodiscard]] virtual std::string making_of(db::Connection& database) const {
        static_cast<void>(database);
        return {};
    }
    /// Of what no plan decides, since it is there before: left out where a database is held against
    /// what the plan gives in a scratch one.
    [[nodiscard]] virtual std::vector<schema::IgnoreRule> rules_beside_plan() const { return {}; }
    /// Makes an empty database to try things in; `like` has the plan, scripts and settings, and
    /// `making` is what making_of() said, or empty.
    /// `server` is where, for an engine that has servers; null for none: Failure (usage) if one is
    /// needed. What runs that were killed have left there is taken away.
    [[nodiscard]] virtual ScratchDatabase make_scratch(const project::Target& like,
                                                       const std::string& making,
                                                       const project::Target* server,
                                                       const Surroundings& surroundings) const = 0;
    /// Takes it away again; `server` as it was.
    virtual void drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                              const Surroundings& surroundings) const = 0;
    /// A name of a state's as it is in SQL; states may show one bare that SQL needs quoted.
    [[nodiscard]] virtual std::string sql_name(const std::string& shown) const { return shown; }
    /// SQL for a column's value as a text in which no two values are the same, in a session that
    /// `exact_session()` has prepared.
    [[nodiscard]] virtual std::string exact_value(const schema::Part& column) const {
        return sql_name(column.name);
    }
    /// SQL for all values of a row of a table whose columns the state doesn't tell.
    [[nodiscard]] virtual std::string exact_row(db::Connection& connection,
                                                const schema::Object& table) const {
        static_cast<void>(connection);
        static_cast<void>(table);
        return "*";
    }
    /// Has values shown in full, whatever the account's and the server's settings; may be empty.
    [[nodiscard]] virtual std::string exact_session() const { return {}; }
    /// Fills the tables of a scratch database with the rows of another database, which is only
    /// read; see row_copy.hpp.
    virtual void copy_rows(const project::Target& from, const project::Target& scratch,
                           const Surroundings& surroundings) const = 0;
    /// The registry as messages name it.
    [[nodiscard]] virtual std::string registry_name(const project::Target& target) const = 0;
};

/// The engine of a target. Failure (usage or configuration) if it has none, or one not built in.
[[nodiscard]] const Engine& engine_of(const project::Target& target);

}  // namespace kedge::migrate
