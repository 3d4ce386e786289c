// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "migrate/row_copy.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Without what a virtual table keeps in tables of its own.
std::vector<std::string> tables_in(db::Connection& sink, const std::string& schema) {
    return words_of(sink,
                    "SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'table' AND "
                    "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                    {schema});
}

/// Without what is computed.
std::vector<std::string> columns_of(db::Connection& sink, const std::string& table,
                                    const std::string& schema) {
    return words_of(sink,
                    "SELECT '\"' || replace(name, '\"', '\"\"') || '\"' FROM "
                    "pragma_table_xinfo(?, ?) WHERE hidden = 0",
                    {table, schema});
}

}  // namespace

void copy_sqlite_rows(const std::string& source, db::Connection& sink, const schema::Scope& scope) {
    static const std::string kSource = "kedge_sample";
    static const std::string kSink = "main";
    sink.write("ATTACH ? AS " + kSource, {source});
    sink.execute("PRAGMA foreign_keys = OFF");
    sink.begin();
    try {
        for (const std::string& table : common(tables_in(sink, kSink), tables_in(sink, kSource))) {
            if (std::find(scope.own.begin(), scope.own.end(), table) != scope.own.end()) continue;
            const auto columns =
                common(columns_of(sink, table, kSink), columns_of(sink, table, kSource));
            const std::string list = join(columns, ", ");
            const std::string name = kedge::quoted(table, '"');
            sink.execute(fmt::format("DELETE FROM {}.{}", kSink, name));
            if (list.empty()) continue;
            sink.execute(fmt::format("INSERT INTO {}.{} ({}) SELECT {} FROM {}.{}", kSink, name,
                                     list, list, kSource, name));
        }
        const auto counted = [&](const std::string& schema) {
            return words_of(sink, fmt::format("SELECT name FROM {}.sqlite_schema WHERE name = "
                                              "'sqlite_sequence'",
                                              schema));
        };
        if (!common(counted(kSink), counted(kSource)).empty()) {
            sink.execute(
                fmt::format("UPDATE {0}.sqlite_sequence SET seq = s.seq FROM "
                            "{1}.sqlite_sequence s WHERE s.name = sqlite_sequence.name",
                            kSink, kSource));
        }
        sink.commit();
    } catch (...) {
        sink.rollback();
        throw;
    }
}

}  // namespace kedge::migrate
