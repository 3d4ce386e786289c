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

/// More comparisons than this are not made to find which of two blocks of comments are the same.
constexpr std::size_t kMostComparisons = 4'000'000;

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
        let_go();
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
        let_go();
        Unit& unit = units_.emplace_back();
        unit.kind = kind;
        unit.name = name;
        unit.line = line;
        const std::string known = fmt::format("{} {}", static_cast<int>(kind), name);
        unit.instance = ++instances_[known];
        unit.key = fmt::format("{} {}", known, unit.instance);
    }

    /// Comments and empty lines that turned out to be no part of a change with its tags.
    void let_go() {
        for (const TextLine& line : loose_) units_.emplace_back().line = line;
        loose_.clear();
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

class Matcher {
  public:
    Matcher(const std::vector<Unit>& base, const std::vector<Unit>& side)
        : base_(base), side_(side), out_(base.size(), kNone) {}

    std::vector<std::size_t> run() {
        std::unordered_map<std::string_view, std::size_t> places;
        for (std::size_t i = 0; i < side_.size(); ++i) {
            if (!side_[i].key.empty()) places.emplace(side_[i].key, i);
        }
        std::vector<std::pair<std::size_t, std::size_t>> pairs;
        for (std::size_t i = 0; i < base_.size(); ++i) {
            if (base_[i].key.empty()) continue;
            const auto at = places.find(base_[i].key);
            if (at != places.end()) pairs.emplace_back(i, at->second);
        }
        std::size_t base_from = 0;
        std::size_t side_from = 0;
        for (const auto& [in_base, in_side] : ascending(pairs)) {
            match_others(base_from, in_base, side_from, in_side);
            out_[in_base] = in_side;
            base_from = in_base + 1;
            side_from = in_side + 1;
        }
        match_others(base_from, base_.size(), side_from, side_.size());
        return std::move(out_);
    }

  private:
    static std::vector<std::size_t> others(const std::vector<Unit>& units, std::size_t from,
                                           std::size_t to) {
        std::vector<std::size_t> out;
        for (std::size_t i = from; i < to; ++i) {
            if (units[i].key.empty()) out.push_back(i);
        }
        return out;
    }

    [[nodiscard]] bool same(std::size_t in_base, std::size_t in_side) const {
        return base_[in_base].line.text == side_[in_side].line.text;
    }

    void match_others(std::size_t base_from, std::size_t base_to, std::size_t side_from,
                      std::size_t side_to) {
        const std::vector<std::size_t> a = others(base_, base_from, base_to);
        const std::vector<std::size_t> b = others(side_, side_from, side_to);
        std::size_t first = 0;
        while (first < a.size() && first < b.size() && same(a[first], b[first])) {
            out_[a[first]] = b[first];
            ++first;
        }
        std::size_t a_end = a.size();
        std::size_t b_end = b.size();
        while (a_end > first && b_end > first && same(a[a_end - 1], b[b_end - 1])) {
            out_[a[--a_end]] = b[--b_end];
        }
        const std::size_t rows = a_end - first;
        const std::size_t columns = b_end - first;
        if (rows == 0 || columns == 0 || rows > kMostComparisons / columns) return;
        // Lengths of the longest common parts of what follows.
        std::vector<std::vector<std::size_t>> length(rows + 1,
                                                     std::vector<std::size_t>(columns + 1, 0));
        for (std::size_t i = rows; i-- > 0;) {
            for (std::size_t j = columns; j-- > 0;) {
                length[i][j] = same(a[first + i], b[first + j])
                                   ? length[i + 1][j + 1] + 1
                                   : std::max(length[i + 1][j], length[i][j + 1]);
            }
        }
        for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
            if (same(a[first + i], b[first + j])) {
                out_[a[first + i++]] = b[first + j++];
            } else if (length[i + 1][j] >= length[i][j + 1]) {
                ++i;
            } else {
                ++j;
            }
        }
    }

    const std::vector<Unit>& base_;
    const std::vector<Unit>& side_;
    std::vector<std::size_t> out_;
};

}  // namespace

std::vector<Unit> cut_units(std::string_view text) {
    return Cutter().run(text);
}

std::vector<std::size_t> match_units(const std::vector<Unit>& base, const std::vector<Unit>& side) {
    return Matcher(base, side).run();
}

}  // namespace kedge::plan
