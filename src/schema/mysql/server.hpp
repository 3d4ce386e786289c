// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "db/connection.hpp"

namespace kedge::schema::mysql {

/// What of the server and of the session's database decides how objects are read and told. What
/// families and versions have, others don't, is asked here.
class Server {
  public:
    /// Failure (configuration) if the session has no database.
    [[nodiscard]] static Server ask(db::Connection& connection);

    [[nodiscard]] const std::string& database() const noexcept { return database_; }
    /// `MariaDB 10.11.19`
    [[nodiscard]] std::string product() const;

    /// `SHOW CREATE TABLE` leaves out which reference system a geometry belongs to.
    [[nodiscard]] bool hides_reference_systems() const noexcept { return is_mariadb_; }
    /// It prints a default's characters beyond U+FFFF as question marks.
    [[nodiscard]] bool mangles_defaults() const noexcept { return is_mariadb_; }
    [[nodiscard]] bool has_libraries() const noexcept { return !is_mariadb_ && version_ >= 90200; }
    /// The collation that a character set has where none is named.
    [[nodiscard]] std::string default_collation(const std::string& charset) const;
    /// A condition that two columns' or values' names of databases are one.
    [[nodiscard]] std::string same_database(const std::string& column) const;

  private:
    std::string database_;
    std::string number_;  ///< the version, as the server writes it
    int version_ = 0;     ///< 101119 for 10.11.19
    bool is_mariadb_ = false;
    std::map<std::string, std::string> default_collations_;
};

}  // namespace kedge::schema::mysql
