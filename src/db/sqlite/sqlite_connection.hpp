// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "db/connection.hpp"

namespace kedge::db::sqlite {

struct OpenOptions {
    bool create = false;   ///< make the file if there is none
    bool triggers = true;  ///< they fire
    BusyHandler busy;      ///< none: give up at once
    const Cancellation* cancellation = nullptr;
};

/// Opens a database file; an empty path or ":memory:" opens one in memory. Failure (connection) if
/// that can't be, or if the file is no database.
[[nodiscard]] std::unique_ptr<Connection> open(const std::string& path, const OpenOptions& options);

}  // namespace kedge::db::sqlite
