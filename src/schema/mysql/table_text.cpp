// SPDX-License-Identifier: MIT
#include "schema/mysql/table_text.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "schema/mysql/clauses.hpp"
#include "schema/mysql/partition_text.hpp"
#include "schema/mysql/printed.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

bool has_characters(std::string_view type) {
    static constexpr std::array<std::string_view, 8> kTypes = {
        "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"};
    const std::string_view word = type.substr(0, type.find('('));
    return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
}

class TableText {
  public:
    TableText(std::string_view sql, const Server& server, Object& table)
        : cursor_(sql), server_(server), table_(table) {}

    void read() {
        while (!cursor_.at_end() && !cursor_.at("(")) cursor_.next();
        // The collation of columns is told with them, and the table's stands behind them.
        Cursor items = cursor_;
        cursor_.bracketed();
        read_options();
        std::swap(items, cursor_);
        do {
            cursor_.next();
            read_item();
        } while (cursor_.at(","));
        cursor_ = items;
        if (cursor_.accept({"PARTITION", "BY"})) read_partitioning(cursor_, table_);
    }

  private:
    void read_options() {
        Attributes& attributes = table_.attributes;
        while (!cursor_.at_end()) {
            Cursor ahead = cursor_;
            if (ahead.accept({"PARTITION", "BY"})) break;
            if (cursor_.accept({"WITH", "SYSTEM", "VERSIONING"})) {
                set_yes(attributes, "system versioning");
            } else if (cursor_.accept({"AUTO_INCREMENT", "="})) {
                cursor_.next();  // a counter
            } else if (cursor_.accept({"DEFAULT", "CHARSET", "="}) ||
                       cursor_.accept({"DEFAULT", "CHARACTER", "SET", "="})) {
                set(attributes, "collation", server_.default_collation(cursor_.value()));
            } else if (cursor_.accept({"COLLATE", "="})) {
                set(attributes, "collation", modern_charset(cursor_.value()));
            } else if (cursor_.accept({"TABLESPACE"})) {
                cursor_.accept({"="});
                set(attributes, "tablespace", cursor_.value());
            } else if (cursor_.accept({"UNION", "="})) {
                set(attributes, "union",
                    shown_names(without_database(cursor_.bracketed(), server_.database())));
            } else if (!cursor_.accept({","})) {
                read_option(cursor_, attributes);
            }
        }
        // So it is where nothing is said, and the server says it now and then.
        std::erase_if(attributes, [](const Attribute& one) {
            return (one.name == "encryption" && one.value == "N") ||
                   (one.name == "tablespace" && one.value == "innodb_file_per_table");
        });
    }

    void read_item() {
        if (cursor_.token().kind == TokenKind::name) {
            const std::string name = shown_name(cursor_.value());
            read_column(table_.part("column", name).attributes);
        } else if (cursor_.accept({"PERIOD", "FOR"})) {
            const std::string name = to_lower_ascii(shown_name(cursor_.value()));
            set(table_.part("period", name).attributes, "columns", list(cursor_.bracketed()));
        } else if (cursor_.accept({"CONSTRAINT"})) {
            std::string name;
            if (cursor_.token().kind == TokenKind::name) name = shown_name(cursor_.value());
            read_constraint(name);
        } else if (cursor_.at("CHECK") || cursor_.at("FOREIGN")) {
            read_constraint({});
        } else {
            read_index();
        }
        // What isn't understood is no reason to lose what comes after it.
        if (!cursor_.at_end() && !cursor_.at(",") && !cursor_.at(")")) {
            set(table_.part("clause", std::string(cursor_.up_to({}))).attributes, "known", "no");
        }
    }

    void read_column(Attributes& attributes) {
        std::string type = to_lower_ascii(cursor_.value());
        if (cursor_.at("(")) type += '(' + std::string(cursor_.bracketed()) + ')';
        for (const char* word : {"unsigned", "zerofill"}) {
            if (cursor_.accept({word})) type += std::string(" ") + word;
        }
        set(attributes, "type", without_display_width(type));
        if (has_characters(type)) {
            const std::string* of_table = find(table_.attributes, "collation");
            if (of_table != nullptr) set(attributes, "collation", *of_table);
        }
        while (!cursor_.at_end() && !cursor_.at(",") && !cursor_.at(")")) {
            read_column_clause(attributes);
        }
    }

    void read_column_clause(Attributes& attributes) {
        if (cursor_.accept({"CHARACTER", "SET"}) || cursor_.accept({"CHARSET"})) {
            set(attributes, "collation", server_.default_collation(cursor_.value()));
        } else if (cursor_.accept({"COLLATE"})) {
            set(attributes, "collation", modern_charset(cursor_.value()));
        } else if (cursor_.accept({"GENERATED", "ALWAYS", "AS", "ROW"})) {
            set(attributes, "generated", "row " + to_lower_ascii(cursor_.value()));
        } else if (cursor_.accept({"GENERATED", "ALWAYS", "AS"})) {
            set(attributes, "generated", expression(cursor_.bracketed()));
        } else if (cursor_.accept({"VIRTUAL"}) || cursor_.accept({"NULL"}) ||
                   cursor_.accept({"WITH", "SYSTEM", "VERSIONING"})) {
            // So it is where nothing is said.
        } else if (cursor_.accept({"STORED"}) || cursor_.accept({"PERSISTENT"})) {
            set_yes(attributes, "stored");
        } else if (cursor_.accept({"NOT", "NULL"})) {
            set_yes(attributes, "not null");
        } else if (cursor_.accept({"NOT", "SECONDARY"})) {
            set_yes(attributes, "not secondary");
        } else if (cursor_.accept({"DEFAULT"})) {
            const std::string value = expression(value_text());
            if (!equals_ignoring_case(value, "NULL")) set(attributes, "default", value);
        } else if (cursor_.accept({"ON", "UPDATE"})) {
            set(attributes, "on update", expression(value_text()));
        } else if (cursor_.accept({"WITHOUT", "SYSTEM", "VERSIONING"})) {
            set_yes(attributes, "without system versioning");
        } else if (cursor_.accept({"CHECK"})) {
            set(attributes, "check", expression(cursor_.bracketed()));
        } else if (cursor_.accept({"SRID"}) || cursor_.accept({"REF_SYSTEM_ID", "="})) {
            set(attributes, "srid", cursor_.value());
        } else if (cursor_.accept({"COLUMN_FORMAT"})) {
            set(attributes, "column format", to_lower_ascii(cursor_.value()));
        } else if (cursor_.accept({"STORAGE"})) {
            set(attributes, "storage", to_lower_ascii(cursor_.value()));
        } else {
            read_option(cursor_, attributes);
        }
    }

    std::string_view value_text() {
        return cursor_.up_to({"ON", "AUTO_INCREMENT", "COMMENT", "INVISIBLE", "CHECK", "WITHOUT",
                              "COLUMN_FORMAT", "STORAGE", "REF_SYSTEM_ID", "ENGINE_ATTRIBUTE",
                              "SECONDARY_ENGINE_ATTRIBUTE", "NOT", "COMPRESSED"});
    }

    void read_constraint(const std::string& name) {
        if (cursor_.accept({"CHECK"})) {
            Attributes& attributes = table_.part("check", name).attributes;
            set(attributes, "expression", expression(cursor_.bracketed()));
            if (cursor_.accept({"NOT", "ENFORCED"})) set_yes(attributes, "not enforced");
            return;
        }
        if (!cursor_.accept({"FOREIGN", "KEY"})) return;
        std::string index;
        if (cursor_.token().kind == TokenKind::name) index = shown_name(cursor_.value());
        Attributes& attributes = table_.part("foreign key", name.empty() ? index : name).attributes;
        set(attributes, "columns", list(cursor_.bracketed()));
        cursor_.accept({"REFERENCES"});
        std::string parent = shown_name(cursor_.value());
        if (cursor_.accept({"."})) parent += '.' + shown_name(cursor_.value());
        set(attributes, "references", parent + " (" + list(cursor_.bracketed()) + ')');
        while (cursor_.accept({"ON"})) {
            const std::string event = to_lower_ascii(cursor_.value());
            const std::string action = to_lower_ascii(with_single_spaces(cursor_.up_to({"ON"})));
            // The servers treat the two alike, and do so where nothing is said.
            if (action != "restrict" && action != "no action") {
                set(attributes, "on " + event, action);
            }
        }
    }

    void read_index() {
        Attributes attributes;
        std::string name;
        if (cursor_.accept({"PRIMARY"})) {
            name = "PRIMARY";
            set_yes(attributes, "unique");
        } else if (cursor_.accept({"UNIQUE"})) {
            set_yes(attributes, "unique");
        } else if (!cursor_.at("KEY") && !cursor_.at("INDEX")) {
            set(attributes, "type", to_lower_ascii(cursor_.value()));  // FULLTEXT, SPATIAL, VECTOR
        }
        cursor_.next();
        if (cursor_.token().kind == TokenKind::name) name = shown_name(cursor_.value());
        while (!cursor_.at_end() && !cursor_.at(",") && !cursor_.at(")")) {
            if (cursor_.at("(")) {
                set(attributes, "columns", index_columns(cursor_.bracketed()));
            } else if (cursor_.accept({"USING"})) {
                set(attributes, "type", to_lower_ascii(cursor_.value()));
            } else if (cursor_.accept({"WITH", "PARSER"})) {
                set(attributes, "parser", cursor_.value());
            } else {
                read_option(cursor_, attributes);
            }
        }
        drop_usual_type(attributes);
        table_.part("index", name).attributes = std::move(attributes);
    }

    /// It is printed where somebody has named it, and is the same where nobody has.
    void drop_usual_type(Attributes& attributes) const {
        const std::string* engine = find(table_.attributes, "engine");
        const bool hashes = engine != nullptr && equals_ignoring_case(*engine, "memory");
        const std::string* type = find(attributes, "type");
        if (type == nullptr || *type != (hashes ? "hash" : "btree")) return;
        std::erase_if(attributes, [](const Attribute& one) { return one.name == "type"; });
    }

    /// `a(10), b desc, (lower(c))`
    std::string index_columns(std::string_view text) const {
        std::string out;
        for (Cursor cursor(text); !cursor.at_end();) {
            if (cursor.accept({","})) {
                out += ", ";
            } else if (cursor.token().kind == TokenKind::name) {
                out += shown_name(cursor.value());
            } else if (cursor.at("(")) {
                out += '(' + expression(cursor.bracketed()) + ')';
            } else {
                out += ' ' + to_lower_ascii(cursor.value());  // DESC, WITHOUT OVERLAPS
            }
        }
        return out;
    }

    [[nodiscard]] std::string expression(std::string_view text) const {
        return without_database(text, server_.database());
    }
    static std::string list(std::string_view names) { return shown_names(names); }

    Cursor cursor_;
    const Server& server_;
    Object& table_;
};

}  // namespace

void read_table(std::string_view sql, const Server& server, Object& table) {
    TableText(sql, server, table).read();
}

void read_sequence(std::string_view sql, Object& sequence) {
    Cursor cursor(sql);
    cursor.accept({"CREATE", "SEQUENCE"});
    cursor.next();
    Attributes& attributes = sequence.attributes;
    const auto number = [&](const char* name) {
        const std::string sign = cursor.accept({"-"}) ? "-" : "";
        set(attributes, name, sign + cursor.value());
    };
    while (!cursor.at_end()) {
        if (cursor.accept({"AS"})) {
            std::string type = to_lower_ascii(cursor.value());
            if (cursor.accept({"unsigned"})) type += " unsigned";
            set(attributes, "type", type);
        } else if (cursor.accept({"START", "WITH"})) {
            number("start");
        } else if (cursor.accept({"MINVALUE"})) {
            number("minimum");
        } else if (cursor.accept({"MAXVALUE"})) {
            number("maximum");
        } else if (cursor.accept({"INCREMENT", "BY"})) {
            number("increment");
        } else if (cursor.accept({"CACHE"})) {
            number("cache");
        } else if (cursor.accept({"NOCACHE"})) {
            set(attributes, "cache", "0");
        } else if (!cursor.accept({"NOCYCLE"})) {
            read_option(cursor, attributes);
        }
    }
}

}  // namespace kedge::schema::mysql
