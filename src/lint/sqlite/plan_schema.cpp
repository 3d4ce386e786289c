// SPDX-License-Identifier: MIT
#include "lint/sqlite/plan_schema.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using db::sqlite::SchemaCopy;
using db::sqlite::SchemaRow;

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Calls with every word of a text in lower case, whatever its quotes, in order.
template <typename Take>
void each_word(std::string_view text, Take take) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && is_word_character(text[end])) ++end;
        if (end > begin) take(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

bool is_word(std::string_view name) {
    std::size_t words = 0;
    each_word(name, [&](std::string_view word) { words += word.size() == name.size() ? 1 : 2; });
    return words == 1;
}

bool holds(std::string_view text, std::string_view words) {
    return text.find(words) != text.npos;
}

/// Whether a text may speak of a name that is no word. One with a quote in it may be written in
/// ways that aren't looked for.
bool names_odd(std::string_view text, std::string_view name) {
    return holds(text, name) || name.find_first_of("\"`]'") != name.npos;
}

/// A blank in the place of each comment, or of what looks like one within a string.
std::string without_comments(std::string_view script) {
    std::string out;
    for (std::size_t at = 0; at < script.size();) {
        const std::size_t line = script.find("--", at);
        const std::size_t block = script.find("/*", at);
        const std::size_t begin = std::min({line, block, script.size()});
        out += script.substr(at, begin - at);
        if (begin == script.size()) break;
        out += ' ';
        const std::size_t end = script.find(begin == line ? "\n" : "*/", begin);
        at = end == script.npos ? script.size() : end + (begin == line ? 1 : 2);
    }
    return out;
}

/// Adds the names that may stand behind ALTER and DROP: what comes after the kind of the object.
void add_altered_names(std::string_view script, std::set<std::string, std::less<>>& out) {
    bool is_next = false;
    each_word(script, [&](std::string_view word) {
        for (const std::string_view kind : {"table", "view", "index", "trigger", "to"}) {
            if (word == kind) {
                is_next = true;
                return;
            }
        }
        for (const std::string_view between : {"if", "exists", "main", "temp"}) {
            if (word == between) return;
        }
        if (is_next) out.emplace(word);
        is_next = false;
    });
}

}  // namespace

/// Chooses the items of an excerpt. What is chosen too much does no harm.
class PlanSchema::Choice {
  public:
    explicit Choice(const PlanSchema& schema) : schema_(schema) {}

    void add(Id id) {
        if (!chosen_.insert(id).second) return;
        const Item& item = schema_.items_.at(id);
        if (item.is_program()) add_what_is_named(item);
        // A statement that fires one trigger of a table has SQLite read all of them.
        if (!item.has_rows()) {
            add_rows_named(item.table);
        } else if (const auto parts = schema_.by_table_.find(item.name);
                   parts != schema_.by_table_.end()) {
            add_all(parts->second);
        }
    }

    void add_with_readers(Id id) {
        if (!with_readers_.insert(id).second) return;
        add(id);
        const Item& item = schema_.items_.at(id);
        if (!item.has_rows()) return;
        add_what_is_named(item);  // parents of foreign keys
        if (schema_.odd_.contains(id)) {
            for (const auto& [other, reader] : schema_.items_) {
                if (names_odd(to_lower_ascii(reader.row.sql), item.name)) add_reader(other, reader);
            }
        } else if (const auto read_by = schema_.by_word_.find(item.name);
                   read_by != schema_.by_word_.end()) {
            for (const Id other : read_by->second) add_reader(other, schema_.items_.at(other));
        }
    }

    void add_all(const std::set<Id>& ids) {
        for (const Id id : ids) add(id);
    }

    [[nodiscard]] const std::set<Id>& chosen() const noexcept { return chosen_; }

  private:
    void add_what_is_named(const Item& by) {
        for (const std::string& word : by.words) add_rows_named(word);
        if (schema_.odd_.empty()) return;
        const std::string text = to_lower_ascii(by.row.sql);
        for (const Id id : schema_.odd_) {
            if (names_odd(text, schema_.items_.at(id).name)) add(id);
        }
    }

    void add_reader(Id id, const Item& reader) {
        if (reader.is_program()) {
            add_with_readers(id);
        } else {
            add(id);  // by a foreign key
        }
    }

    void add_rows_named(const std::string& name) {
        const auto found = schema_.by_name_.find(name);
        if (found == schema_.by_name_.end()) return;
        for (const Id id : found->second) {
            if (schema_.items_.at(id).has_rows()) add(id);
        }
    }

    const PlanSchema& schema_;
    std::set<Id> chosen_;
    std::set<Id> with_readers_;
};

PlanSchema::Words PlanSchema::words_of(std::string_view text) {
    Words out;
    each_word(to_lower_ascii(text), [&](std::string_view word) { out.emplace(word); });
    return out;
}

PlanSchema::Excerpt PlanSchema::excerpt_for(std::optional<std::string_view> script) const {
    Choice choice(*this);
    const std::string text = to_lower_ascii(script.value_or(""));
    if (!script || holds(text, "writable_schema")) {
        for (const auto& [id, item] : items_) choice.add(id);
    } else {
        const bool alters = holds(text, "alter") || holds(text, "drop");
        Words altered;
        if (alters) {
            add_altered_names(text, altered);
            add_altered_names(without_comments(text), altered);
        }
        const auto add = [&](Id id, bool is_altered) {
            if (is_altered) {
                choice.add_with_readers(id);
            } else {
                choice.add(id);
            }
        };
        each_word(text, [&](std::string_view word) {
            const auto found = by_name_.find(std::string(word));
            if (found == by_name_.end()) return;
            for (const Id id : found->second) add(id, altered.contains(word));
        });
        for (const Id id : odd_) {
            if (names_odd(text, items_.at(id).name)) add(id, alters);
        }
        if (alters) choice.add_all(broken_);
    }
    Excerpt out{std::make_unique<SchemaCopy>(), {}};
    for (const std::string_view kind : {"table", "index", "view", "trigger"}) {
        for (const Id id : choice.chosen()) {
            const SchemaRow& row = items_.at(id).row;
            if (row.kind == kind) out.copy->execute(row.sql);
        }
    }
    out.before = out.copy->objects();
    return out;
}

void PlanSchema::take_over(const Excerpt& excerpt) {
    std::set<Key> left;
    std::vector<SchemaRow> rows = excerpt.copy->objects();
    for (SchemaRow& row : rows) {
        if (row.temporary || row.sql.empty() || row.name.starts_with("sqlite_")) continue;
        left.emplace(row.kind, to_lower_ascii(row.name));
        const bool is_program = row.kind == "view" || row.kind == "trigger";
        const bool is_broken = is_program && !excerpt.copy->trouble_with(row).empty();
        put(std::move(row), is_broken);
    }
    for (const SchemaRow& row : excerpt.before) {
        const Key key(row.kind, to_lower_ascii(row.name));
        if (left.contains(key)) continue;
        if (const auto gone = by_key_.find(key); gone != by_key_.end()) remove(gone->second);
    }
}

void PlanSchema::put(SchemaRow row, bool is_broken) {
    const Key key(row.kind, to_lower_ascii(row.name));
    const auto [at, is_new] = by_key_.try_emplace(key, next_);
    const Id id = at->second;
    if (is_new) ++next_;
    Item& item = items_[id];
    if (is_new || item.row.sql != row.sql || item.row.table != row.table) {
        if (!is_new) index(id, item, false);
        item.name = key.second;
        item.table = to_lower_ascii(row.table);
        item.words = words_of(row.sql);
        item.row = std::move(row);
        index(id, item, true);
    }
    if (is_broken) {
        broken_.insert(id);
    } else {
        broken_.erase(id);
    }
}

void PlanSchema::remove(Id id) {
    const auto at = items_.find(id);
    index(id, at->second, false);
    by_key_.erase({at->second.row.kind, at->second.name});
    broken_.erase(id);
    items_.erase(at);
}

void PlanSchema::index(Id id, const Item& item, bool add) {
    const auto note = [&](auto& map, const std::string& key) {
        if (add) {
            map[key].insert(id);
        } else {
            map[key].erase(id);
        }
    };
    note(by_name_, item.name);
    if (!item.has_rows()) note(by_table_, item.table);
    for (const std::string& word : item.words) note(by_word_, word);
    if (is_word(item.name)) return;
    if (add) {
        odd_.insert(id);
    } else {
        odd_.erase(id);
    }
}

}  // namespace kedge::lint::sqlite
