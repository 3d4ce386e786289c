// SPDX-License-Identifier: MIT
#include "report/item_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "support/error.hpp"

namespace kedge::report {
namespace {

using Argument = std::optional<std::string>;
using Texts = std::vector<std::string>;

constexpr std::size_t kMaxWidth = 100'000;

[[noreturn]] void fail(std::string message, std::string hint = {}) {
    throw Failure(ErrorKind::usage, std::move(message), std::move(hint));
}

/// An argument that is missing, empty or `0` leaves the choice to the default, as in Sqitch.
bool is_given(const Argument& argument) {
    return argument && !argument->empty() && *argument != "0";
}

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The byte length of the first `count` characters of a UTF-8 text.
std::size_t prefix_size(std::string_view text, std::size_t count) {
    std::size_t i = 0;
    while (i < text.size()) {
        if (!is_continuation(text[i]) && count-- == 0) break;
        ++i;
    }
    return i;
}

std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

/// The byte length of the line break at `at`, 0 if none is there. A note's first line ends at any
/// vertical space of Unicode, not only at a newline.
std::size_t break_size(std::string_view text, std::size_t at) {
    if (text[at] >= '\n' && text[at] <= '\r') return 1;
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\u0085")) return 2;
    return rest.starts_with("\u2028") || rest.starts_with("\u2029") ? 3 : 0;
}

std::string_view first_line(std::string_view note) {
    for (std::size_t i = 0; i < note.size(); ++i) {
        if (break_size(note, i) > 0) return note.substr(0, i);
    }
    return note;
}

/// What follows the first line and the breaks after it. Lone breaks of other kinds than newline
/// count only where no newline ends the line, and a note that begins with a break is all body.
std::string_view body(std::string_view note) {
    std::size_t start = note.find('\n');
    if (start == std::string_view::npos) {
        start = note.size();
        while (start > 0 && (start == note.size() || break_size(note, start) == 0)) --start;
        if (start == 0) return first_line(note).size() == note.size() ? std::string_view{} : note;
    }
    if (start == 0) return note;
    while (start < note.size()) {
        const std::size_t size = break_size(note, start);
        if (size == 0) break;
        start += size;
    }
    return note.substr(start);
}

void append_indented(std::string& out, std::string_view text, std::string_view prefix) {
    out += prefix;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '\n' && i + 1 < text.size()) out += prefix;
    }
}

void append_joined(std::string& out, const Texts& texts, std::string_view separator) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += separator;
        out += texts[i];
    }
}

void append_abbreviated(std::string& out, const std::string& id, std::int64_t length) {
    const auto size = static_cast<std::int64_t>(id.size());
    if (length < 0) length = std::max<std::int64_t>(size + length, 0);
    out.append(id, 0, static_cast<std::size_t>(std::min(length, size)));
}

/// The number that a text begins with, 0 if none: what Perl makes of the N in `%{N}h`.
std::int64_t leading_number(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec == std::errc::result_out_of_range) return INT32_MAX;
    return number;
}

std::string capitalised(std::string word) {
    if (!word.empty() && word[0] >= 'a' && word[0] <= 'z')
        word[0] = static_cast<char>(word[0] - 32);
    return word;
}

/// A label with its colon, padded to the longest one.
std::string label(const Argument& name) {
    constexpr std::array<std::string_view, 13> kLabels = {
        "event",   "change", "committer", "planner", "by",       "date",     "committed",
        "planned", "name",   "project",   "email",   "requires", "conflicts"};
    if (!name) fail("No label passed to the _ format");
    if (std::find(kLabels.begin(), kLabels.end(), *name) == kLabels.end()) {
        fail(fmt::format("Unknown label \"{}\" passed to the _ format", *name));
    }
    return fmt::format("{:<10}", capitalised(*name) + ':');
}

std::optional<unsigned> number_in(std::string_view text, unsigned limit) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
    return value <= limit ? std::optional(value) : std::nullopt;
}

/// The SGR parameters (ECMA-48, 8.3.117) of one attribute by its name in Perl's Term::ANSIColor;
/// empty if there is no such name.
std::string sgr_parameters(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, int>, 11> kStyles = {{{"clear", 0},
                                                                           {"reset", 0},
                                                                           {"bold", 1},
                                                                           {"dark", 2},
                                                                           {"faint", 2},
                                                                           {"italic", 3},
                                                                           {"underline", 4},
                                                                           {"underscore", 4},
                                                                           {"blink", 5},
                                                                           {"reverse", 7},
                                                                           {"concealed", 8}}};
    constexpr std::array<std::string_view, 8> kColours = {"black", "red",     "green", "yellow",
                                                          "blue",  "magenta", "cyan",  "white"};
    for (const auto& [style, number] : kStyles) {
        if (style == name) return std::to_string(number);
    }
    const bool ground = name.starts_with("on_");
    if (ground) name.remove_prefix(3);
    const bool bright = name.starts_with("bright_");
    const std::string_view plain = bright ? name.substr(7) : name;
    for (std::size_t i = 0; i < kColours.size(); ++i) {
        if (kColours[i] == plain) return std::to_string(i + (bright ? 90 : 30) + (ground ? 10 : 0));
    }

    const auto indexed = [&](unsigned index) {
        return fmt::format("{};5;{}", ground ? 48 : 38, index);
    };
    // No leading zeros where the name is one of a list: `ansi07` doesn't exist.
    const auto listed = [](std::string_view text, unsigned limit) {
        const auto number = number_in(text, limit);
        return number && std::to_string(*number) == text ? number : std::nullopt;
    };
    if (name.starts_with("ansi")) {
        const auto index = listed(name.substr(4), 255);
        return index ? indexed(*index) : "";
    }
    if (name.starts_with("grey")) {
        const auto shade = listed(name.substr(4), 23);
        return shade ? indexed(232 + *shade) : "";
    }
    if (name.starts_with("rgb")) {
        name.remove_prefix(3);
        const auto in_cube = [](char c) { return c >= '0' && c <= '5'; };
        if (name.size() != 3 || !std::all_of(name.begin(), name.end(), in_cube)) return {};
        const auto level = [&](std::size_t i) { return static_cast<unsigned>(name[i] - '0'); };
        return indexed(16 + 36 * level(0) + 6 * level(1) + level(2));
    }
    const std::size_t green = name.find('g');
    const std::size_t blue = name.find('b');
    if (!name.starts_with('r') || green == name.npos || blue == name.npos || blue < green)
        return {};
    const auto r = number_in(name.substr(1, green - 1), 255);
    const auto g = number_in(name.substr(green + 1, blue - green - 1), 255);
    const auto b = number_in(name.substr(blue + 1), 255);
    if (!r || !g || !b) return {};
    return fmt::format("{};2;{};{};{}", ground ? 48 : 38, *r, *g, *b);
}

/// The escape sequence for a blank-separated list of colours and styles.
std::string escape_sequence(const Argument& names) {
    std::string parameters;
    if (!names || names->empty()) fail("No color passed to the C format");
    std::string word;
    for (const char c : *names + ' ') {
        if (!is_blank(c)) {
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            continue;
        }
        if (word.empty()) continue;
        const std::string found = sgr_parameters(word);
        if (found.empty()) fail(fmt::format("{} is not a valid ANSI color", *names));
        parameters += (parameters.empty() ? "" : ";") + found;
        word.clear();
    }
    return parameters.empty() ? "" : "\033[" + parameters + 'm';
}

}  // namespace

/// Reads a format string from left to right into pieces.
class ItemFormat::Compiler {
  public:
    Compiler(std::string_view text, const DateFormat& dates, Colour colour, int abbrev)
        : text_(text), dates_(dates), colour_(colour), abbrev_(abbrev) {}

    std::vector<Piece> run() {
        while (at_ < text_.size()) {
            if (text_[at_] != '%' || !read_directive()) literal_ += text_[at_++];
        }
        end_literal();
        return std::move(pieces_);
    }

  private:
    /// What stands between a `%` and its code.
    struct Directive {
        Padding padding;
        bool padded = false;
        Argument argument;
        std::string code;
    };

    void end_literal() {
        if (literal_.empty()) return;
        pieces_.push_back(
            {[text = std::move(literal_)](std::string& out, const Item&) { out += text; }, {}});
        literal_.clear();
    }

    std::string_view take_digits(std::size_t& i) const {
        const std::size_t start = i;
        while (i < text_.size() && is_digit(text_[i])) ++i;
        return text_.substr(start, i - start);
    }

    static std::size_t width(std::string_view digits) {
        std::size_t value = 0;
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (result.ec == std::errc::result_out_of_range || value > kMaxWidth) {
            fail(fmt::format("width {} is more than {} characters", digits, kMaxWidth));
        }
        return value;
    }

    /// The code may not be a blank, and an argument doesn't span lines; where the first `}` has no
    /// code after it, a later one may end the argument.
    bool take_argument(std::size_t& i, Directive& directive) const {
        if (i >= text_.size() || text_[i] != '{') return false;
        const std::size_t line_end = text_.find('\n', i);
        for (std::size_t end = text_.find('}', i); end < line_end && end + 1 < text_.size();
             end = text_.find('}', end + 1)) {
            if (is_blank(text_[end + 1])) continue;
            directive.argument = std::string(text_.substr(i + 1, end - i - 1));
            i = end + 1;
            return true;
        }
        return false;
    }

    /// False if the `%` at hand is a mere percent sign: one at the end or before a blank.
    bool read_directive() {
        std::size_t i = at_ + 1;
        Directive directive;
        Padding& padding = directive.padding;
        if (i < text_.size() && text_[i] == '-') {
            padding.left = true;
            ++i;
        }
        if (const auto digits = take_digits(i); !digits.empty()) {
            padding.width = width(digits);
            padding.fill = digits.front() == '0' && !padding.left ? '0' : ' ';
        }
        if (i < text_.size() && text_[i] == '.') {
            const auto digits = take_digits(++i);
            if (!digits.empty() && digits != "0") padding.limit = width(digits);
        }
        directive.padded = i > at_ + 1;
        take_argument(i, directive);
        if (i >= text_.size() || is_blank(text_[i])) {
            if (i == at_ + 1) return false;
            unknown_code(text_.substr(i - 1, 1));
        }
        const std::string_view code = text_.substr(i, prefix_size(text_.substr(i), 1));
        if (text_.substr(at_, 2) == "%%") {
            literal_ += '%';
        } else {
            if (code.size() > 1) unknown_code(code);
            end_literal();
            pieces_.push_back({writer(code.front(), directive.argument),
                               directive.padded ? std::optional(padding) : std::nullopt});
        }
        at_ = i + code.size();
        return true;
    }

    [[noreturn]] static void unknown_code(std::string_view code) {
        fail(fmt::format("Unknown format code \"{}\"", code), "a percent sign itself is %%");
    }

    [[nodiscard]] Writer writer(char code, const Argument& argument) const {
        switch (code) {
            case 'e':
                return field(&Item::event);
            case 'l':
                return field(&Item::event);
            case 'L':
                return [](std::string& out, const Item& item) { out += capitalised(item.event); };
            case 'H':
                return field(&Item::id);
            case 'h':
                return abbreviated_id(argument);
            case 'n':
                return field(&Item::name);
            case 'o':
                return field(&Item::project);
            case 'F':
                return field(&Item::deploy_file);
            case 'c':
                return person(argument, &Item::committer_name, &Item::committer_email,
                              [](const Item& item) {
                                  if (!item.committed) fail("a planned change has no commit date");
                                  return *item.committed;
                              });
            case 'p':
                return person(argument, &Item::planner_name, &Item::planner_email,
                              [](const Item& item) { return item.planned; });
            case 't':
                return list(&Item::tags, " ", argument, "");
            case 'T':
                return list(&Item::tags, " (", argument, ")");
            case 'r':
                return list(&Item::requirements, " ", argument, "");
            case 'R':
                return list(&Item::requirements, label("requires") + ' ', argument, "\n");
            case 'x':
                return list(&Item::conflicts, " ", argument, "");
            case 'X':
                return list(&Item::conflicts, label("conflicts") + ' ', argument, "\n");
            case '_':
                return fixed(label(argument));
            case 'v':
                return fixed("\n");
            case 's':
                return [prefix = argument.value_or("")](std::string& out, const Item& item) {
                    out += prefix;
                    out += first_line(item.note);
                };
            case 'b':
                return [prefix = argument.value_or("")](std::string& out, const Item& item) {
                    const std::string_view text = body(item.note);
                    if (!text.empty()) append_indented(out, text, prefix);
                };
            case 'B':
                return [prefix = argument.value_or("")](std::string& out, const Item& item) {
                    append_indented(out, item.note, prefix);
                };
            case 'C':
                return colour(argument);
            case 'a':
                return attribute(argument);
            default:
                unknown_code({&code, 1});
        }
    }

    static Writer fixed(std::string text) {
        return [text = std::move(text)](std::string& out, const Item&) { out += text; };
    }

    static Writer field(std::string Item::*member) {
        return [member](std::string& out, const Item& item) { out += item.*member; };
    }

    static Writer list(Texts Item::*member, std::string before, const Argument& separator,
                       std::string after) {
        return [member, before = std::move(before),
                separator = is_given(separator) ? *separator : ", ",
                after = std::move(after)](std::string& out, const Item& item) {
            const Texts& texts = item.*member;
            if (texts.empty()) return;
            out += before;
            append_joined(out, texts, separator);
            out += after;
        };
    }

    [[nodiscard]] Writer abbreviated_id(const Argument& argument) const {
        if (!is_given(argument) && abbrev_ == 0) return field(&Item::id);
        const std::int64_t length = is_given(argument) ? leading_number(*argument) : abbrev_;
        return [length](std::string& out, const Item& item) {
            append_abbreviated(out, item.id, length);
        };
    }

    /// An argument that is none of the known ones gives nothing, as in Sqitch.
    template <typename GetTime>
    [[nodiscard]] Writer person(const Argument& argument, std::string Item::*name,
                                std::string Item::*email, GetTime time) const {
        if (!argument) {
            return [name, email](std::string& out, const Item& item) {
                out += item.*name;
                out += " <";
                out += item.*email;
                out += '>';
            };
        }
        if (*argument == "n" || *argument == "name") return field(name);
        if (*argument == "e" || *argument == "email") return field(email);

        const std::string_view what = std::string_view(*argument).substr(0, argument->find(':'));
        if (what != "d" && what != "date") return fixed("");
        const Argument spec = what.size() < argument->size()
                                  ? Argument(argument->substr(what.size() + 1))
                                  : Argument();
        const DateFormat dates = is_given(spec) ? DateFormat::parse(*spec) : dates_;
        return
            [dates, time](std::string& out, const Item& item) { out += dates.format(time(item)); };
    }

    /// Colours are checked even where they aren't shown.
    [[nodiscard]] Writer colour(const Argument& argument) const {
        const bool shown = colour_ == Colour::always;
        if (argument != ":event") {
            std::string sequence = escape_sequence(argument);
            return fixed(shown ? std::move(sequence) : "");
        }
        return [shown](std::string& out, const Item& item) {
            if (!shown) return;
            out += item.event == "deploy" ? "\033[32m"
                                          : (item.event == "revert" ? "\033[34m" : "\033[31m");
        };
    }

    [[nodiscard]] static Writer attribute(const Argument& argument) {
        constexpr std::array<std::pair<std::string_view, std::string Item::*>, 10> kTexts = {
            {{"event", &Item::event},
             {"change_id", &Item::id},
             {"change", &Item::name},
             {"project", &Item::project},
             {"note", &Item::note},
             {"planner_name", &Item::planner_name},
             {"planner_email", &Item::planner_email},
             {"committer_name", &Item::committer_name},
             {"committer_email", &Item::committer_email},
             {"deploy_file", &Item::deploy_file}}};
        constexpr std::array<std::pair<std::string_view, Texts Item::*>, 3> kLists = {
            {{"requires", &Item::requirements},
             {"conflicts", &Item::conflicts},
             {"tags", &Item::tags}}};
        if (!argument || argument->empty()) fail("No attribute passed to the a format");
        const std::string& name = *argument;
        const std::string before = fmt::format("{:<9} ", name);
        for (const auto& [known, member] : kLists) {
            if (known == name) return list(member, before, {}, "\n");
        }
        for (const auto& [known, member] : kTexts) {
            if (known != name) continue;
            return [before, name, member = member](std::string& out, const Item& item) {
                require_attribute(item, name);
                out += before;
                out += item.*member;
                out += '\n';
            };
        }
        if (name != "planned_at" && name != "committed_at") unknown_attribute(name);
        return [before, name, raw = DateFormat::parse("raw")](std::string& out, const Item& item) {
            require_attribute(item, name);
            out += before;
            out += raw.format(name == "planned_at" ? item.planned : *item.committed);
            out += '\n';
        };
    }

    [[noreturn]] static void unknown_attribute(const std::string& name) {
        fail(fmt::format("{} is not a valid change attribute", name));
    }

    /// Only a log knows committers, and only a plan knows files.
    static void require_attribute(const Item& item, const std::string& name) {
        const bool missing = item.committed ? name == "deploy_file" : name.starts_with("commit");
        if (missing) unknown_attribute(name);
    }

    std::string_view text_;
    const DateFormat& dates_;
    Colour colour_;
    int abbrev_;
    std::size_t at_ = 0;
    std::string literal_;
    std::vector<Piece> pieces_;
};

ItemFormat::ItemFormat(std::string_view format_string, const DateFormat& dates, Colour colour,
                       int abbrev)
    : pieces_(Compiler(format_string, dates, colour, abbrev).run()) {}

std::string ItemFormat::format(const Item& item) const {
    std::string out;
    for (const Piece& piece : pieces_) {
        const std::size_t start = out.size();
        piece.write(out, item);
        if (!piece.padding) continue;
        const Padding& padding = *piece.padding;
        if (padding.limit) {
            out.resize(start + prefix_size(std::string_view(out).substr(start), *padding.limit));
        }
        const std::size_t count = character_count(std::string_view(out).substr(start));
        if (count < padding.width) {
            out.insert(padding.left ? out.size() : start, padding.width - count, padding.fill);
        }
    }
    return out;
}

}  // namespace kedge::report
