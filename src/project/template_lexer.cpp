// SPDX-License-Identifier: MIT
#include "project/template_lexer.hpp"

#include <algorithm>
#include <array>

#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::project {
namespace {

using Kind = TemplateToken::Kind;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_line_space(char c) {
    return is_space(c) && c != '\n';
}
bool is_chomp_flag(char c) {
    return c == '-' || c == '=' || c == '~' || c == '+';
}

/// Removes blanks at the end of `text` as the flag of the tag behind it says.
void chomp_before(std::string& text, char flag) {
    const std::string all = text;
    if (flag == '-') {
        while (!text.empty() && is_line_space(text.back())) text.pop_back();
        if (text.empty()) return;
        if (text.back() != '\n') {
            text = all;
            return;
        }
        text.pop_back();
        if (!text.empty() && text.back() == '\r') text.pop_back();
    } else if (flag == '~' || flag == '=') {
        while (!text.empty() && is_space(text.back())) text.pop_back();
        if (flag == '=' && text.size() < all.size()) text += ' ';
    }
}

/// Behind a tag: the offset at which the text goes on. `lead` is what replaces the text skipped.
std::size_t chomp_after(std::string_view text, std::size_t offset, char flag, std::string& lead) {
    std::size_t i = offset;
    if (flag == '-') {
        while (i < text.size() && is_line_space(text[i])) ++i;
        return i < text.size() && text[i] == '\n' ? i + 1 : offset;
    }
    if (flag == '~' || flag == '=') {
        while (i < text.size() && is_space(text[i])) ++i;
        if (flag == '=' && i > offset) lead = " ";
    }
    return i;
}

/// "007" is 7 and "1.50" is 1.5.
std::string normalize_number(std::string_view text) {
    const bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
    if (text.find('.') != std::string_view::npos) {
        while (text.back() == '0') text.remove_suffix(1);
        if (text.back() == '.') text.remove_suffix(1);
    }
    return (negative && text != "0" ? "-" : "") + std::string(text);
}

/// Reads the inside of one tag.
class TagLexer {
  public:
    TagLexer(const TemplateSource& source, std::size_t begin, std::size_t end,
             std::vector<TemplateToken>& tokens)
        : source_(source), text_(source.text().substr(0, end)), position_(begin), tokens_(tokens) {}

    void run() {
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (is_space(c)) {
                ++position_;
            } else if (c == '#') {
                position_ = std::min(text_.find('\n', position_), text_.size());
            } else if (c == '\'' || c == '"') {
                read_string(c);
            } else if (is_digit(c) || (c == '-' && is_digit(at(position_ + 1)))) {
                read_number();
            } else if (is_word(c)) {
                std::size_t end = position_;
                while (is_word(at(end))) ++end;
                push(Kind::word, end);
            } else {
                read_symbol();
            }
        }
    }

  private:
    [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

    void push(Kind kind, std::size_t end) {
        tokens_.push_back({kind, std::string(text_.substr(position_, end - position_)), position_});
        position_ = end;
    }

    void read_number() {
        std::size_t end = position_ + 1;
        while (is_digit(at(end))) ++end;
        // In `list.1.0` each number is a member of its own.
        const bool is_member =
            !tokens_.empty() && tokens_.back().kind == Kind::symbol && tokens_.back().value == ".";
        if (!is_member && at(end) == '.' && is_digit(at(end + 1))) {
            ++end;
            while (is_digit(at(end))) ++end;
        }
        if (is_word(at(end))) source_.fail(position_, "a name can't begin with a digit");
        push(Kind::number, end);
        tokens_.back().value = normalize_number(tokens_.back().value);
    }

    void read_string(char quote) {
        std::string value;
        std::size_t i = position_ + 1;
        for (; i < text_.size() && text_[i] != quote; ++i) {
            if (text_[i] == '$' && quote == '"') {
                source_.fail(i, "variables inside of a string aren't supported",
                             "join the parts with _, as in \"a \" _ name, or write \\$");
            }
            if (text_[i] == '\\' && i + 1 < text_.size()) {
                value += unescape(text_[++i], quote);
            } else {
                value += text_[i];
            }
        }
        if (i >= text_.size()) {
            source_.fail(position_, "the string isn't closed",
                         "strings end before the tag does; a string can't hold %]");
        }
        tokens_.push_back({Kind::string, value, position_});
        position_ = i + 1;
    }

    static std::string unescape(char c, char quote) {
        if (quote == '\'') return c == '\'' || c == '\\' ? std::string(1, c) : std::string{'\\', c};
        if (c == 'n') return "\n";
        if (c == 'r') return "\r";
        if (c == 't') return "\t";
        return std::string(1, c);
    }

    void read_symbol() {
        static constexpr std::array<std::string_view, 19> kSymbols = {
            "==", "!=", "<=", ">=", "&&", "||", "=", "!", "<", ">",
            "|",  "(",  ")",  ".",  ",",  "?",  ":", "[", "]"};
        if (text_[position_] == ';') {
            push(Kind::separator, position_ + 1);
            return;
        }
        const std::string_view rest = text_.substr(position_);
        for (const std::string_view symbol : kSymbols) {
            if (rest.substr(0, symbol.size()) != symbol) continue;
            push(Kind::symbol, position_ + symbol.size());
            return;
        }
        const bool printable = rest[0] > ' ' && rest[0] < '\x7f';
        source_.fail(position_, printable ? "unexpected '" + std::string(1, rest[0]) + "' in a tag"
                                          : std::string("unexpected character in a tag"));
    }

    const TemplateSource& source_;
    std::string_view text_;
    std::size_t position_;
    std::vector<TemplateToken>& tokens_;
};

}  // namespace

void TemplateSource::fail(std::size_t offset, const std::string& message,
                          const std::string& hint) const {
    offset = std::min(offset, text_.size());
    const std::string_view before = text_.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
    const std::string_view in_line = before.substr(line_start);

    Error error;
    error.kind = ErrorKind::configuration;
    error.message = message;
    error.hint = hint;
    error.where.file = file_name_;
    error.where.line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    error.where.column = count_characters(in_line) + 1;
    std::string_view line = text_.substr(line_start);
    line = line.substr(0, line.find('\n'));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    error.source_line = std::string(line);
    throw Failure(std::move(error));
}

std::vector<TemplateToken> tokenize_template(const TemplateSource& source) {
    const std::string_view text = source.text();
    std::vector<TemplateToken> tokens;
    std::string lead;
    std::size_t position = 0;
    for (std::size_t open = text.find("[%"); open != std::string_view::npos;
         open = text.find("[%", position)) {
        const std::size_t close = text.find("%]", open + 2);
        if (close == std::string_view::npos) {
            source.fail(open, "the tag isn't closed", "a tag ends with %]");
        }
        std::size_t begin = open + 2;
        std::size_t end = close;
        std::string before = lead.append(text.substr(position, open - position));
        lead.clear();
        const bool comment = begin < end && text[begin] == '#';
        if (!comment && begin < end && is_chomp_flag(text[begin])) {
            chomp_before(before, text[begin++]);
        }
        while (end > begin && is_space(text[end - 1])) --end;
        char flag = '\0';
        if (end > begin && is_chomp_flag(text[end - 1])) flag = text[--end];

        if (!before.empty()) tokens.push_back({Kind::text, before, position});
        if (!comment) TagLexer(source, begin, end, tokens).run();
        tokens.push_back({Kind::separator, "%]", close});
        position = chomp_after(text, close + 2, flag, lead);
    }
    lead.append(text.substr(position));
    if (!lead.empty()) tokens.push_back({Kind::text, lead, position});
    tokens.push_back({Kind::end, "", text.size()});
    return tokens;
}

}  // namespace kedge::project
