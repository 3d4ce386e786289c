// SPDX-License-Identifier: MIT
#include "schema/difference.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::schema {
namespace {

bool is_in_word(char c) {
    return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Behind the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (text[end] != '\'' || text.substr(end, 2) == "''")) {
        end += text[end] == '\'' ? 2 : 1;
    }
    return std::min(end + 1, text.size());
}

/// Where the name stands as a word of its own, and not within a string, but for one that the server
/// looks up (`'shop.t'::regclass`).
std::vector<std::size_t> places_of(std::string_view name, std::string_view text) {
    std::vector<std::size_t> out;
    std::size_t looked_up = 0;  // the end of such a string
    for (std::size_t at = 0; at < text.size() && !name.empty();) {
        if (text[at] == '\'' && at >= looked_up) {
            const std::size_t end = end_of_string(text, at);
            const bool is_name = text.substr(end).starts_with("::reg");
            if (is_name) looked_up = end;
            at = is_name ? at + 1 : end;
            continue;
        }
        const std::size_t end = at + name.size();
        const bool is_there =
            text.substr(at).starts_with(name) &&
            (at == 0 || !is_in_word(text[at - 1]) || !is_in_word(name.front())) &&
            (end == text.size() || !is_in_word(text[end]) || !is_in_word(name.back()));
        if (is_there) out.push_back(at);
        at = is_there ? end : at + 1;
    }
    return out;
}

/// `text` with the name `from` as `to`.
std::string with_name_replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    std::size_t at = 0;
    for (const std::size_t place : places_of(from, text)) {
        out += text.substr(at, place - at);
        out += to;
        at = place + from.size();
    }
    return out += text.substr(at);
}

/// `total` of `shop."Orders".total`.
std::string last_name(std::string_view name) {
    const std::size_t quote = name.find_last_of('"');
    const bool is_quoted = quote != std::string_view::npos && quote + 1 == name.size();
    const std::size_t begin = is_quoted ? name.rfind(".\"") : name.rfind('.');
    return std::string(begin == std::string_view::npos ? name : name.substr(begin + 1));
}

/// Two lists that are sorted by the same order, in step: each element of either, with its
/// counterpart or null.
template <typename List, typename Less, typename Visit>
void in_step(const List& expected, const List& actual, Less less, Visit visit) {
    using Element = const typename List::value_type*;
    auto e = expected.begin();
    auto a = actual.begin();
    while (e != expected.end() || a != actual.end()) {
        if (a == actual.end() || (e != expected.end() && less(*e, *a))) {
            visit(Element(&*e++), Element(nullptr));
        } else if (e == expected.end() || less(*a, *e)) {
            visit(Element(nullptr), Element(&*a++));
        } else {
            visit(Element(&*e++), Element(&*a++));
        }
    }
}

/// Behind a kind of parts: the attribute of an object that is the order of those.
constexpr std::string_view kOrder = " order";

/// Before the first of those that come behind it in the live object.
void add_part(Object& object, const Object& live, const Difference& difference) {
    auto at = std::find_if(live.parts.begin(), live.parts.end(), [&](const Part& part) {
        return part.kind == difference.part_kind && part.name == difference.part;
    });
    const Part& added = *at;
    auto before = object.parts.end();
    while (before == object.parts.end() && ++at != live.parts.end() && at->kind == added.kind) {
        before = std::find_if(object.parts.begin(), object.parts.end(), [&](const Part& part) {
            return part.kind == at->kind && part.name == at->name;
        });
    }
    object.parts.insert(before, added);
}

void take_order(Object& object, const Object& live, std::string_view kind) {
    std::stable_sort(object.parts.begin(), object.parts.end(), [&](const Part& a, const Part& b) {
        if (a.kind != kind || b.kind != kind) return a.kind < b.kind;
        const Part* const of_a = live.find(a.kind, a.name);
        const Part* const of_b = live.find(b.kind, b.name);
        return of_a != nullptr && (of_b == nullptr || of_a < of_b);
    });
}

class Comparison {
  public:
    Comparison(const State& expected, const State& actual, bool same_database)
        : expected_(expected), actual_(actual), same_database_(same_database) {}

    std::vector<Difference> run() {
        std::vector<const Object*> missing;
        std::vector<const Object*> unexpected;
        std::vector<std::pair<const Object*, const Object*>> changed;
        in_step(
            expected_.objects(), actual_.objects(),
            [](const auto& a, const auto& b) { return a.first < b.first; },
            [&](const auto* e, const auto* a) {
                if (a == nullptr) {
                    missing.push_back(&e->second);
                } else if (e == nullptr) {
                    unexpected.push_back(&a->second);
                } else {
                    changed.emplace_back(&e->second, &a->second);
                }
            });
        pair_renamed(missing, unexpected, [&](const Object& e, const Object& a) {
            out_.push_back({Verdict::renamed, e.key, {}, {}, {}, e.key.name, a.key.name});
            object_renames_.push_back({e.key.name, a.key.name});
            changed.emplace_back(&e, &a);
        });
        for (const Object* e : missing)
            out_.push_back({Verdict::missing, e->key, {}, {}, {}, {}, {}});
        for (const Object* a : unexpected) {
            out_.push_back({Verdict::unexpected, a->key, {}, {}, {}, {}, {}});
        }
        for (const auto& [e, a] : changed) compare_objects(*e, *a);
        drop_consequences();
        std::stable_sort(out_.begin(), out_.end(), [](const Difference& a, const Difference& b) {
            return std::tie(a.object, a.part_kind, a.part) <
                   std::tie(b.object, b.part_kind, b.part);
        });
        return std::move(out_);
    }

  private:
    using Pair = std::pair<const Part*, const Part*>;
    struct Rename {
        std::string first;
        std::string second;
        const ObjectKey* of = nullptr;  ///< of a part: whose
    };

    /// Takes out of both lists what has one identity, and gives it to `found`.
    template <typename Thing, typename Found>
    void pair_renamed(std::vector<const Thing*>& missing, std::vector<const Thing*>& unexpected,
                      Found found) {
        if (!same_database_) return;
        for (auto e = missing.begin(); e != missing.end();) {
            const auto a =
                std::find_if(unexpected.begin(), unexpected.end(), [&](const Thing* thing) {
                    return !thing->identity.empty() && thing->identity == (*e)->identity &&
                           kind_of(*thing) == kind_of(**e);
                });
            if (a == unexpected.end()) {
                ++e;
                continue;
            }
            found(**e, **a);
            unexpected.erase(a);
            e = missing.erase(e);
        }
    }
    static const std::string& kind_of(const Object& object) { return object.key.kind; }
    static const std::string& kind_of(const Part& part) { return part.kind; }

    void compare_objects(const Object& expected, const Object& actual) {
        if (expected.attributes == actual.attributes && expected.parts == actual.parts) return;
        compare_attributes(expected.key, nullptr, expected.attributes, actual.attributes);
        std::vector<const Part*> missing;
        std::vector<const Part*> unexpected;
        std::vector<Pair> both;
        for (const Part& part : expected.parts) {
            const Part* other = actual.find(part.kind, part.name);
            if (other == nullptr) {
                missing.push_back(&part);
            } else {
                both.emplace_back(&part, other);
            }
        }
        for (const Part& part : actual.parts) {
            if (expected.find(part.kind, part.name) == nullptr) unexpected.push_back(&part);
        }
        // A column is known by its place in its table, and another table has other columns.
        const bool is_same_table = expected.identity == actual.identity;
        const auto pair = [&](const Part& e, const Part& a) {
            out_.push_back({Verdict::renamed, expected.key, e.kind, e.name, {}, e.name, a.name});
            renames_.push_back({e.name, a.name, &expected.key});
            both.emplace_back(&e, &a);
        };
        if (is_same_table) pair_renamed(missing, unexpected, pair);
        for (const Part* part : missing) {
            out_.push_back({Verdict::missing, expected.key, part->kind, part->name, {}, {}, {}});
        }
        for (const Part* part : unexpected) {
            out_.push_back({Verdict::unexpected, expected.key, part->kind, part->name, {}, {}, {}});
        }
        for (const auto& [e, a] : both) {
            compare_attributes(expected.key, e, e->attributes, a->attributes);
        }
        compare_order(expected, actual, both);
    }

    void compare_attributes(const ObjectKey& object, const Part* part, const Attributes& expected,
                            const Attributes& actual) {
        const auto tell = [&](const std::string& name, std::optional<std::string> before,
                              std::optional<std::string> after) {
            out_.push_back({Verdict::changed, object, part != nullptr ? part->kind : std::string(),
                            part != nullptr ? part->name : std::string(), name, std::move(before),
                            std::move(after)});
        };
        in_step(
            expected, actual,
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; },
            [&](const Attribute* e, const Attribute* a) {
                if (a == nullptr) {
                    tell(e->name, e->value, std::nullopt);
                } else if (e == nullptr) {
                    tell(a->name, std::nullopt, a->value);
                } else if (e->value != a->value) {
                    tell(e->name, e->value, a->value);
                }
            });
    }

    /// Of the parts that both have: what came or went doesn't move the others.
    void compare_order(const Object& expected, const Object& actual,
                       const std::vector<Pair>& both) {
        std::map<std::pair<std::string_view, std::string_view>, std::vector<Pair>> orders;
        for (const auto& pair : both) {
            const std::string_view order = order_of(*pair.first);
            if (order.empty() || order != order_of(*pair.second)) continue;
            orders[{pair.first->kind, order}].push_back(pair);
        }
        for (auto& [order, pairs] : orders) {
            const std::string kind(order.first);
            const auto names = [&pairs = pairs] {
                std::vector<std::string> out;
                for (const auto& pair : pairs) out.push_back(pair.first->name);
                return out;
            };
            const auto by_place_in = [](const Object& object, const Part* Pair::*side) {
                return [&object, side](const Pair& a, const Pair& b) {
                    return a.*side - object.parts.data() < b.*side - object.parts.data();
                };
            };
            std::sort(pairs.begin(), pairs.end(), by_place_in(expected, &Pair::first));
            const auto before = names();
            std::sort(pairs.begin(), pairs.end(), by_place_in(actual, &Pair::second));
            const auto after = names();
            if (before == after) continue;
            out_.push_back({Verdict::changed,
                            expected.key,
                            {},
                            {},
                            kind + std::string(kOrder),
                            join(before, ", "),
                            join(after, ", ")});
        }
    }

    /// The text as it would read if only the things had been renamed.
    template <typename Applies>
    static std::string renamed(std::string text, const std::vector<Rename>& renames,
                               Applies applies) {
        for (const Rename& rename : renames) {
            if (applies(rename)) text = with_name_replaced(text, rename.first, rename.second);
        }
        return text;
    }

    /// A view goes on to call a column by the name that it had.
    static std::string without_old_names(std::string text, const std::vector<Rename>& renames) {
        for (const Rename& rename : renames) {
            text = with_name_replaced(text, fmt::format("{} AS {}", rename.second, rename.first),
                                      rename.second);
        }
        return text;
    }

    /// No rename goes on into what people have written.
    static bool is_written_by_hand(const Difference& difference) {
        return difference.attribute == "body" || difference.attribute == "comment" ||
               difference.attribute.ends_with(" comment");
    }

    /// An object that another speaks of, or that is it.
    static bool is_about(const Difference& difference, const ObjectKey& object) {
        return difference.object == object ||
               !places_of(last_name(object.name), *difference.expected).empty();
    }

    /// A part of another object that comes from there: of a child, or of a table of a type.
    bool comes_from(const ObjectKey& object, const ObjectKey& other) const {
        const Object* const child = expected_.find(object);
        return child != nullptr &&
               std::any_of(child->attributes.begin(), child->attributes.end(),
                           [&](const Attribute& attribute) {
                               return !places_of(other.name, attribute.value).empty();
                           });
    }

    /// What depends on a renamed thing speaks of it by its new name, or is called by it as a
    /// schema's tables are: that is the same difference.
    void drop_consequences() {
        if (renames_.empty() && object_renames_.empty()) return;
        // A call has other things in its parentheses than a routine's name has; and within a query
        // a table is called by its bare name.
        std::vector<Rename> full = object_renames_;
        std::vector<Rename> bare;
        for (const auto& [from, to, of] : object_renames_) {
            full.push_back({from.substr(0, from.find('(')), to.substr(0, to.find('('))});
            bare.push_back({last_name(from), last_name(to)});
        }
        full.insert(full.end(), renames_.begin(), renames_.end());
        std::erase_if(out_, [&](const Difference& difference) {
            if (!difference.expected || !difference.actual || is_written_by_hand(difference)) {
                return false;
            }
            const auto concerned = [&](const Rename& rename) {
                return rename.of == nullptr || is_about(difference, *rename.of);
            };
            const std::string& before = *difference.expected;
            const std::string& after = *difference.actual;
            if (difference.verdict == Verdict::renamed) {
                // A part that is called by an object has its full name, with the schema.
                const auto is_other = [&](const Rename& rename) {
                    return difference.part_kind.empty()
                               ? rename.first != before
                               : rename.first.find('.') != rename.first.npos;
                };
                return renamed(before, object_renames_, is_other) == after ||
                       std::any_of(renames_.begin(), renames_.end(), [&](const Rename& rename) {
                           return rename.first == before && rename.second == after &&
                                  comes_from(difference.object, *rename.of);
                       });
            }
            const std::string by_full_names = renamed(before, full, concerned);
            const std::string by_all_names = renamed(by_full_names, bare, concerned);
            const std::string now = without_old_names(after, renames_);
            return by_full_names == after || by_all_names == after || by_full_names == now ||
                   by_all_names == now;
        });
    }

    const State& expected_;
    const State& actual_;
    bool same_database_;
    std::vector<Difference> out_;
    std::vector<Rename> object_renames_;
    std::vector<Rename> renames_;  ///< of parts
};

}  // namespace

const char* to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::missing:
            return "missing";
        case Verdict::unexpected:
            return "unexpected";
        case Verdict::changed:
            return "changed";
        case Verdict::renamed:
            return "renamed";
    }
    return "";
}

std::string Difference::subject() const {
    if (part_kind.empty()) return fmt::format("{} {}", object.kind, object.name);
    return fmt::format("{} {}.{}", part_kind, object.name, part);
}

void accept(State& state, const State& actual, const Difference& difference) {
    const ObjectKey actual_key{difference.object.kind, difference.verdict == Verdict::renamed &&
                                                               difference.part_kind.empty()
                                                           ? difference.actual.value_or("")
                                                           : difference.object.name};
    const Object* live = actual.find(actual_key);
    const bool is_whole = difference.part_kind.empty() && difference.verdict != Verdict::changed;
    if (is_whole || difference.verdict == Verdict::renamed) {
        state.erase(difference.object);
        if (live != nullptr) state.put(*live);
        return;
    }
    Object& object = state.object(difference.object.kind, difference.object.name);
    const auto is_it = [&](const Part& part) {
        return part.kind == difference.part_kind && part.name == difference.part;
    };
    switch (difference.verdict) {
        case Verdict::missing:
            std::erase_if(object.parts, is_it);
            return;
        case Verdict::unexpected:
            add_part(object, *live, difference);
            return;
        default:
            break;
    }
    if (difference.part_kind.empty() && difference.attribute.ends_with(kOrder)) {
        take_order(object, *live,
                   difference.attribute.substr(0, difference.attribute.size() - kOrder.size()));
        return;
    }
    const auto at = std::find_if(object.parts.begin(), object.parts.end(), is_it);
    Attributes& attributes = at == object.parts.end() ? object.attributes : at->attributes;
    if (difference.actual) {
        set(attributes, difference.attribute, *difference.actual);
    } else {
        std::erase_if(attributes,
                      [&](const Attribute& one) { return one.name == difference.attribute; });
    }
}

std::vector<Difference> compare(const State& expected, const State& actual, bool same_database) {
    return Comparison(expected, actual, same_database).run();
}

}  // namespace kedge::schema
