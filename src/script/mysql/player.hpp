// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "script/mysql/printer.hpp"
#include "script/mysql/reader.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// Plays a script and what it includes, one statement at a time.
class MysqlPlayer final : public Player {
  public:
    MysqlPlayer(const Script& script, Output output);

    bool next(Step& step) override;
    void show_columns(const std::vector<std::string>& names) override;
    void show_row(std::span<const Cell> values) override;
    void finished(std::int64_t rows) override { static_cast<void>(rows); }
    void skipped() override {}
    void connected(const std::map<std::string, std::string>& client_variables) override {
        static_cast<void>(client_variables);
    }
    /// A warning. The client shows them behind `warnings` alone; they are worth more than that.
    void show_message(std::string_view text) override;
    bool copy_in(std::string& chunk) override {
        static_cast<void>(chunk);
        return false;
    }
    void copy_out(std::string_view data) override { static_cast<void>(data); }
    [[nodiscard]] std::optional<Location> data_line(std::size_t n) const override {
        static_cast<void>(n);
        return std::nullopt;
    }

  private:
    void obey();
    void print(std::string_view text) { output_(Channel::results, text); }

    Output output_;
    Purpose purpose_;
    Reader reader_;
    Printer printer_;
    bool shows_warnings_ = true;
};

}  // namespace kedge::script::mysql
