// SPDX-License-Identifier: MIT
#include "plan/merge_units.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "plan/change.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

std::vector<TextLine> cut_lines(std::string_view text) {
    std::vector<TextLine> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t stop = text.find('\n', at);
        const std::size_t next = stop == std::string_view::npos ? text.size() : stop + 1;
        std::size_t length = (stop == std::string_view::npos ? next : stop) - at;
        if (length > 0 && stop != std::string_view::npos && text[at + length - 1] == '\r') --length;
        out.push_back({text.substr(at, length), text.substr(at + length, next - at - length),
                       out.size() + 1});
        at = next;
    }
    return out;
}

std::string_view without_blanks(std::string_view text) {
    return text.substr(leading_blanks(text));
}

std::string_view first_word(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const CodePoint c = decode_utf8(text, at);
        if (is_blank(c.value)) break;
        at += c.size;
    }
    return text.substr(0, at);
}

class Cutter {
  public:
    std::vector<Unit> run(std::string_view text) {
        bool in_header = true;
        for (const TextLine& line : cut_lines(text)) {
            const std::string_view body = without_blanks(line.text);
            if (in_header && body.empty()) {
                in_header = false;
                add_named(Unit::Kind::separator, {}, line);
            } else if (in_header && body.front() == '%') {
                const std::string_view rest = without_blanks(body.substr(1));
                add_named(Unit::Kind::pragma, first_word(rest.substr(0, rest.find('='))), line);
            } else if (body.empty() || body.front() == '#') {
                loose_.push_back(line);
            } else {
                in_header = false;
                entry(body, line);
            }
        }
        add_named(Unit::Kind::end, {}, {});
        return std::move(units_);
    }

  private:
    void entry(std::string_view body, const TextLine& line) {
        if (body.front() == '@') {
            const std::string_view name = first_word(body.substr(1));
            if (units_.empty() || units_.back().kind != Unit::Kind::change) {
                add_named(Unit::Kind::change, body, line);
                return;
            }
            units_.back().tags.push_back({std::exchange(loose_, {}), line, name});
            return;
        }
        if (body.front() == '+' || body.front() == '-') body = without_blanks(body.substr(1));
        add_named(Unit::Kind::change, first_word(body), line);
    }

    void add_named(Unit::Kind kind, std::string_view name, const TextLine& line) {
        Unit& unit = units_.emplace_back();
        unit.kind = kind;
        unit.before = std::exchange(loose_, {});
        unit.name = name;
        unit.line = line;
        const std::string known = fmt::format("{} {}", static_cast<int>(kind), name);
        unit.instance = ++instances_[known];
        unit.key = fmt::format("{} {}", known, unit.instance);
    }

    std::vector<Unit> units_;
    std::vector<TextLine> loose_;
    std::unordered_map<std::string, std::size_t> instances_;
};

/// The longest run of pairs that ascends on both sides; they come in order of the first.
std::vector<std::pair<std::size_t, std::size_t>> ascending(
    const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
    std::vector<std::size_t> ends;  // of the best run of each length, as an index of pairs
    std::vector<std::size_t> before(pairs.size(), kNone);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto at = std::lower_bound(
            ends.begin(), ends.end(), pairs[i].second,
            [&](std::size_t end, std::size_t second) { return pairs[end].second < second; });
        if (at != ends.begin()) before[i] = *(at - 1);
        if (at == ends.end()) {
            ends.push_back(i);
        } else {
            *at = i;
        }
    }
    std::vector<std::pair<std::size_t, std::size_t>> out;
    for (std::size_t i = ends.empty() ? kNone : ends.back(); i != kNone; i = before[i]) {
        out.push_back(pairs[i]);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

std::vector<Unit> cut_units(std::string_view text) {
    return Cutter().run(text);
}

std::vector<std::size_t> match_units(const std::vector<Unit>& base, const std::vector<Unit>& side) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < side.size(); ++i) places.emplace(side[i].key, i);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < base.size(); ++i) {
        const auto at = places.find(base[i].key);
        if (at != places.end()) pairs.emplace_back(i, at->second);
    }
    std::vector<std::size_t> out(base.size(), kNone);
    for (const auto& [in_base, in_side] : ascending(pairs)) out[in_base] = in_side;
    return out;
}

}  // namespace kedge::plan
