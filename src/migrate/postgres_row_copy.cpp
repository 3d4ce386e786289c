// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "db/quiet_observer.hpp"
#include "migrate/row_copy.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// What COPY writes waits in a file until it is read again: it may be more than the memory holds.
class Spool final : public db::QuietObserver {
  public:
    void copy_out(std::string_view data) override {
        if (!file_) throw_trouble();
        if (std::fwrite(data.data(), 1, data.size(), file_.get()) != data.size()) throw_trouble();
    }

    bool copy_in(std::string& chunk) override {
        constexpr std::size_t kChunk = 1 << 16;
        chunk.resize(kChunk);
        chunk.resize(std::fread(chunk.data(), 1, chunk.size(), file_.get()));
        return !chunk.empty();
    }

    void rewind() {
        if (!file_ || std::fflush(file_.get()) != 0) throw_trouble();
        std::rewind(file_.get());
    }

  private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
    };

    [[noreturn]] static void throw_trouble() {
        throw Failure(ErrorKind::connection, "cannot keep sample rows in a temporary file",
                      "is the disk of temporary files full?");
    }

    std::unique_ptr<std::FILE, Close> file_{std::tmpfile()};
};

/// Names as SQL has them of relations that are no extension's, nor of a session.
std::vector<std::string> relations(db::Connection& connection, const schema::Scope& scope,
                                   const char* kind) {
    return words_of(
        connection,
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN "
        "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = ? AND "
        "c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN "
        "('information_schema', ?) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE "
        "d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype "
        "= 'e') ORDER BY 1",
        {kind, scope.registry});
}

/// Without what is computed.
std::vector<std::string> columns_of(db::Connection& connection, const std::string& table) {
    return words_of(connection,
                    "SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute WHERE "
                    "attrelid = pg_catalog.to_regclass(?) AND attnum > 0 AND NOT attisdropped AND "
                    "attgenerated = '' ORDER BY attnum",
                    {table});
}

void copy_table(db::Connection& source, db::Connection& sink, const std::string& table) {
    const std::string columns =
        join(common(columns_of(sink, table), columns_of(source, table)), ", ");
    sink.execute(fmt::format("DELETE FROM ONLY {}", table));
    if (columns.empty()) return;
    Spool spool;
    db::run_statement(
        source, fmt::format("COPY (SELECT {} FROM ONLY {}) TO STDOUT", columns, table), spool);
    spool.rewind();
    db::run_statement(sink, fmt::format("COPY {} ({}) FROM STDIN", table, columns), spool);
}

void copy_sequence(db::Connection& source, db::Connection& sink, const std::string& sequence) {
    const db::Row row =
        source.query(fmt::format("SELECT last_value, is_called::integer FROM {}", sequence))
            .front();
    sink.write("SELECT pg_catalog.setval(?::pg_catalog.regclass, ?::bigint, ?::integer = 1)",
               {sequence, row[0], row[1]});
}

void leave_triggers_out(db::Connection& sink) {
    try {
        sink.execute("SET session_replication_role = replica");
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused) throw;
        throw Failure(ErrorKind::refused,
                      "the account on the scratch server may not switch triggers off: " +
                          failure.error().message,
                      "use a superuser's, GRANT SET ON PARAMETER session_replication_role to it "
                      "(PostgreSQL 15 and later), or give --data a script");
    }
}

}  // namespace

void copy_postgres_rows(db::Connection& source, db::Connection& sink, const schema::Scope& scope) {
    leave_triggers_out(sink);
    source.begin("ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    sink.begin();
    try {
        for (const std::string& table :
             common(relations(sink, scope, "r"), relations(source, scope, "r"))) {
            copy_table(source, sink, table);
        }
        for (const std::string& sequence :
             common(relations(sink, scope, "S"), relations(source, scope, "S"))) {
            copy_sequence(source, sink, sequence);
        }
        sink.commit();
    } catch (...) {
        sink.rollback();
        source.rollback();
        throw;
    }
    source.rollback();
}

}  // namespace kedge::migrate
