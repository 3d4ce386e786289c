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
    /// Changes of a run up to which reading the state after each takes little beside deploying
    /// them.
    [[nodiscard]] virtual std::size_t most_recorded_each() const { return 10; }
    /// Whether a scratch database can be made without being told where.
    [[nodiscard]] virtual bool has_scratch_place() const { return true; }
    /// Makes an empty database to try things in; `like` has the plan, scripts and settings.
    /// `server` is where, for an engine that has servers; null for none: Failure (usage) if one is
    /// needed. What runs that were killed have left there is taken away.
    [[nodiscard]] virtual ScratchDatabase make_scratch(const project::Target& like,
                                                       const project::Target* server,
                                                       const Surroundings& surroundings) const = 0;
    /// Takes it away again; `server` as it was.
    virtual void drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                              const Surroundings& surroundings) const = 0;
    /// SQL for a column's value as a text in which no two values are the same.
    [[nodiscard]] virtual std::string exact_value(const schema::Part& column) const {
        return column.name;
    }
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
