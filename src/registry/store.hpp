// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "db/connection.hpp"
#include "registry/journal.hpp"
#include "registry/registry.hpp"

namespace kedge::registry {

/// A database and its registry, and how the two commit as one.
///
/// Where the registry lies in the database itself, one transaction holds both. Where it lies in a
/// file of its own (Sqitch's place on SQLite), the database's commit decides: it carries a journal
/// entry with what the registry has to be told, the registry commits next, and whoever opens the
/// store after a crash between the two tells the registry first. No other session sees the
/// registry from within a script.
class Store {
  public:
    /// `registry_connection` is null where the registry lies in the target.
    Store(std::unique_ptr<db::Connection> target,
          std::unique_ptr<db::Connection> registry_connection, std::unique_ptr<RegistrySql> sql,
          const Clock& clock, Person committer);

    [[nodiscard]] db::Connection& target() noexcept { return *target_; }
    /// Gives the target's connection up, for another store in this one's place.
    [[nodiscard]] std::unique_ptr<db::Connection> take_target() { return std::move(target_); }
    [[nodiscard]] Registry& registry() noexcept { return *registry_; }
    [[nodiscard]] Journal& journal() noexcept { return journal_; }
    /// The database that the registry is in, for messages.
    [[nodiscard]] const std::string& registry_name() const noexcept;

    /// Begins a transaction on both, with the characteristics that a script asks for.
    void begin(const std::string& characteristics = {});
    /// Begins one on the registry alone, for what changes nothing else.
    void begin_registry();
    /// Commits both. `entry` names the change and operation; it is used where a journal is.
    /// `rider`, unless null, goes along with the database's commit; false if it was not asked.
    bool commit(JournalEntry entry, db::Connection::Rider* rider = nullptr);
    void commit_registry();
    /// Never throws. After it nothing of the transaction is left on either side.
    void rollback() noexcept;

    /// Upgrades the registry by one version, in a transaction of its own.
    void upgrade_registry(const std::string& from);

    /// Whether another session may have written the registry since the last call. In a transaction.
    [[nodiscard]] bool registry_changed_by_others() {
        return registry_connection().changed_by_others();
    }

    /// True if a crash left something that recover() has to settle.
    [[nodiscard]] bool needs_recovery();
    /// Tells the registry what a crash kept from it. Needs the deployer's lock.
    void recover();
    /// The end of a run: takes the journal away if nothing in it is needed.
    void finish();

  private:
    void lock_registry();
    /// After a connection that was lost while it committed: returns if the commit was done, and
    /// throws what is known otherwise.
    void find_out(const JournalEntry& entry, Error& lost);
    [[nodiscard]] db::Connection& registry_connection() noexcept {
        return separate_ ? *separate_ : *target_;
    }

    std::unique_ptr<db::Connection> target_;
    std::unique_ptr<db::Connection> separate_;
    std::unique_ptr<Registry> registry_;
    Journal journal_;
};

}  // namespace kedge::registry
