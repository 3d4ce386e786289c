// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>

/// Composes scripts for PostgreSQL of what is hard to cut. The same seed gives the same scripts,
/// but only from the same compiler: the order in which the parts of a sum are made is its own
/// affair.
class ScriptGenerator {
  public:
    explicit ScriptGenerator(std::uint64_t seed) : random_(seed) {}

    /// Right by its tokens, but hardly by its grammar. No function has a BEGIN ATOMIC body, and
    /// each statement begins with a keyword.
    [[nodiscard]] std::string tokens(std::size_t statements);
    /// Right by PostgreSQL's grammar.
    [[nodiscard]] std::string grammatical(std::size_t statements);

  private:
    using Pieces = std::initializer_list<std::string_view>;

    std::size_t below(std::size_t limit) { return random_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    std::string_view pick(Pieces pieces) { return pieces.begin()[below(pieces.size())]; }

    /// White space and comments; and, where nothing has to part two tokens, perhaps nothing.
    std::string gap();
    std::string loose_gap() { return one_in(3) ? std::string() : gap(); }
    std::string comment();
    /// `words`, with a gap for each space.
    std::string spread(std::string_view words);
    std::string finish(std::string script);

    std::string name();
    std::string quoted_name();
    std::string string();
    std::string quoted(std::string_view prefix, Pieces inside);
    std::string dollar_quoted();
    std::string number();

    std::string token(bool in_routine);
    std::string parentheses(bool in_routine);
    std::string token_statement();

    std::string expression(std::size_t depth);
    std::string query();
    std::string change();
    std::string routine();
    std::string rule();
    std::string statement();

    std::mt19937_64 random_;
    std::size_t depth_ = 0;
};
