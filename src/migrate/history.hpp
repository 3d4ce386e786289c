// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/states.hpp"
#include "schema/difference.hpp"

namespace kedge::migrate {

/// Who made an object or a part of one, and who altered it last.
struct BlameLine {
    schema::ObjectKey object;
    std::string part_kind;  ///< empty for the object itself
    std::string part;
    registry::StateRecord made;
    std::optional<registry::StateRecord> altered;
};

/// The recorded states of a database as what each recording changed. Read once.
class History {
  public:
    /// Of a session that outlives this; opens it for reading. Empty where nothing was recorded.
    explicit History(Session& session);

    [[nodiscard]] const std::vector<registry::StateRecord>& records() const noexcept {
        return records_;
    }
    /// The recording of a change's deploy or revert at this moment. By its name: the id may have
    /// become another one since (migrate/reconcile.hpp).
    [[nodiscard]] std::optional<std::size_t> find(const std::string& change,
                                                  Timestamp moment) const;
    /// The last recording of the deploy of a planned change, by its key. Failure (usage) if there
    /// is none.
    [[nodiscard]] std::size_t deploy_of(const std::string& key) const;

    /// What the recording changed.
    [[nodiscard]] std::vector<schema::Difference> differences(std::size_t record);
    [[nodiscard]] schema::State state_after(std::size_t record);

    /// All parts of the objects that go by the name: the whole name, what of it comes behind the
    /// last point but one, or either with `.PART` behind it for that part alone.
    [[nodiscard]] std::vector<BlameLine> blame(const std::string& name);

  private:
    using Items = std::vector<registry::StateItem>;
    [[nodiscard]] const Items& items_of(std::size_t record) const;
    /// From the definitions' table, and then from memory.
    [[nodiscard]] const schema::Object& definition(const std::string& hash);
    void fetch(const std::vector<std::string>& hashes);

    Session& session_;
    registry::States* states_ = nullptr;  ///< null where nothing was ever deployed
    std::vector<registry::StateRecord> records_;
    std::map<std::int64_t, Items> items_;
    std::map<std::string, schema::Object> definitions_;
};

}  // namespace kedge::migrate
