// SPDX-License-Identifier: MIT
#include "schema/mysql/server.hpp"

#include <charconv>

#include <fmt/format.h>

#include "schema/mysql/printed.hpp"
#include "support/error.hpp"

namespace kedge::schema::mysql {
namespace {

int version_number(const std::string& text) {
    int out = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int i = 0; i < 3; ++i) {
        int part = 0;
        at = std::from_chars(at, end, part).ptr;
        out = out * 100 + part;
        if (at != end && *at == '.') ++at;
    }
    return out;
}

}  // namespace

Server Server::ask(db::Connection& connection) {
    Server out;
    const db::Row row = connection.query("SELECT DATABASE(), VERSION()").front();
    out.database_ = db::text_of(row[0]);
    if (out.database_.empty()) {
        throw Failure(ErrorKind::configuration, "the session has no database whose state to read");
    }
    const std::string version = db::text_of(row[1]);
    out.is_mariadb_ = version.find("MariaDB") != version.npos;
    out.number_ = version.substr(0, version.find('-'));
    out.version_ = version_number(out.number_);
    for (const db::Row& charset : connection.query("SHOW CHARACTER SET")) {
        out.default_collations_[modern_charset(db::text_of(charset[0]))] =
            modern_charset(db::text_of(charset[2]));
    }
    return out;
}

std::string Server::product() const {
    return (is_mariadb_ ? "MariaDB " : "MySQL ") + number_;
}

std::string Server::default_collation(const std::string& charset) const {
    const auto found = default_collations_.find(modern_charset(charset));
    return found == default_collations_.end() ? modern_charset(charset) : found->second;
}

std::string Server::same_database(const std::string& column) const {
    // As text they may be compared without regard to case, which finds an index where there is one.
    return fmt::format(
        "{0} = DATABASE() AND (CAST({0} AS BINARY) = CAST(DATABASE() AS BINARY) OR "
        "@@lower_case_table_names <> 0)",
        column);
}

}  // namespace kedge::schema::mysql
