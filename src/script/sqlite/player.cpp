// SPDX-License-Identifier: MIT
#include <deque>

#include "script/sqlite/analysis.hpp"
#include "script/sqlite/chunk_reader.hpp"
#include "script/sqlite/dialect.hpp"
#include "script/sqlite/dot_command.hpp"
#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

/// Plays a script and what it includes. Results are shown as comma-separated values without
/// headers, which is how Sqitch has the shell show them, until the script says otherwise.
class SqlitePlayer final : public Player {
  public:
    SqlitePlayer(const Script& script, Output output)
        : output_(std::move(output)), purpose_(script.purpose) {
        files_.emplace_back(script.path);
    }

    bool next(Step& step) override {
        while (!files_.empty()) {
            ChunkReader& chunk = files_.back();
            switch (chunk.next()) {
                case ChunkReader::Kind::end:
                    files_.pop_back();
                    break;
                case ChunkReader::Kind::dot_command:
                    obey(chunk);
                    break;
                case ChunkReader::Kind::sql:
                    if (echo_) print(chunk.text());
                    step = {chunk.text(), chunk.path(), {{0, chunk.line(), 1, false}}, {}, {}, {}};
                    for (const Found& found : chunk.statements()) {
                        step.statements.emplace_back(found.begin, found.end);
                    }
                    expect(step, 0, chunk.take_comments(), purpose_);
                    return true;
            }
        }
        return false;
    }

    void show_columns(const std::vector<std::string>& names) override {
        if (headers_) print(line_of(names));
    }

    void show_row(std::span<const Cell> values) override {
        std::vector<std::string> texts;
        for (const Cell& value : values) texts.emplace_back(value.value_or(""));
        print(line_of(texts));
    }

    void finished(std::int64_t) override {}
    void skipped() override {}
    void connected(const std::map<std::string, std::string>&) override {}
    void show_message(std::string_view text) override { output_(Channel::messages, text); }
    bool copy_in(std::string&) override { return false; }
    void copy_out(std::string_view) override {}
    std::optional<Location> data_line(std::size_t) const override { return std::nullopt; }

  private:
    void print(std::string_view text) { output_(Channel::results, text); }

    void obey(const ChunkReader& chunk) {
        const DotLine line = parse_dot_line(trim(chunk.text()));
        const auto& args = line.arguments;
        const auto on = [&] {
            const std::string word = args.empty() ? "on" : to_lower_ascii(args[0]);
            return word == "on" || word == "1" || word == "yes" || word == "true";
        };
        switch (line.command) {
            case DotCommand::read:
                files_.emplace_back(args[0]);
                break;
            case DotCommand::stop:
                files_.pop_back();
                break;
            case DotCommand::print:
                print(join(args, " ") + "\n");
                break;
            case DotCommand::echo:
                echo_ = on();
                break;
            case DotCommand::headers:
                headers_ = on();
                break;
            case DotCommand::separator:
                if (!args.empty()) separator_ = args[0];
                break;
            case DotCommand::mode:
                quoted_ = args.empty() || args[0] == "csv";
                separator_ = quoted_ ? "," : args[0] == "tabs" ? "\t" : "|";
                break;
            default:
                break;
        }
    }

    std::string line_of(const std::vector<std::string>& values) const {
        std::string out;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += separator_;
            const bool quote = quoted_ && values[i].find_first_of("\",\r\n") != std::string::npos;
            out += quote ? '"' + replace_all(values[i], "\"", "\"\"") + '"' : values[i];
        }
        return out + '\n';
    }

    Output output_;
    Purpose purpose_;
    std::deque<ChunkReader> files_;
    std::string separator_ = ",";
    bool quoted_ = true;
    bool headers_ = false;
    bool echo_ = false;
};

}  // namespace

Analysis SqliteDialect::analyse(const Script& script) const {
    return Analyser(script).run();
}

std::unique_ptr<Player> SqliteDialect::play(const Script& script, Output output) const {
    return std::make_unique<SqlitePlayer>(script, std::move(output));
}

Control SqliteDialect::control(std::string_view statement) const {
    switch (kind_of(head_of(statement))) {
        case StatementKind::begin:
            return Control::begin;
        case StatementKind::commit:
            return Control::commit;
        case StatementKind::rollback:
            return Control::rollback;
        case StatementKind::setting:
        case StatementKind::detach:
            return Control::setting;
        case StatementKind::session:
            return Control::session;
        case StatementKind::not_transactional:
            return Control::outside;
        default:
            return Control::none;
    }
}

}  // namespace kedge::script::sqlite
