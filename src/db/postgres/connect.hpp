// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <libpq-fe.h>

#include "support/cancellation.hpp"

namespace kedge::db::postgres {

struct FinishConnection {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using RawConnection = std::unique_ptr<PGconn, FinishConnection>;

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Puts more parameters in the place of those of the same keyword; `conninfo` stands for those that
/// its value holds, in libpq's form. Failure (script) where that can't be read.
void add_parameters(Parameters& parameters, const std::map<std::string, std::string>& more);

/// Opens a connection by libpq's own rules: hosts in turn, time-outs, files, services. Failure
/// (connection); Failure (interrupted) on request, however long a host doesn't answer.
[[nodiscard]] RawConnection connect(Parameters parameters, const std::string& name,
                                    const Cancellation* cancellation);

}  // namespace kedge::db::postgres
