// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "script/postgres/scanner.hpp"

namespace kedge::script::postgres {

/// What a backquoted command wrote, without its last line end; nothing if it failed.
using Shell = std::function<std::optional<std::string>(const std::string& command)>;

/// Reads the name and the arguments of one of psql's own commands, from behind its backslash to the
/// end of the line or a `\\`. Each kind of argument has its own rules of quoting: see psql(1),
/// "Meta-Commands". Everything throws Failure (script) for a quote that isn't closed; its `where`
/// has only the column, in bytes of the line, from 1.
class MetaLine {
  public:
    /// `line` must outlive this; `position` is that of the first character behind the backslash.
    MetaLine(std::string_view line, std::size_t position, Scanner::Variables variables,
             Shell shell);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The next argument: quotes taken off and escapes resolved, variables and the output of
    /// backquoted commands put in. Nothing at the end of the command.
    std::optional<std::string> argument();
    /// The next argument as the name of something in SQL: folded to small letters outside of
    /// double quotes, which are taken off.
    std::optional<std::string> sql_name();
    /// The next argument as the name of a file; or a program, `|` and all that is left of the line.
    std::optional<std::string> file_or_program();
    /// All that is left of the line as it stands, white space around it taken off. No `\\` ends it.
    std::string whole_line();
    /// Passes over what is left of the command; where in the line SQL goes on. `ignored` is set if
    /// that left out an argument.
    std::size_t finish(bool& ignored);

  private:
    /// An argument, its double quotes kept or taken off.
    std::optional<std::string> read(bool keep_double_quotes);
    void single_quoted(std::string& out);
    void double_quoted(std::string& out, bool keep_quotes);
    void backquoted(std::string& out);
    /// Puts a variable in for a reference to it; the reference itself where there is none.
    void reference(std::string& out, bool for_shell);
    void skip_space() noexcept;
    [[nodiscard]] bool at_end() const noexcept { return at_ >= line_.size(); }
    [[noreturn]] void fail_open(std::size_t opening, std::string_view what) const;

    std::string_view line_;
    std::size_t at_;
    Scanner::Variables variables_;
    Shell shell_;
    std::string name_;
};

}  // namespace kedge::script::postgres
