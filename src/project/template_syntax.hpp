// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "project/template_lexer.hpp"

namespace kedge::project {

struct Expression {
    enum class Kind {
        literal,      ///< `text`
        variable,     ///< `text` is its name
        member,       ///< operands[0].text(operands[1...])
        logical_not,  ///< operands[0]
        any_of,       ///< the first true operand, or the last
        all_of,       ///< the first false operand, or the last
        concatenate,
        compare,  ///< operands[0] `text` operands[1]
        choose,   ///< operands[0] ? operands[1] : operands[2]
        filter,   ///< operands[0] | text
    };

    Kind kind = Kind::literal;
    std::string text;
    std::vector<Expression> operands;
    std::size_t offset = 0;  ///< in the template, for messages
};

struct Statement;

/// `body` is rendered if `condition` is true; ELSE has none.
struct Branch {
    std::optional<Expression> condition;
    std::vector<Statement> body;
};

struct Statement {
    enum class Kind {
        text,         ///< `name` as it stands
        output,       ///< `value`
        assign,       ///< SET `name` = `value`
        assign_else,  ///< DEFAULT `name` = `value`: unless it is true already
        condition,    ///< the first of `branches` that holds
        loop,         ///< FOREACH `name` IN `value`: branches[0]
    };

    Kind kind = Kind::text;
    std::string name;
    Expression value;
    std::vector<Branch> branches;
};

/// Parses a whole template. Throws Failure (configuration) that says what was expected. Nesting is
/// bounded, so that the result can be walked recursively.
[[nodiscard]] std::vector<Statement> parse_template(const TemplateSource& source);

}  // namespace kedge::project
