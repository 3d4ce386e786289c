// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "schema/sqlite/clauses.hpp"
#include "schema/sqlite/constraints.hpp"
#include "schema/sqlite/statements.hpp"
#include "support/text.hpp"

namespace kedge::schema::sqlite {
namespace {

using script::sqlite::Token;

class TableReader {
  public:
    TableReader(Tokens tokens, Object& table, Columns& columns)
        : cursor_(tokens), table_(table), columns_(columns) {}

    void run() {
        skip_head(cursor_);
        Cursor inside(cursor_.take_parentheses());
        std::swap(cursor_, inside);
        while (!cursor_.at_end() && !at_table_constraint()) {
            column();
            cursor_.take_sign(",");
        }
        while (!cursor_.at_end()) {
            table_constraint();
            cursor_.take_sign(",");
        }
        std::swap(cursor_, inside);
        options();
        for (const auto& [place, tokens] : generated_) {
            set(table_.parts[place].attributes, "generated",
                expression(tokens, {&columns_, nullptr}));
        }
        add_constraints(constraints_, columns_, table_);
    }

  private:
    bool at_table_constraint() const {
        for (const std::string_view word :
             {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}) {
            if (cursor_.sees({word})) return true;
        }
        return false;
    }

    void options() {
        while (!cursor_.at_end()) {
            const std::size_t begin = cursor_.place();
            if (cursor_.take({"STRICT"})) {
                set_yes(table_.attributes, "strict");
            } else if (cursor_.take({"WITHOUT", "ROWID"})) {
                set_yes(table_.attributes, "without rowid");
            } else if (!cursor_.take_sign(",") && !cursor_.take_sign(";")) {
                cursor_.next();
                add_more(table_.attributes, cursor_.since(begin));
            }
        }
    }

    void column() {
        const std::string name = cursor_.next().name();
        Part part{"column", identifier(name), {}, {}};
        const std::string type = type_text(take_type());
        if (!type.empty()) set(part.attributes, "type", type);
        std::string collation;
        while (!cursor_.at_end() && !cursor_.sees_sign(",")) {
            column_constraint(part, name, collation);
        }
        constraint_name_.clear();
        if (!collation.empty()) set(part.attributes, "collate", identifier(collation));
        columns_.add(name, std::move(collation));
        table_.parts.push_back(std::move(part));
    }

    Tokens take_type() {
        const std::size_t begin = cursor_.place();
        while (!cursor_.at_end()) {
            const Token& token = cursor_.peek();
            if (token.kind == Token::Kind::sign || token.kind == Token::Kind::literal) break;
            if (token.kind == Token::Kind::word && is_reserved(to_lower_ascii(token.text))) break;
            if (cursor_.sees({"GENERATED", "ALWAYS"})) break;
            cursor_.next();
        }
        if (cursor_.place() > begin) cursor_.take_parentheses();
        return cursor_.since(begin);
    }

    void column_constraint(Part& column, const std::string& column_name, std::string& collation) {
        Attributes& attributes = column.attributes;
        const std::size_t begin = cursor_.place();
        if (cursor_.take({"CONSTRAINT"})) {
            constraint_name_ = cursor_.next().name();
        } else if (cursor_.take({"DEFAULT"})) {
            const std::string value = default_value();
            if (value != "null") set(attributes, "default", value);
            name_attribute(attributes, "default constraint");
        } else if (cursor_.take({"NOT", "NULL"})) {
            set_yes(attributes, "not null");
            on_conflict(attributes, "not null on conflict");
            name_attribute(attributes, "not null constraint");
        } else if (cursor_.take({"NULL"})) {
            on_conflict(attributes, "null on conflict");
            constraint_name_.clear();
        } else if (cursor_.take({"PRIMARY", "KEY"})) {
            Constraint& constraint = begin_constraint(Constraint::Kind::primary_key, column_name);
            const bool descending = cursor_.take({"DESC"});
            if (!descending) cursor_.take({"ASC"});
            constraint.descending = descending;
            // An oddity of SQLite: written so, the column is no other name of the rowid.
            const std::string* type = find(attributes, "type");
            if (descending && type != nullptr && *type == "INTEGER") {
                set(constraint.attributes, "rowid alias", "no");
            }
            on_conflict(constraint.attributes, "on conflict");
            if (cursor_.take({"AUTOINCREMENT"})) set_yes(constraint.attributes, "autoincrement");
        } else if (cursor_.take({"UNIQUE"})) {
            on_conflict(begin_constraint(Constraint::Kind::unique, column_name).attributes,
                        "on conflict");
        } else if (cursor_.take({"CHECK"})) {
            check(column_name);
        } else if (cursor_.sees({"REFERENCES"})) {
            references(begin_constraint(Constraint::Kind::foreign_key, column_name));
        } else if (cursor_.take({"COLLATE"})) {
            collation = to_upper_ascii(cursor_.next().name());
            if (collation == "BINARY") collation.clear();
            name_attribute(attributes, "collate constraint");
        } else if (cursor_.sees({"GENERATED", "ALWAYS", "AS"}) || cursor_.sees({"AS"})) {
            while (!cursor_.take({"AS"})) cursor_.next();
            generated_.emplace_back(table_.parts.size(), cursor_.take_parentheses());
            if (cursor_.take({"STORED"})) {
                set_yes(attributes, "stored");
            } else {
                cursor_.take({"VIRTUAL"});
            }
            name_attribute(attributes, "generated constraint");
        } else if (!deferrable(last_foreign_key())) {
            cursor_.next();
            add_more(attributes, cursor_.since(begin));
        }
    }

    void table_constraint() {
        const std::size_t begin = cursor_.place();
        if (cursor_.take({"CONSTRAINT"})) {
            constraint_name_ = cursor_.next().name();
        } else if (cursor_.take({"PRIMARY", "KEY"})) {
            key(Constraint::Kind::primary_key);
        } else if (cursor_.take({"UNIQUE"})) {
            key(Constraint::Kind::unique);
        } else if (cursor_.take({"CHECK"})) {
            check({});
        } else if (cursor_.take({"FOREIGN", "KEY"})) {
            Constraint& constraint = begin_constraint(Constraint::Kind::foreign_key, {});
            constraint.inside = cursor_.take_parentheses();
            references(constraint);
        } else if (!deferrable(last_foreign_key())) {
            cursor_.next();
            add_more(table_.attributes, cursor_.since(begin));
        }
    }

    void key(Constraint::Kind kind) {
        Constraint& constraint = begin_constraint(kind, {});
        constraint.inside = cursor_.take_parentheses();
        if (!constraint.inside.empty() && constraint.inside.back().is_word("AUTOINCREMENT")) {
            set_yes(constraint.attributes, "autoincrement");
            constraint.inside = constraint.inside.first(constraint.inside.size() - 1);
        }
        on_conflict(constraint.attributes, "on conflict");
    }

    void check(const std::string& column_name) {
        Constraint& constraint = begin_constraint(Constraint::Kind::check, column_name);
        constraint.inside = cursor_.take_parentheses();
        // SQLite reads it here, and does nothing about it.
        if (cursor_.take({"ON", "CONFLICT"})) cursor_.next();
    }

    Constraint& begin_constraint(Constraint::Kind kind, const std::string& column_name) {
        Constraint& out = constraints_.emplace_back();
        out.kind = kind;
        out.own_column = column_name;
        out.name = std::exchange(constraint_name_, {});
        return out;
    }

    /// Of the table: DEFERRABLE may stand apart from what it is about.
    Constraint* last_foreign_key() {
        const auto found =
            std::find_if(constraints_.rbegin(), constraints_.rend(),
                         [](const auto& c) { return c.kind == Constraint::Kind::foreign_key; });
        return found != constraints_.rend() ? &*found : nullptr;
    }

    void name_attribute(Attributes& attributes, std::string_view attribute) {
        if (!constraint_name_.empty()) set(attributes, attribute, identifier(constraint_name_));
        constraint_name_.clear();
    }

    /// ABORT goes without saying.
    void on_conflict(Attributes& attributes, std::string_view attribute) {
        if (!cursor_.take({"ON", "CONFLICT"})) return;
        const std::string action = to_lower_ascii(cursor_.next().text);
        if (action != "abort") set(attributes, attribute, action);
    }

    std::string default_value() {
        const std::size_t begin = cursor_.place();
        if (cursor_.sees_sign("(")) {
            cursor_.take_parentheses();
        } else {
            while (cursor_.take_sign("-") || cursor_.take_sign("+")) continue;
            cursor_.next();
        }
        const Tokens value = without_parentheses(cursor_.since(begin));
        // A name is a string here, but for words such as TRUE.
        const bool name =
            value.size() == 1 &&
            (value[0].kind == Token::Kind::quoted_name ||
             (value[0].kind == Token::Kind::word && !is_reserved(to_lower_ascii(value[0].text))));
        return name ? kedge::quoted(value[0].name(), '\'') : line(value, {});
    }

    void references(Constraint& constraint) {
        cursor_.take({"REFERENCES"});
        std::string target = identifier(cursor_.next().name());
        if (cursor_.sees_sign("(")) {
            target += fmt::format("({})", name_list(cursor_.take_parentheses(), nullptr));
        }
        Attributes& attributes = constraint.attributes;
        set(attributes, "references", target);
        while (!cursor_.at_end()) {
            if (cursor_.sees({"ON"}) && !cursor_.sees({"ON", "CONFLICT"})) {
                cursor_.next();
                const std::string event = "on " + to_lower_ascii(cursor_.next().text);
                std::string action = to_lower_ascii(cursor_.next().text);
                if (action == "set" || action == "no") {
                    action += ' ' + to_lower_ascii(cursor_.next().text);
                }
                set(attributes, event, action);
                if (action == "no action") std::erase(attributes, Attribute{event, action});
            } else if (cursor_.take({"MATCH"})) {
                const std::string match = to_lower_ascii(cursor_.next().name());
                if (match != "simple") set(attributes, "match", match);
            } else if (!deferrable(&constraint)) {
                return;
            }
        }
    }

    bool deferrable(Constraint* constraint) {
        if (constraint == nullptr) return false;
        const bool never = cursor_.take({"NOT", "DEFERRABLE"});
        if (!never && !cursor_.take({"DEFERRABLE"})) return false;
        const bool deferred = cursor_.take({"INITIALLY", "DEFERRED"});
        if (!deferred) cursor_.take({"INITIALLY", "IMMEDIATE"});
        // The last one counts.
        std::erase_if(constraint->attributes,
                      [](const Attribute& attribute) { return attribute.name == "deferrable"; });
        if (!never) {
            set(constraint->attributes, "deferrable",
                deferred ? "initially deferred" : "initially immediate");
        }
        return true;
    }

    Cursor cursor_;
    Object& table_;
    Columns& columns_;
    std::string constraint_name_;
    /// Expressions of columns by their place in the parts: they may mention columns behind them.
    std::vector<std::pair<std::size_t, Tokens>> generated_;
    std::vector<Constraint> constraints_;
};

}  // namespace

void read_table(Tokens tokens, Object& table, Columns& columns) {
    TableReader(tokens, table, columns).run();
}

}  // namespace kedge::schema::sqlite
