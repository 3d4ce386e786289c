// SPDX-License-Identifier: MIT
#include "db/sqlite/schema_copy.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/sqlite/functions.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::db::sqlite {
namespace {

/// A statement that changes a schema without rows is done long before so many steps of SQLite's
/// machine.
constexpr int kMostSteps = 5'000'000;
/// How many double-quoted texts of a statement are told of.
constexpr int kMostStrings = 20;

struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using RawStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

std::string text_or_empty(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

std::optional<Access::Kind> kind_of_action(int action) noexcept {
    switch (action) {
        case SQLITE_READ:
            return Access::Kind::read;
        case SQLITE_INSERT:
            return Access::Kind::insert;
        case SQLITE_UPDATE:
            return Access::Kind::update;
        case SQLITE_DELETE:
            return Access::Kind::remove;
        case SQLITE_FUNCTION:
            return Access::Kind::function;
        default:
            return std::nullopt;
    }
}

bool same(const Access& a, const Access& b) {
    const auto parts = [](const Access& x) {
        return std::tie(x.kind, x.database, x.object, x.column, x.within);
    };
    return parts(a) == parts(b);
}

/// Opens no file, whatever a statement says; notes the rest.
int authorize(void* list, int action, const char* first, const char* second, const char* database,
              const char* within) {
    if (action == SQLITE_ATTACH) {
        const std::string file = text_or_empty(first);
        return file.empty() || file == ":memory:" ? SQLITE_OK : SQLITE_DENY;
    }
    const auto kind = kind_of_action(action);
    if (!kind) return SQLITE_OK;
    Access made{*kind, text_or_empty(database), text_or_empty(first), text_or_empty(second),
                text_or_empty(within)};
    if (*kind == Access::Kind::function) made.object = std::exchange(made.column, {});
    auto& accesses = *static_cast<std::vector<Access>*>(list);
    if (std::none_of(accesses.begin(), accesses.end(),
                     [&](const Access& a) { return same(a, made); })) {
        accesses.push_back(std::move(made));
    }
    return SQLITE_OK;
}

int give_up(void* steps) {
    return --*static_cast<int*>(steps) <= 0 ? 1 : 0;
}

/// The text with the double-quoted text at `offset` as a string; nothing if there is none, or if it
/// holds quotes, since then offsets would move.
std::optional<std::string> as_string(std::string text, std::size_t offset) {
    if (offset >= text.size() || text[offset] != '"') return std::nullopt;
    const std::size_t end = text.find('"', offset + 1);
    if (end == text.npos || text.find('\'', offset) < end) return std::nullopt;
    if (end + 1 < text.size() && text[end + 1] == '"') return std::nullopt;
    text[offset] = '\'';
    text[end] = '\'';
    return text;
}

}  // namespace

struct SchemaCopy::Session {
    Handle handle;

    Session() {
        sqlite3* raw = nullptr;
        const int code = sqlite3_open_v2(
            ":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
            nullptr);
        handle.reset(raw);
        if (code != SQLITE_OK) {
            throw Failure(ErrorKind::internal, "cannot make a database in memory");
        }
        register_functions(raw);
    }

    /// As the shell and kedge's own sessions have it: on.
    void take_strings_for_names(bool on) const noexcept {
        sqlite3_db_config(handle.get(), SQLITE_DBCONFIG_DQS_DML, on ? 1 : 0, nullptr);
        sqlite3_db_config(handle.get(), SQLITE_DBCONFIG_DQS_DDL, on ? 1 : 0, nullptr);
    }

    RawStatement compile(const std::string& text, Preview& out) const {
        out.access.clear();
        out.problem.clear();
        out.offset = 0;
        sqlite3_set_authorizer(handle.get(), &authorize, &out.access);
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v2(handle.get(), text.c_str(),
                                            static_cast<int>(text.size() + 1), &raw, nullptr);
        RawStatement statement(raw);
        if (code != SQLITE_OK) {
            out.problem = sqlite3_errmsg(handle.get());
            out.offset = static_cast<std::size_t>(std::max(0, sqlite3_error_offset(handle.get())));
        }
        sqlite3_set_authorizer(handle.get(), nullptr, nullptr);
        return statement;
    }

    /// Which double-quoted texts SQLite takes for strings, since there is no such name: by reading
    /// the statement without that habit of its, and mending what it then stumbles at.
    std::vector<std::size_t> strings_as_names(std::string text) const {
        std::vector<std::size_t> out;
        take_strings_for_names(false);
        for (int i = 0; i < kMostStrings; ++i) {
            Preview strict;
            static_cast<void>(compile(text, strict));
            if (!strict.is_refused()) break;
            auto mended = as_string(text, strict.offset);
            if (!mended) break;
            out.push_back(strict.offset);
            text = std::move(*mended);
        }
        take_strings_for_names(true);
        return out;
    }

    RawStatement read(std::string_view statement, Preview& out) const {
        const std::string text(statement);
        RawStatement compiled = compile(text, out);
        if (out.is_refused()) return compiled;
        out.only_reads = !compiled || sqlite3_stmt_readonly(compiled.get()) != 0;
        if (text.find('"') != text.npos) {
            out.strings_as_names = strings_as_names(text);
        }
        return compiled;
    }

    using TextRow = std::vector<std::string>;
    std::vector<TextRow> query(const std::string& sql,
                               std::initializer_list<std::string_view> values = {}) const {
        std::vector<TextRow> out;
        sqlite3_stmt* raw = nullptr;
        sqlite3_prepare_v2(handle.get(), sql.c_str(), -1, &raw, nullptr);
        const RawStatement statement(raw);
        if (!statement) return out;
        int index = 0;
        for (const std::string_view value : values) {
            sqlite3_bind_text(raw, ++index, value.data(), static_cast<int>(value.size()),
                              SQLITE_TRANSIENT);
        }
        while (sqlite3_step(raw) == SQLITE_ROW) {
            TextRow& row = out.emplace_back();
            for (int i = 0; i < sqlite3_column_count(raw); ++i) {
                row.push_back(text_or_empty(static_cast<const char*>(
                    static_cast<const void*>(sqlite3_column_text(raw, i)))));
            }
        }
        return out;
    }

    std::vector<SchemaRow> objects(const std::string& schema, const char* which = "1") const {
        std::vector<SchemaRow> out;
        for (TextRow& row : query(fmt::format(
                 "SELECT type, name, tbl_name, sql FROM {}.sqlite_schema WHERE {} ORDER BY rowid",
                 schema, which))) {
            out.push_back({std::move(row[0]), std::move(row[1]), std::move(row[2]),
                           std::move(row[3]), schema == "temp"});
        }
        return out;
    }
};

SchemaCopy::SchemaCopy() : session_(std::make_unique<Session>()) {}
SchemaCopy::~SchemaCopy() = default;

Preview SchemaCopy::prepare(std::string_view statement) {
    Preview out;
    static_cast<void>(session_->read(statement, out));
    return out;
}

Preview SchemaCopy::run(std::string_view statement) {
    Preview out;
    const RawStatement compiled = session_->read(statement, out);
    if (out.is_refused() || !compiled) return out;
    constexpr int kStepsAtOnce = 1000;
    int calls = kMostSteps / kStepsAtOnce;
    sqlite3* handle = session_->handle.get();
    sqlite3_progress_handler(handle, kStepsAtOnce, &give_up, &calls);
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(compiled.get());
    if (code != SQLITE_DONE) out.problem = sqlite3_errmsg(handle);
    sqlite3_progress_handler(handle, 0, nullptr, nullptr);
    return out;
}

void SchemaCopy::execute(const std::string& statements) noexcept {
    sqlite3_exec(session_->handle.get(), statements.c_str(), nullptr, nullptr, nullptr);
}

std::vector<SchemaRow> SchemaCopy::objects() const {
    std::vector<SchemaRow> out = session_->objects("main");
    for (SchemaRow& row : objects_in_temp()) out.push_back(std::move(row));
    return out;
}

std::vector<SchemaRow> SchemaCopy::views_and_triggers() const {
    constexpr const char* kThose = "type IN ('view', 'trigger')";
    std::vector<SchemaRow> out = session_->objects("main", kThose);
    for (SchemaRow& row : session_->objects("temp", kThose)) out.push_back(std::move(row));
    return out;
}

std::vector<SchemaRow> SchemaCopy::objects_in_temp() const {
    return session_->objects("temp");
}

std::vector<std::string> SchemaCopy::columns(std::string_view table) const {
    std::vector<std::string> out;
    for (auto& row : session_->query("SELECT name FROM pragma_table_info(?)", {table})) {
        out.push_back(std::move(row[0]));
    }
    return out;
}

std::vector<ForeignKeyRow> SchemaCopy::foreign_keys_to_nowhere() const {
    std::vector<ForeignKeyRow> out;
    for (auto& row :
         session_->query("SELECT DISTINCT s.name, k.\"table\" FROM main.sqlite_schema s, "
                         "pragma_foreign_key_list(s.name) k WHERE s.type = 'table' AND NOT EXISTS "
                         "(SELECT 1 FROM main.sqlite_schema p WHERE p.type = 'table' AND "
                         "p.name = k.\"table\" COLLATE NOCASE)")) {
        out.push_back({std::move(row[0]), std::move(row[1])});
    }
    return out;
}

std::string SchemaCopy::trouble_with(const SchemaRow& object) {
    const std::string schema = object.temporary ? "temp" : "main";
    if (object.kind == "view") {
        return prepare(fmt::format("SELECT * FROM {}.{}", schema, kedge::quoted(object.name, '"')))
            .problem;
    }
    // A trigger is read only with a statement that would fire it; one of these is its event.
    const std::string table = kedge::quoted(object.table, '"');
    std::vector<std::string> tries = {fmt::format("DELETE FROM {}", table)};
    const auto names = columns(object.table);
    if (!names.empty()) {
        tries.push_back(fmt::format("INSERT INTO {} ({}) VALUES (NULL)", table,
                                    kedge::quoted(names.front(), '"')));
        std::vector<std::string> assignments;
        for (const std::string& name : names) {
            assignments.push_back(fmt::format("{0} = {0}", kedge::quoted(name, '"')));
        }
        tries.push_back(fmt::format("UPDATE {} SET {}", table, join(assignments, ", ")));
    }
    for (const std::string& each : tries) {
        const Preview preview = prepare(each);
        // A view takes only those statements for which it has a trigger.
        if (preview.problem.starts_with("cannot modify")) continue;
        if (preview.is_refused()) return preview.problem;
    }
    return {};
}

std::string SchemaCopy::version() {
    return sqlite3_libversion();
}

}  // namespace kedge::db::sqlite
