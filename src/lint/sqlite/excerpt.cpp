// SPDX-License-Identifier: MIT
#include "lint/sqlite/excerpt.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using db::sqlite::SchemaCopy;
using db::sqlite::SchemaRow;

bool holds(std::string_view text, std::string_view words) {
    return text.find(words) != text.npos;
}

/// Chooses rows of the schema. Names are looked for anywhere in a text, whatever their quotes: what
/// is chosen too much does no harm.
class Choice {
  public:
    explicit Choice(std::vector<SchemaRow> rows) {
        for (SchemaRow& row : rows) {
            if (row.sql.empty() || row.name.starts_with("sqlite_")) continue;
            Item item;
            item.name = to_lower_ascii(row.name);
            item.table = to_lower_ascii(row.table);
            item.sql = to_lower_ascii(row.sql);
            item.row = std::move(row);
            items_.push_back(std::move(item));
        }
    }

    /// What a text names, and what reads that.
    void add_named(std::string_view text) {
        for (Item& item : items_) {
            if (names(text, item.name)) add_with_readers(item);
        }
    }

    [[nodiscard]] std::unique_ptr<SchemaCopy> make() const {
        auto out = std::make_unique<SchemaCopy>();
        for (const std::string_view kind : {"table", "index", "view", "trigger"}) {
            for (const Item& item : items_) {
                if (item.chosen && item.row.kind == kind) out->execute(item.row.sql);
            }
        }
        return out;
    }

  private:
    struct Item {
        SchemaRow row;
        std::string name;  ///< these in lower case
        std::string table;
        std::string sql;
        bool chosen = false;
        bool with_readers = false;

        [[nodiscard]] bool is_program() const {
            return row.kind == "view" || row.kind == "trigger";
        }
        [[nodiscard]] bool has_rows() const { return row.kind == "table" || row.kind == "view"; }
    };

    /// A name with a quote in it is written in ways that aren't looked for.
    static bool names(std::string_view text, const std::string& name) {
        return holds(text, name) || name.find_first_of("\"`]'") != name.npos;
    }

    void add(Item& item) {
        if (std::exchange(item.chosen, true)) return;
        if (item.is_program()) {
            for (Item& other : items_) {
                if (other.has_rows() && names(item.sql, other.name)) add(other);
            }
        }
        // A statement that fires one trigger of a table has SQLite read all of them.
        for (Item& other : items_) {
            const bool is_part = item.has_rows() ? !other.has_rows() && other.table == item.name
                                                 : other.has_rows() && other.name == item.table;
            if (is_part) add(other);
        }
    }

    void add_with_readers(Item& item) {
        if (std::exchange(item.with_readers, true)) return;
        add(item);
        if (!item.has_rows()) return;
        for (Item& other : items_) {
            if (!names(other.sql, item.name)) continue;
            if (other.is_program()) {
                add_with_readers(other);
            } else if (other.row.kind == "table") {
                add(other);  // a foreign key
            }
        }
    }

    std::vector<Item> items_;
};

}  // namespace

std::unique_ptr<SchemaCopy> excerpt_for(const SchemaCopy& schema, std::string_view script) {
    const std::string text = to_lower_ascii(script);
    static constexpr std::array<std::string_view, 3> kChanges = {"alter", "create", "drop"};
    if (std::none_of(kChanges.begin(), kChanges.end(),
                     [&](std::string_view word) { return holds(text, word); })) {
        return nullptr;
    }
    if (text.starts_with('.') || holds(text, "\n.") || holds(text, "sqlite_") ||
        holds(text, "writable_schema")) {
        return nullptr;
    }
    Choice choice(schema.objects());
    choice.add_named(text);
    return choice.make();
}

}  // namespace kedge::lint::sqlite
