// SPDX-License-Identifier: MIT
// The only place of lint that chooses by engine.
#include "lint/reader.hpp"

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

}  // namespace kedge::lint
