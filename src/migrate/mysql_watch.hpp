// SPDX-License-Identifier: MIT
// Who is in the way, on MySQL and MariaDB: connection, account, application, what it does and since
// when.
#pragma once

#include <string>

#include "db/connection.hpp"
#include "db/mysql/side_session.hpp"

namespace kedge::migrate {

/// Who holds what the session of that number waits for; empty where it waits for nobody. Where the
/// server tells of the wait but not of the holder, those who may be it.
[[nodiscard]] std::string blocker_of(db::mysql::SideSession& beside, unsigned long thread);

/// Who holds the lock of that name; empty for nobody, or where it can't be asked.
[[nodiscard]] std::string lock_holder(db::Connection& session, const std::string& key);

}  // namespace kedge::migrate
