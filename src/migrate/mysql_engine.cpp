// SPDX-License-Identifier: MIT
#include "migrate/mysql_engine.hpp"

#include <chrono>
#include <functional>

#include <fmt/format.h>

#include "db/mysql/mysql_connection.hpp"
#include "migrate/mysql_watch.hpp"
#include "registry/advisory_lock.hpp"
#include "support/program.hpp"

namespace kedge::migrate {
namespace {

/// Before the names of the tables of a project of kedge's own, which stand beside the
/// application's.
constexpr const char* kOwnPrefix = "kedge_";

/// Where the password comes from, apart from what the client library finds by itself.
std::function<std::string()> password_of(const project::Target& target) {
    if (target.uri->password && !target.uri->password->empty()) {
        return [password = *target.uri->password] { return password; };
    }
    if (target.password_command.empty()) return {};
    return [command = target.password_command] { return first_line_of_program(command); };
}

db::mysql::OpenOptions options_of(const project::Target& target, const Surroundings& surroundings) {
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

std::unique_ptr<db::Connection> connect(const project::Target& target,
                                        const Surroundings& surroundings) {
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

std::unique_ptr<registry::Store> make_store(std::unique_ptr<db::Connection> connection,
                                            const project::Target& target,
                                            const Surroundings& surroundings) {
    const db::Row now = connection->query("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)").front();
    const Timestamp theirs =
        parse_sql_time(db::text_of(now.front())).value_or(surroundings.clock.now());
    const std::string& home = target.uri->dbname;
    auto sql = target.registry.empty()
                   ? std::make_unique<registry::MysqlRegistrySql>(home, kOwnPrefix, home)
                   : std::make_unique<registry::MysqlRegistrySql>(target.registry, "", home);
    auto store = std::make_unique<registry::Store>(std::move(connection), nullptr, std::move(sql),
                                                   surroundings.clock, surroundings.committer);
    store->registry().set_clock_offset(theirs - surroundings.clock.now());
    return store;
}

std::unique_ptr<registry::DeployLock> lock(db::Connection& session, const project::Target& target,
                                           const Surroundings& surroundings) {
    const auto on_wait = [&](const std::string& holder, std::chrono::milliseconds waited) {
        surroundings.reporter.handle(Waiting{holder, waited});
    };
    return registry::GuardedLock::acquire(
        session, db::mysql::open(options_of(target, surroundings)), target.uri->dbname,
        surroundings.lock_timeout,
        [](db::Connection& asked, const std::string& key) { return lock_holder(asked, key); },
        on_wait, surroundings.cancellation);
}

}  // namespace

std::string MysqlEngine::registry_name(const project::Target& target) const {
    if (target.registry.empty()) return target.uri->display();
    DbUri uri = *target.uri;
    uri.dbname = target.registry;
    return uri.display();
}

std::unique_ptr<registry::Store> MysqlEngine::open(const project::Target& target, Access,
                                                   const Surroundings& surroundings) const {
    return make_store(connect(target, surroundings), target, surroundings);
}

void MysqlEngine::open_locked(const project::Target& target, Access,
                              const Surroundings& surroundings, Opened& opened) const {
    auto connection = opened.lock ? opened.store->take_target() : connect(target, surroundings);
    opened.store.reset();
    if (!opened.lock) opened.lock = lock(*connection, target, surroundings);
    opened.store = make_store(std::move(connection), target, surroundings);
}

}  // namespace kedge::migrate
