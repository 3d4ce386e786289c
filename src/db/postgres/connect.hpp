// SPDX-License-Identifier: MIT
#pragma once

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

/// Opens a connection by libpq's own rules: hosts in turn, time-outs, files, services. Failure
/// (connection); Failure (interrupted) on request, however long a host doesn't answer.
[[nodiscard]] RawConnection connect(std::vector<std::pair<std::string, std::string>> parameters,
                                    const std::string& name, const Cancellation* cancellation);

}  // namespace kedge::db::postgres
