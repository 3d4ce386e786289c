// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "schema/mysql/server.hpp"
#include "schema/reader.hpp"
#include "schema/state.hpp"

namespace kedge::schema::mysql {

/// One going through the catalog.
class Reading {
  public:
    Reading(db::Connection& connection, const Server& server, const Scope& scope)
        : connection_(connection), server_(server), scope_(scope) {}

    [[nodiscard]] db::Connection& connection() noexcept { return connection_; }
    [[nodiscard]] const Server& server() const noexcept { return server_; }
    [[nodiscard]] State& state() noexcept { return state_; }
    [[nodiscard]] std::vector<Unread>& unread() noexcept { return unread_; }

    [[nodiscard]] bool is_registrys(const std::string& name) const;

    struct Subject {
        std::string kind;  ///< as the state has it
        std::string name;  ///< as the server has it
    };
    /// Rows of a query of the catalog; none, and a note in `unread`, where the server refuses it.
    [[nodiscard]] std::vector<db::Row> rows(const std::string& what, const std::string& sql);
    /// The row that `statement`, with each subject's name behind it, has for the subject. Many are
    /// sent at once, so that the way to the server is gone but a few times.
    void show(const std::string& statement, const std::vector<Subject>& subjects,
              const std::function<void(const Subject&, const db::Row&)>& take);
    void note_unread(const Subject& subject, const std::string& why);

    /// Something was there when the names were read, and then no more.
    [[nodiscard]] bool lost_something() const noexcept { return lost_something_; }

  private:
    void show_one(const std::string& statement, const Subject& subject,
                  const std::function<void(const Subject&, const db::Row&)>& take);

    db::Connection& connection_;
    const Server& server_;
    const Scope& scope_;
    State state_;
    std::vector<Unread> unread_;
    bool lost_something_ = false;
};

// Each reads its part of the catalog. Triggers and grants belong to what is in the state already.
void read_database(Reading& reading);
void read_tables_and_views(Reading& reading);
void read_routines(Reading& reading);
void read_events(Reading& reading);
void read_triggers(Reading& reading);
void read_grants(Reading& reading);
/// Notes what the account can't see at all, so that it isn't taken for absent.
void note_invisible(Reading& reading);

}  // namespace kedge::schema::mysql
