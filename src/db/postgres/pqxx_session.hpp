// SPDX-License-Identifier: MIT
// libpqxx and libpq on one connection. libpq opens it; libpqxx runs kedge's own queries on it, with
// bound values; scripts go through libpq, which alone has notices with all their fields, the place
// of an error, COPY of any form, cancelling, and rows as they come.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "db/connection.hpp"
#include "db/postgres/connect.hpp"

namespace kedge::db::postgres {

class PqxxSession {
  public:
    /// Takes over an open connection.
    explicit PqxxSession(RawConnection opened);
    ~PqxxSession();
    PqxxSession(const PqxxSession&) = delete;
    PqxxSession& operator=(const PqxxSession&) = delete;

    /// The handle beneath, for libpq; this keeps owning it.
    [[nodiscard]] PGconn* raw() const noexcept { return raw_; }

    /// Runs one statement; `parameters` as text, nothing for NULL. Failure.
    std::vector<Row> query(const std::string& sql,
                           std::span<const std::optional<std::string>> parameters);

    /// As Connection::query_all() has it. Failure.
    void query_all(const std::vector<std::string>& queries, const Connection::TakeRows& take);

  private:
    struct Owner;
    PGconn* raw_;
    std::unique_ptr<Owner> owner_;
};

}  // namespace kedge::db::postgres
