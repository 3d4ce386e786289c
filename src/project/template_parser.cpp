// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

#include "project/template_syntax.hpp"

namespace kedge::project {
namespace {

using Kind = TemplateToken::Kind;

constexpr int kMaxDepth = 100;
constexpr int kMaxChain = 10;

constexpr std::string_view kSupported =
    "supported are IF, ELSIF, ELSE, UNLESS, FOREACH, END, SET, DEFAULT and GET";

/// Words the Toolkit reserves, besides the operator _. None can be a variable, and most aren't
/// supported.
constexpr std::array<std::string_view, 49> kReserved = {
    "GET",    "CALL",    "SET",    "DEFAULT", "INSERT", "INCLUDE", "PROCESS", "WRAPPER", "BLOCK",
    "END",    "USE",     "PLUGIN", "FILTER",  "MACRO",  "PERL",    "RAWPERL", "TO",      "STEP",
    "AND",    "OR",      "NOT",    "DIV",     "MOD",    "IF",      "UNLESS",  "ELSE",    "ELSIF",
    "FOR",    "FOREACH", "IN",     "WHILE",   "SWITCH", "CASE",    "NEXT",    "LAST",    "BREAK",
    "RETURN", "STOP",    "CLEAR",  "TRY",     "THROW",  "CATCH",   "FINAL",   "META",    "TAGS",
    "VIEW",   "and",     "or",     "not"};

bool is_reserved(std::string_view word) {
    return word == "_" || std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

class Parser {
  public:
    explicit Parser(const TemplateSource& source)
        : source_(source), tokens_(tokenize_template(source)) {}

    std::vector<Statement> run() {
        std::vector<Statement> statements = parse_block();
        if (peek().kind != Kind::end) {
            source_.fail(peek().offset, peek().value + " without an IF, UNLESS or FOREACH");
        }
        return statements;
    }

  private:
    /// Counts nesting for as long as it lives.
    class Nested {
      public:
        explicit Nested(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > kMaxDepth) {
                parser_.source_.fail(parser_.peek().offset, "the template nests too deeply");
            }
        }
        ~Nested() { --parser_.depth_; }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

      private:
        Parser& parser_;
    };

    [[nodiscard]] const TemplateToken& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
    }

    [[nodiscard]] bool next_is(Kind kind, std::string_view value, std::size_t ahead = 0) const {
        return peek(ahead).kind == kind && peek(ahead).value == value;
    }

    [[nodiscard]] bool next_is_word(std::initializer_list<std::string_view> words) const {
        return peek().kind == Kind::word &&
               std::find(words.begin(), words.end(), peek().value) != words.end();
    }

    bool accept(Kind kind, std::string_view value) {
        if (!next_is(kind, value)) return false;
        ++position_;
        return true;
    }

    bool accept_word(std::initializer_list<std::string_view> words) {
        if (!next_is_word(words)) return false;
        ++position_;
        return true;
    }

    [[noreturn]] void fail_expected(const std::string& what) const {
        const TemplateToken& token = peek();
        std::string found = "'" + token.value + "'";
        if (token.kind == Kind::end || token.kind == Kind::text) found = "text";
        if (token.kind == Kind::separator)
            found = token.value == ";" ? "';'" : "the end of the tag";
        source_.fail(token.offset, "expected " + what + ", found " + found);
    }

    void expect_symbol(std::string_view symbol) {
        if (!accept(Kind::symbol, symbol)) fail_expected("'" + std::string(symbol) + "'");
    }

    void expect_separator() {
        if (peek().kind != Kind::separator) fail_expected("the end of the directive");
        ++position_;
    }

    std::string expect_variable() {
        if (peek().kind != Kind::word || is_reserved(peek().value)) {
            fail_expected("the name of a variable");
        }
        return tokens_[position_++].value;
    }

    /// Reads statements up to an END, ELSE or ELSIF, or to the end of the template.
    std::vector<Statement> parse_block() {
        const Nested nested(*this);
        std::vector<Statement> statements;
        while (peek().kind != Kind::end && !next_is_word({"END", "ELSE", "ELSIF"})) {
            if (peek().kind == Kind::separator) {
                ++position_;
            } else if (peek().kind == Kind::text) {
                Statement text;
                text.name = tokens_[position_++].value;
                statements.push_back(std::move(text));
            } else {
                parse_directive(statements);
            }
        }
        return statements;
    }

    void parse_directive(std::vector<Statement>& statements) {
        const std::size_t offset = peek().offset;
        if (next_is_word({"IF", "UNLESS"})) {
            statements.push_back(parse_condition(offset));
        } else if (accept_word({"FOREACH", "FOR"})) {
            statements.push_back(parse_loop(offset));
        } else {
            std::vector<Statement> simple = parse_simple();
            if (next_is_word({"IF", "UNLESS"})) {
                Branch branch{parse_if_head(), std::move(simple)};
                simple.clear();
                simple.emplace_back().kind = Statement::Kind::condition;
                simple.back().branches.push_back(std::move(branch));
            }
            std::move(simple.begin(), simple.end(), std::back_inserter(statements));
        }
        expect_separator();
    }

    Expression parse_if_head() {
        const bool negated = tokens_[position_].value == "UNLESS";
        const std::size_t offset = tokens_[position_++].offset;
        Expression condition = parse_expression();
        if (!negated) return condition;
        return {Expression::Kind::logical_not, "", {std::move(condition)}, offset};
    }

    Statement parse_condition(std::size_t offset) {
        const std::string opener = peek().value;
        Statement statement;
        statement.kind = Statement::Kind::condition;
        Expression condition = parse_if_head();
        expect_separator();
        statement.branches.push_back({std::move(condition), parse_block()});
        while (accept_word({"ELSIF"})) {
            condition = parse_expression();
            expect_separator();
            statement.branches.push_back({std::move(condition), parse_block()});
        }
        if (accept_word({"ELSE"})) {
            expect_separator();
            statement.branches.push_back({std::nullopt, parse_block()});
        }
        expect_end(opener, offset);
        return statement;
    }

    Statement parse_loop(std::size_t offset) {
        Statement statement;
        statement.kind = Statement::Kind::loop;
        statement.name = expect_variable();
        if (!accept_word({"IN"}) && !accept(Kind::symbol, "=")) fail_expected("IN");
        statement.value = parse_expression();
        expect_separator();
        statement.branches.push_back({std::nullopt, parse_block()});
        expect_end("FOREACH", offset);
        return statement;
    }

    void expect_end(const std::string& opener, std::size_t offset) {
        if (accept_word({"END"})) return;
        if (peek().kind == Kind::end) {
            source_.fail(offset, "the " + opener + " has no END", "close the block with [% END %]");
        }
        fail_expected("END");
    }

    /// SET, DEFAULT, GET or a bare expression or assignment.
    std::vector<Statement> parse_simple() {
        if (accept_word({"SET"})) return parse_assignments(Statement::Kind::assign);
        if (accept_word({"DEFAULT"})) return parse_assignments(Statement::Kind::assign_else);
        if (peek().kind == Kind::word && next_is(Kind::symbol, "=", 1)) {
            return parse_assignments(Statement::Kind::assign);
        }
        accept_word({"GET"});
        refuse_unsupported();
        Statement output;
        output.kind = Statement::Kind::output;
        output.value = parse_expression();
        for (int filters = 0; next_is(Kind::symbol, "|"); ++filters) {
            if (filters == kMaxChain) source_.fail(peek().offset, "too many filters in a row");
            const std::size_t offset = tokens_[position_++].offset;
            if (peek().kind != Kind::word) fail_expected("the name of a filter");
            std::string name = tokens_[position_++].value;
            output.value = {
                Expression::Kind::filter, std::move(name), {std::move(output.value)}, offset};
        }
        std::vector<Statement> statements;
        statements.push_back(std::move(output));
        return statements;
    }

    /// A bare word before another word, or a reserved one, is a directive.
    void refuse_unsupported() const {
        const TemplateToken& word = peek();
        if (word.kind != Kind::word || next_is_word({"NOT", "not"})) return;
        const bool has_argument = peek(1).kind == Kind::word || peek(1).kind == Kind::string ||
                                  peek(1).kind == Kind::number;
        const bool operator_follows = peek(1).kind == Kind::word && is_reserved(peek(1).value);
        if (is_reserved(word.value) || (has_argument && !operator_follows)) {
            source_.fail(word.offset, "unknown directive " + word.value, std::string(kSupported));
        }
    }

    std::vector<Statement> parse_assignments(Statement::Kind kind) {
        std::vector<Statement> statements;
        do {
            Statement statement;
            statement.kind = kind;
            statement.name = expect_variable();
            expect_symbol("=");
            statement.value = parse_expression();
            statements.push_back(std::move(statement));
        } while (peek().kind == Kind::word && !is_reserved(peek().value));
        return statements;
    }

    Expression parse_expression() {
        const Nested nested(*this);
        Expression condition = parse_any_of();
        const std::size_t offset = peek().offset;
        if (!accept(Kind::symbol, "?")) return condition;
        Expression yes = parse_expression();
        expect_symbol(":");
        Expression no = parse_expression();
        return combine(Expression::Kind::choose, offset,
                       {std::move(condition), std::move(yes), std::move(no)});
    }

    static Expression combine(Expression::Kind kind, std::size_t offset,
                              std::vector<Expression> operands) {
        return {kind, "", std::move(operands), offset};
    }

    Expression parse_any_of() {
        std::vector<Expression> operands;
        const std::size_t offset = peek().offset;
        do {
            operands.push_back(parse_all_of());
        } while (accept(Kind::symbol, "||") || accept_word({"or", "OR"}));
        if (operands.size() == 1) return std::move(operands.front());
        return combine(Expression::Kind::any_of, offset, std::move(operands));
    }

    Expression parse_all_of() {
        std::vector<Expression> operands;
        const std::size_t offset = peek().offset;
        do {
            operands.push_back(parse_comparison());
        } while (accept(Kind::symbol, "&&") || accept_word({"and", "AND"}));
        if (operands.size() == 1) return std::move(operands.front());
        return combine(Expression::Kind::all_of, offset, std::move(operands));
    }

    Expression parse_comparison() {
        Expression left = parse_concatenation();
        const TemplateToken op = peek();
        static constexpr std::array<std::string_view, 6> kOperators = {
            "==", "!=", "<=", ">=", "<", ">"};
        if (op.kind != Kind::symbol ||
            std::find(kOperators.begin(), kOperators.end(), op.value) == kOperators.end()) {
            return left;
        }
        ++position_;
        Expression right = parse_concatenation();
        return {
            Expression::Kind::compare, op.value, {std::move(left), std::move(right)}, op.offset};
    }

    Expression parse_concatenation() {
        std::vector<Expression> operands;
        const std::size_t offset = peek().offset;
        do {
            operands.push_back(parse_unary());
        } while (accept_word({"_"}));
        if (operands.size() == 1) return std::move(operands.front());
        return combine(Expression::Kind::concatenate, offset, std::move(operands));
    }

    Expression parse_unary() {
        const std::size_t offset = peek().offset;
        if (!accept(Kind::symbol, "!") && !accept_word({"not", "NOT"})) return parse_primary();
        const Nested nested(*this);
        return combine(Expression::Kind::logical_not, offset, {parse_unary()});
    }

    Expression parse_primary() {
        const TemplateToken token = peek();
        if (token.kind == Kind::string || token.kind == Kind::number) {
            ++position_;
            return {Expression::Kind::literal, token.value, {}, token.offset};
        }
        if (accept(Kind::symbol, "(")) {
            Expression inner = parse_expression();
            expect_symbol(")");
            return inner;
        }
        if (token.kind != Kind::word || is_reserved(token.value)) {
            fail_expected("a variable, a string or a number");
        }
        ++position_;
        return parse_members({Expression::Kind::variable, token.value, {}, token.offset});
    }

    Expression parse_members(Expression root) {
        for (int members = 0; accept(Kind::symbol, "."); ++members) {
            const TemplateToken name = peek();
            if (name.kind != Kind::word && name.kind != Kind::number) {
                fail_expected("a name or a number behind '.'");
            }
            if (members == kMaxChain) source_.fail(name.offset, "too many members in a row");
            ++position_;
            std::vector<Expression> operands;
            operands.push_back(std::move(root));
            if (accept(Kind::symbol, "(")) parse_arguments(operands);
            root = {Expression::Kind::member, name.value, std::move(operands), name.offset};
        }
        return root;
    }

    void parse_arguments(std::vector<Expression>& arguments) {
        if (accept(Kind::symbol, ")")) return;
        do {
            arguments.push_back(parse_expression());
        } while (accept(Kind::symbol, ","));
        expect_symbol(")");
    }

    const TemplateSource& source_;
    std::vector<TemplateToken> tokens_;
    std::size_t position_ = 0;
    int depth_ = 0;
};

}  // namespace

std::vector<Statement> parse_template(const TemplateSource& source) {
    return Parser(source).run();
}

}  // namespace kedge::project
