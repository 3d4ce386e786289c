// SPDX-License-Identifier: MIT
// The only place of lint that chooses by engine.
#include "lint/reader.hpp"

#include <utility>

#include "lint/mysql/reader.hpp"
#include "lint/postgres/reader.hpp"
#include "lint/sqlite/reader.hpp"

namespace kedge::lint {

std::optional<Engine> engine_by_name(std::string_view name) noexcept {
    for (const Engine engine : {Engine::pg, Engine::mysql, Engine::sqlite}) {
        if (name == engine_name(engine)) return engine;
    }
    return std::nullopt;
}

const char* engine_name(Engine engine) noexcept {
    switch (engine) {
        case Engine::pg:
            return "pg";
        case Engine::mysql:
            return "mysql";
        case Engine::sqlite:
            return "sqlite";
    }
    return "";
}

std::unique_ptr<Reader> make_reader(Engine engine) {
    switch (engine) {
        case Engine::pg:
            return std::make_unique<postgres::PostgresReader>();
        case Engine::mysql:
            return std::make_unique<mysql::MysqlReader>();
        case Engine::sqlite:
            return std::make_unique<sqlite::SqliteReader>();
    }
    throw Failure(ErrorKind::internal, "no reader for this engine");
}

ScriptText looked_over(const script::Script& script, const script::Dialect& dialect) {
    ScriptText out;
    out.purpose = script.purpose;
    out.path = script.path;
    out.exists = true;
    out.files = {script.path};
    try {
        out.analysis = dialect.analyse(script);
    } catch (const Failure& failure) {
        Error first = failure.error();
        out.errors = std::exchange(first.also, {});
        out.errors.insert(out.errors.begin(), std::move(first));
    }
    return out;
}

LiveTables live_tables(db::Connection& connection, std::string_view version,
                       std::string_view tables) {
    LiveTables out;
    const auto versions = connection.query(std::string(version));
    if (!versions.empty()) out.version = ServerVersion::parse(db::text_of(versions.front().at(0)));
    for (const db::Row& row : connection.query(std::string(tables))) {
        TableSize size;
        size.rows = std::stoll(db::text_of(row.at(2)));
        size.bytes = std::stoll(db::text_of(row.at(3)));
        const Name name{db::text_of(row.at(0)), db::text_of(row.at(1))};
        out.sizes.push_back({name, size});
        constexpr std::size_t kOwner = 4;
        if (row.size() > kOwner) out.owners.emplace_back(name, db::text_of(row.at(kOwner)));
    }
    return out;
}

}  // namespace kedge::lint
