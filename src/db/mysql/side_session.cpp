// SPDX-License-Identifier: MIT
#include "db/mysql/side_session.hpp"

#include <utility>

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <dlfcn.h>

namespace kedge::db::mysql {
namespace {

/// Seldom needed, so loaded only then, as the client library itself. All that the connector offers
/// is interfaces, but for this one function.
sql::Driver* driver() {
    static sql::Driver* const loaded = []() -> sql::Driver* {
        void* library = ::dlopen(KEDGE_MYSQLCPPCONN, RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) return nullptr;
        void* found = ::dlsym(library, "get_driver_instance");
        return found == nullptr ? nullptr : reinterpret_cast<sql::Driver* (*)()>(found)();
    }();
    return loaded;
}

}  // namespace

struct SideSession::Connected {
    std::unique_ptr<sql::Connection> connection;
};

SideSession::SideSession(Whereabouts whereabouts) : whereabouts_(std::move(whereabouts)) {}
SideSession::~SideSession() = default;

SideSession::Connected& SideSession::connected() {
    if (connected_) return *connected_;
    if (driver() == nullptr) throw sql::SQLException("the connector's library is not there");
    sql::ConnectOptionsMap options;
    if (whereabouts_.socket.empty()) {
        options["hostName"] = sql::SQLString(whereabouts_.host);
        options["port"] = whereabouts_.port;
    } else {
        options["hostName"] = sql::SQLString("unix://" + whereabouts_.socket);
    }
    options["userName"] = sql::SQLString(whereabouts_.user);
    options["password"] = sql::SQLString(whereabouts_.password);
    options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    options["OPT_CONNECT_TIMEOUT"] = 2;
    options["OPT_READ_TIMEOUT"] = 5;
    options["OPT_LOCAL_INFILE"] = 0;
    // Never less than the session beside has.
    if (whereabouts_.tls) options["sslEnforce"] = true;
    auto made = std::make_unique<Connected>();
    made->connection.reset(driver()->connect(options));
    connected_ = std::move(made);
    return *connected_;
}

std::vector<std::vector<std::string>> SideSession::query(const std::string& sql) noexcept {
    std::vector<std::vector<std::string>> out;
    try {
        const std::unique_ptr<sql::Statement> statement(connected().connection->createStatement());
        const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery(sql));
        const unsigned width = rows->getMetaData()->getColumnCount();
        while (rows->next()) {
            auto& row = out.emplace_back();
            for (unsigned i = 1; i <= width; ++i) row.push_back(rows->getString(i).asStdString());
        }
    } catch (const std::exception&) {
        out.clear();
        connected_.reset();
    }
    return out;
}

bool SideSession::execute(const std::string& sql) noexcept {
    try {
        const std::unique_ptr<sql::Statement> statement(connected().connection->createStatement());
        statement->execute(sql);
        return true;
    } catch (const std::exception&) {
        connected_.reset();
        return false;
    }
}

}  // namespace kedge::db::mysql
