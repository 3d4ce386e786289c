// SPDX-License-Identifier: MIT
#include "report/diagram.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::report {
namespace {

using schema::Object;
using schema::Part;

std::string attribute(const schema::Attributes& attributes, std::string_view name) {
    const std::string* value = schema::find(attributes, name);
    return value == nullptr ? std::string() : *value;
}

std::vector<std::string> names_of(const Part& part) {
    std::vector<std::string> out;
    for (const std::string_view name : split(attribute(part.attributes, "columns"), ',')) {
        out.emplace_back(trim(name));
    }
    return out;
}

bool is_foreign_key(const Part& part) {
    return part.kind == "foreign key" || attribute(part.attributes, "type") == "foreign key";
}

bool is_primary_key(const Part& part) {
    return attribute(part.attributes, "type") == "primary key" ||
           (part.kind == "index" && part.name == "PRIMARY");
}

/// Mermaid takes letters, digits and a few marks in types and names.
std::string word(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '(' || c == ')' ||
                              c == '[' || c == ']' || c == '-' || (c & '\x80') != 0;
        out += is_plain ? c : '_';
    }
    if (out.empty()) return "_";
    const bool begins_plain = (out[0] >= 'a' && out[0] <= 'z') ||
                              (out[0] >= 'A' && out[0] <= 'Z') || out[0] == '_' ||
                              (out[0] & '\x80') != 0;
    return begins_plain ? out : "_" + out;
}

/// In quotes, within which there is no way to write one.
std::string in_quotes(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '"', '\'');
    return fmt::format("\"{}\"", out);
}

/// Places the boxes: a column for each step along the references, so that most lines run one way.
class Layout {
  public:
    static constexpr int kLine = 18;
    static constexpr int kHead = 26;
    static constexpr int kGapX = 90;
    static constexpr int kGapY = 26;
    static constexpr int kMargin = 20;

    struct Box {
        int x = 0;
        int y = 0;
        int width = 0;
        int height = 0;
    };

    explicit Layout(const Diagram& diagram)
        : boxes(diagram.tables().size()), ranks_(diagram.tables().size(), kUnknown) {
        for (std::size_t i = 0; i < boxes.size(); ++i) static_cast<void>(rank(diagram, i));
        std::map<int, std::vector<std::size_t>> columns;
        for (std::size_t i = 0; i < boxes.size(); ++i) columns[ranks_[i]].push_back(i);
        int x = kMargin;
        for (const auto& [rank, members] : columns) {
            int y = kMargin;
            int widest = 0;
            for (const std::size_t i : members) {
                Box& box = boxes[i];
                box = {x, y, width_of(diagram.tables()[i]),
                       kHead + 8 + kLine * static_cast<int>(diagram.tables()[i].columns.size())};
                y += box.height + kGapY;
                widest = std::max(widest, box.width);
            }
            for (const std::size_t i : members) boxes[i].width = widest;
            x += widest + kGapX;
            height = std::max(height, y - kGapY + kMargin);
        }
        width = std::max(width, x - kGapX + kMargin);
    }

    std::vector<Box> boxes;
    int width = 2 * kMargin;
    int height = 2 * kMargin;

  private:
    static constexpr int kUnknown = -1;
    static constexpr int kInWork = -2;

    /// How many references lead on from a table, at most; round a circle no further.
    int rank(const Diagram& diagram, std::size_t table) {
        if (ranks_[table] == kInWork) return 0;
        if (ranks_[table] != kUnknown) return ranks_[table];
        ranks_[table] = kInWork;
        int out = 0;
        for (const Diagram::Reference& reference : diagram.references()) {
            if (reference.from != table || reference.to == table) continue;
            out = std::max(out, 1 + rank(diagram, reference.to));
        }
        return ranks_[table] = out;
    }

    static int width_of(const Diagram::Table& table) {
        constexpr double kCharacter = 7.3;
        std::size_t longest = display_width(table.name) + 2;
        for (const Diagram::Column& column : table.columns) {
            longest =
                std::max(longest, display_width(column.name) + display_width(column.type) + 6);
        }
        return 24 + static_cast<int>(kCharacter * static_cast<double>(longest));
    }

    std::vector<int> ranks_;
};

std::string box_svg(const Diagram::Table& table, const Layout::Box& box) {
    std::string out = fmt::format(
        "<g transform=\"translate({},{})\">\n<rect class=\"box\" width=\"{}\" height=\"{}\" "
        "rx=\"4\"/>\n<path class=\"rule\" d=\"M0 {}h{}\"/>\n<text class=\"name\" x=\"10\" "
        "y=\"18\">{}</text>\n",
        box.x, box.y, box.width, box.height, Layout::kHead, box.width, escape_markup(table.name));
    int y = Layout::kHead + 17;
    for (const Diagram::Column& column : table.columns) {
        out += fmt::format(
            "<text x=\"10\" y=\"{0}\"{1}>{2}{3}</text><text class=\"type\" x=\"{4}\" "
            "y=\"{0}\">{5}</text>\n",
            y, column.is_key ? " class=\"key\"" : "", escape_markup(column.name),
            column.is_foreign ? " \u2192" : "", box.width - 10, escape_markup(column.type));
        y += Layout::kLine;
    }
    return out + "</g>\n";
}

}  // namespace

Diagram Diagram::of(const schema::State& state) {
    Diagram out;
    std::map<std::string, std::size_t> places;
    std::vector<const Object*> objects;
    for (const auto& [key, object] : state.objects()) {
        if (!key.kind.ends_with("table")) continue;
        places[key.name] = out.tables_.size();
        objects.push_back(&object);
        Table& table = out.tables_.emplace_back();
        table.name = key.name;
        for (const Part& part : object.parts) {
            if (part.kind != "column") continue;
            table.columns.push_back({part.name, attribute(part.attributes, "type"), false, false});
        }
    }
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const auto mark = [&](const Part& part, bool Column::*flag) {
            for (const std::string& name : names_of(part)) {
                for (Column& column : out.tables_[i].columns) {
                    if (column.name == name) column.*flag = true;
                }
            }
        };
        for (const Part& part : objects[i]->parts) {
            if (is_primary_key(part)) mark(part, &Column::is_key);
            if (!is_foreign_key(part)) continue;
            mark(part, &Column::is_foreign);
            const std::string references = attribute(part.attributes, "references");
            const auto parent =
                places.find(std::string(trim(references.substr(0, references.find('(')))));
            if (parent == places.end()) continue;
            Reference& reference = out.references_.emplace_back();
            reference = {i, parent->second, attribute(part.attributes, "columns"), false};
            for (const std::string& name : names_of(part)) {
                const Part* column = objects[i]->find("column", name);
                if (column != nullptr && schema::find(column->attributes, "not null") == nullptr) {
                    reference.is_optional = true;
                }
            }
        }
    }
    return out;
}

std::string Diagram::mermaid() const {
    std::string out = "erDiagram\n";
    for (const Table& table : tables_) {
        out += fmt::format("    {} {{\n", in_quotes(table.name));
        for (const Column& column : table.columns) {
            const char* keys = column.is_key && column.is_foreign ? " PK, FK"
                               : column.is_key                    ? " PK"
                               : column.is_foreign                ? " FK"
                                                                  : "";
            out += fmt::format("        {} {}{}\n", word(column.type), word(column.name), keys);
        }
        out += "    }\n";
    }
    for (const Reference& reference : references_) {
        out += fmt::format("    {} {}--o{{ {} : {}\n", in_quotes(tables_[reference.to].name),
                           reference.is_optional ? "|o" : "||",
                           in_quotes(tables_[reference.from].name), in_quotes(reference.columns));
    }
    return out;
}

std::string Diagram::svg() const {
    const Layout layout(*this);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"ui-monospace, monospace\" font-size=\"12\">\n"
        "<style>.box{{fill:#fff;stroke:#667}}.rule,.line{{fill:none;stroke:#667}}text{{fill:#223}}"
        ".name,.key{{font-weight:bold}}.type{{text-anchor:end;fill:#667}}</style>\n"
        "<defs><marker id=\"one\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
        "markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L7 4L0 8\" fill=\"none\" "
        "stroke=\"#667\"/></marker></defs>\n",
        layout.width, layout.height);
    for (const Reference& reference : references_) {
        const Layout::Box& from = layout.boxes[reference.from];
        const Layout::Box& to = layout.boxes[reference.to];
        const int y1 = from.y + Layout::kHead / 2;
        const int y2 = to.y + Layout::kHead / 2;
        const int x2 = to.x + to.width;
        const int bend = Layout::kGapX / 2;
        // To itself, or within a column, it leaves and comes on the right.
        const bool is_beside = from.x > to.x;
        const int x1 = is_beside ? from.x : from.x + from.width;
        out += fmt::format(
            "<path class=\"line\" marker-end=\"url(#one)\" d=\"M{} {}C{} {} {} {} {} {}\">"
            "<title>{} ({}) \u2192 {}</title></path>\n",
            x1, y1, is_beside ? x1 - bend : x1 + bend, y1, x2 + bend, is_beside ? y2 : y2 + 20, x2,
            is_beside ? y2 : y2 + 8, escape_markup(tables_[reference.from].name),
            escape_markup(reference.columns), escape_markup(tables_[reference.to].name));
    }
    for (std::size_t i = 0; i < tables_.size(); ++i) out += box_svg(tables_[i], layout.boxes[i]);
    return out + "</svg>\n";
}

}  // namespace kedge::report
