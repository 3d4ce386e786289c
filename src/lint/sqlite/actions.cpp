// SPDX-License-Identifier: MIT
#include "lint/sqlite/actions.hpp"

#include <algorithm>
#include <utility>

#include "lint/sqlite/definition.hpp"
#include "schema/sqlite/clauses.hpp"
#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using script::sqlite::Token;

/// Whether a word stands among the tokens, outside of all parentheses.
bool has_word(Tokens tokens, std::string_view word) {
    std::size_t depth = 0;
    for (const Token& token : tokens) {
        if (token.is_sign("(")) ++depth;
        if (token.is_sign(")") && depth > 0) --depth;
        if (depth == 0 && token.is_word(word)) return true;
    }
    return false;
}

class Reading {
  public:
    Reading(std::string_view statement, Tokens tokens) : places_(statement), cursor_(tokens) {}

    std::vector<Action> run() {
        if (cursor_.at_end()) return {};
        if (cursor_.take({"EXPLAIN"})) {
            add(Act::select, ObjectKind::none);
            return std::move(out_);
        }
        if (cursor_.take({"WITH"})) skip_common_tables();
        if (!rows() && !definition() && !control() && !care()) add(Act::other, ObjectKind::none);
        return std::move(out_);
    }

  private:
    Action& add(Act act, ObjectKind object) {
        Action& made = out_.emplace_back();
        made.act = act;
        made.object = object;
        return made;
    }

    /// An action on the thing that is named next.
    Action& add_named(Act act, ObjectKind object) {
        Action& made = add(act, object);
        made.offset = places_.of(cursor_.peek());
        made.name = take_name(cursor_);
        return made;
    }

    bool take_if_exists() { return cursor_.take({"IF", "EXISTS"}); }
    bool take_if_not_exists() { return cursor_.take({"IF", "NOT", "EXISTS"}); }

    void skip_common_tables() {
        cursor_.take({"RECURSIVE"});
        while (!cursor_.at_end()) {
            if (cursor_.sees_sign("(")) {
                cursor_.take_parentheses();
                continue;
            }
            for (const std::string_view verb :
                 {"SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"}) {
                if (cursor_.sees({verb})) return;
            }
            cursor_.next();
        }
    }

    // Rows.

    bool rows() {
        if (cursor_.sees({"SELECT"}) || cursor_.sees({"VALUES"})) {
            select();
        } else if (cursor_.take({"INSERT"}) || cursor_.sees({"REPLACE"})) {
            insert();
        } else if (cursor_.take({"UPDATE"})) {
            update();
        } else if (cursor_.take({"DELETE", "FROM"})) {
            Action& made = add_named(Act::remove, ObjectKind::table);
            note_clauses(made.rows, cursor_.take_rest());
        } else {
            return false;
        }
        return true;
    }

    static void note_clauses(RowWork& work, Tokens rest) {
        work.has_where = has_word(rest, "WHERE");
        work.has_limit = has_word(rest, "LIMIT");
        work.has_order = has_word(rest, "ORDER");
        work.has_from = has_word(rest, "FROM");
    }

    void select() { note_clauses(add(Act::select, ObjectKind::none).rows, cursor_.take_rest()); }

    /// OR REPLACE and its kin.
    bool take_or(RowWork& work) {
        if (!cursor_.take({"OR"})) return false;
        work.replaces = cursor_.sees({"REPLACE"});
        work.on_conflict =
            !cursor_.sees({"ABORT"}) && !cursor_.sees({"FAIL"}) && !cursor_.sees({"ROLLBACK"});
        cursor_.next();
        return true;
    }

    void insert() {
        RowWork work;
        if (cursor_.take({"REPLACE"})) {
            work.replaces = true;
            work.on_conflict = true;
        } else {
            take_or(work);
        }
        cursor_.take({"INTO"});
        Action& made = add_named(Act::insert, ObjectKind::table);
        if (cursor_.take({"AS"})) cursor_.next();
        if (cursor_.sees_sign("(")) {
            work.has_columns = true;
            work.assigned = key_columns(cursor_.take_parentheses());
        }
        if (cursor_.take({"DEFAULT", "VALUES"})) {
            work.has_columns = true;
            work.rows = 1;
        } else if (cursor_.take({"VALUES"})) {
            do {
                cursor_.take_parentheses();
                ++work.rows;
            } while (cursor_.take_sign(","));
        } else {
            work.from_query = true;
        }
        const Tokens rest = cursor_.take_rest();
        work.has_where = has_word(rest, "WHERE");
        work.has_limit = has_word(rest, "LIMIT");
        work.has_order = has_word(rest, "ORDER");
        work.has_from = has_word(rest, "FROM");
        work.on_conflict = work.on_conflict || has_word(rest, "CONFLICT");
        made.rows = std::move(work);
    }

    void update() {
        RowWork work;
        take_or(work);
        Action& made = add_named(Act::update, ObjectKind::table);
        while (!cursor_.at_end() && !cursor_.take({"SET"})) cursor_.next();
        while (!cursor_.at_end()) {
            if (cursor_.sees_sign("(")) {
                for (std::string& name : key_columns(cursor_.take_parentheses())) {
                    work.assigned.push_back(std::move(name));
                }
            } else {
                work.assigned.push_back(cursor_.next().name());
            }
            if (!skip_value()) break;
        }
        const Tokens rest = cursor_.take_rest();
        work.has_from = has_word(rest, "FROM");
        work.has_where = has_word(rest, "WHERE");
        work.has_limit = has_word(rest, "LIMIT");
        work.has_order = has_word(rest, "ORDER");
        made.rows = std::move(work);
    }

    /// Behind the value of an assignment; whether another follows.
    bool skip_value() {
        while (!cursor_.at_end()) {
            if (cursor_.take_sign(",")) return true;
            if (cursor_.sees({"WHERE"}) || cursor_.sees({"FROM"}) || cursor_.sees({"LIMIT"}) ||
                cursor_.sees({"ORDER"}) || cursor_.sees({"RETURNING"})) {
                return false;
            }
            if (cursor_.sees_sign("(")) {
                cursor_.take_parentheses();
            } else {
                cursor_.next();
            }
        }
        return false;
    }

    // Definitions.

    bool definition() {
        if (cursor_.take({"CREATE"})) {
            create();
        } else if (cursor_.take({"ALTER", "TABLE"})) {
            alter_table();
        } else if (cursor_.take({"DROP"})) {
            drop();
        } else {
            return false;
        }
        return true;
    }

    void create() {
        const bool temporary = cursor_.take({"TEMP"}) || cursor_.take({"TEMPORARY"});
        const bool unique = cursor_.take({"UNIQUE"});
        const std::size_t before = out_.size();
        if (cursor_.take({"TABLE"})) {
            create_table();
        } else if (cursor_.take({"VIRTUAL", "TABLE"})) {
            const bool guarded = take_if_not_exists();
            Action& made = add_named(Act::create, ObjectKind::table);
            made.if_not_exists = guarded;
            made.from_query = true;
            if (cursor_.take({"USING"})) made.engine = cursor_.next().name();
        } else if (cursor_.take({"INDEX"})) {
            create_index(unique);
        } else if (cursor_.take({"VIEW"})) {
            const bool guarded = take_if_not_exists();
            add_named(Act::create, ObjectKind::view).if_not_exists = guarded;
        } else if (cursor_.take({"TRIGGER"})) {
            create_trigger();
        } else {
            add(Act::other, ObjectKind::none);
        }
        out_[before].temporary = temporary || out_[before].name.schema == "temp";
    }

    void create_table() {
        const bool guarded = take_if_not_exists();
        Action& made = add_named(Act::create, ObjectKind::table);
        made.if_not_exists = guarded;
        if (cursor_.sees({"AS"})) {
            made.from_query = true;
            return;
        }
        read_table(cursor_, places_, made);
    }

    void create_index(bool unique) {
        const bool guarded = take_if_not_exists();
        Action& made = add_named(Act::create, ObjectKind::index);
        Index index;
        index.name = made.name.name;
        index.unique = unique;
        cursor_.take({"ON"});
        made.name = {made.name.schema, cursor_.next().name()};
        index.columns = key_columns(cursor_.take_parentheses());
        index.prefix_lengths.resize(index.columns.size());
        index.is_partial = cursor_.sees({"WHERE"});
        made.part = index.name;
        made.if_not_exists = guarded;
        made.index = std::move(index);
    }

    void create_trigger() {
        const bool guarded = take_if_not_exists();
        Action& made = add_named(Act::create, ObjectKind::trigger);
        made.if_not_exists = guarded;
        made.part = made.name.name;
        while (!cursor_.at_end() && !cursor_.sees({"ON"}) && !cursor_.sees({"BEGIN"})) {
            cursor_.next();
        }
        cursor_.take({"ON"});
        made.name.name = cursor_.next().name();
    }

    void alter_table() {
        Action& made = add_named(Act::alter, ObjectKind::table);
        if (cursor_.take({"RENAME", "TO"})) {
            made.act = Act::rename;
            made.new_name = {made.name.schema, cursor_.next().name()};
        } else if (cursor_.take({"RENAME"})) {
            cursor_.take({"COLUMN"});
            made.act = Act::rename_column;
            made.offset = places_.of(cursor_.peek());
            made.part = cursor_.next().name();
            cursor_.take({"TO"});
            made.new_name = {{}, cursor_.next().name()};
        } else if (cursor_.take({"ADD"})) {
            cursor_.take({"COLUMN"});
            made.act = Act::add_column;
            made.columns.push_back(take_column(cursor_, places_));
            made.part = made.columns.front().name;
            made.offset = made.columns.front().offset;
        } else if (cursor_.take({"DROP"})) {
            cursor_.take({"COLUMN"});
            made.act = Act::drop_column;
            made.offset = places_.of(cursor_.peek());
            made.part = cursor_.next().name();
        }
    }

    void drop() {
        ObjectKind kind = ObjectKind::other;
        if (cursor_.take({"TABLE"})) {
            kind = ObjectKind::table;
        } else if (cursor_.take({"INDEX"})) {
            kind = ObjectKind::index;
        } else if (cursor_.take({"VIEW"})) {
            kind = ObjectKind::view;
        } else if (cursor_.take({"TRIGGER"})) {
            kind = ObjectKind::trigger;
        }
        const bool guarded = take_if_exists();
        Action& made = add_named(Act::drop, kind);
        made.if_exists = guarded;
        made.temporary = made.name.schema == "temp";
        if (kind == ObjectKind::index || kind == ObjectKind::trigger) made.part = made.name.name;
    }

    // Transactions and the session.

    bool control() {
        if (cursor_.take({"BEGIN"})) {
            Action& made = add(Act::begin, ObjectKind::none);
            made.text = to_lower_ascii(cursor_.peek().text);
        } else if (cursor_.take({"COMMIT"}) || cursor_.take({"END"})) {
            add(Act::commit, ObjectKind::none);
        } else if (cursor_.take({"ROLLBACK"})) {
            cursor_.take({"TRANSACTION"});
            if (cursor_.take({"TO"})) {
                savepoint(Act::rollback_to_savepoint);
            } else {
                add(Act::rollback, ObjectKind::none);
            }
        } else if (cursor_.take({"SAVEPOINT"})) {
            savepoint(Act::savepoint);
        } else if (cursor_.take({"RELEASE"})) {
            savepoint(Act::other);
        } else if (cursor_.take({"PRAGMA"})) {
            pragma();
        } else if (cursor_.take({"ATTACH"})) {
            attach();
        } else if (cursor_.take({"DETACH"})) {
            cursor_.take({"DATABASE"});
            add_named(Act::detach, ObjectKind::database);
        } else {
            return false;
        }
        return true;
    }

    void savepoint(Act act) {
        cursor_.take({"SAVEPOINT"});
        Action& made = add(act, ObjectKind::none);
        made.offset = places_.of(cursor_.peek());
        made.part = cursor_.next().name();
    }

    void pragma() {
        Action& made = add_named(Act::pragma, ObjectKind::none);
        made.name.name = to_lower_ascii(made.name.name);
        if (cursor_.take_sign("=")) {
            if (cursor_.sees_sign("-") || cursor_.sees_sign("+")) cursor_.next();
            made.text = cursor_.next().name();
        } else if (cursor_.sees_sign("(")) {
            made.text = Places::text(cursor_.take_parentheses());
        }
    }

    void attach() {
        cursor_.take({"DATABASE"});
        Action& made = add(Act::attach, ObjectKind::database);
        made.offset = places_.of(cursor_.peek());
        const std::size_t begin = cursor_.place();
        while (!cursor_.at_end() && !cursor_.sees({"AS"})) cursor_.next();
        made.text = Places::text(cursor_.since(begin));
        cursor_.take({"AS"});
        made.name.name = cursor_.next().name();
    }

    // Care of the database.

    bool care() {
        if (cursor_.take({"VACUUM"})) {
            Action& made = add(Act::vacuum, ObjectKind::database);
            made.is_whole = true;
            made.full = !cursor_.sees({"INTO"});
        } else if (cursor_.take({"ANALYZE"})) {
            may_name(Act::analyze);
        } else if (cursor_.take({"REINDEX"})) {
            may_name(Act::reindex);
        } else {
            return false;
        }
        return true;
    }

    void may_name(Act act) {
        if (cursor_.at_end() || cursor_.sees_sign(";")) {
            add(act, ObjectKind::none).is_whole = true;
        } else {
            add_named(act, ObjectKind::table);
        }
    }

    Places places_;
    Cursor cursor_;
    std::vector<Action> out_;
};

bool is_comparison(const Token& token) {
    return token.is_sign("=") || token.is_sign("==") || token.is_sign("<>") || token.is_sign("!=");
}

}  // namespace

std::vector<Action> actions_of(std::string_view statement) {
    const auto tokens = script::sqlite::tokens_of(statement);
    return Reading(statement, tokens).run();
}

namespace {

struct Condition {
    Mention::Kind kind;
    std::size_t at;
    Name name;
};

/// Behind WHERE: how many conditions OR joins, and what is compared by way of a function.
std::vector<Condition> conditions_behind(const std::vector<Token>& tokens, std::size_t where) {
    std::vector<Condition> out;
    const auto is_name = [](const Token& token) {
        return token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_name;
    };
    const auto sign = [&](std::size_t at, std::string_view text) {
        return at < tokens.size() && tokens[at].is_sign(text);
    };
    std::size_t alternatives = 1;
    int depth = 0;
    for (std::size_t i = where + 1; i < tokens.size() && depth >= 0; ++i) {
        const Token& token = tokens[i];
        if (token.is_sign("(")) ++depth;
        if (token.is_sign(")")) --depth;
        if (token.is_word("OR")) ++alternatives;
        const bool ends = token.is_word("GROUP") || token.is_word("ORDER") ||
                          token.is_word("LIMIT") || token.is_sign(";");
        if (depth == 0 && ends) break;
        // `lower(code) = …`
        const bool is_call = is_name(token) && sign(i + 1, "(") && i + 4 < tokens.size() &&
                             is_name(tokens[i + 2]) && sign(i + 3, ")");
        if (!is_call) continue;
        const Token& next = tokens[i + 4];
        const bool compares = is_comparison(next) || next.is_word("LIKE") || next.is_word("IN") ||
                              next.is_word("BETWEEN");
        if (compares) {
            out.push_back({Mention::Kind::function_on_column,
                           i,
                           {std::string(token.text), tokens[i + 2].name()}});
        }
    }
    if (alternatives > 1) {
        out.push_back({Mention::Kind::alternatives, where, {{}, std::to_string(alternatives)}});
    }
    return out;
}

}  // namespace

std::vector<Mention> mentions_of(std::string_view statement) {
    const auto tokens = script::sqlite::tokens_of(statement);
    const Places places(statement);
    std::vector<Mention> out;
    const auto add = [&](Mention::Kind kind, const Token& token, Name name = {}) {
        out.push_back({kind, std::move(name), places.of(token)});
    };
    const auto word = [&](std::size_t at, std::string_view upper) {
        return at < tokens.size() && tokens[at].is_word(upper);
    };
    bool compares = false;  // in SET, `=` assigns
    bool in_pragma = word(0, "PRAGMA");
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        for (const std::string_view start : {"WHERE", "ON", "HAVING", "WHEN", "SELECT", "CHECK"}) {
            if (token.is_word(start)) compares = true;
        }
        if (token.is_word("SET")) compares = false;
        if (compares && !in_pragma && is_comparison(token) && word(i + 1, "NULL")) {
            add(Mention::Kind::null_comparison, token);
        }
        if (token.is_word("LIKE") && i + 1 < tokens.size() && tokens[i + 1].text.size() > 1 &&
            tokens[i + 1].kind == Token::Kind::string && tokens[i + 1].text[1] == '%') {
            add(Mention::Kind::leading_wildcard, token);
        }
        if (token.is_word("WHERE")) {
            for (const Condition& found : conditions_behind(tokens, i)) {
                add(found.kind, tokens[found.at], found.name);
            }
        }
        const bool begins_list =
            i > 0 && (word(i - 1, "SELECT") || word(i - 1, "DISTINCT") || word(i - 1, "ALL") ||
                      tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign(","));
        if (token.is_sign("*") && begins_list) add(Mention::Kind::select_star, token);
        if (token.is_word("NOT") && word(i + 1, "IN") && i + 3 < tokens.size() &&
            tokens[i + 2].is_sign("(") && word(i + 3, "SELECT")) {
            add(Mention::Kind::not_in_query, token);
        }
        if ((token.is_word("FROM") || token.is_word("JOIN") || token.is_word("INTO") ||
             (token.is_word("UPDATE") && i == 0)) &&
            i + 1 < tokens.size() &&
            (tokens[i + 1].kind == Token::Kind::word ||
             tokens[i + 1].kind == Token::Kind::quoted_name)) {
            Cursor cursor(Tokens(tokens).subspan(i + 1));
            add(Mention::Kind::table, tokens[i + 1], take_name(cursor));
        }
    }
    return out;
}

}  // namespace kedge::lint::sqlite
