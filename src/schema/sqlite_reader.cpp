// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "schema/reader.hpp"
#include "schema/sqlite/statements.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace kedge::schema {
namespace {

using script::sqlite::Token;

constexpr int kVersion = 2;

/// SQLite's own tables and indexes.
bool is_internal(const std::string& lower_name) {
    return lower_name.starts_with("sqlite_");
}

/// SQLite keeps any bytes; a state is text.
std::string as_utf8(std::string text) {
    while (const auto bad = find_invalid_utf8(text)) {
        text.replace(*bad, 1, fmt::format("\\x{:02X}", static_cast<unsigned char>(text[*bad])));
    }
    return text;
}

/// One statement of sqlite_schema.
struct Entry {
    std::string type;
    std::string name;
    std::string table;  ///< whose it is, in lower case
    std::string sql;
    std::vector<Token> tokens;  ///< of `sql`
};

/// Ends a transaction that was begun to read in. One that was open goes on.
class ReadTransaction {
  public:
    explicit ReadTransaction(db::Connection& connection) : connection_(connection) {
        if (connection_.in_transaction()) return;
        connection_.execute("BEGIN");
        ours_ = true;
    }
    ~ReadTransaction() {
        if (ours_) connection_.rollback();
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

  private:
    db::Connection& connection_;
    bool ours_ = false;
};

/// Tables and views by their names in lower case, with what hangs on them.
class Reading {
  public:
    Reading(db::Connection& connection, const Scope& scope, State& state)
        : connection_(connection), state_(state) {
        for (const std::string& name : scope.own) own_.insert(to_lower_ascii(name));
    }

    void run() {
        read_database();
        read_entries();
        hide_shadows();
        for (const Entry& entry : entries_) add_object(entry);
        for (const Entry& entry : entries_) add_part(entry);
    }

  private:
    struct Owner {
        const Entry* entry = nullptr;
        Object* object = nullptr;
        sqlite::Columns columns;  ///< of a table; those of others are known to SQLite alone
    };

    std::string pragma(std::string_view name) {
        // Not as a table: a table of the application's may have its name.
        const auto rows = connection_.query(fmt::format("PRAGMA main.{}", name));
        return rows.empty() ? std::string() : db::text_of(rows[0][0]);
    }

    void read_database() {
        Attributes& attributes = state_.object("database", "main").attributes;
        static constexpr std::array<std::array<std::string_view, 3>, 4> kPragmas = {{
            {"user_version", "user version", "0"},
            {"application_id", "application id", "0"},
            {"encoding", "encoding", "UTF-8"},
            {"page_size", "page size", "4096"},
        }};
        for (const auto& [name, attribute, usual] : kPragmas) {
            std::string value = pragma(name);
            if (value != usual) set(attributes, attribute, std::move(value));
        }
        const std::string vacuum = pragma("auto_vacuum");
        if (vacuum == "1") set(attributes, "auto vacuum", "full");
        if (vacuum == "2") set(attributes, "auto vacuum", "incremental");
        // The other modes are a connection's own, and are not in the file.
        if (pragma("journal_mode") == "wal") set(attributes, "journal mode", "wal");
    }

    void read_entries() {
        // An index without a statement is that of a constraint.
        for (const db::Row& row :
             connection_.query("SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
                               "WHERE sql IS NOT NULL ORDER BY rowid")) {
            Entry entry{db::text_of(row[0]),
                        as_utf8(db::text_of(row[1])),
                        to_lower_ascii(as_utf8(db::text_of(row[2]))),
                        as_utf8(db::text_of(row[3])),
                        {}};
            if (is_internal(to_lower_ascii(entry.name)) || own_.contains(entry.table)) continue;
            entries_.push_back(std::move(entry));
        }
        // Only now: they point into the texts, which may move while the list grows.
        for (Entry& entry : entries_) entry.tokens = script::sqlite::tokens_of(entry.sql);
    }

    /// The tables in which a virtual table keeps its contents are its module's matter. What
    /// somebody adds to them is told as the virtual table's.
    void hide_shadows() {
        std::vector<std::string> hosts;
        for (const Entry& entry : entries_) {
            if (sqlite::is_virtual_table(entry.tokens)) hosts.push_back(to_lower_ascii(entry.name));
        }
        if (hosts.empty()) return;
        enum : std::size_t { kSchema, kName, kType };
        for (const db::Row& row : connection_.query("PRAGMA main.table_list")) {
            const bool is_shadow = db::text_of(row[kType]) == "shadow";
            if (!is_shadow || db::text_of(row[kSchema]) != "main") continue;
            const std::string shadow = to_lower_ascii(as_utf8(db::text_of(row[kName])));
            std::string& host = shadows_[shadow];
            for (const std::string& name : hosts) {
                if (shadow.starts_with(name + '_') && name.size() > host.size()) host = name;
            }
        }
    }

    /// The names that a view or a trigger may mean by what it has in double quotes: those of the
    /// tables that it mentions, and of what the views mention that it mentions.
    sqlite::NameSet names_for(const Entry& entry) const {
        sqlite::NameSet out;
        if (entry.sql.find('"') == std::string::npos) return out;
        std::set<const Entry*> seen = {&entry};
        std::vector<const Entry*> left = {&entry};
        while (!left.empty()) {
            const Entry& one = *left.back();
            left.pop_back();
            for (const Token& token : one.tokens) {
                if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted_name) {
                    continue;
                }
                const auto at = owners_.find(to_lower_ascii(token.name()));
                if (at == owners_.end() || !seen.insert(at->second.entry).second) continue;
                out.insert(at->first);
                at->second.columns.add_names_to(out);
                add_names_of(*at->second.entry, out);
                if (at->second.entry->type == "view") left.push_back(at->second.entry);
            }
        }
        return out;
    }

    /// Those that the columns of a view or a virtual table may have.
    static void add_names_of(const Entry& entry, sqlite::NameSet& names) {
        if (entry.type == "view") {
            sqlite::collect_names(entry.tokens, names);
            return;
        }
        if (!sqlite::is_virtual_table(entry.tokens)) return;
        for (const Token& token : entry.tokens) names.insert(to_lower_ascii(token.name()));
    }

    void add_object(const Entry& entry) {
        const std::string lower = to_lower_ascii(entry.name);
        if ((entry.type != "table" && entry.type != "view") || shadows_.contains(lower)) return;
        const bool is_virtual = sqlite::is_virtual_table(entry.tokens);
        Owner& owner = owners_[lower];
        owner.entry = &entry;
        owner.object = &state_.object(is_virtual ? "virtual table" : entry.type,
                                      sqlite::identifier(entry.name));
        if (is_virtual) {
            sqlite::read_virtual_table(entry.tokens, *owner.object);
        } else if (entry.type == "table") {
            sqlite::read_table(entry.tokens, *owner.object, owner.columns);
        }
    }

    void add_part(const Entry& entry) {
        if (entry.type == "view") {
            sqlite::read_view(entry.tokens, names_for(entry),
                              *owners_[to_lower_ascii(entry.name)].object);
            return;
        }
        if (entry.type != "index" && entry.type != "trigger") return;
        const auto shadow = shadows_.find(entry.table);
        const auto at = owners_.find(shadow != shadows_.end() ? shadow->second : entry.table);
        if (at == owners_.end()) return;
        Owner& owner = at->second;
        Part& part = owner.object->part(entry.type, sqlite::identifier(entry.name));
        if (shadow != shadows_.end()) {
            set(part.attributes, "table", sqlite::identifier(entry.table));
        }
        if (entry.type == "index") {
            sqlite::read_index(entry.tokens, owner.columns, part);
        } else {
            sqlite::read_trigger(entry.tokens, names_for(entry), part);
        }
    }

    db::Connection& connection_;
    State& state_;
    sqlite::NameSet own_;
    std::vector<Entry> entries_;
    std::map<std::string, std::string> shadows_;  ///< each with its virtual table
    std::map<std::string, Owner> owners_;
};

class SqliteReader final : public Reader {
  public:
    [[nodiscard]] Snapshot read(db::Connection& connection, const Scope& scope) const override {
        const ReadTransaction transaction(connection);
        Snapshot out;
        out.engine = "sqlite";
        out.server = "SQLite " + db::text_of(connection.query("SELECT sqlite_version()")[0][0]);
        out.reader = kVersion;
        Reading(connection, scope, out.state).run();
        out.state.sort();
        return out;
    }
};

}  // namespace

const Reader& sqlite_reader() {
    static const SqliteReader reader;
    return reader;
}

}  // namespace kedge::schema
