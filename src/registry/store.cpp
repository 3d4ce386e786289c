// SPDX-License-Identifier: MIT
#include "registry/store.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace kedge::registry {

namespace fs = std::filesystem;

Store::Store(std::unique_ptr<db::Connection> target,
             std::unique_ptr<db::Connection> registry_connection, std::unique_ptr<RegistrySql> sql,
             const Clock& clock, Person committer)
    : target_(std::move(target)),
      separate_(std::move(registry_connection)),
      registry_(std::make_unique<Registry>(separate_ ? *separate_ : *target_, std::move(sql), clock,
                                           std::move(committer))),
      journal_(*target_, registry_->sql()) {}

const std::string& Store::registry_name() const noexcept {
    return separate_ ? separate_->name() : target_->name();
}

void Store::begin(const std::string& characteristics) {
    registry_->take_written();
    // The registry first, as Sqitch does: two tools then wait for each other and never cross.
    if (separate_) {
        separate_->begin();
        try {
            target_->begin();
        } catch (...) {
            separate_->rollback();
            throw;
        }
        return;
    }
    target_->begin(characteristics);
    lock_registry();
}

void Store::lock_registry() {
    const std::string lock = registry_->sql().lock_statement();
    if (!lock.empty()) registry_connection().enqueue(lock);
}

void Store::begin_registry() {
    registry_->take_written();
    registry_connection().begin();
}

bool Store::commit(JournalEntry entry, db::Connection::Rider* rider) {
    if (!separate_) {
        if (journal_.exists()) journal_.remove(entry);
        try {
            if (rider == nullptr) {
                target_->commit();
            } else {
                target_->commit_and_ask(*rider);
            }
            return rider != nullptr;
        } catch (Failure& failure) {
            if (!target_->is_lost()) throw;
            find_out(entry, failure.error());
            return false;
        }
    }
    const Registry::Written written = registry_->take_written();
    entry.state = "done";
    entry.registry = separate_->name();
    entry.event_moment = written.event_moment;
    entry.sql = written.sql;
    journal_.create();
    journal_.put(entry);
    target_->commit();
    try {
        separate_->commit();
    } catch (Failure& failure) {
        separate_->rollback();
        failure.error().state = fmt::format(
            "the {} of \"{}\" is committed in {}; its rows in the registry {} are kept in the "
            "database and will be written by the next kedge command",
            entry.operation, entry.change, target_->name(), separate_->name());
        failure.error().kind = ErrorKind::outcome_unknown;
        throw;
    }
    return false;
}

void Store::find_out(const JournalEntry& entry, Error& lost) {
    const Registry::Written written = registry_->take_written();
    constexpr int kTries = 20;
    for (int i = 0; i < kTries && target_->is_lost(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(25 * (i + 1)));
        try {
            target_->reset_session();
        } catch (const Failure& failure) {
            if (failure.error().kind == ErrorKind::interrupted) break;
        }
    }
    // The server may still be at the commit, for the session that is gone for us: it holds the lock
    // until it is done.
    std::optional<bool> committed;
    try {
        target_->begin();
        target_->execute(registry_->sql().patient_lock_statement());
        committed = registry_->has_event(written.event_change, written.event_moment);
    } catch (const Failure&) {
        // Then it can't be known, and that is what is said.
    }
    target_->rollback();
    const std::string what = fmt::format("the {} of \"{}\"", entry.operation, entry.change);
    Error error = lost;
    if (!committed) {
        error.kind = ErrorKind::outcome_unknown;
        error.state = fmt::format(
            "{} was being committed: all of it happened, or nothing of it, and which can't be "
            "asked now",
            what);
        error.hint =
            "when the server can be reached, kedge status tells; nothing has to be repaired";
        throw Failure(std::move(error));
    }
    if (*committed) return;
    error.state = fmt::format("nothing of {} happened: the server rolled it back", what);
    error.hint = fmt::format("run kedge {} again", entry.operation);
    throw Failure(std::move(error));
}

void Store::commit_registry() {
    registry_connection().commit();
}

void Store::upgrade_registry(const std::string& from) {
    db::Connection& connection = registry_connection();
    const auto around = [&](const std::string& statement) {
        if (!statement.empty()) connection.execute(statement);
    };
    around(registry_->sql().before_upgrade());
    try {
        connection.begin();
        registry_->upgrade_once(from);
        connection.commit();
    } catch (...) {
        connection.rollback();
        around(registry_->sql().after_upgrade());
        throw;
    }
    around(registry_->sql().after_upgrade());
}

void Store::rollback() noexcept {
    target_->rollback();
    if (separate_) separate_->rollback();
    journal_.forget();
}

bool Store::needs_recovery() {
    if (!separate_) return false;
    const auto entries = journal_.entries();
    return std::any_of(entries.begin(), entries.end(), [&](const JournalEntry& entry) {
        return entry.state == "done" &&
               !(registry_->exists() && registry_->has_event(entry.change_id, entry.event_moment));
    });
}

void Store::recover() {
    if (!separate_) return;
    for (const JournalEntry& entry : journal_.entries()) {
        if (entry.state != "done") continue;
        // By its file name: the folder may have been moved, or the path spelt otherwise.
        if (fs::path(entry.registry).filename() != fs::path(separate_->name()).filename()) {
            throw Failure(ErrorKind::configuration,
                          fmt::format("the {} of \"{}\" was committed with another registry, {}, "
                                      "which was not told of it",
                                      entry.operation, entry.change, entry.registry),
                          "run any kedge command with that registry first");
        }
        if (!registry_->has_event(entry.change_id, entry.event_moment)) {
            separate_->begin();
            try {
                separate_->execute(entry.sql);
                separate_->commit();
            } catch (...) {
                separate_->rollback();
                throw;
            }
        }
        journal_.remove(entry);
    }
}

void Store::finish() {
    if (!journal_.exists()) return;
    recover();
    if (!registry_->sql().keeps_journal() && journal_.entries().empty()) journal_.drop();
}

}  // namespace kedge::registry
