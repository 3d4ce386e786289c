// SPDX-License-Identifier: MIT
#include "migrate/postgres_engine.hpp"

#include <chrono>

#include <fmt/format.h>

#include "db/postgres/postgres_connection.hpp"
#include "migrate/postgres_watch.hpp"
#include "registry/advisory_lock.hpp"
#include "support/program.hpp"

namespace kedge::migrate {
namespace {

/// The schema of the registry of a project of kedge's own.
constexpr const char* kOwnSchema = "kedge";

std::string schema_of(const project::Target& target) {
    return target.registry.empty() ? kOwnSchema : target.registry;
}

/// Where the password comes from, apart from what libpq finds by itself.
std::function<std::string()> password_of(const project::Target& target) {
    if (target.uri->password && !target.uri->password->empty()) {
        return [password = *target.uri->password] { return password; };
    }
    if (target.password_command.empty()) return {};
    return [command = target.password_command] { return first_line_of_program(command); };
}

db::postgres::OpenOptions options_of(const project::Target& target,
                                     const Surroundings& surroundings) {
    const DbUri& uri = *target.uri;
    db::postgres::OpenOptions out;
    const auto add = [&](const char* keyword, const std::string& value) {
        if (!value.empty()) out.parameters.emplace_back(keyword, value);
    };
    add("host", uri.host);
    if (uri.port) add("port", std::to_string(*uri.port));
    add("user", uri.user);
    add("dbname", uri.dbname);
    for (const auto& [keyword, value] : uri.params) out.parameters.emplace_back(keyword, value);
    add("fallback_application_name", "kedge");
    out.name = uri.display();
    out.password = password_of(target);
    out.cancellation = &surroundings.cancellation;
    return out;
}

}  // namespace

std::string PostgresEngine::registry_name(const project::Target& target) const {
    return target.uri->display();
}

std::map<std::string, std::string> PostgresEngine::script_variables(
    const project::Target& target) const {
    return {{"registry", schema_of(target)}};
}

std::unique_ptr<db::Connection> PostgresEngine::connect(const project::Target& target,
                                                        const Surroundings& surroundings) const {
    db::postgres::OpenOptions options = options_of(target, surroundings);
    const auto watch = std::make_shared<PostgresWatch>(options);
    options.lock_timeout = target.lock_timeout;
    options.statement_timeout = target.statement_timeout;
    options.on_wait = [watch, &reporter = surroundings.reporter](int process,
                                                                 std::chrono::milliseconds waited) {
        const std::string blocker = watch->blocker(process);
        if (!blocker.empty()) reporter.handle(Waiting{blocker, waited});
    };
    options.on_late_notice = [&reporter = surroundings.reporter](const db::ServerMessage& message) {
        // Whose script it was makes no difference to how a message is shown.
        reporter.handle(ScriptOutput{Operation::deploy, message.to_text(), true});
    };
    return db::postgres::open(std::move(options));
}

std::unique_ptr<registry::Store> PostgresEngine::make_store(
    std::unique_ptr<db::Connection> connection, const project::Target& target,
    const Surroundings& surroundings) const {
    const db::Row now =
        connection->query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
            .front();
    const Timestamp theirs{std::chrono::microseconds(std::get<std::int64_t>(now.front()))};
    auto sql = std::make_unique<registry::PostgresRegistrySql>(schema_of(target));
    auto store = std::make_unique<registry::Store>(std::move(connection), nullptr, std::move(sql),
                                                   surroundings.clock, surroundings.committer);
    store->registry().set_clock_offset(theirs - surroundings.clock.now());
    return store;
}

std::unique_ptr<registry::Store> PostgresEngine::open(const project::Target& target, Access,
                                                      const Surroundings& surroundings) const {
    return make_store(connect(target, surroundings), target, surroundings);
}

std::unique_ptr<registry::DeployLock> PostgresEngine::lock(db::Connection& session,
                                                           const project::Target& target,
                                                           const Surroundings& surroundings) const {
    const auto on_wait = [&](const std::string& holder, std::chrono::milliseconds waited) {
        surroundings.reporter.handle(Waiting{holder, waited});
    };
    PostgresWatch watch(options_of(target, surroundings));
    const auto holder = [&] { return watch.deployer(); };
    if (session.shares_sessions()) {
        return registry::TransactionLock::acquire(
            db::postgres::open(options_of(target, surroundings)), surroundings.lock_timeout, holder,
            on_wait, surroundings.cancellation);
    }
    return registry::SessionLock::acquire(session, surroundings.lock_timeout, holder, on_wait,
                                          surroundings.cancellation);
}

void PostgresEngine::open_locked(const project::Target& target, Access,
                                 const Surroundings& surroundings, Opened& opened) const {
    auto connection = opened.lock ? opened.store->take_target() : connect(target, surroundings);
    opened.store.reset();
    if (!opened.lock) opened.lock = lock(*connection, target, surroundings);
    opened.store = make_store(std::move(connection), target, surroundings);
}

}  // namespace kedge::migrate
