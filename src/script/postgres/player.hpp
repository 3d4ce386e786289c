// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "script/postgres/copy_command.hpp"
#include "script/postgres/printer.hpp"
#include "script/postgres/reader.hpp"
#include "script/postgres/shell.hpp"
#include "script/script.hpp"

namespace kedge::script::postgres {

/// Plays a script and what it includes. Statements that need nothing of the client between them are
/// handed out together.
class PostgresPlayer final : public Player {
  public:
    PostgresPlayer(const Script& script, Output output);

    bool next(Step& step) override;
    void show_columns(const std::vector<std::string>& names) override;
    void show_row(std::span<const Cell> values) override;
    void finished(std::int64_t rows) override;
    void skipped() override;
    void connected(const std::map<std::string, std::string>& client_variables) override;
    void show_message(std::string_view text) override { output_(Channel::messages, text); }
    bool copy_in(std::string& chunk) override;
    void copy_out(std::string_view data) override;
    [[nodiscard]] std::optional<Location> data_line(std::size_t n) const override;

  private:
    /// A statement that is read, and waits until those before it have run.
    struct Pending {
        Statement statement;
        MetaCall ending;
        std::string file;
        std::vector<Comment> comments;
    };
    /// What becomes of the result of the statement that runs.
    enum class Taking { print, store, execute };

    void add(Step& step, Pending& pending);
    [[nodiscard]] static bool stands_alone(const Pending& pending);
    void prepare_ending(const MetaCall& ending);
    /// True if the command is itself a statement to hand out.
    bool obey(const MetaCall& call, Step& step);
    bool copy(const MetaCall& call, Step& step);
    void show(const MetaCall& call);
    void redirect(const std::string& target);
    [[nodiscard]] Stream open_target(const std::string& target);
    void print(std::string_view text);
    void write_result(std::string_view text);
    [[noreturn]] void fail(std::string message) const;
    [[nodiscard]] static Step made_step(std::string text, std::string file, std::size_t line);

    Output output_;
    Purpose purpose_;
    Variables variables_;
    ScriptShell shell_;
    Reader reader_;
    PrintSettings settings_;
    Printer printer_;
    std::optional<Stream> out_;            ///< `\o`
    std::optional<Stream> once_;           ///< `\g FILE`
    std::optional<bool> expanded_before_;  ///< `\gx` is for one result
    bool timing_ = false;
    std::chrono::steady_clock::time_point started_;

    std::optional<Pending> ahead_;
    std::deque<Step> generated_;  ///< what `\gexec` made
    Taking taking_ = Taking::print;
    std::string prefix_;  ///< of `\gset`
    std::vector<std::string> names_;
    std::vector<std::pair<std::string, std::optional<std::string>>> stored_;
    std::int64_t result_rows_ = 0;
    Location where_;  ///< of the statement handed out

    std::optional<Stream> copy_stream_;
    bool copy_from_script_ = true;  ///< or from a file or program
    bool takes_data_ = false;       ///< the statement handed out is COPY FROM STDIN
    bool data_ended_ = false;
    Location data_begin_;  ///< the first line of data in the script
};

}  // namespace kedge::script::postgres
