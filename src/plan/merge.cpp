// SPDX-License-Identifier: MIT
#include "plan/merge.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "plan/line_end.hpp"
#include "plan/merge_check.hpp"
#include "plan/merge_side.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

/// Of a thing that both sides have: theirs if we left it as it was, else ours.
template <typename Value>
Value either(Value base, Value ours, Value theirs) {
    return ours == base ? theirs : ours;
}

bool same_texts(const std::vector<TextLine>& a, const std::vector<TextLine>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const TextLine& x, const TextLine& y) { return x.text == y.text; });
}

class Merger {
  public:
    explicit Merger(const MergeInput& input)
        : input_(input),
          base_(base_units(input)),
          ours_(cut_units(input.ours), base_),
          theirs_(cut_units(input.theirs), base_),
          ours_end_(line_end(input.ours)),
          end_(either(line_end(input.base), ours_end_, line_end(input.theirs))) {
        for (const Unit& unit : base_) {
            base_keys_.emplace(unit.key, &unit);
        }
    }

    Merged run() {
        for (std::size_t i = 0; i < base_.size(); ++i) {
            put_inserted(i);
            const std::string& key = base_[i].key;
            if (!ours_.gap_of(key) && !theirs_.gap_of(key)) put_unit(key);  // else it was moved
        }
        if (out_.conflicts.empty()) check_merged();
        out_.text = render();
        return std::move(out_);
    }

  private:
    /// If each side made the plan, its header is what they have in common.
    static std::vector<Unit> base_units(const MergeInput& input) {
        if (!trim(input.base).empty()) return cut_units(input.base);
        std::vector<Unit> out;
        const std::vector<Unit> theirs = cut_units(input.theirs);
        for (Unit& unit : cut_units(input.ours)) {
            if (unit.kind == Unit::Kind::change) continue;
            unit.before.clear();
            const bool is_common = std::any_of(theirs.begin(), theirs.end(), [&](const Unit& t) {
                return t.key == unit.key && t.line.text == unit.line.text;
            });
            if (is_common) out.push_back(std::move(unit));
        }
        return out;
    }

    [[nodiscard]] const Unit* in_base(const std::string& key) const {
        const auto at = base_keys_.find(key);
        return at == base_keys_.end() ? nullptr : at->second;
    }

    // What is put out.

    void put(const std::vector<TextLine>& lines, bool is_ours, bool is_theirs) {
        if (lines.empty()) return;
        MergePiece& piece = pieces_.emplace_back();
        if (is_ours) piece.ours = lines;
        if (is_theirs) piece.theirs = lines;
    }

    void put_conflict(std::vector<TextLine> ours, std::vector<TextLine> theirs, std::string message,
                      std::string hint, const std::vector<TextLine>& base = {}) {
        add_conflict(ours, theirs, base, std::move(message), std::move(hint));
        pieces_.push_back({std::move(ours), std::move(theirs), true});
    }

    /// A conflict with the first lines of what each side has.
    void add_conflict(const std::vector<TextLine>& ours, const std::vector<TextLine>& theirs,
                      const std::vector<TextLine>& base, std::string message, std::string hint) {
        std::vector<std::string> lines;
        const auto tell = [&](const char* side, const std::vector<TextLine>& of) {
            if (!of.empty()) lines.push_back(line_of_side(input_.path, side, of.back()));
        };
        tell("ours", ours);
        tell("theirs", theirs);
        tell("before", base);
        Error error;
        error.kind = ErrorKind::configuration;
        error.where.file = input_.path;
        error.message = std::move(message);
        error.detail = join(lines, "\n");
        error.hint = std::move(hint);
        out_.conflicts.push_back(std::move(error));
    }

    /// Merges a line that both sides have; false if both changed it.
    bool put_line(const TextLine* base, const TextLine& ours, const TextLine& theirs) {
        const bool same = ours.text == theirs.text;
        if (!same && (base == nullptr || (base->text != ours.text && base->text != theirs.text))) {
            return false;
        }
        MergePiece& piece = pieces_.emplace_back();
        piece.ours = {ours};
        piece.theirs = {theirs};
        piece.takes_theirs = !same && base->text == ours.text;
        piece.end = either(base == nullptr ? ours.end : base->end, ours.end, theirs.end);
        return true;
    }

    void put_inserted(std::size_t gap) {
        for (const Unit* unit : ours_.inserted(gap)) put_unit(unit->key);
        for (const Unit* unit : theirs_.inserted(gap)) {
            // We put it somewhere too, and there it goes.
            const auto our_gap = ours_.gap_of(unit->key);
            if (!our_gap) {
                put_unit(unit->key, &base_[gap]);
            } else if (in_base(unit->key) != nullptr && our_gap != gap) {
                put_conflict(
                    {}, lines_of(unit),
                    fmt::format("both sides moved \"{}\", to different places", unit->name),
                    "leave it in one of the two");
            }
        }
    }

    // Units.

    /// `next`: of one that they inserted, what the base has behind it.
    void put_unit(const std::string& key, const Unit* next = nullptr) {
        const Unit* base = in_base(key);
        const Unit* ours = ours_.find(key);
        const Unit* theirs = theirs_.find(key);
        if (next != nullptr && base == nullptr) {
            put(comments_of_new(*theirs, *next), false, true);
        } else {
            put_comments(base, ours, theirs);
        }
        if (key == base_.back().key) return;  // the end is no line
        if (ours != nullptr && theirs != nullptr) {
            if (!put_line(base == nullptr ? nullptr : &base->line, ours->line, theirs->line)) {
                put_both_ways(*ours, *theirs, base);
                return;
            }
        } else if (base != nullptr) {
            const Unit* left = ours != nullptr ? ours : theirs;
            if (left == nullptr || left->line.text == base->line.text) {
                put_tags_of_removed(ours, theirs, *base);
            } else {
                put_removed_and_edited(ours, theirs, *base);
            }
            return;
        } else {
            if (ours != nullptr) put({ours->line}, true, false);
            if (theirs != nullptr) put({theirs->line}, false, true);
            const bool is_change = (ours != nullptr ? ours : theirs)->kind == Unit::Kind::change;
            if (is_change) ++(ours != nullptr ? out_.ours : out_.theirs);
        }
        put_tags(base, ours, theirs);
    }

    void put_both_ways(const Unit& ours, const Unit& theirs, const Unit* base) {
        std::string message;
        std::string hint = "keep one of the two lines";
        if (ours.kind == Unit::Kind::pragma) {
            message = fmt::format("both sides set %{} differently", ours.name);
        } else if (base != nullptr) {
            message = fmt::format("both sides edited the line of \"{}\"", ours.name);
        } else if (ours.instance > 1) {
            message = fmt::format("both sides reworked \"{}\"", ours.name);
            hint = fmt::format(
                "keep the one that is deployed, take the other line out and merge; then plan that "
                "one as the next rework: kedge tag NAME, kedge rework {}",
                ours.name);
        } else {
            message = fmt::format("both sides planned a change \"{}\"", ours.name);
            hint = fmt::format(
                "rename the one that is not deployed yet: its line here, what requires it, and its "
                "scripts (git mv deploy/{0}.sql ..., revert, verify); is it the same change, keep "
                "one of the two lines",
                ours.name);
        }
        std::vector<TextLine> before;
        if (base != nullptr) before.push_back(base->line);
        add_conflict({ours.line}, {theirs.line}, before, std::move(message), std::move(hint));
        pieces_.push_back({lines_of(&ours), lines_of(&theirs), true});
    }

    void put_removed_and_edited(const Unit* ours, const Unit* theirs, const Unit& base) {
        put_conflict(
            lines_of(ours), lines_of(theirs),
            fmt::format("\"{}\" was removed by {}, and edited by {}", base.name,
                        ours == nullptr ? "ours" : "theirs", ours == nullptr ? "theirs" : "ours"),
            "keep the line, or remove it", {base.line});
    }

    /// A side removed a change; what the other one put to it since would be lost with it.
    void put_tags_of_removed(const Unit* ours, const Unit* theirs, const Unit& base) {
        const Unit* left = ours != nullptr ? ours : theirs;
        if (left == nullptr) return;
        for (const TagLines& tag : left->tags) {
            if (const TagLines* known = find_tag(&base, tag.name)) {
                put_comments(known, find_tag(ours, tag.name), find_tag(theirs, tag.name));
                continue;
            }
            put_conflict(lines_of(ours), lines_of(theirs),
                         fmt::format("\"{}\" was removed by {}, and tagged by {}", base.name,
                                     ours == nullptr ? "ours" : "theirs",
                                     ours == nullptr ? "theirs" : "ours"),
                         "keep the change, or move the tag to another one", {base.line});
            return;
        }
    }

    template <typename Thing>
    static bool has_line(const Thing* thing, std::string_view text) {
        return thing != nullptr &&
               std::any_of(thing->before.begin(), thing->before.end(),
                           [&](const TextLine& line) { return line.text == text; });
    }

    /// Without those that both of us put something behind.
    [[nodiscard]] std::vector<TextLine> comments_of_new(const Unit& theirs,
                                                        const Unit& next) const {
        std::vector<TextLine> out;
        for (const TextLine& line : theirs.before) {
            const bool is_put =
                has_line(&next, line.text) && !has_line(ours_.find(next.key), line.text);
            if (!is_put) out.push_back(line);
        }
        return out;
    }

    /// The comments and empty lines before a unit or a tag: what one side made of them; where both
    /// did something to them, what either added and what both kept.
    template <typename Thing>
    void put_comments(const Thing* base, const Thing* ours, const Thing* theirs) {
        if (ours != nullptr && theirs != nullptr) {
            if (same_texts(ours->before, theirs->before)) {
                for (std::size_t i = 0; i < ours->before.size(); ++i) {
                    put_line(nullptr, ours->before[i], theirs->before[i]);
                }
                return;
            }
            if (base != nullptr && same_texts(base->before, ours->before)) {
                put(theirs->before, false, true);
                return;
            }
            if (base != nullptr && same_texts(base->before, theirs->before)) {
                put(ours->before, true, false);
                return;
            }
        }
        for (const TextLine& line : ours == nullptr ? std::vector<TextLine>() : ours->before) {
            if (!has_line(base, line.text) || has_line(theirs, line.text)) put({line}, true, false);
        }
        for (const TextLine& line : theirs == nullptr ? std::vector<TextLine>() : theirs->before) {
            if (!has_line(base, line.text) && !has_line(ours, line.text)) put({line}, false, true);
        }
    }

    void put_tags(const Unit* base, const Unit* ours, const Unit* theirs) {
        const auto same_order = [](const TagLines& a, const TagLines& b) {
            return a.name == b.name;
        };
        const bool is_untouched = base != nullptr && ours != nullptr &&
                                  std::equal(base->tags.begin(), base->tags.end(),
                                             ours->tags.begin(), ours->tags.end(), same_order);
        const Unit* first = is_untouched && theirs != nullptr ? theirs : ours;
        for (const Unit* unit : {first, first == ours ? theirs : ours}) {
            for (const TagLines& tag : unit == nullptr ? std::vector<TagLines>() : unit->tags) {
                if (unit != first && find_tag(first, tag.name) != nullptr) continue;
                put_tag(find_tag(base, tag.name), find_tag(ours, tag.name),
                        find_tag(theirs, tag.name));
            }
        }
    }

    void put_tag(const TagLines* base, const TagLines* ours, const TagLines* theirs) {
        const TagLines& one = ours != nullptr ? *ours : *theirs;
        const bool is_both = ours != nullptr && theirs != nullptr;
        if (!is_both && base != nullptr) {
            if (one.line.text == base->line.text) {  // the other side removed it
                put_comments(base, ours, theirs);
                return;
            }
            put_conflict(lines_of(ours), lines_of(theirs),
                         fmt::format("tag \"@{}\" was removed by {}, and edited by {}", one.name,
                                     ours == nullptr ? "ours" : "theirs",
                                     ours == nullptr ? "theirs" : "ours"),
                         "keep the line, or remove it", {base->line});
            return;
        }
        const auto [known, is_new] = tags_.emplace(one.name, one.line);
        if (!is_new) {
            const bool first_is_ours = is_ours_line(known->second);
            add_conflict(
                {first_is_ours ? known->second : one.line},
                {first_is_ours ? one.line : known->second}, {},
                fmt::format("both sides gave the tag \"@{}\", to different changes", one.name),
                "rename one of them, with what names it: @tag in dependencies, and the "
                "scripts of reworked changes (name@tag.sql)");
            pieces_.push_back({ours != nullptr ? lines_of(ours) : std::vector<TextLine>(),
                               ours != nullptr ? std::vector<TextLine>() : lines_of(theirs), true});
            return;
        }
        if (!is_both) {
            put(lines_of(&one), ours != nullptr, theirs != nullptr);
            return;
        }
        put_comments(base, ours, theirs);
        if (put_line(base == nullptr ? nullptr : &base->line, ours->line, theirs->line)) return;
        std::vector<TextLine> before;
        if (base != nullptr) before.push_back(base->line);
        put_conflict({ours->line}, {theirs->line},
                     fmt::format("both sides {} the tag \"@{}\"",
                                 base == nullptr ? "gave" : "edited", one.name),
                     "keep one of the two lines", before);
    }

    [[nodiscard]] bool is_ours_line(const TextLine& line) const {
        const char* const begin = input_.ours.data();
        return line.text.data() >= begin && line.text.data() < begin + input_.ours.size();
    }

    // The whole.

    void check_merged() {
        for (Error& error : check_pieces(pieces_, without_mark(render()), base_, input_.path)) {
            out_.conflicts.push_back(std::move(error));
        }
    }

    static std::string without_mark(std::string text) {
        return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
    }

    std::string render() const {
        std::string out;
        const auto add = [&](std::string_view text, std::string_view end) {
            out += text;
            out += end.empty() ? end_ : end;
        };
        const auto add_lines = [&](const std::vector<TextLine>& lines) {
            for (const TextLine& line : lines) add(line.text, end_);
        };
        for (const MergePiece& piece : pieces_) {
            if (piece.is_conflict) {
                const auto mark = [&](char c) { return std::string(input_.marker_size, c); };
                add(mark('<') + " ours", end_);
                add_lines(piece.ours);
                add(mark('='), end_);
                add_lines(piece.theirs);
                add(mark('>') + " theirs", end_);
                continue;
            }
            for (const TextLine& line : piece.lines()) {
                const bool is_both = !piece.ours.empty() && !piece.theirs.empty();
                const bool is_odd = !piece.ours.empty() && line.end != ours_end_;
                add(line.text, is_both ? piece.end : is_odd ? line.end : end_);
            }
        }
        const auto is_open = [](std::string_view text) { return !text.ends_with('\n'); };
        if (!pieces_.empty() && !pieces_.back().is_conflict && is_open(input_.ours) &&
            is_open(input_.theirs)) {
            out.resize(out.size() - (out.ends_with("\r\n") ? 2 : 1));
        }
        return out;
    }

    const MergeInput& input_;
    std::vector<Unit> base_;
    MergeSide ours_;
    MergeSide theirs_;
    std::string_view ours_end_;
    std::string_view end_;
    std::unordered_map<std::string_view, const Unit*> base_keys_;
    std::unordered_map<std::string_view, TextLine> tags_;
    std::vector<MergePiece> pieces_;
    Merged out_;
};

}  // namespace

Merged merge_plans(const MergeInput& input) {
    return Merger(input).run();
}

}  // namespace kedge::plan
