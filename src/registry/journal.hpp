// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "registry/schema.hpp"

namespace kedge::registry {

/// Progress of one change in flight.
struct JournalEntry {
    std::string change_id;
    /// `deploy`, `revert`, or `undo`: its revert script takes back a deploy that is in the journal.
    std::string operation;
    std::string change;
    std::string project;
    /// `running`: statements up to `position` are done. `stopped`: so too, and `error` says why.
    /// `unsure`: so too, and the next one, which can't be in one transaction with its mark, was
    /// begun. `undoing`: they are being taken back, one by one. `done`: all of them, and `sql` is
    /// what the registry has to be told; else it is the beginnings of the last statements.
    std::string state;
    std::size_t position = 0;  ///< number of statements that are done for good
    std::string prefix_hash;   ///< digest of those statements' text
    std::string where;         ///< file and line of the statement in flight, or that failed
    std::string error;
    std::string registry;  ///< the registry that `sql` is for
    std::string event_moment;
    std::string sql;
    /// Where `unsure`: how the things that the statement names were defined before it, digested.
    std::string looks;
    bool has_leftovers = false;  ///< a failed statement left something; not kept in the table
    /// How many of the last statements need no mark, since they run again; not kept either.
    std::size_t unmarked = 0;
    /// How many of the first statements are a BEGIN, which leaves nothing. Not kept.
    std::size_t idle = 0;
    /// A position that this process knows to be permanent, though the mark still says that its last
    /// statement was begun; with its digest. Not kept.
    std::size_t certain = 0;
    std::string certain_hash;
    /// A statement failed, and has perhaps committed a part of its work: the mark stays as it is.
    bool is_unknown = false;

    /// The command that goes on with it.
    [[nodiscard]] const char* command() const noexcept {
        return operation == "revert" ? "revert" : "deploy";
    }
    /// Something of the change is permanent, or may be.
    [[nodiscard]] bool is_partial() const noexcept {
        return position > 0 || has_leftovers || state == "unsure" || state == "stopped" ||
               state == "undoing";
    }
};

/// The journal lies in the database that the scripts change, so that an entry commits together
/// with what it tells of. The table is there only while it is needed.
class Journal {
  public:
    Journal(db::Connection& target, const RegistrySql& sql) : target_(target), sql_(sql) {}

    [[nodiscard]] bool exists();
    [[nodiscard]] std::vector<JournalEntry> entries();
    /// Makes the table; outside or inside a transaction.
    void create();
    /// Puts an entry in the place of the change's former one.
    void put(const JournalEntry& entry);
    void remove(const JournalEntry& entry);
    /// Removes the table. Only when no entry is needed any more.
    void drop();
    /// To be called after a rollback, which may have taken the table with it.
    void forget() noexcept { exists_.reset(); }

  private:
    void create_table();

    db::Connection& target_;
    const RegistrySql& sql_;
    std::optional<bool> exists_;
};

}  // namespace kedge::registry
