// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "db/quiet_observer.hpp"
#include "migrate/row_copy.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Puts rows, each the text of a list of values, into a table, many at a time.
class Inserter final : public db::QuietObserver {
  public:
    Inserter(db::Connection& sink, std::string table, const std::string& columns)
        : sink_(sink),
          table_(std::move(table)),
          head_(fmt::format("INSERT INTO {} ({}) VALUES ", table_, columns)) {}

    void row(std::span<const db::Cell> values) override {
        if (!values.front()) {
            throw Failure(ErrorKind::refused,
                          fmt::format("a row of {} is too long to be copied", table_),
                          "raise max_allowed_packet on the server that it comes from");
        }
        constexpr std::size_t kMost = 1 << 19;
        if (!rows_.empty() && rows_.size() + values.front()->size() > kMost) flush();
        rows_ += fmt::format("{}({})", rows_.empty() ? "" : ",", *values.front());
    }

    void flush() {
        if (!rows_.empty()) sink_.execute(head_ + rows_);
        rows_.clear();
    }

  private:
    db::Connection& sink_;
    std::string table_;
    std::string head_;
    std::string rows_;
};

std::vector<std::string> relations(db::Connection& connection, const char* types) {
    return words_of(connection,
                    fmt::format("SELECT table_name FROM information_schema.tables WHERE "
                                "table_schema = DATABASE() AND table_type IN ({}) ORDER BY 1",
                                types));
}

/// Without what is computed.
std::vector<std::string> columns_of(db::Connection& connection, const std::string& table) {
    return words_of(connection,
                    "SELECT column_name FROM information_schema.columns WHERE table_schema = "
                    "DATABASE() AND table_name = ? AND COALESCE(generation_expression, '') = '' "
                    "ORDER BY ordinal_position",
                    {table});
}

/// Columns whose values are bytes, and no text.
std::vector<std::string> binary_columns_of(db::Connection& connection, const std::string& table) {
    return words_of(connection,
                    "SELECT column_name FROM information_schema.columns WHERE table_schema = "
                    "DATABASE() AND table_name = ? AND character_set_name IS NULL AND data_type "
                    "NOT IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', "
                    "'float', 'double', 'date', 'time', 'datetime', 'timestamp', 'year', 'json', "
                    "'uuid', 'inet4', 'inet6')",
                    {table});
}

void copy_table(db::Connection& source, db::Connection& sink, const std::string& table) {
    const std::string name = kedge::quoted(table, '`');
    const auto binary = binary_columns_of(source, table);
    std::string columns;
    std::string values;
    for (const std::string& word : common(columns_of(sink, table), columns_of(source, table))) {
        const std::string column = kedge::quoted(word, '`');
        const bool is_binary = std::find(binary.begin(), binary.end(), word) != binary.end();
        columns += (columns.empty() ? "" : ", ") + column;
        values += values.empty() ? "" : ", ',', ";
        values += is_binary ? fmt::format("COALESCE(CONCAT('X''', HEX({}), ''''), 'NULL')", column)
                            : fmt::format("QUOTE(CONVERT({} USING utf8mb4))", column);
    }
    sink.execute(fmt::format("DELETE FROM {}", name));
    if (columns.empty()) return;
    Inserter inserter(sink, name, columns);
    db::run_statement(source, fmt::format("SELECT CONCAT({}) FROM {}", values, name), inserter);
    inserter.flush();
}

struct Trigger {
    std::string name;
    std::string sql_mode;
    std::string sql;
    std::string charset;
    std::string collation;
};

/// Nothing but their absence keeps triggers from firing.
std::vector<Trigger> take_triggers(db::Connection& sink) {
    std::vector<Trigger> out;
    for (const std::string& name :
         words_of(sink,
                  "SELECT trigger_name FROM information_schema.triggers WHERE "
                  "event_object_schema = DATABASE() ORDER BY event_object_table, action_timing, "
                  "event_manipulation, action_order")) {
        const db::Row row = sink.query("SHOW CREATE TRIGGER " + kedge::quoted(name, '`')).front();
        out.push_back({kedge::quoted(name, '`'), db::text_of(row.at(1)), db::text_of(row.at(2)),
                       db::text_of(row.at(3)), db::text_of(row.at(4))});
    }
    for (const Trigger& trigger : out) sink.execute("DROP TRIGGER " + trigger.name);
    return out;
}

void put_triggers(db::Connection& sink, const std::vector<Trigger>& triggers) {
    for (const Trigger& trigger : triggers) {
        sink.execute(fmt::format("SET sql_mode = '{}'", trigger.sql_mode));
        sink.execute(fmt::format("SET character_set_client = {}, collation_connection = {}",
                                 trigger.charset, trigger.collation));
        db::QuietObserver observer;
        db::run_statement(sink, trigger.sql, observer);
    }
}

}  // namespace

void copy_mysql_rows(db::Connection& source, db::Connection& sink, const schema::Scope& scope) {
    constexpr const char* kTables = "'BASE TABLE', 'SYSTEM VERSIONED'";
    // Moments are texts on the way, and both ends have to read them alike.
    for (db::Connection* one : {&source, &sink}) one->execute("SET time_zone = '+00:00'");
    sink.execute("SET foreign_key_checks = 0, unique_checks = 0");
    const auto triggers = take_triggers(sink);
    sink.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'");
    source.execute("SET sql_mode = ''");
    source.begin();
    sink.begin();
    for (const std::string& table : common(relations(sink, kTables), relations(source, kTables))) {
        if (std::find(scope.own.begin(), scope.own.end(), table) != scope.own.end()) continue;
        copy_table(source, sink, table);
    }
    sink.commit();
    source.rollback();
    for (const std::string& sequence :
         common(relations(sink, "'SEQUENCE'"), relations(source, "'SEQUENCE'"))) {
        const std::string name = kedge::quoted(sequence, '`');
        const auto next = words_of(source, "SELECT next_not_cached_value FROM " + name);
        sink.query(fmt::format("SELECT SETVAL({}, {}, 0)", name, next.front()));
    }
    put_triggers(sink, triggers);
}

}  // namespace kedge::migrate
