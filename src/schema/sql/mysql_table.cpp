// SPDX-License-Identifier: MIT
#include "schema/sql/mysql_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "schema/mysql/printed.hpp"
#include "schema/sql/mysql_names.hpp"
#include "schema/sql/pieces.hpp"
#include "support/text.hpp"

namespace kedge::schema::sql {
namespace {

struct Option {
    std::string_view attribute;
    std::string_view words;
    std::string_view reset;  ///< the value that is as if nobody had named one; empty for none
    bool is_text = false;
};

constexpr std::array<Option, 29> kOptions = {{
    {"engine", "ENGINE", "", false},
    {"collation", "DEFAULT COLLATE", "", false},
    {"comment", "COMMENT", "''", true},
    {"row format", "ROW_FORMAT", "DEFAULT", false},
    {"key block size", "KEY_BLOCK_SIZE", "0", false},
    {"stats persistent", "STATS_PERSISTENT", "DEFAULT", false},
    {"stats auto recalc", "STATS_AUTO_RECALC", "DEFAULT", false},
    {"stats sample pages", "STATS_SAMPLE_PAGES", "DEFAULT", false},
    {"max rows", "MAX_ROWS", "0", false},
    {"min rows", "MIN_ROWS", "0", false},
    {"avg row length", "AVG_ROW_LENGTH", "0", false},
    {"pack keys", "PACK_KEYS", "DEFAULT", false},
    {"checksum", "CHECKSUM", "0", false},
    {"delay key write", "DELAY_KEY_WRITE", "0", false},
    {"page compressed", "PAGE_COMPRESSED", "DEFAULT", false},
    {"page compression level", "PAGE_COMPRESSION_LEVEL", "DEFAULT", false},
    {"page checksum", "PAGE_CHECKSUM", "DEFAULT", false},
    {"transactional", "TRANSACTIONAL", "DEFAULT", false},
    {"encrypted", "ENCRYPTED", "DEFAULT", false},
    {"encryption key id", "ENCRYPTION_KEY_ID", "DEFAULT", false},
    {"autoextend size", "AUTOEXTEND_SIZE", "0", false},
    {"secondary engine", "SECONDARY_ENGINE", "NULL", false},
    {"secondary engine attribute", "SECONDARY_ENGINE_ATTRIBUTE", "''", true},
    {"engine attribute", "ENGINE_ATTRIBUTE", "''", true},
    {"compression", "COMPRESSION", "''", true},
    {"encryption", "ENCRYPTION", "'N'", true},
    {"insert method", "INSERT_METHOD", "NO", false},
    {"data directory", "DATA DIRECTORY", "", true},
    {"index directory", "INDEX DIRECTORY", "", true},
}};

constexpr std::array<std::string_view, 19> kColumnAttributes = {"type",
                                                                "collation",
                                                                "generated",
                                                                "stored",
                                                                "not null",
                                                                "default",
                                                                "on update",
                                                                "auto increment",
                                                                "comment",
                                                                "invisible",
                                                                "compressed",
                                                                "without system versioning",
                                                                "check",
                                                                "srid",
                                                                "column format",
                                                                "storage",
                                                                "not secondary",
                                                                "engine attribute",
                                                                "secondary engine attribute"};

constexpr std::array<std::string_view, 7> kOtherTableAttributes = {
    "tablespace", "union",           "system versioning", "partition by",
    "partitions", "subpartition by", "subpartitions"};

constexpr std::array<std::string_view, 12> kIndexAttributes = {
    "columns", "unique",         "type",       "parser",   "comment",          "invisible",
    "ignored", "key block size", "clustering", "distance", "engine attribute", "m"};

template <std::size_t N>
bool knows(const std::array<std::string_view, N>& names, const Attributes& attributes) {
    return std::all_of(attributes.begin(), attributes.end(), [&](const Attribute& one) {
        return std::find(names.begin(), names.end(), one.name) != names.end();
    });
}

bool knows_option(const Attribute& attribute) {
    return std::any_of(kOptions.begin(), kOptions.end(),
                       [&](const Option& one) { return one.attribute == attribute.name; }) ||
           std::find(kOtherTableAttributes.begin(), kOtherTableAttributes.end(), attribute.name) !=
               kOtherTableAttributes.end();
}

std::string text_clause(const Attributes& attributes, std::string_view name,
                        std::string_view before) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? fmt::format("{}{}", before, mysql_text(*found)) : std::string();
}

std::string column_text(const Part& column) {
    const Attributes& attributes = column.attributes;
    const std::string generated = value(attributes, "generated");
    const bool is_row = generated.starts_with("row ");
    std::string out = mysql_name(column.name) + ' ' + value(attributes, "type");
    out += clause(attributes, "srid", " /*M! REF_SYSTEM_ID = ", " */");
    if (has(attributes, "compressed")) out += " COMPRESSED";
    out += clause(attributes, "collation", " COLLATE ");
    if (is_row) out += " GENERATED ALWAYS AS " + to_upper_ascii(generated);
    if (!generated.empty() && !is_row) {
        out += fmt::format(" GENERATED ALWAYS AS ({}) {}", generated,
                           has(attributes, "stored") ? "STORED" : "VIRTUAL");
    }
    if (has(attributes, "not null")) {
        out += " NOT NULL";
    } else if (generated.empty()) {
        out += " NULL";
    }
    out += clause(attributes, "srid", " /*!80003 SRID ", " */");
    out += clause(attributes, "default", " DEFAULT ");
    out += clause(attributes, "on update", " ON UPDATE ");
    if (has(attributes, "invisible")) out += " INVISIBLE";
    if (has(attributes, "auto increment")) out += " AUTO_INCREMENT";
    out += text_clause(attributes, "comment", " COMMENT ");
    out += clause(attributes, "column format", " COLUMN_FORMAT ");
    out += clause(attributes, "storage", " STORAGE ");
    out += text_clause(attributes, "engine attribute", " ENGINE_ATTRIBUTE ");
    out += text_clause(attributes, "secondary engine attribute", " SECONDARY_ENGINE_ATTRIBUTE ");
    if (has(attributes, "not secondary")) out += " NOT SECONDARY";
    if (has(attributes, "without system versioning")) out += " WITHOUT SYSTEM VERSIONING";
    return out + clause(attributes, "check", " CHECK (", ")");
}

std::string index_text(const Part& index) {
    const Attributes& attributes = index.attributes;
    const std::string type = value(attributes, "type");
    const bool is_method = type == "btree" || type == "hash" || type == "rtree";
    std::string out;
    if (index.name == "PRIMARY") {
        out = "PRIMARY KEY";
    } else {
        if (has(attributes, "unique")) out = "UNIQUE ";
        if (!type.empty() && !is_method) out += to_upper_ascii(type) + ' ';
        out += "KEY " + mysql_name(index.name);
    }
    out += fmt::format(" ({})", mysql_names(value(attributes, "columns")));
    if (is_method) out += " USING " + to_upper_ascii(type);
    out += clause(attributes, "key block size", " KEY_BLOCK_SIZE = ");
    out += clause(attributes, "parser", " WITH PARSER ");
    out += clause(attributes, "m", " M = ");
    out += clause(attributes, "distance", " DISTANCE = ");
    out += text_clause(attributes, "comment", " COMMENT ");
    out += text_clause(attributes, "engine attribute", " ENGINE_ATTRIBUTE ");
    if (has(attributes, "clustering")) out += " CLUSTERING = YES";
    if (has(attributes, "invisible")) out += " INVISIBLE";
    if (has(attributes, "ignored")) out += " IGNORED";
    return out;
}

std::string check_text(const Part& check) {
    return fmt::format("CONSTRAINT {} CHECK ({}){}", mysql_name(check.name),
                       value(check.attributes, "expression"),
                       has(check.attributes, "not enforced") ? " NOT ENFORCED" : "");
}

std::string period_text(const Part& period) {
    return fmt::format("PERIOD FOR {} ({})",
                       period.name == "system_time" ? "SYSTEM_TIME" : mysql_name(period.name),
                       mysql_names(value(period.attributes, "columns")));
}

std::string partition_options(const Attributes& attributes) {
    std::string out = clause(attributes, "values", " VALUES ");
    out += clause(attributes, "engine", " ENGINE = ");
    out += text_clause(attributes, "comment", " COMMENT = ");
    out += text_clause(attributes, "data directory", " DATA DIRECTORY = ");
    out += text_clause(attributes, "index directory", " INDEX DIRECTORY = ");
    out += clause(attributes, "max rows", " MAX_ROWS = ");
    out += clause(attributes, "min rows", " MIN_ROWS = ");
    out += clause(attributes, "tablespace", " TABLESPACE = ");
    return out;
}

std::string partitioning(const Object& table) {
    const Attributes& attributes = table.attributes;
    const std::string by = value(attributes, "partition by");
    if (by.empty()) return {};
    const std::size_t open = std::min(by.find('('), by.size());
    std::string out = "PARTITION BY " + to_upper_ascii(by.substr(0, open)) + by.substr(open);
    out += clause(attributes, "partitions", " PARTITIONS ");
    out += clause(attributes, "subpartition by", " SUBPARTITION BY ");
    out += clause(attributes, "subpartitions", " SUBPARTITIONS ");
    std::vector<std::string> lines;
    const auto partitions = parts_of(table, "partition");
    for (const Part* partition : partitions) {
        std::string line = "PARTITION " + mysql_name(partition->name);
        if (by.starts_with("system_time")) {
            line += partition == partitions.back() ? " CURRENT" : " HISTORY";
        }
        // One without values is, in a list, the one for the rest.
        if (by.starts_with("list") && !has(partition->attributes, "values")) line += " DEFAULT";
        line += partition_options(partition->attributes);
        std::vector<std::string> within;
        for (const Part* sub : parts_of(table, "subpartition")) {
            const std::string prefix = partition->name + '.';
            if (!sub->name.starts_with(prefix)) continue;
            within.push_back("SUBPARTITION " + mysql_name(sub->name.substr(prefix.size())) +
                             partition_options(sub->attributes));
        }
        if (!within.empty()) line += fmt::format(" ({})", join(within, ", "));
        lines.push_back(std::move(line));
    }
    if (!lines.empty()) out += fmt::format(" (\n    {})", join(lines, ",\n    "));
    return out;
}

std::string option_text(const Option& option, const std::string& text) {
    return fmt::format("{} = {}", option.words, option.is_text ? mysql_text(text) : text);
}

std::vector<std::string> table_options(const Attributes& attributes) {
    std::vector<std::string> out;
    for (const Option& option : kOptions) {
        if (const std::string* text = find(attributes, option.attribute)) {
            out.push_back(option_text(option, *text));
        }
    }
    if (has(attributes, "tablespace")) {
        out.push_back("TABLESPACE " + mysql_name(value(attributes, "tablespace")));
    }
    if (has(attributes, "union")) {
        out.push_back(fmt::format("UNION = ({})", mysql_names(value(attributes, "union"))));
    }
    return out;
}

/// The length or precision of a type; none if it has no or several.
std::optional<int> length_of(const std::string& type) {
    const std::size_t open = type.find('(');
    if (open == type.npos) return std::nullopt;
    int out = 0;
    const char* const end = type.data() + type.size();
    const auto read = std::from_chars(type.data() + open + 1, end, out);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ')') return std::nullopt;
    return out;
}

/// Whether each value of the one is, for certain, one of the other.
bool is_widening(const std::string& from, const std::string& to) {
    if (from == to) return true;
    static constexpr std::array<std::string_view, 5> kIntegers = {"tinyint", "smallint",
                                                                  "mediumint", "int", "bigint"};
    const auto a = std::find(kIntegers.begin(), kIntegers.end(), from);
    const auto b = std::find(kIntegers.begin(), kIntegers.end(), to);
    if (a != kIntegers.end() && b != kIntegers.end()) return a < b;
    const auto before = length_of(from);
    const auto after = length_of(to);
    return before && after && *before <= *after &&
           from.substr(0, from.find('(')) == to.substr(0, to.find('(')) &&
           from.substr(from.find(')')) == to.substr(to.find(')'));
}

class Altering {
  public:
    Altering(const Object& from, const Object& to) : from_(from), to_(to) {}

    std::vector<SqlStatement> run() {
        drop_parts("check", "DROP CONSTRAINT ");
        drop_indexes();
        drop_parts("period", "DROP PERIOD FOR ");
        columns();
        add_parts("period", period_text);
        add_parts("index", index_text);
        add_parts("check", check_text);
        options();
        std::vector<SqlStatement> out;
        if (!clauses_.empty()) {
            out.push_back({fmt::format("ALTER TABLE {}\n    {}", mysql_name(to_.key.name),
                                       join(clauses_, ",\n    ")),
                           join(lost_, ", "), false});
        }
        repartition(out);
        return out;
    }

  private:
    template <typename Visit>
    void changed_parts(std::string_view kind, Visit visit) {
        for (const Part* part : parts_of(from_, kind)) {
            const Part* other = to_.find(kind, part->name);
            if (other == nullptr || !(*other == *part)) visit(*part);
        }
    }

    void drop_parts(std::string_view kind, std::string_view words) {
        changed_parts(kind, [&](const Part& part) {
            clauses_.push_back(fmt::format("{}{}", words, mysql_name(part.name)));
        });
    }

    /// Whether the server uses it, which can be told it as it stands.
    bool changes_only_use(const Part& index) {
        const Part* other = to_.find("index", index.name);
        if (other == nullptr) return false;
        for (const auto& [attribute, on, off] : {std::array{"ignored", "IGNORED", "NOT IGNORED"},
                                                 std::array{"invisible", "INVISIBLE", "VISIBLE"}}) {
            if (!differ_only_in(index.attributes, other->attributes, attribute)) continue;
            clauses_.push_back(fmt::format("ALTER INDEX {} {}", mysql_name(index.name),
                                           has(other->attributes, attribute) ? on : off));
            in_place_.insert(index.name);
            return true;
        }
        return false;
    }

    void drop_indexes() {
        changed_parts("index", [&](const Part& index) {
            if (changes_only_use(index)) return;
            clauses_.push_back(index.name == "PRIMARY" ? "DROP PRIMARY KEY"
                                                       : "DROP KEY " + mysql_name(index.name));
        });
    }

    template <typename Text>
    void add_parts(std::string_view kind, Text text) {
        for (const Part* part : parts_of(to_, kind)) {
            const Part* other = from_.find(kind, part->name);
            if (kind == "index" && in_place_.contains(part->name)) continue;
            if (other == nullptr || !(*other == *part)) clauses_.push_back("ADD " + text(*part));
        }
    }

    /// The names are the same but for their case.
    static const Part* counterpart(const Object& table, const std::string& name) {
        for (const Part* column : parts_of(table, "column")) {
            if (equals_ignoring_case(column->name, name)) return column;
        }
        return nullptr;
    }

    /// A generated column is computed anew, as nothing else can be done with most of them.
    static bool is_made_anew(const Part& from, const Part& to) {
        const bool was = has(from.attributes, "generated");
        const bool is = has(to.attributes, "generated");
        if (!was && !is) return false;
        const bool was_stored = has(from.attributes, "stored");
        if (was && !is) return !was_stored;
        return was != is || was_stored != has(to.attributes, "stored");
    }

    void columns() {
        std::vector<std::string> there;
        for (const Part* column : parts_of(from_, "column")) {
            const Part* kept = counterpart(to_, column->name);
            if (kept != nullptr && !is_made_anew(*column, *kept)) {
                there.push_back(kept->name);
                continue;
            }
            clauses_.push_back("DROP COLUMN " + mysql_name(column->name));
            if (!has(column->attributes, "generated")) {
                lost_.push_back(fmt::format("what is in the column {}", column->name));
            }
        }
        std::string place = " FIRST";
        std::size_t i = 0;
        for (const Part* column : parts_of(to_, "column")) {
            const auto at = std::find(there.begin(), there.end(), column->name);
            const bool in_place = at != there.end() && at == there.begin() + static_cast<long>(i);
            if (at == there.end()) {
                const bool is_last = i == there.size();
                clauses_.push_back("ADD COLUMN " + column_text(*column) + (is_last ? "" : place));
                there.insert(there.begin() + static_cast<long>(i), column->name);
            } else {
                modify(*counterpart(from_, column->name), *column, in_place ? "" : place);
                if (!in_place) {
                    there.erase(at);
                    there.insert(there.begin() + static_cast<long>(i), column->name);
                }
            }
            place = " AFTER " + mysql_name(column->name);
            ++i;
        }
    }

    void modify(const Part& from, const Part& to, const std::string& place) {
        if (from == to && place.empty()) return;
        const std::string before = value(from.attributes, "type");
        const std::string after = value(to.attributes, "type");
        if (!is_widening(before, after)) {
            lost_.push_back(
                fmt::format("what of the column {} {} can't hold, unless the server "
                            "refuses that",
                            to.name, after));
        }
        clauses_.push_back(from.name == to.name
                               ? "MODIFY COLUMN " + column_text(to) + place
                               : fmt::format("CHANGE COLUMN {} {}{}", mysql_name(from.name),
                                             column_text(to), place));
    }

    void options() {
        for (const Option& option : kOptions) {
            const std::string* before = find(from_.attributes, option.attribute);
            const std::string* after = find(to_.attributes, option.attribute);
            if (after != nullptr && (before == nullptr || *before != *after)) {
                clauses_.push_back(option_text(option, *after));
            } else if (after == nullptr && before != nullptr && !option.reset.empty()) {
                clauses_.push_back(fmt::format("{} = {}", option.words, option.reset));
            }
        }
        const auto differs = [&](std::string_view name) {
            return value(from_.attributes, name) != value(to_.attributes, name);
        };
        if (differs("union")) {
            clauses_.push_back(
                fmt::format("UNION = ({})", mysql_names(value(to_.attributes, "union"))));
        }
        if (differs("tablespace")) {
            const std::string space = value(to_.attributes, "tablespace");
            clauses_.push_back("TABLESPACE " +
                               mysql_name(space.empty() ? "innodb_file_per_table" : space));
        }
        if (differs("system versioning")) {
            const bool is = has(to_.attributes, "system versioning");
            clauses_.push_back(is ? "ADD SYSTEM VERSIONING" : "DROP SYSTEM VERSIONING");
            if (!is) lost_.emplace_back("the history of the rows");
        }
    }

    void repartition(std::vector<SqlStatement>& out) const {
        const std::string before = partitioning(from_);
        const std::string after = partitioning(to_);
        if (before == after) return;
        const std::string head = "ALTER TABLE " + mysql_name(to_.key.name) + ' ';
        out.push_back({head + (after.empty() ? "REMOVE PARTITIONING" : after), {}, false});
    }

    const Object& from_;
    const Object& to_;
    std::vector<std::string> clauses_;
    std::vector<std::string> lost_;
    std::set<std::string> in_place_;  ///< indexes that are altered where they are
};

}  // namespace

std::string create_mysql_table(const Object& table) {
    std::vector<std::string> lines;
    for (const Part* column : parts_of(table, "column")) lines.push_back(column_text(*column));
    for (const Part* period : parts_of(table, "period")) lines.push_back(period_text(*period));
    for (const Part* index : parts_of(table, "index")) lines.push_back(index_text(*index));
    for (const Part* check : parts_of(table, "check")) lines.push_back(check_text(*check));
    std::string out = fmt::format("CREATE TABLE {} (\n    {}\n)", mysql_name(table.key.name),
                                  join(lines, ",\n    "));
    for (const std::string& option : table_options(table.attributes)) out += ' ' + option;
    if (has(table.attributes, "system versioning")) out += " WITH SYSTEM VERSIONING";
    const std::string partitions = partitioning(table);
    return partitions.empty() ? out : out + '\n' + partitions;
}

std::vector<SqlStatement> alter_mysql_table(const Object& from, const Object& to) {
    return Altering(from, to).run();
}

std::string add_mysql_foreign_key(const Object& table, const Part& key) {
    const Attributes& attributes = key.attributes;
    const std::string parent = value(attributes, "references");
    const std::size_t open = parent.rfind(" (");
    std::string name;
    mysql::Cursor cursor(std::string_view(parent).substr(0, open));
    while (!cursor.at_end()) name += cursor.accept({"."}) ? "." : mysql_name(cursor.value());
    std::string out = fmt::format(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        mysql_name(table.key.name), mysql_name(key.name), mysql_names(value(attributes, "columns")),
        name, mysql_names(parent.substr(open + 2, parent.size() - open - 3)));
    out += clause(attributes, "on delete", " ON DELETE ");
    return out + clause(attributes, "on update", " ON UPDATE ");
}

std::string why_no_mysql_table(const Object& table) {
    bool is_known = std::all_of(table.attributes.begin(), table.attributes.end(), knows_option);
    for (const Part& part : table.parts) {
        if (part.kind == "column") is_known = is_known && knows(kColumnAttributes, part.attributes);
        if (part.kind == "index") is_known = is_known && knows(kIndexAttributes, part.attributes);
        if (part.kind == "clause") is_known = false;
    }
    return is_known ? "" : "it has clauses that kedge does not know how to write";
}

}  // namespace kedge::schema::sql
