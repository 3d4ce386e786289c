// SPDX-License-Identifier: MIT
#include "migrate/postgres_engine.hpp"

#include <chrono>

#include <fmt/format.h>

#include "migrate/postgres_watch.hpp"
#include "migrate/row_copy.hpp"
#include "registry/advisory_lock.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// The schema of the registry of a project of kedge's own.
constexpr const char* kOwnSchema = "kedge";

std::string schema_of(const project::Target& target) {
    return target.registry.empty() ? kOwnSchema : target.registry;
}

}  // namespace

db::postgres::OpenOptions PostgresEngine::options_of(const project::Target& target,
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

schema::Scope PostgresEngine::scope(const project::Target& target) const {
    return {schema_of(target), {}};
}

/// Texts sort by the locale, and the encoding says which there may be.
std::string PostgresEngine::making_of(db::Connection& database) const {
    const db::Row row =
        database
            .query(
                "SELECT pg_encoding_to_char(encoding), datcollate, datctype, to_jsonb(d) ->> "
                "'datlocprovider', coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> "
                "'datlocale'), to_jsonb(d) ->> 'daticurules' FROM pg_database d WHERE datname = "
                "current_database()")
            .front();
    enum Column : std::size_t { kEncoding, kCollate, kType, kProvider, kLocale, kRules };
    std::string out;
    const auto add = [&](std::string_view option, std::string_view value) {
        if (!value.empty()) out += fmt::format("{} {} ", option, kedge::quoted(value, '\''));
    };
    add("ENCODING", db::text_of(row[kEncoding]));
    add("LC_COLLATE", db::text_of(row[kCollate]));
    add("LC_CTYPE", db::text_of(row[kType]));
    // Since 15 there are others than the C library's.
    const std::string provider = db::text_of(row[kProvider]);
    const bool is_icu = provider == "i";
    if (is_icu || provider == "b") {
        add("LOCALE_PROVIDER", is_icu ? "icu" : "builtin");
        add(is_icu ? "ICU_LOCALE" : "BUILTIN_LOCALE", db::text_of(row[kLocale]));
        add("ICU_RULES", db::text_of(row[kRules]));
    } else if (!provider.empty()) {
        add("LOCALE_PROVIDER", "libc");
    }
    // Another locale than that of the usual template is had by the one that has nothing in it.
    return fmt::format("{0}\n{0}TEMPLATE template0", out);
}

std::vector<schema::IgnoreRule> PostgresEngine::rules_beside_plan() const {
    std::vector<schema::IgnoreRule> out;
    for (const char* attribute :
         {"encoding", "collation", "character type", "locale provider", "locale", "icu rules",
          "owner", "tablespace", "connection limit", "no connections", "template"}) {
        out.push_back(
            {fmt::format("database current: {}", attribute), "no plan makes its database"});
    }
    return out;
}

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

std::unique_ptr<registry::RegistrySql> PostgresEngine::registry_sql(
    const project::Target& target) const {
    return std::make_unique<registry::PostgresRegistrySql>(schema_of(target));
}

Timestamp PostgresEngine::now(db::Connection& session) const {
    const db::Row row =
        session.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").front();
    return Timestamp{std::chrono::microseconds(std::get<std::int64_t>(row.front()))};
}

std::unique_ptr<registry::DeployLock> PostgresEngine::lock(
    db::Connection& session, const project::Target& target, const Surroundings& surroundings,
    const registry::WaitHandler& on_wait) const {
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

void PostgresEngine::copy_rows(const project::Target& from, const project::Target& scratch,
                               const Surroundings& surroundings) const {
    copy_postgres_rows(*connect(from, surroundings), *connect(scratch, surroundings),
                       scope(scratch));
}

std::string PostgresEngine::exact_session() const {
    return "SET extra_float_digits = 3; SET bytea_output = 'hex'; SET DateStyle = 'ISO, YMD'; "
           "SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'";
}

std::string PostgresEngine::left_scratch_query() const {
    return "SELECT datname FROM pg_catalog.pg_database d WHERE datname LIKE 'kedge\\_scratch\\_%' "
           "AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE d.datname IN "
           "(a.datname, a.application_name))";
}

void PostgresEngine::make_droppable(db::Connection& session) const {
    // A subscription's slot is on another server, and may be somebody's.
    for (const db::Row& row :
         session.query("SELECT pg_catalog.quote_ident(subname) FROM pg_catalog.pg_subscription "
                       "WHERE subdbid = "
                       "(SELECT oid FROM pg_catalog.pg_database WHERE datname = "
                       "pg_catalog.current_database())")) {
        const std::string name = db::text_of(row.front());
        session.execute(fmt::format("ALTER SUBSCRIPTION {} DISABLE", name));
        session.execute(fmt::format("ALTER SUBSCRIPTION {} SET (slot_name = NONE)", name));
        session.execute(fmt::format("DROP SUBSCRIPTION {}", name));
    }
}

void PostgresEngine::hold_scratch(db::Connection& session, const std::string& name) const {
    // What all sessions can see, whatever database they are in.
    session.execute("SET application_name = " + kedge::quoted(name, '\''));
}

}  // namespace kedge::migrate
