// SPDX-License-Identifier: MIT
// A session beside the one that works, for what must be asked or done while that one waits: who
// holds the lock it waits for, and to stop its statement. It is the client library's C++ connector
// that speaks there. The working session can't be the connector's: that gives no transaction state,
// no rows as they come, and not all results of several statements.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace kedge::db::mysql {

/// How a session that exists reached its server.
struct Whereabouts {
    std::string host;
    int port = 0;
    std::string socket;  ///< empty where it came by the network
    std::string user;
    std::string password;
    bool tls = false;
};

class SideSession {
  public:
    explicit SideSession(Whereabouts whereabouts);
    ~SideSession();
    SideSession(const SideSession&) = delete;
    SideSession& operator=(const SideSession&) = delete;

    /// The rows of a query as text, NULL as the empty string; connects at the first call. Nothing
    /// where it can't be asked: whoever asks can do without.
    [[nodiscard]] std::vector<std::vector<std::string>> query(const std::string& sql) noexcept;
    /// Runs a statement that gives no rows; false where it can't be.
    bool execute(const std::string& sql) noexcept;

  private:
    struct Connected;
    Connected& connected();

    Whereabouts whereabouts_;
    std::unique_ptr<Connected> connected_;
};

}  // namespace kedge::db::mysql
