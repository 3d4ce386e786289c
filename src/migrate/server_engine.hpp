// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "db/connection.hpp"
#include "migrate/engine.hpp"

namespace kedge::migrate {

/// What the engines behind a server share: the registry lies where the scripts' session reaches it,
/// so that one transaction can hold a change and its record; the lock is the server's, and so is
/// the time.
class ServerEngine : public Engine {
  public:
    [[nodiscard]] std::unique_ptr<registry::Store> open(
        const project::Target& target, Access access, const Surroundings& surroundings) const final;
    void open_locked(const project::Target& target, Access access, const Surroundings& surroundings,
                     Opened& opened) const final;
    /// None is needed: what is left of a crash lies in the database, and nothing has to be settled.
    [[nodiscard]] std::unique_ptr<registry::DeployLock> try_lock(
        const project::Target&) const final {
        return nullptr;
    }

    [[nodiscard]] bool has_scratch_place() const final { return false; }
    [[nodiscard]] ScratchDatabase make_scratch(const project::Target& like,
                                               const std::string& making,
                                               const project::Target* server,
                                               const Surroundings& surroundings) const final;
    void drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                      const Surroundings& surroundings) const final;

  protected:
    /// Whether the registry lies in the database under whatever name it has.
    [[nodiscard]] virtual bool has_registry_in_database() const { return false; }
    /// Waits for the lock. `session` is that of the scripts, and outlives it.
    [[nodiscard]] virtual std::unique_ptr<registry::DeployLock> lock(
        db::Connection& session, const project::Target& target, const Surroundings& surroundings,
        const registry::WaitHandler& on_wait) const = 0;
    [[nodiscard]] virtual std::unique_ptr<registry::RegistrySql> registry_sql(
        const project::Target& target) const = 0;
    /// A query for the scratch databases on a server with which no kedge is at work any more.
    [[nodiscard]] virtual std::string left_scratch_query() const = 0;
    /// What keeps a database from being dropped is taken out of it, by a session in it.
    virtual void make_droppable(db::Connection& session) const { static_cast<void>(session); }
    /// Marks a scratch database, which needn't be there yet, as at work with for as long as the
    /// session lives.
    virtual void hold_scratch(db::Connection& session, const std::string& name) const = 0;
    /// The server's time, by its session.
    [[nodiscard]] virtual Timestamp now(db::Connection& session) const = 0;

    /// Where the password comes from, apart from what the client library finds by itself; may be
    /// null.
    [[nodiscard]] static std::function<std::string()> password_of(const project::Target& target);

  private:
    [[nodiscard]] std::unique_ptr<registry::Store> make_store(
        std::unique_ptr<db::Connection> connection, const project::Target& target,
        const Surroundings& surroundings) const;
    void clear_left(db::Connection& session, const project::Target& server, const std::string& name,
                    const Surroundings& surroundings) const;
};

}  // namespace kedge::migrate
