// SPDX-License-Identifier: MIT
#include "script/mysql/player.hpp"

#include <utility>

#include <fmt/format.h>

#include "script/mysql/dialect.hpp"
#include "support/program.hpp"

namespace kedge::script::mysql {

MysqlPlayer::MysqlPlayer(const Script& script, Output output)
    : output_(std::move(output)),
      purpose_(script.purpose),
      reader_(script.path, starting_sql_mode(script),
              [](Error error) { throw Failure(std::move(error)); }) {}

bool MysqlPlayer::next(Step& step) {
    step = {};
    for (;;) {
        switch (reader_.next()) {
            case Reader::Item::end:
                return false;
            case Reader::Item::command:
                obey();
                break;
            case Reader::Item::statement:
                step.text = reader_.statement().text;
                step.origins = reader_.statement().origins;
                step.file = reader_.path();
                step.statements = {{0, step.text.size()}};
                expect(step, 0, reader_.take_comments(), purpose_);
                return true;
        }
    }
}

void MysqlPlayer::obey() {
    switch (reader_.command()) {
        case ClientCommand::system:
            // As for the client, its status says nothing about the script.
            run_program(reader_.argument(), [this](std::string_view text) { print(text); });
            break;
        case ClientCommand::print: {
            const std::string& text = reader_.argument();
            constexpr std::string_view kRule = "--------------\n";
            print(fmt::format("{}{}{}{}\n", kRule, text, text.ends_with('\n') ? "" : "\n", kRule));
            break;
        }
        case ClientCommand::warnings:
        case ClientCommand::nowarning:
            shows_warnings_ = reader_.command() == ClientCommand::warnings;
            break;
        case ClientCommand::nopager:
            print("PAGER set to stdout\n");
            break;
        case ClientCommand::notee:
            print("Outfile disabled.\n");
            break;
        default:
            break;
    }
}

void MysqlPlayer::show_columns(const std::vector<std::string>& names) {
    static_cast<void>(names);
    printer_.begin(reader_.vertical());
}

void MysqlPlayer::show_row(std::span<const Cell> values) {
    print(printer_.row(values));
}

void MysqlPlayer::show_message(std::string_view text) {
    if (shows_warnings_) output_(Channel::messages, text);
}

}  // namespace kedge::script::mysql
