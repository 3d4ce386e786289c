// SPDX-License-Identifier: MIT
#include "migrate/mysql_engine.hpp"

#include <chrono>

#include <fmt/format.h>

#include "migrate/mysql_watch.hpp"
#include "migrate/row_copy.hpp"
#include "registry/advisory_lock.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Before the names of the tables of a project of kedge's own, which stand beside the
/// application's.
constexpr const char* kOwnPrefix = "kedge_";

}  // namespace

db::mysql::OpenOptions MysqlEngine::options_of(const project::Target& target,
                                               const Surroundings& surroundings) {
    const DbUri& uri = *target.uri;
    if (uri.dbname.empty()) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the target {} names no database", uri.display()),
                      "for example: db:mysql://user@host/shop");
    }
    db::mysql::OpenOptions out;
    out.host = uri.host.empty() ? target.client_host : uri.host;
    out.port = uri.port;
    out.user = uri.user;
    out.dbname = uri.dbname;
    out.parameters = uri.params;
    out.name = uri.display();
    out.password = password_of(target);
    out.cancellation = &surroundings.cancellation;
    return out;
}

std::unique_ptr<db::Connection> MysqlEngine::connect(const project::Target& target,
                                                     const Surroundings& surroundings) const {
    db::mysql::OpenOptions options = options_of(target, surroundings);
    options.lock_timeout = target.lock_timeout;
    options.statement_timeout = target.statement_timeout;
    options.on_wait = [&reporter = surroundings.reporter](db::mysql::SideSession& beside,
                                                          unsigned long thread,
                                                          std::chrono::milliseconds waited) {
        const std::string blocker = blocker_of(beside, thread);
        if (!blocker.empty()) reporter.handle(Waiting{blocker, waited});
    };
    return db::mysql::open(std::move(options));
}

/// Tables that say nothing of it have the database's character set.
std::string MysqlEngine::making_of(db::Connection& database) const {
    const db::Row row =
        database.query("SELECT @@character_set_database, @@collation_database").front();
    return fmt::format("CHARACTER SET {} COLLATE {}", db::text_of(row[0]), db::text_of(row[1]));
}

std::unique_ptr<registry::RegistrySql> MysqlEngine::registry_sql(
    const project::Target& target) const {
    const std::string& home = target.uri->dbname;
    if (target.registry.empty()) {
        return std::make_unique<registry::MysqlRegistrySql>(home, kOwnPrefix, home);
    }
    return std::make_unique<registry::MysqlRegistrySql>(target.registry, "", home);
}

Timestamp MysqlEngine::now(db::Connection& session) const {
    const db::Row row = session.query("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)").front();
    return parse_sql_time(db::text_of(row.front())).value_or(Timestamp{});
}

std::unique_ptr<registry::DeployLock> MysqlEngine::lock(
    db::Connection& session, const project::Target& target, const Surroundings& surroundings,
    const registry::WaitHandler& on_wait) const {
    return registry::GuardedLock::acquire(
        session, db::mysql::open(options_of(target, surroundings)), target.uri->dbname,
        surroundings.lock_timeout,
        [](db::Connection& asked, const std::string& key) { return lock_holder(asked, key); },
        on_wait, surroundings.cancellation);
}

schema::Scope MysqlEngine::scope(const project::Target& target) const {
    // Where the registry's database can't be written, the journal stands beside the application's
    // tables.
    if (target.registry.empty()) return {{}, registry::registry_names(kOwnPrefix)};
    if (target.registry == target.uri->dbname) return {{}, registry::registry_names("")};
    return {target.registry, registry::own_names()};
}

std::string MysqlEngine::registry_name(const project::Target& target) const {
    if (target.registry.empty()) return target.uri->display();
    DbUri uri = *target.uri;
    uri.dbname = target.registry;
    return uri.display();
}

std::string MysqlEngine::sql_name(const std::string& shown) const {
    return shown.starts_with('`') ? shown : kedge::quoted(shown, '`');
}

std::string MysqlEngine::exact_value(const schema::Part& column) const {
    // The servers print a FLOAT with six digits.
    const std::string* type = schema::find(column.attributes, "type");
    const std::string name = sql_name(column.name);
    return type != nullptr && type->starts_with("float") ? name + " + 0e0" : name;
}

std::string MysqlEngine::exact_session() const {
    // In the hour that autumn has twice two moments print alike.
    return "SET time_zone = '+00:00'";
}

void MysqlEngine::copy_rows(const project::Target& from, const project::Target& scratch,
                            const Surroundings& surroundings) const {
    copy_mysql_rows(*connect(from, surroundings), *connect(scratch, surroundings), scope(scratch));
}

std::string MysqlEngine::left_scratch_query() const {
    return "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE "
           "'kedge\\_scratch\\_%' AND IS_FREE_LOCK(schema_name)";
}

void MysqlEngine::make_droppable(db::Connection& session) const {
    // What was granted on a database, and on what is in it, outlives it.
    const auto tried = [](const auto& work) {
        try {
            work();
        } catch (const Failure& failure) {
            // Who may not look there has granted nothing; and one of the two may not be granted.
            if (failure.error().kind != ErrorKind::refused) throw;
        }
    };
    const auto take_back = [&](const std::string& query) {
        for (const db::Row& row : session.query(query)) {
            const std::string host = db::text_of(row[2]);
            std::string from = kedge::quoted(db::text_of(row[1]), '\'');
            if (!host.empty()) from += '@' + kedge::quoted(host, '\'');
            for (const char* what : {"GRANT OPTION", "ALL PRIVILEGES"}) {
                tried([&] {
                    session.execute(
                        fmt::format("REVOKE {} ON {} FROM {}", what, db::text_of(row[0]), from));
                });
            }
        }
    };
    const std::string table = "CONCAT('`', REPLACE(Table_name, '`', '``'), '`')";
    for (const std::string& query :
         {fmt::format("SELECT DISTINCT {}, User, Host FROM mysql.tables_priv WHERE Db = DATABASE()",
                      table),
          fmt::format("SELECT DISTINCT {}, User, Host FROM mysql.columns_priv WHERE Db = "
                      "DATABASE()",
                      table),
          std::string("SELECT CONCAT(Routine_type, ' `', REPLACE(Routine_name, '`', '``'), '`'), "
                      "User, Host FROM mysql.procs_priv WHERE Db = DATABASE()"),
          std::string("SELECT CONCAT('`', Db, '`.*'), User, Host FROM mysql.db WHERE "
                      "REPLACE(Db, '\\\\_', '_') = DATABASE()")}) {
        tried([&] { take_back(query); });
    }
}

void MysqlEngine::hold_scratch(db::Connection& session, const std::string& name) const {
    static_cast<void>(session.try_lock(name));
}

}  // namespace kedge::migrate
