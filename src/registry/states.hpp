// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "registry/registry.hpp"

namespace kedge::registry {

/// One recording of the schema's state: what it changed, and what by.
struct StateRecord {
    std::int64_t id = 0;    ///< ascending in the order of recording
    std::string operation;  ///< deploy, revert, or baseline
    std::string project;
    std::string change_id;  ///< of a baseline, the last change that was deployed, if any
    std::string change;     ///< empty for a baseline
    std::string note;
    std::string engine;
    std::string server;
    int reader = 0;         ///< version of the form that definitions have
    Timestamp recorded_at;  ///< of a change, the moment of its event
    Person recorder;
};

/// An object as recorded: the hash of its definition, or none for one that was dropped.
struct StateItem {
    std::string kind;
    std::string name;
    std::optional<std::string> hash;
    std::string definition;  ///< to be written, with a hash not there yet
};

/// The recorded states of a database, as a log of what each recording changed. Definitions are kept
/// once each, by their hash. The tables lie in the database itself, or, on servers where a registry
/// is shared by databases, there under the database's name.
class States {
  public:
    using Key = std::pair<std::string, std::string>;  ///< kind and name
    using Hashes = std::map<Key, std::string>;

    /// `place` tells databases apart that share a registry; else it is empty.
    States(db::Connection& target, const RegistrySql& sql, std::string place)
        : target_(target), sql_(sql), place_(std::move(place)) {}

    [[nodiscard]] bool exists();
    /// Makes the tables where they aren't there. Outside a transaction.
    void create();

    /// Every recording, the oldest first.
    [[nodiscard]] std::vector<StateRecord> records();
    /// What is recorded as being there now.
    [[nodiscard]] Hashes current();
    /// What each recording changed, by its id; without definitions.
    [[nodiscard]] std::map<std::int64_t, std::vector<StateItem>> items();
    /// What is there after a recording, of what was there before it.
    static void apply(std::span<const StateItem> items, Hashes& hashes);
    /// Definitions by hash.
    [[nodiscard]] std::map<std::string, std::string> definitions(
        std::span<const std::string> hashes);

    /// Adds a recording; its id is found. In the caller's transaction.
    void add(StateRecord record, std::span<const StateItem> items);
    /// What was recorded of a change goes on under its new id. In the caller's transaction.
    void rename_change(const std::string& old_id, const std::string& id);

  private:
    void create_tables();
    /// Columns of recorded objects with these hashes.
    [[nodiscard]] std::vector<db::Row> objects(const std::string& columns,
                                               std::span<const std::string> hashes);
    /// The hashes that there are definitions with.
    [[nodiscard]] std::set<std::string> known_of(std::span<const std::string> hashes);

    db::Connection& target_;
    const RegistrySql& sql_;
    std::string place_;
    std::optional<bool> exists_;
};

}  // namespace kedge::registry
