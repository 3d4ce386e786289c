// SPDX-License-Identifier: MIT
// A drift as SQL: the way back to what was recorded, and the way from there to what is live. Each
// is run in a scratch database, and what it leaves there is read and compared, before it is shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "migrate/drift.hpp"
#include "migrate/rehearse.hpp"
#include "schema/sql/writer.hpp"

namespace kedge::migrate {

struct ProvenScript {
    schema::SqlScript script;
    std::string text;  ///< for the engine's client; to be shown only if `is_proven`
    bool is_proven = false;
    std::string reason;                    ///< why it isn't proven
    std::vector<schema::Difference> left;  ///< what it left otherwise than it should be
};

struct DriftSql {
    DriftResult drift;
    ProvenScript back;     ///< from the live schema to the recorded one
    ProvenScript forward;  ///< from the recorded schema to the live one
    std::string verify;    ///< a script that fails where what `forward` makes is not there
};

/// The drift since the last recording, and SQL out of it; without SQL where there is none. The
/// scratch database is brought to the recorded state by the deployed part of the plan, and by
/// written SQL for what of it no change made. `session` is only read. Failure (usage) where the
/// engine can't do it, or a server is needed and none is given.
[[nodiscard]] DriftSql drift_sql(Session& session, const SessionMaker& make_session,
                                 const std::optional<project::Target>& server,
                                 const std::vector<schema::IgnoreRule>& rules);

}  // namespace kedge::migrate
