// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "db/connection.hpp"

namespace kedge::schema::mysql {

/// While it lives, the session has those settings that what the server prints depends on as the
/// reader wants them. Then they are as before.
class SessionSettings {
  public:
    explicit SessionSettings(db::Connection& connection);
    ~SessionSettings();
    SessionSettings(const SessionSettings&) = delete;
    SessionSettings& operator=(const SessionSettings&) = delete;

  private:
    db::Connection& connection_;
    bool was_in_transaction_;
    std::string back_;  ///< the statement that puts them back; empty if all were right
};

}  // namespace kedge::schema::mysql
