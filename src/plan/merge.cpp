// SPDX-License-Identifier: MIT
#include "plan/merge.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "plan/line_end.hpp"
#include "plan/merge_check.hpp"
#include "plan/merge_side.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

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
            if (!unit.key.empty()) base_keys_.emplace(unit.key, &unit);
        }
    }

    Merged run() {
        for (std::size_t i = 0; i < base_.size(); ++i) {
            put_inserted(i);
            put_base(i);
        }
        put_inserted(base_.size());
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
        for (const Unit& unit : cut_units(input.ours)) {
            if (unit.kind != Unit::Kind::pragma && unit.kind != Unit::Kind::separator) continue;
            const bool is_common = std::any_of(theirs.begin(), theirs.end(), [&](const Unit& t) {
                return t.key == unit.key && t.line.text == unit.line.text;
            });
            if (is_common) out.push_back(unit);
        }
        return out;
    }

    [[nodiscard]] const Unit* in_base(const std::string& key) const {
        const auto at = base_keys_.find(key);
        return at == base_keys_.end() ? nullptr : at->second;
    }

    // What is put out.

    void put(const std::vector<TextLine>& lines, bool is_ours, bool is_theirs) {
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

    // Comments and empty lines, and what is between two units of the base.

    [[nodiscard]] static bool is_comment(const Unit& unit) {
        return unit.key.empty() && !trim(unit.line.text).empty();
    }

    /// Both sides wrote another comment where there was one.
    bool put_edited_comment(std::size_t gap) {
        std::vector<TextLine> base;
        for (std::size_t i = gap; i < base_.size() && base_[i].key.empty() &&
                                  ours_.match(i) == nullptr && theirs_.match(i) == nullptr;
             ++i) {
            if (is_comment(base_[i])) base.push_back(base_[i].line);
        }
        if (base.empty()) return false;
        const auto others = [&](const MergeSide& side, std::vector<TextLine>& lines) {
            bool any = false;
            for (const Unit* unit : side.inserted(gap)) {
                if (!unit->key.empty()) return false;
                any = any || is_comment(*unit);
                lines.push_back(unit->line);
            }
            return any;
        };
        std::vector<TextLine> ours;
        std::vector<TextLine> theirs;
        if (!others(ours_, ours) || !others(theirs_, theirs)) return false;
        if (same_texts(ours, theirs)) return false;
        put_conflict(std::move(ours), std::move(theirs), "both sides rewrote a comment",
                     "keep one of the two", base);
        return true;
    }

    /// The comments and empty lines that stand before a place in an insertion.
    static std::vector<TextLine> comments_before(const std::vector<const Unit*>& inserted,
                                                 std::size_t at) {
        std::vector<TextLine> out;
        while (at > 0 && inserted[at - 1]->key.empty()) out.push_back(inserted[--at]->line);
        std::reverse(out.begin(), out.end());
        return out;
    }

    /// Whether we have put the same comments before the same thing, or at the end of the gap.
    [[nodiscard]] bool are_ours_too(const std::vector<TextLine>& comments, std::size_t gap,
                                    const Unit* before) const {
        const auto& inserted = ours_.inserted(before == nullptr ? gap : *ours_.gap_of(before->key));
        std::size_t at = inserted.size();
        if (before != nullptr) {
            const auto place = std::find(inserted.begin(), inserted.end(), ours_.find(before->key));
            at = static_cast<std::size_t>(place - inserted.begin());
        }
        return same_texts(comments_before(inserted, at), comments);
    }

    void put_inserted(std::size_t gap) {
        if (put_edited_comment(gap)) return;
        for (const Unit* unit : ours_.inserted(gap)) {
            if (unit->key.empty()) {
                put({unit->line}, true, false);
            } else {
                put_unit(unit->key);
            }
        }
        const auto& inserted = theirs_.inserted(gap);
        for (std::size_t at = 0; at <= inserted.size(); ++at) {
            const Unit* unit = at < inserted.size() ? inserted[at] : nullptr;
            if (unit != nullptr && unit->key.empty()) continue;
            // We put it somewhere too, and there it goes.
            const bool is_ours_too = unit != nullptr && ours_.gap_of(unit->key).has_value();
            const auto comments = comments_before(inserted, at);
            const bool may_be_ours_too = unit == nullptr || is_ours_too;
            if (!may_be_ours_too || !are_ours_too(comments, gap, unit)) {
                for (const TextLine& comment : comments) put({comment}, false, true);
            }
            if (unit == nullptr) break;
            if (!is_ours_too) {
                put_unit(unit->key);
            } else if (in_base(unit->key) != nullptr && ours_.gap_of(unit->key) != gap) {
                put_conflict(
                    {}, lines_of(*unit),
                    fmt::format("both sides moved \"{}\", to different places", unit->name),
                    "leave it in one of the two");
            }
        }
    }

    void put_base(std::size_t i) {
        const Unit& unit = base_[i];
        if (unit.key.empty()) {
            if (ours_.match(i) == nullptr || theirs_.match(i) == nullptr) return;
            put_line(&unit.line, ours_.match(i)->line, theirs_.match(i)->line);
            return;
        }
        if (ours_.gap_of(unit.key) || theirs_.gap_of(unit.key)) return;  // moved
        put_unit(unit.key);
    }

    // Units.

    void put_unit(const std::string& key) {
        const Unit* base = in_base(key);
        const Unit* ours = ours_.find(key);
        const Unit* theirs = theirs_.find(key);
        if (ours != nullptr && theirs != nullptr) {
            if (!put_line(base == nullptr ? nullptr : &base->line, ours->line, theirs->line)) {
                put_both_ways(*ours, *theirs, base);
                return;
            }
        } else if (base != nullptr) {
            const Unit* left = ours != nullptr ? ours : theirs;
            if (left == nullptr || left->line.text == base->line.text) {
                put_tags_of_removed(left, base);
                return;
            }
            put_removed_and_edited(ours, theirs, *base);
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
        pieces_.push_back({lines_of(ours), lines_of(theirs), true});
    }

    void put_removed_and_edited(const Unit* ours, const Unit* theirs, const Unit& base) {
        const char* remover = ours == nullptr ? "ours" : "theirs";
        put_conflict(ours == nullptr ? std::vector<TextLine>() : lines_of(*ours),
                     theirs == nullptr ? std::vector<TextLine>() : lines_of(*theirs),
                     fmt::format("\"{}\" was removed by {}, and edited by {}", base.name, remover,
                                 ours == nullptr ? "theirs" : "ours"),
                     "keep the line, or remove it", {base.line});
    }

    /// A side removed a change; what the other one put to it since would be lost with it.
    void put_tags_of_removed(const Unit* left, const Unit* base) {
        if (left == nullptr) return;
        const bool is_ours = ours_.find(base->key) != nullptr;
        for (const TagLines& tag : left->tags) {
            const TagLines* known = find_tag(base, tag.name);
            if (known != nullptr) {
                put_comments(known, is_ours ? &tag : nullptr, is_ours ? nullptr : &tag);
                continue;
            }
            const auto lines = lines_of(*left);
            put_conflict(is_ours ? lines : std::vector<TextLine>(),
                         is_ours ? std::vector<TextLine>() : lines,
                         fmt::format("\"{}\" was removed by {}, and tagged by {}", base->name,
                                     is_ours ? "theirs" : "ours", is_ours ? "ours" : "theirs"),
                         "keep the change, or move the tag to another one", {base->line});
            return;
        }
    }

    static bool has_line(const TagLines* tag, std::string_view text) {
        return tag != nullptr &&
               std::any_of(tag->before.begin(), tag->before.end(),
                           [&](const TextLine& line) { return line.text == text; });
    }

    /// The comments before a tag: what both have, and what either added.
    void put_comments(const TagLines* base, const TagLines* ours, const TagLines* theirs) {
        const auto same_text = [](const TextLine& a, const TextLine& b) {
            return a.text == b.text;
        };
        if (base != nullptr && ours != nullptr && theirs != nullptr &&
            std::equal(base->before.begin(), base->before.end(), ours->before.begin(),
                       ours->before.end(), same_text)) {
            put(theirs->before, false, true);
            return;
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
            put_conflict(ours == nullptr ? std::vector<TextLine>() : lines_of(*ours),
                         theirs == nullptr ? std::vector<TextLine>() : lines_of(*theirs),
                         fmt::format("tag \"@{}\" was removed by {}, and edited by {}", one.name,
                                     ours == nullptr ? "ours" : "theirs",
                                     ours == nullptr ? "theirs" : "ours"),
                         "keep the line, or remove it", {base->line});
            return;
        }
        const auto [known, is_new] = tags_.emplace(one.name, one.line);
        if (!is_new) {
            const bool first_is_ours = is_ours_line(known->second);
            std::vector<TextLine> mine = lines_of(one);
            add_conflict(
                {first_is_ours ? known->second : one.line},
                {first_is_ours ? one.line : known->second}, {},
                fmt::format("both sides gave the tag \"@{}\", to different changes", one.name),
                "rename one of them, with what names it: @tag in dependencies, and the "
                "scripts of reworked changes (name@tag.sql)");
            pieces_.push_back({ours != nullptr ? mine : std::vector<TextLine>(),
                               ours != nullptr ? std::vector<TextLine>() : mine, true});
            return;
        }
        if (!is_both) {
            put(lines_of(one), ours != nullptr, theirs != nullptr);
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
        return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
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
