// SPDX-License-Identifier: MIT
#include "script/mysql/player.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "script/mysql/dialect.hpp"

namespace kedge::script::mysql {

MysqlPlayer::MysqlPlayer(const Script& script, Output output)
    : output_(std::move(output)), reader_(script.path, starting_sql_mode(script), [](Error error) {
          throw Failure(std::move(error));
      }) {}

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
                return true;
        }
    }
}

void MysqlPlayer::obey() {
    switch (reader_.command()) {
        case ClientCommand::system:
            run_shell(reader_.argument());
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

void MysqlPlayer::run_shell(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot run {}: {}", command, std::strerror(errno)));
    }
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        print({buffer.data(), got});
    }
    // As for the client, its status says nothing about the script.
    ::pclose(pipe);
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
