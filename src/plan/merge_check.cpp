// SPDX-License-Identifier: MIT
#include "plan/merge_check.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "plan/plan.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

/// The piece and the line in it that a line of the merged text comes from.
struct Origin {
    std::size_t piece = 0;
    std::size_t index = 0;
};

std::vector<Origin> origins_of(const std::vector<MergePiece>& pieces) {
    std::vector<Origin> out;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        for (std::size_t k = 0; k < pieces[i].lines().size(); ++k) out.push_back({i, k});
    }
    return out;
}

/// The names that a line requires, without tags, and the tags that it requires.
std::vector<std::string_view> required_names(std::string_view line) {
    std::vector<std::string_view> out;
    const std::size_t open = line.substr(0, line.find('#')).find('[');
    const std::size_t close = line.find(']', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return out;
    std::string_view list = line.substr(open + 1, close - open - 1);
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find_first_of(" \t", at), list.size());
        const auto [ok, dependency] = parse_dependency(list.substr(at, end - at), {});
        if (ok && !dependency.conflict && dependency.project.empty()) {
            if (!dependency.change.empty()) out.push_back(dependency.change);
            if (!dependency.tag.empty()) out.push_back(dependency.tag);
        }
        at = end + 1;
    }
    return out;
}

class Checker {
  public:
    Checker(std::vector<MergePiece>& pieces, const std::vector<Unit>& base, const std::string& path)
        : pieces_(pieces), base_(base), path_(path), origins_(origins_of(pieces)) {}

    std::vector<Error> tell(const Error& errors) {
        std::vector<Error> out = {about(errors)};
        for (const Error& more : errors.also) out.push_back(about(more));
        return out;
    }

  private:
    Error about(const Error& found) {
        Error out;
        out.kind = ErrorKind::configuration;
        out.where.file = path_;
        out.message = "merged, " + found.message;
        out.hint = "put these lines in an order that holds, or take back what does not go together";
        if (found.where.line == 0 || found.where.line > origins_.size()) return out;
        const Origin origin = origins_[found.where.line - 1];
        MergePiece& piece = pieces_[origin.piece];
        const TextLine& line = piece.lines()[origin.index];
        std::vector<std::string> lines;
        const auto add = [&](std::string text) {
            if (std::find(lines.begin(), lines.end(), text) == lines.end()) {
                lines.push_back(std::move(text));
            }
        };
        for (const auto* side : {&piece.ours, &piece.theirs}) {
            if (side->size() <= origin.index) continue;
            add(line_of_side(path_, side == &piece.ours ? "ours" : "theirs",
                             (*side)[origin.index]));
        }
        for (const std::string_view name : required_names(line.text)) {
            add_required(name, found.where.line, add);
        }
        add_namesake(line, found.where.line, add);
        out.detail = join(lines, "\n");
        piece.is_conflict = true;
        return out;
    }

    /// Where something stands that a line requires: below it, or only in what both began with.
    template <typename Add>
    void add_required(std::string_view name, std::size_t line, const Add& add) const {
        std::size_t last = 0;
        for (std::size_t i = 0; i < origins_.size(); ++i) {
            if (i + 1 != line && names(text_of(origins_[i]), name)) {
                if (i + 1 < line) return;  // that is well
                last = i + 1;
            }
        }
        if (last > 0) {
            add_line(origins_[last - 1], add);
            return;
        }
        for (const Unit& unit : base_) {
            if (names(unit.line.text, name)) add(line_of_side(path_, "removed", unit.line));
            for (const TagLines& tag : unit.tags) {
                if (tag.name == name) add(line_of_side(path_, "removed", tag.line));
            }
        }
    }

    /// Another line of the same name, of the other side.
    template <typename Add>
    void add_namesake(const TextLine& line, std::size_t number, const Add& add) const {
        const auto cut = cut_units(line.text);
        const std::string_view name = cut.front().name;
        if (name.empty()) return;
        for (std::size_t i = 0; i + 1 < number; ++i) {
            if (names(text_of(origins_[i]), name)) add_line(origins_[i], add);
        }
    }

    template <typename Add>
    void add_line(const Origin& origin, const Add& add) const {
        const MergePiece& piece = pieces_[origin.piece];
        const char* side = piece.ours.empty() ? "theirs" : piece.theirs.empty() ? "ours" : "both";
        add(line_of_side(path_, side, piece.lines()[origin.index]));
    }

    [[nodiscard]] std::string_view text_of(const Origin& origin) const {
        return pieces_[origin.piece].lines()[origin.index].text;
    }

    /// Whether a line plans the change, or gives the tag, of this name.
    [[nodiscard]] static bool names(std::string_view line, std::string_view name) {
        line = line.substr(leading_blanks(line));
        if (!line.empty() && (line.front() == '+' || line.front() == '-' || line.front() == '@')) {
            line = line.substr(1);
            line = line.substr(leading_blanks(line));
        }
        if (!line.starts_with(name)) return false;
        const std::string_view rest = line.substr(name.size());
        return rest.empty() || leading_blanks(rest) > 0;
    }

    std::vector<MergePiece>& pieces_;
    const std::vector<Unit>& base_;
    const std::string& path_;
    std::vector<Origin> origins_;
};

}  // namespace

std::string line_of_side(const std::string& path, std::string_view side, const TextLine& line) {
    return fmt::format("{}: {}:{}: {}", side, path, line.number, line.text);
}

std::vector<Error> check_pieces(std::vector<MergePiece>& pieces, std::string text,
                                const std::vector<Unit>& base, const std::string& path) {
    try {
        static_cast<void>(Plan::parse(std::move(text), path));
    } catch (const Failure& failure) {
        return Checker(pieces, base, path).tell(failure.error());
    }
    return {};
}

}  // namespace kedge::plan
