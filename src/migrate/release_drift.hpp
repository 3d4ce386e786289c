// SPDX-License-Identifier: MIT
// What differs from the record since the server was moved to another release, or kedge to another
// way to read the catalog: it may only be printed otherwise.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "migrate/drift.hpp"

namespace kedge::migrate {

/// Two servers' products and versions, as in a Snapshot: whether they print a schema alike.
[[nodiscard]] bool is_same_release(const std::string& a, const std::string& b);

/// Of the differences of `drift`, those of objects that were recorded of another release are held
/// against what the deployed plan gives in a scratch database of this one (`planned`). Where that
/// has just what is live, the difference comes from the release, and is left out with that reason;
/// without such a database it can't be told, and is unread.
void tell_releases_apart(DriftResult& drift, Session& session, const schema::Snapshot& live,
                         const PlannedState& planned);

}  // namespace kedge::migrate
