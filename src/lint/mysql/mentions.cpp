// SPDX-License-Identifier: MIT
#include "lint/mysql/mentions.hpp"

#include <set>
#include <string>
#include <utility>

#include "support/text.hpp"

namespace kedge::lint::mysql {
namespace {

using script::mysql::Token;
using script::mysql::Tokens;

/// Words that a parenthesis may follow without being the call of a function.
bool is_syntax(const Token& token) {
    return token.is_any(
        {"IN",     "AND",    "OR",       "XOR",       "NOT",     "ON",        "USING",    "AS",
         "SELECT", "WHERE",  "HAVING",   "BY",        "VALUES",  "VALUE",     "FROM",     "JOIN",
         "INTO",   "SET",    "EXISTS",   "ANY",       "ALL",     "SOME",      "UNION",    "EXCEPT",
         "WHEN",   "THEN",   "ELSE",     "CASE",      "BETWEEN", "LIKE",      "KEY",      "INDEX",
         "OVER",   "ROW",    "INTERVAL", "PARTITION", "RETURN",  "INTERSECT", "DISTINCT", "IS",
         "DIV",    "MOD",    "CHAR",     "VARCHAR",   "DECIMAL", "BINARY",    "LATERAL",  "LIMIT",
         "OF",     "REGEXP", "RLIKE",    "MEMBER",    "WITH",    "RECURSIVE", "COLLATE"});
}

/// One walk over the tokens.
class Walk {
  public:
    Walk(const Tokens& tokens, std::size_t begin) : tokens_(tokens), begin_(begin) {}

    std::vector<Mention> run() {
        find_local_names();
        for (std::size_t at = begin_; at < tokens_.size(); ++at) {
            assignments(at);
            tables(at);
            function(at);
            null_comparison(at);
            star(at);
            conditions(at);
            if (tokens_.at(at).is("LIKE") && is_leading_wildcard(tokens_.at(at + 1))) {
                add(Mention::Kind::leading_wildcard, {}, at);
            }
            if (tokens_.match(at, {"NOT", "IN", "(", "SELECT"})) {
                add(Mention::Kind::not_in_query, {}, at);
            }
        }
        return std::move(out_);
    }

  private:
    void add(Mention::Kind kind, Name name, std::size_t at) {
        out_.push_back({kind, std::move(name), tokens_.at(at).offset});
    }

    static bool is_name(const Token& token) {
        return token.kind == Token::Kind::word || token.kind == Token::Kind::name;
    }

    /// The names that WITH gives to queries.
    void find_local_names() {
        for (std::size_t at = begin_; at + 2 < tokens_.size(); ++at) {
            if (is_name(tokens_.at(at)) && tokens_.match(at + 1, {"AS", "("})) {
                local_.insert(tokens_.at(at).raw);
            }
        }
    }

    /// Where `=` gives a value and compares nothing.
    void assignments(std::size_t at) {
        const Token& token = tokens_.at(at);
        if (token.is("SET") || (token.is("UPDATE") && tokens_.at(at - 1).is("KEY") && at > 0)) {
            assigns_ = true;
            assigns_depth_ = token.depth;
        } else if (token.depth == assigns_depth_ &&
                   token.is_any({"WHERE", "ORDER", "LIMIT", "RETURNING"})) {
            assigns_ = false;
        }
    }

    /// FROM within the parentheses of EXTRACT, TRIM and their kin.
    bool is_from_of_function(std::size_t at) const {
        const std::size_t depth = tokens_.at(at).depth;
        while (at > begin_ && !(tokens_.at(at).is("(") && tokens_.at(at).depth + 1 == depth)) --at;
        return at > begin_ && tokens_.at(at - 1).is_any({"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR",
                                                         "MID", "OVERLAY", "POSITION"});
    }

    void tables(std::size_t at) {
        const Token& token = tokens_.at(at);
        const bool is_from = token.is("FROM");
        if (!is_from && !token.is_any({"JOIN", "STRAIGHT_JOIN", "INTO", "UPDATE"})) return;
        if (is_from && token.depth > 0 && is_from_of_function(at)) return;
        if (token.is("UPDATE") && at > begin_) return;
        std::size_t next = at + 1;
        do {
            tokens_.skip(next, {"LOW_PRIORITY", "IGNORE", "LATERAL"});
            if (!is_name(tokens_.at(next)) ||
                tokens_.at(next).is_any({"SELECT", "DUAL", "OUTFILE", "DUMPFILE", "JSON_TABLE"})) {
                return;
            }
            const std::size_t first = next;
            Name name{{}, tokens_.at(next++).raw};
            if (tokens_.at(next).is(".")) {
                name.schema = std::exchange(name.name, tokens_.at(next + 1).raw);
                next += 2;
            }
            if (!name.schema.empty() || local_.count(name.name) == 0) {
                add(Mention::Kind::table, std::move(name), first);
            }
            tokens_.skip(next, {"AS"});
            if (is_name(tokens_.at(next)) && tokens_.at(next + 1).is(",")) ++next;
        } while (is_from && tokens_.at(next).is(",") && ++next < tokens_.size());
    }

    void function(std::size_t at) {
        const Token& token = tokens_.at(at);
        if (!is_name(token) || !tokens_.at(at + 1).is("(") || is_syntax(token)) return;
        const Token& before = at > begin_ ? tokens_.at(at - 1) : tokens_.at(tokens_.size());
        if (before.is_any({"INTO", "AS", "TABLE", "JOIN", "FROM"}) || local_.count(token.raw) > 0) {
            return;
        }
        Name name{{}, to_lower_ascii(token.raw)};
        if (before.is(".") && at > begin_ + 1) {
            name.schema = tokens_.at(at - 2).raw;
            // The columns of `INSERT INTO schema.table (…)`.
            if (at > begin_ + 2 && tokens_.at(at - 3).is_any({"INTO", "JOIN", "FROM"})) return;
        }
        add(Mention::Kind::function, std::move(name), at);
    }

    static bool is_leading_wildcard(const Token& token) {
        return token.kind == Token::Kind::string && token.text.size() > 1 && token.text[1] == '%';
    }

    /// From WHERE on: how many conditions OR joins, and what is compared by way of a function.
    void conditions(std::size_t where) {
        if (!tokens_.at(where).is("WHERE")) return;
        const std::size_t depth = tokens_.at(where).depth;
        std::size_t alternatives = 1;
        for (std::size_t at = where + 1; at < tokens_.size() && tokens_.at(at).depth >= depth;
             ++at) {
            const Token& token = tokens_.at(at);
            if (token.depth == depth && token.is_any({"GROUP", "ORDER", "LIMIT", "HAVING"})) break;
            if (token.is("OR")) ++alternatives;
            function_on_column(at);
        }
        if (alternatives > 1) {
            add(Mention::Kind::alternatives, {{}, std::to_string(alternatives)}, where);
        }
    }

    /// `lower(code) = …`
    void function_on_column(std::size_t at) {
        if (!is_name(tokens_.at(at)) || is_syntax(tokens_.at(at)) || !tokens_.at(at + 1).is("(")) {
            return;
        }
        std::size_t column = at + 2;
        if (is_name(tokens_.at(column)) && tokens_.at(column + 1).is(".")) column += 2;
        std::size_t end = at + 2;
        while (end < tokens_.size() && tokens_.at(end).depth > tokens_.at(at).depth) ++end;
        if (tokens_.at(end).is(")")) ++end;
        if (!is_name(tokens_.at(column)) || tokens_.at(column + 1).is("(") ||
            !tokens_.at(end).is_any({"=", "<", ">", "!", "LIKE", "IN", "BETWEEN"})) {
            return;
        }
        add(Mention::Kind::function_on_column, {tokens_.at(at).raw, tokens_.at(column).raw}, at);
    }

    void null_comparison(std::size_t at) {
        if (!tokens_.at(at).is("NULL") || at < begin_ + 2) return;
        const Token& before = tokens_.at(at - 1);
        const Token& further = tokens_.at(at - 2);
        const bool is_unequal =
            (before.is(">") && further.is("<")) || (before.is("=") && further.is("!"));
        const bool is_safe = before.is(">") && further.is("=");  // <=>
        const bool is_equal = before.is("=") && !further.is_any({":", "<", ">", "!"}) &&
                              !(assigns_ && tokens_.at(at).depth == assigns_depth_);
        if ((is_unequal && !is_safe) || is_equal) add(Mention::Kind::null_comparison, {}, at - 1);
    }

    void star(std::size_t at) {
        if (!tokens_.at(at).is("*") || at == begin_) return;
        const Token& before = tokens_.at(at - 1);
        const bool is_qualified =
            before.is(".") && at > begin_ + 2 &&
            tokens_.at(at - 3).is_any({"SELECT", ",", "DISTINCT", "ALL", "."});
        const bool is_first = before.is_any({"SELECT", "DISTINCT", "SQL_CALC_FOUND_ROWS"});
        if ((is_first || is_qualified) && !is_of_exists(at))
            add(Mention::Kind::select_star, {}, at);
    }

    /// `EXISTS (SELECT * …`, which reads no columns.
    bool is_of_exists(std::size_t at) const {
        while (at > begin_ && !tokens_.at(at).is("SELECT")) --at;
        return at > begin_ + 1 && tokens_.at(at - 1).is("(") && tokens_.at(at - 2).is("EXISTS");
    }

    const Tokens& tokens_;
    std::size_t begin_;
    std::set<std::string> local_;
    bool assigns_ = false;
    std::size_t assigns_depth_ = 0;
    std::vector<Mention> out_;
};

}  // namespace

std::vector<Mention> mentions_in(const Tokens& tokens, std::size_t begin) {
    return Walk(tokens, begin).run();
}

}  // namespace kedge::lint::mysql
