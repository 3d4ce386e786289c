// SPDX-License-Identifier: MIT
#include "lint/rules/mysql_online.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

bool is_integer(const DataType& type) {
    constexpr std::array<std::string_view, 5> kIntegers = {"tinyint", "smallint", "mediumint",
                                                           "int", "bigint"};
    return std::find(kIntegers.begin(), kIntegers.end(), type.name) != kIntegers.end();
}

long bytes_of_character(const std::string& charset) {
    constexpr std::array<std::pair<std::string_view, long>, 9> kWidths = {{{"latin1", 1},
                                                                           {"ascii", 1},
                                                                           {"binary", 1},
                                                                           {"latin2", 1},
                                                                           {"cp1251", 1},
                                                                           {"utf8", 3},
                                                                           {"utf8mb3", 3},
                                                                           {"ucs2", 2},
                                                                           {"koi8r", 1}}};
    for (const auto& [name, width] : kWidths) {
        if (charset == name) return width;
    }
    return 4;
}

std::string charset_of(const Column& column) {
    if (!column.charset.empty()) return column.charset;
    return column.collation.substr(0, column.collation.find('_'));
}

/// The length of such a text is stored in one byte or in two, by the most that it may be.
bool keeps_length_bytes(const Scene& scene, const Column& before, const Column& after) {
    constexpr long kOneByte = 255;
    const KnownTable* table = scene.schema.table(scene.action->name);
    const std::string own = charset_of(before);
    const long width = before.type.name == "varbinary"
                           ? 1
                           : bytes_of_character(own.empty() && table ? table->charset : own);
    const long from = before.type.modifiers.front() * width;
    const long to = after.type.modifiers.front() * width;
    if ((from > kOneByte) == (to > kOneByte)) return true;
    constexpr long kMariadbSpares = 127;
    return scene.version.is_mariadb && from <= kMariadbSpares && scene.version.at_least(10, 4, 3);
}

bool widens_text(const Scene& scene, const Column& before, const Column& after) {
    const std::string& name = after.type.name;
    if (before.type.name != name || (name != "varchar" && name != "varbinary")) return false;
    if (before.type.modifiers.empty() || after.type.modifiers.empty()) return false;
    return before.type.modifiers.front() < after.type.modifiers.front() &&
           keeps_length_bytes(scene, before, after);
}

bool appends_values(const DataType& before, const DataType& after) {
    return before.name == after.name && (after.name == "enum" || after.name == "set") &&
           after.values.size() >= before.values.size() &&
           std::equal(before.values.begin(), before.values.end(), after.values.begin()) &&
           stored_bytes(before) == stored_bytes(after);
}

bool is_same_type(const DataType& before, const DataType& after) {
    if (before.name != after.name || before.is_unsigned != after.is_unsigned) return false;
    // The display width of whole numbers is no part of what is stored.
    return is_integer(after) ||
           (before.modifiers == after.modifiers && before.values == after.values);
}

OnlineForm of_change(const Scene& scene) {
    const ColumnChange change = column_change(scene);
    const bool is_mariadb = scene.version.is_mariadb;
    if (change.before == nullptr || change.type || change.charset) return {OnlineWay::copy, true};
    if (change.gets_not_null || change.gets_nullable) return {OnlineWay::rebuild, false};
    if (change.moves) {
        return {
            is_mariadb && scene.version.at_least(10, 4) ? OnlineWay::instant : OnlineWay::rebuild,
            false};
    }
    const bool is_instant = is_since(scene.version, {8, 0, 12}, {10, 3}) &&
                            (is_mariadb || (!change.widens_text && !change.collation));
    return {is_instant ? OnlineWay::instant : OnlineWay::in_place, false};
}

bool is_literal(std::string_view text) {
    while (text.starts_with('(') && text.ends_with(')')) {
        text = trim(text.substr(1, text.size() - 2));
    }
    const bool is_text =
        text.size() > 1 && text.starts_with('\'') && text.find('\'', 1) == text.size() - 1;
    return is_text || (!text.empty() && text.find_first_not_of("0123456789.") == text.npos);
}

OnlineForm of_added_column(const Scene& scene) {
    const Column& column = scene.action->columns.front();
    if (column.generated == Generated::stored) return {OnlineWay::copy, true};
    if (column.is_serial) return {OnlineWay::rebuild, true};
    // MariaDB sees that an expression is but a literal in parentheses.
    if (column.default_kind == DefaultKind::expression &&
        !(scene.version.is_mariadb && is_literal(column.default_text))) {
        return {OnlineWay::copy, true};
    }
    const bool is_last = column.position.empty();
    const bool is_instant = is_last ? is_since(scene.version, {8, 0, 12}, {10, 3, 2})
                                    : is_since(scene.version, {8, 0, 29}, {10, 4});
    if (column.generated == Generated::virtual_column) {
        return {is_instant ? OnlineWay::instant : OnlineWay::in_place, false};
    }
    return {is_instant ? OnlineWay::instant : OnlineWay::rebuild, false};
}

/// Where foreign keys aren't checked the rows aren't looked at.
bool checks_are_off(const Scene& scene) {
    bool off = false;
    for (const Statement& statement : scene.script.statements) {
        if (&statement == scene.statement) break;
        for (const Action& action : statement.actions) {
            if (action.act != Act::set || action.name.name != "foreign_key_checks") continue;
            off = action.text == "0" || equals_ignoring_case(action.text, "off") ||
                  equals_ignoring_case(action.text, "false");
        }
    }
    return off;
}

/// The column stands where its new definition puts it.
bool is_in_place(const KnownTable& table, const Column& column, const std::string& position) {
    if (!table.is_complete || table.columns.empty()) return false;
    if (position == "FIRST") return &column == &table.columns.front();
    return &column != &table.columns.front() && equals_ignoring_case((&column - 1)->name, position);
}

OnlineForm of_constraint(const Scene& scene) {
    const Constraint& constraint = scene.action->constraints.front();
    switch (constraint.kind) {
        case ConstraintKind::primary_key:
            return {OnlineWay::rebuild, false};
        case ConstraintKind::unique:
            return {OnlineWay::in_place, false};
        case ConstraintKind::foreign_key:
            if (checks_are_off(scene)) return {OnlineWay::in_place, false};
            return {OnlineWay::copy, true};
        default:
            if (constraint.not_valid) return {OnlineWay::instant, false};
            return {OnlineWay::copy, true};
    }
}

bool makes_primary_key(const Action& action) {
    return action.act == Act::add_constraint && !action.constraints.empty() &&
           action.constraints.front().kind == ConstraintKind::primary_key;
}

OnlineForm of_dropped_constraint(const Scene& scene) {
    if (scene.action->part != "PRIMARY") return {OnlineWay::in_place, false};
    const bool is_replaced = std::any_of(scene.statement->actions.begin(),
                                         scene.statement->actions.end(), &makes_primary_key);
    return {is_replaced ? OnlineWay::rebuild : OnlineWay::copy, !is_replaced};
}

std::optional<OnlineForm> of_option(const Scene& scene) {
    const Action& action = *scene.action;
    const std::string& text = action.text;
    if (text == "PARTITION BY" || text == "REMOVE PARTITIONING" || text == "ORDER BY") {
        return OnlineForm{OnlineWay::copy, true};
    }
    if (text == "REORGANIZE PARTITION" || text == "COALESCE PARTITION" ||
        text == "REBUILD PARTITION" || text == "OPTIMIZE PARTITION") {
        return OnlineForm{OnlineWay::in_place, true};
    }
    if (text == "ENGINE") {
        if (!equals_ignoring_case(action.engine, "InnoDB"))
            return OnlineForm{OnlineWay::copy, true};
        return OnlineForm{OnlineWay::rebuild, false};
    }
    if (text == "FORCE" || text == "ROW_FORMAT" || text == "KEY_BLOCK_SIZE") {
        return OnlineForm{OnlineWay::rebuild, false};
    }
    return std::nullopt;
}

bool is_indexed(const KnownTable& table, const std::string& column) {
    const auto names = [&](const auto& part) {
        return std::find(part.columns.begin(), part.columns.end(), column) != part.columns.end();
    };
    return std::any_of(table.indexes.begin(), table.indexes.end(), names) ||
           std::any_of(table.constraints.begin(), table.constraints.end(), names);
}

/// The text is stored in other bytes, or an index has it in another order.
bool changes_charset(const Scene& scene, const Column& before, const Column& after) {
    const KnownTable* table = scene.schema.table(scene.action->name);
    std::string from = charset_of(before);
    if (from.empty() && table != nullptr) from = table->charset;
    const std::string to = charset_of(after);
    if (!from.empty() && !to.empty() && from != to) return true;
    const bool collates = !after.collation.empty() && after.collation != before.collation;
    if (scene.version.is_mariadb) return collates && !scene.version.at_least(10, 4);
    return collates && (!scene.version.at_least(8) ||
                        is_indexed(*scene.schema.table(scene.action->name), before.name));
}

std::optional<OnlineForm> cheapest_form(const Scene& scene) {
    const Action& action = *scene.action;
    switch (action.act) {
        case Act::add_column:
            return of_added_column(scene);
        case Act::modify_column:
            return of_change(scene);
        case Act::drop_column:
            return OnlineForm{is_since(scene.version, {8, 0, 29}, {10, 4}) ? OnlineWay::instant
                                                                           : OnlineWay::rebuild,
                              false};
        case Act::rename_column:
            return OnlineForm{is_since(scene.version, {8, 0, 28}, {10, 4}) ? OnlineWay::instant
                                                                           : OnlineWay::in_place,
                              false};
        case Act::set_default:
        case Act::drop_default:
            return OnlineForm{is_since(scene.version, {8, 0, 12}, {10, 3}) ? OnlineWay::instant
                                                                           : OnlineWay::in_place,
                              false};
        case Act::add_constraint:
            return of_constraint(scene);
        case Act::drop_constraint:
            return of_dropped_constraint(scene);
        case Act::alter_constraint:
            if (action.text == "ENFORCED") return OnlineForm{OnlineWay::copy, true};
            return OnlineForm{OnlineWay::in_place, false};
        case Act::convert_charset:
            return OnlineForm{OnlineWay::copy, true};
        case Act::create:
            if (action.object != ObjectKind::index || !action.index) return std::nullopt;
            // Those need the table's rows to hold still.
            return OnlineForm{OnlineWay::in_place, action.index->method == "fulltext" ||
                                                       action.index->method == "spatial"};
        case Act::drop:
        case Act::rename:
            if (action.object != ObjectKind::index) return std::nullopt;
            return OnlineForm{OnlineWay::in_place, false};
        case Act::alter:
            return action.object == ObjectKind::table ? of_option(scene) : std::nullopt;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::size_t stored_bytes(const DataType& type) {
    constexpr std::size_t kOneByteEnum = 255;
    if (type.name == "enum") return type.values.size() > kOneByteEnum ? 2 : 1;
    const std::size_t bytes = (type.values.size() + 7) / 8;
    return bytes > 4 ? 8 : bytes;
}

bool is_since(const ServerVersion& version, Release mysql, Release mariadb) noexcept {
    const Release& wanted = version.is_mariadb ? mariadb : mysql;
    return version.at_least(wanted.major, wanted.minor, wanted.patch);
}

bool copies_online(const ServerVersion& version) noexcept {
    return version.is_mariadb && version.at_least(11, 2);
}

const Column* known_column(const Scene& scene, const std::string& name) {
    const KnownTable* table = scene.schema.table(scene.action->name);
    if (table == nullptr) return nullptr;
    const auto found =
        std::find_if(table->columns.begin(), table->columns.end(),
                     [&](const Column& column) { return equals_ignoring_case(column.name, name); });
    return found == table->columns.end() ? nullptr : &*found;
}

ColumnChange column_change(const Scene& scene) {
    ColumnChange out;
    const Column& after = scene.action->columns.front();
    out.before = known_column(scene, after.name);
    out.moves = !after.position.empty();
    if (out.before == nullptr) return out;
    const Column& before = *out.before;
    const KnownTable& table = *scene.schema.table(scene.action->name);
    out.moves = out.moves && !is_in_place(table, before, after.position);
    out.widens_text = widens_text(scene, before, after);
    out.type = !is_same_type(before.type, after.type) && !out.widens_text &&
               !appends_values(before.type, after.type);
    out.type = out.type ||
               (before.generated == Generated::stored) != (after.generated == Generated::stored);
    out.charset = changes_charset(scene, before, after);
    out.collation = !after.collation.empty() && after.collation != before.collation;
    const auto key = table.primary_key();
    const bool is_key = std::find(key.begin(), key.end(), before.name) != key.end();
    out.gets_not_null = !is_key && after.not_null && !before.not_null;
    out.gets_nullable = !is_key && before.not_null && !after.not_null;
    return out;
}

bool is_of_other_engine(const Scene& scene) {
    const KnownTable* table = scene.schema.table(scene.action->name);
    return table != nullptr && !table->engine.empty() &&
           !equals_ignoring_case(table->engine, "InnoDB");
}

std::optional<OnlineForm> online_form(const Scene& scene) {
    std::optional<OnlineForm> form = cheapest_form(scene);
    if (form && is_of_other_engine(scene)) form = OnlineForm{OnlineWay::copy, true};
    if (form && form->way == OnlineWay::copy && copies_online(scene.version)) {
        form->stops_writers = false;
    }
    return form;
}

std::string effect_of(const Scene& scene, const OnlineForm& form) {
    constexpr std::string_view kCopiesOnline =
        "the table is copied row by row; from MariaDB 11.2 on writers go on meanwhile";
    switch (form.way) {
        case OnlineWay::instant:
            return "only the dictionary is written, under a lock that lasts a moment";
        case OnlineWay::in_place:
            return form.stops_writers
                       ? "a shared lock stops INSERT, UPDATE and DELETE for as long as it takes"
                       : "reads and writes go on, but for a moment at its beginning and its end";
        case OnlineWay::rebuild:
            return form.stops_writers
                       ? "the whole table is written anew, and INSERT, UPDATE and DELETE wait for "
                         "it"
                       : "the whole table is written anew; reads and writes go on, and replicas "
                         "fall behind by as long as it takes";
        case OnlineWay::copy:
            break;
    }
    if (copies_online(scene.version)) {
        return std::string(kCopiesOnline);
    }
    return "the table is copied row by row, and INSERT, UPDATE and DELETE wait for all of it";
}

std::string cheapest_clause(const Scene& scene, OnlineWay way) {
    if (way == OnlineWay::copy) return "ALGORITHM=COPY";
    const bool has_instant = is_since(scene.version, {8, 0, 12}, {10, 3, 2});
    if (way == OnlineWay::instant && has_instant) return "ALGORITHM=INSTANT";
    return "ALGORITHM=INPLACE, LOCK=NONE";
}

std::string stated(const Scene& scene, const std::string& clause) {
    const bool is_index = scene.action->object == ObjectKind::index &&
                          to_upper_ascii(scene.statement->source.text).starts_with("CREATE");
    // CREATE INDEX has blanks between the two.
    const std::string own = is_index ? replace_all(clause, ", ", " ") : clause;
    return scene.statement->source.text + (is_index ? " " : ", ") + own + ";";
}

bool is_clause(const Scene& scene) {
    return is_old_table(scene, scene.action->name) && !scene.action->temporary;
}

Hit clause_hit(const Scene& scene, std::string subject, std::string message) {
    Hit hit = table_hit(*scene.action, std::move(subject), std::move(message));
    if (const auto form = online_form(scene)) hit.effect = effect_of(scene, *form);
    return hit;
}

}  // namespace kedge::lint
