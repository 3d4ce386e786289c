// SPDX-License-Identifier: MIT
#include "project/template.hpp"

#include <charconv>
#include <utility>

#include "project/template_syntax.hpp"
#include "project/template_value.hpp"

namespace kedge::project {
namespace {

/// Where a FOREACH is: what its `loop` variable tells.
struct LoopState {
    const std::vector<std::string>& items;
    std::size_t index = 0;
};

OptionalValue loop_member(const LoopState& loop, const std::string& name, bool& known) {
    const auto flag = [](bool set) { return OptionalValue(std::string(set ? "1" : "0")); };
    const auto number = [](std::size_t n) { return OptionalValue(std::to_string(n)); };
    const std::size_t last = loop.items.size() - 1;
    known = true;
    if (name == "index") return number(loop.index);
    if (name == "count") return number(loop.index + 1);
    if (name == "first") return flag(loop.index == 0);
    if (name == "last") return flag(loop.index == last);
    if (name == "size") return number(last + 1);
    if (name == "max") return number(last);
    if (name == "prev" && loop.index > 0) return loop.items[loop.index - 1];
    if (name == "next" && loop.index < last) return loop.items[loop.index + 1];
    known = name == "prev" || name == "next";
    return std::nullopt;
}

class Renderer {
  public:
    Renderer(const TemplateSource& source, TemplateVariables variables)
        : source_(source), variables_(std::move(variables)) {}

    std::string run(const std::vector<Statement>& statements) {
        render_all(statements);
        return std::move(output_);
    }

  private:
    using Kind = Expression::Kind;

    void render_all(const std::vector<Statement>& statements) {
        for (const Statement& statement : statements) render(statement);
    }

    void render(const Statement& statement) {
        switch (statement.kind) {
            case Statement::Kind::text:
                output_ += statement.name;
                break;
            case Statement::Kind::output:
                output_ += text_of(statement.value);
                break;
            case Statement::Kind::assign:
                assign(statement);
                break;
            case Statement::Kind::assign_else:
                if (!is_true(variable(statement.name))) assign(statement);
                break;
            case Statement::Kind::condition:
                render_branches(statement);
                break;
            case Statement::Kind::loop:
                render_loop(statement);
                break;
        }
    }

    void assign(const Statement& statement) {
        OptionalValue value = evaluate(statement.value);
        if (value) {
            variables_[statement.name] = std::move(*value);
        } else {
            variables_.erase(statement.name);
        }
    }

    void render_branches(const Statement& statement) {
        for (const Branch& branch : statement.branches) {
            if (branch.condition && !is_true(evaluate(*branch.condition))) continue;
            render_all(branch.body);
            return;
        }
    }

    /// The item keeps its last value behind the loop, as in the Toolkit; `loop` doesn't.
    void render_loop(const Statement& statement) {
        const std::vector<std::string> items = as_items(evaluate(statement.value));
        LoopState state{items};
        const LoopState* const outer = std::exchange(loop_, &state);
        for (; state.index < items.size(); ++state.index) {
            variables_[statement.name] = items[state.index];
            render_all(statement.branches.front().body);
        }
        loop_ = outer;
    }

    [[nodiscard]] OptionalValue variable(const std::string& name) const {
        // The Toolkit keeps names that begin with an underscore to itself.
        const auto it = name.front() == '_' ? variables_.end() : variables_.find(name);
        if (it == variables_.end()) return std::nullopt;
        return it->second;
    }

    [[nodiscard]] OptionalValue evaluate(const Expression& expression) const {
        switch (expression.kind) {
            case Kind::literal:
                return expression.text;
            case Kind::variable:
                if (loop_ != nullptr && expression.text == "loop") {
                    source_.fail(expression.offset, "loop is no text",
                                 "use one of its members, such as loop.count");
                }
                return variable(expression.text);
            case Kind::member:
                return evaluate_member(expression);
            case Kind::logical_not:
                return truth(!is_true(evaluate(expression.operands[0])));
            case Kind::any_of:
                return first_that_is(true, expression.operands);
            case Kind::all_of:
                return first_that_is(false, expression.operands);
            case Kind::concatenate: {
                std::string text;
                for (const Expression& part : expression.operands) text += text_of(part);
                return text;
            }
            case Kind::compare:
                return truth(compare(expression));
            case Kind::choose: {
                const bool yes = is_true(evaluate(expression.operands[0]));
                return evaluate(expression.operands[yes ? 1 : 2]);
            }
            case Kind::filter:
                return filtered(expression);
        }
        return std::nullopt;
    }

    static std::string truth(bool value) { return value ? "1" : ""; }

    /// "or" and "and" give the value that decided, not just its truth.
    [[nodiscard]] OptionalValue first_that_is(bool wanted,
                                              const std::vector<Expression>& operands) const {
        OptionalValue value;
        for (const Expression& operand : operands) {
            value = evaluate(operand);
            if (is_true(value) == wanted) break;
        }
        return value;
    }

    [[nodiscard]] OptionalValue evaluate_member(const Expression& expression) const {
        const Expression& root = expression.operands[0];
        if (loop_ != nullptr && root.kind == Kind::variable && root.text == "loop") {
            bool known = false;
            OptionalValue value = loop_member(*loop_, expression.text, known);
            if (!known) {
                source_.fail(expression.offset, "unknown member of loop: " + expression.text,
                             "known are index, count, first, last, size, max, prev and next");
            }
            return value;
        }
        const OptionalValue receiver = evaluate(root);
        std::vector<std::string> arguments;
        for (std::size_t i = 1; i < expression.operands.size(); ++i) {
            arguments.push_back(text_of(expression.operands[i]));
        }
        if (!receiver) return std::nullopt;
        MethodResult result = call_method(*receiver, expression.text, arguments);
        if (!result.known) {
            source_.fail(expression.offset, "unknown method " + expression.text,
                         "known are size, max, first, last, join, reverse, sort, unique, length, "
                         "upper, lower, ucfirst, lcfirst, trim and defined");
        }
        return std::move(result.value);
    }

    [[nodiscard]] OptionalValue filtered(const Expression& expression) const {
        std::optional<std::string> text =
            apply_filter(expression.text, text_of(expression.operands[0]));
        if (!text) {
            source_.fail(expression.offset, "unknown filter " + expression.text,
                         "known are upper, lower, ucfirst, lcfirst, trim and html");
        }
        return std::move(*text);
    }

    [[nodiscard]] bool compare(const Expression& expression) const {
        const std::string& op = expression.text;
        if (op == "==" || op == "!=") {
            const bool equal = text_of(expression.operands[0]) == text_of(expression.operands[1]);
            return equal == (op == "==");
        }
        const long long left = number_of(expression.operands[0]);
        const long long right = number_of(expression.operands[1]);
        if (op == "<") return left < right;
        if (op == "<=") return left <= right;
        return op == ">" ? left > right : left >= right;
    }

    [[nodiscard]] long long number_of(const Expression& expression) const {
        const std::string text = text_of(expression);
        long long number = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, number);
        if (!text.empty() && (error != std::errc() || stop != end)) {
            source_.fail(expression.offset, "expected a whole number, found '" + text + "'",
                         "texts are compared with == and !=");
        }
        return number;
    }

    [[nodiscard]] std::string text_of(const Expression& expression) const {
        std::optional<std::string> text = as_text(evaluate(expression));
        if (!text) {
            source_.fail(expression.offset, "a list stands where a text belongs",
                         "join it, as in list.join(', '), or go through it with FOREACH");
        }
        return std::move(*text);
    }

    const TemplateSource& source_;
    TemplateVariables variables_;
    const LoopState* loop_ = nullptr;
    std::string output_;
};

}  // namespace

std::string render_template(std::string_view text, const TemplateVariables& variables,
                            const std::string& file_name) {
    const TemplateSource source(text, file_name);
    return Renderer(source, variables).run(parse_template(source));
}

std::string default_template(std::string_view kind) {
    if (kind == "deploy") {
        return R"(-- Deploy [% project %]:[% change %] to [% engine %]
[% FOREACH item IN requires -%]
-- requires: [% item %]
[% END -%]
[% FOREACH item IN conflicts -%]
-- conflicts: [% item %]
[% END -%]

BEGIN;

-- Write here what this change does.

COMMIT;
)";
    }
    if (kind == "revert") {
        return R"(-- Revert [% project %]:[% change %] from [% engine %]

BEGIN;

-- Write here what takes this change back.

COMMIT;
)";
    }
    if (kind == "verify") {
        return R"(-- Verify [% project %]:[% change %] on [% engine %]

BEGIN;

-- Write here a query that fails if this change is missing.

ROLLBACK;
)";
    }
    return {};
}

}  // namespace kedge::project
