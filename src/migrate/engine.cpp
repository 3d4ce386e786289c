// SPDX-License-Identifier: MIT
#include "migrate/engine.hpp"

#include <fmt/format.h>

#include "migrate/mysql_engine.hpp"
#include "migrate/postgres_engine.hpp"
#include "migrate/sqlite_engine.hpp"
#include "migrate/state_writer.hpp"

namespace kedge::migrate {

const char* operation_word(Operation operation) noexcept {
    switch (operation) {
        case Operation::deploy:
            return "deploy";
        case Operation::revert:
            return "revert";
        case Operation::verify:
            return "verify";
        case Operation::rehearse:
            return "rehearse";
        case Operation::test:
            return "test";
    }
    return "";
}

const Engine& engine_of(const project::Target& target) {
    if (!target.uri) {
        throw Failure(ErrorKind::usage, "no engine and no target is configured",
                      "name a database (db:sqlite:FILE), or begin a project with: kedge init NAME");
    }
    if (target.engine() == "sqlite") {
        static const SqliteEngine engine;
        return engine;
    }
    if (target.engine() == "pg") {
        static const PostgresEngine engine;
        return engine;
    }
    if (target.engine() == "mysql") {
        static const MysqlEngine engine;
        return engine;
    }
    const std::string& spelling = target.uri->engine_spelling;
    throw Failure(ErrorKind::configuration,
                  fmt::format("kedge can't reach databases of the engine \"{}\"", spelling),
                  "engines built in: sqlite, pg, mysql");
}

const schema::SqlWriter& state_writer_of(const project::Target& target) {
    if (target.engine() == "sqlite") return schema::sqlite_writer();
    if (target.engine() == "mysql") return schema::mysql_writer();
    if (target.engine() == "pg") return schema::postgres_writer();
    throw Failure(
        ErrorKind::usage,
        fmt::format("kedge can't write SQL out of states for the engine \"{}\"", target.engine()));
}

}  // namespace kedge::migrate
