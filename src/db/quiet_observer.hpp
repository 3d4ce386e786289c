// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"

namespace kedge::db {

/// For statements of kedge's own: hears of nothing but what a class that derives from it asks for.
class QuietObserver : public StatementObserver {
  public:
    bool starting(std::string_view, std::size_t) override { return true; }
    void running(std::size_t) override {}
    void columns(const std::vector<std::string>&) override {}
    void row(std::span<const Cell>) override {}
    void finished(std::string_view, std::chrono::microseconds, std::int64_t) override {}
    void notice(const ServerMessage&) override {}
    bool copy_in(std::string&) override { return false; }
    void copy_out(std::string_view) override {}
};

/// Runs one statement.
inline void run_statement(Connection& connection, std::string_view sql,
                          StatementObserver& observer) {
    const TextRange whole{0, sql.size()};
    connection.run(sql, {&whole, 1}, observer);
}

}  // namespace kedge::db
