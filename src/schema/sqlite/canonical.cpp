// SPDX-License-Identifier: MIT
#include "schema/sqlite/canonical.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "script/sqlite/characters.hpp"
#include "support/text.hpp"

namespace kedge::schema::sqlite {
namespace {

using script::sqlite::Token;

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_word(std::string_view text) {
    return script::sqlite::is_in_word(text.front()) && !script::sqlite::is_digit(text.front());
}

bool is_keyword(std::string_view canonical) {
    return is_reserved(canonical) || is_soft_keyword(canonical);
}

/// Whether a value or a name may end with it, so that behind it no other value can begin.
bool ends_operand(const Token& token) {
    switch (token.kind) {
        case Token::Kind::word:
            return !is_reserved(to_lower_ascii(token.text)) || token.is_word("NULL");
        case Token::Kind::sign:
            return token.text == ")";
        default:
            return true;
    }
}

/// Whether a name in double quotes stands where no string can stand.
bool must_be_name(Tokens tokens, std::size_t at) {
    if (at + 1 < tokens.size() && (tokens[at + 1].is_sign(".") || tokens[at + 1].is_sign("("))) {
        return true;
    }
    if (at == 0) return false;
    const Token& before = tokens[at - 1];
    if (before.is_sign(".")) return true;
    for (const std::string_view word : {"AS", "FROM", "JOIN", "INTO", "UPDATE", "COLLATE", "SET",
                                        "OF", "WITH", "RECURSIVE", "OVER", "WINDOW"}) {
        if (before.is_word(word)) return true;
    }
    // Keywords that may be names are operators more often than they are.
    if (before.kind == Token::Kind::word && is_soft_keyword(to_lower_ascii(before.text))) {
        return false;
    }
    return ends_operand(before);
}

/// The tokens as texts of which each stands for all that means the same.
class Canonical {
  public:
    Canonical(Tokens tokens, const NameScope& scope) : tokens_(tokens), scope_(scope) {}

    std::vector<std::string> run() {
        if (scope_.names != nullptr) collect_names(tokens_, own_names_);
        std::vector<std::string> out;
        out.reserve(tokens_.size());
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            out.push_back(text_of(i));
            follow(i);
        }
        return out;
    }

  private:
    bool next_is(std::size_t i, std::string_view sign) const {
        return i + 1 < tokens_.size() && tokens_[i + 1].is_sign(sign);
    }

    std::string text_of(std::size_t i) const {
        const Token& token = tokens_[i];
        switch (token.kind) {
            case Token::Kind::word:
                return word(i, std::string(token.text), '\0');
            case Token::Kind::quoted_name:
                return word(i, token.name(), token.text.front());
            case Token::Kind::literal:
                // A blob's `x`, a hexadecimal number's, an exponent.
                return to_lower_ascii(token.text);
            default:
                return std::string(token.text);
        }
    }

    std::string word(std::size_t i, std::string name, char quote) const {
        std::string lower = to_lower_ascii(name);
        const bool reserved = is_reserved(lower);
        if (quote == '\0' && reserved) return lower;
        if (i > 0 && tokens_[i - 1].is_word("COLLATE")) return identifier(to_upper_ascii(name));
        if (in_type_) return identifier(lower);
        if (scope_.columns != nullptr) {
            const Columns::Column* column = scope_.columns->find(name);
            if (column != nullptr && !next_is(i, "(")) return column->identifier;
        }
        if (quote == '"' && is_string(i, lower)) return kedge::quoted(name, '\'');
        if (next_is(i, "(")) return identifier(lower);
        if (next_is(i, ".") && (lower == "new" || lower == "old" || lower == "excluded")) {
            return lower;
        }
        // Such a word may be a keyword as well, in any case.
        return is_soft_keyword(lower) ? lower : identifier(name);
    }

    bool is_string(std::size_t i, const std::string& lower) const {
        if (lower == "rowid" || lower == "oid" || lower == "_rowid_") return false;
        if (scope_.columns != nullptr) return !must_be_name(tokens_, i);
        return scope_.names != nullptr && !own_names_.contains(lower) &&
               !scope_.names->contains(lower);
    }

    /// Within CAST the words behind AS are a type.
    void follow(std::size_t i) {
        const Token& token = tokens_[i];
        if (token.is_sign("(")) {
            casts_.push_back(i > 0 && tokens_[i - 1].is_word("CAST"));
        } else if (token.is_sign(")") && !casts_.empty()) {
            if (casts_.back()) in_type_ = false;
            casts_.pop_back();
        } else if (token.is_word("AS") && !casts_.empty() && casts_.back()) {
            in_type_ = true;
        }
    }

    Tokens tokens_;
    const NameScope& scope_;
    NameSet own_names_;
    std::vector<bool> casts_;  ///< for each open parenthesis, whether it is CAST's
    bool in_type_ = false;
};

/// Puts canonical texts one behind another.
class Layout {
  public:
    explicit Layout(const std::vector<std::string>& texts) : texts_(texts) {}

    std::string on_one_line() {
        for (at_ = 0; at_ < texts_.size(); ++at_) {
            if (wants_space()) out_ += ' ';
            out_ += texts_[at_];
            if (is_sign_of_number()) sign_at_ = at_ + 1;
        }
        return std::move(out_);
    }

    std::string in_lines() {
        for (at_ = 0; at_ < texts_.size(); ++at_) {
            const std::string& text = texts_[at_];
            if (text == ")" && !queries_.empty()) queries_.pop_back();
            if (at_ > 0 && breaks()) {
                const std::size_t deeper = previous() == "," ? 1 : 0;
                constexpr std::size_t kIndent = 4;
                out_ += '\n' + std::string((queries_.size() + deeper) * kIndent, ' ');
            } else if (wants_space()) {
                out_ += ' ';
            }
            out_ += text;
            if (is_sign_of_number()) sign_at_ = at_ + 1;
            if (text == "(") queries_.push_back(begins_query(at_ + 1));
        }
        return std::move(out_);
    }

  private:
    std::string_view previous() const { return at_ > 0 ? texts_[at_ - 1] : std::string_view(); }
    std::string_view next() const {
        return at_ + 1 < texts_.size() ? texts_[at_ + 1] : std::string_view();
    }

    bool begins_query(std::size_t at) const {
        return at < texts_.size() &&
               (texts_[at] == "select" || texts_[at] == "with" || texts_[at] == "values");
    }

    /// A + or - that belongs to the operand behind it.
    bool is_sign_of_number() const {
        if (texts_[at_] != "-" && texts_[at_] != "+" && texts_[at_] != "~") return false;
        if (at_ == 0) return true;
        const std::string_view before = previous();
        if (before == ")") return false;
        if (is_word(before)) return is_reserved(before) && before != "null" && before != "end";
        const char c = before.front();
        return c != '"' && c != '\'' && c != '.' && !script::sqlite::is_digit(c);
    }

    bool wants_space() const {
        const std::string_view text = texts_[at_];
        if (at_ == 0 || text == "," || text == ";" || text == ")" || text == ".") return false;
        const std::string_view before = previous();
        if (before == "(" || before == "." || sign_at_ == at_) return false;
        if (text != "(") return true;
        static constexpr std::array<std::string_view, 6> kCalled = {"cast", "glob",  "like",
                                                                    "if",   "raise", "replace"};
        if (is_one_of(before, kCalled)) return false;
        if (before.front() == '"') return false;
        return !is_word(before) || is_keyword(before);
    }

    /// Only in statements and in queries within them, not in lists and expressions.
    bool breaks() const {
        if (std::find(queries_.begin(), queries_.end(), false) != queries_.end()) return false;
        static constexpr std::array<std::string_view, 15> kClauses = {
            "except", "from",      "group",  "having", "intersect", "limit", "on",    "order",
            "set",    "returning", "select", "union",  "values",    "where", "window"};
        static constexpr std::array<std::string_view, 7> kJoins = {
            "cross", "full", "inner", "join", "left", "natural", "right"};
        const std::string_view text = texts_[at_];
        const std::string_view before = previous();
        if (before == "," || before == ";") return true;
        if (before == "(" || before == ".") return false;
        if (text == "from") return before != "delete" && before != "distinct";
        if (text == "on") return next() == "conflict";
        if (text == "values" && before == "default") return false;
        if (is_one_of(text, kClauses)) return true;
        return is_one_of(text, kJoins) && !is_one_of(before, kJoins) && before != "outer" &&
               next() != "(";
    }

    const std::vector<std::string>& texts_;
    std::size_t at_ = 0;
    std::size_t sign_at_ = 0;    ///< the text behind a sign, to which it is joined
    std::vector<bool> queries_;  ///< for each open parenthesis, whether a query is in it
    std::string out_;
};

}  // namespace

void collect_names(Tokens tokens, NameSet& names) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        const bool named = token.kind == Token::Kind::word ||
                           (token.kind == Token::Kind::quoted_name &&
                            (token.text.front() != '"' || must_be_name(tokens, i)));
        if (named) names.insert(to_lower_ascii(token.name()));
    }
}

std::string line(Tokens tokens, const NameScope& scope) {
    const auto texts = Canonical(tokens, scope).run();
    return Layout(texts).on_one_line();
}

std::string lines(Tokens tokens, const NameScope& scope) {
    const auto texts = Canonical(tokens, scope).run();
    return Layout(texts).in_lines();
}

std::string expression(Tokens tokens, const NameScope& scope) {
    return line(without_parentheses(tokens), scope);
}

std::string as_typed(Tokens tokens) {
    std::vector<std::string> texts;
    texts.reserve(tokens.size());
    for (const Token& token : tokens) texts.emplace_back(token.text);
    return Layout(texts).on_one_line();
}

std::string type_text(Tokens tokens) {
    std::string out;
    for (const Token& token : tokens) {
        const bool word = token.kind != Token::Kind::sign && token.kind != Token::Kind::literal;
        if (word && !out.empty()) out += ' ';
        if (word) {
            out += identifier(to_upper_ascii(token.name()));
        } else {
            out += token.text;
        }
    }
    return out;
}

Tokens without_parentheses(Tokens tokens) {
    while (tokens.size() >= 2 && tokens.front().is_sign("(")) {
        std::size_t depth = 0;
        std::size_t end = 0;
        for (; end < tokens.size(); ++end) {
            if (tokens[end].is_sign("(")) ++depth;
            if (tokens[end].is_sign(")") && --depth == 0) break;
        }
        if (end + 1 != tokens.size()) break;
        tokens = tokens.subspan(1, tokens.size() - 2);
    }
    return tokens;
}

}  // namespace kedge::schema::sqlite
