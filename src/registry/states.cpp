// SPDX-License-Identifier: MIT
#include "registry/states.hpp"

#include <set>

#include <fmt/format.h>

#include "registry/own_tables.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

using db::text_of;

/// Most hashes that one statement asks for, and rows that one inserts.
constexpr std::size_t kBatch = 200;

std::int64_t integer_of(const db::Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr ? *number : 0;
}

/// Inserts rows many at a time: on a server each statement has its price.
class RowsWriter {
  public:
    RowsWriter(db::Connection& target, const std::string& table, std::vector<std::string> columns)
        : target_(target),
          head_(fmt::format("INSERT INTO {} ({}) VALUES ", table, join(columns, ", "))),
          row_(fmt::format("({})", join(std::vector<std::string>(columns.size(), "?"), ", "))) {}

    void add(std::initializer_list<db::Value> row) {
        ++count_;
        for (const db::Value& value : row) {
            if (const auto* text = std::get_if<std::string>(&value)) bytes_ += text->size();
            values_.push_back(value);
        }
        constexpr std::size_t kMostBytes = 1 << 18;
        if (count_ == kBatch || bytes_ > kMostBytes) write();
    }

    void write() {
        if (count_ == 0) return;
        target_.write(head_ + join(std::vector<std::string>(count_, row_), ", "),
                      std::span<const db::Value>(values_));
        values_.clear();
        count_ = bytes_ = 0;
    }

  private:
    db::Connection& target_;
    std::string head_;
    std::string row_;
    std::vector<db::Value> values_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace

bool States::exists() {
    if (!exists_) exists_ = own_table_exists(target_, sql_, "kedge_states");
    return *exists_;
}

void States::create() {
    if (exists()) return;
    create_own_tables(sql_, [this] { create_tables(); });
    exists_ = true;
}

void States::create_tables() {
    const auto make = [&](std::string_view name, const std::string& columns) {
        target_.execute(fmt::format("CREATE TABLE IF NOT EXISTS {} (\n{}\n){}",
                                    sql_.own_table(name), columns, sql_.table_options()));
    };
    const std::string word = sql_.word_type();
    const std::string text = sql_.text_type();
    make("kedge_objects", fmt::format("    hash       {0} NOT NULL PRIMARY KEY,\n"
                                      "    definition {1} NOT NULL",
                                      word, text));
    make("kedge_state_items", fmt::format("    state_id INTEGER NOT NULL,\n"
                                          "    item     INTEGER NOT NULL,\n"
                                          "    kind     {0} NOT NULL,\n"
                                          "    name     {1} NOT NULL,\n"
                                          "    hash     {0} NULL,\n"
                                          "    PRIMARY KEY (state_id, item)",
                                          word, text));
    // The one that is asked for.
    make("kedge_states", fmt::format("    state_id       INTEGER NOT NULL PRIMARY KEY,\n"
                                     "    place          {1} NOT NULL,\n"
                                     "    operation      {0} NOT NULL,\n"
                                     "    project        {1} NOT NULL,\n"
                                     "    change_id      {0} NOT NULL,\n"
                                     "    \"change\"       {1} NOT NULL,\n"
                                     "    note           {1} NOT NULL,\n"
                                     "    engine         {0} NOT NULL,\n"
                                     "    server         {1} NOT NULL,\n"
                                     "    reader         INTEGER NOT NULL,\n"
                                     "    recorded_at    {0} NOT NULL,\n"
                                     "    recorder_name  {1} NOT NULL,\n"
                                     "    recorder_email {1} NOT NULL",
                                     word, text));
}

std::vector<StateRecord> States::records() {
    std::vector<StateRecord> out;
    if (!exists()) return out;
    for (const db::Row& row : target_.query(
             fmt::format(
                 "SELECT state_id, operation, project, change_id, \"change\", note, engine, "
                 "server, reader, recorded_at, recorder_name, recorder_email FROM {} "
                 "WHERE place = ? ORDER BY state_id",
                 sql_.own_table("kedge_states")),
             {place_})) {
        StateRecord& record = out.emplace_back();
        record.id = integer_of(row[0]);
        record.operation = text_of(row[1]);
        record.project = text_of(row[2]);
        record.change_id = text_of(row[3]);
        record.change = text_of(row[4]);
        record.note = text_of(row[5]);
        record.engine = text_of(row[6]);
        record.server = text_of(row[7]);
        record.reader = static_cast<int>(integer_of(row[8]));
        record.recorded_at = parse_sql_time(text_of(row[9])).value_or(Timestamp{});
        record.recorder = {text_of(row[10]), text_of(row[11])};
    }
    return out;
}

States::Hashes States::current() {
    Hashes out;
    for (const auto& [id, items] : items()) apply(items, out);
    return out;
}

void States::apply(std::span<const StateItem> items, Hashes& hashes) {
    for (const StateItem& item : items) {
        if (item.hash) {
            hashes.insert_or_assign(Key{item.kind, item.name}, *item.hash);
        } else {
            hashes.erase(Key{item.kind, item.name});
        }
    }
}

std::map<std::int64_t, std::vector<StateItem>> States::items() {
    std::map<std::int64_t, std::vector<StateItem>> out;
    if (!exists()) return out;
    for (const db::Row& row : target_.query(
             fmt::format("SELECT i.state_id, i.kind, i.name, i.hash FROM {} i JOIN {} s ON "
                         "s.state_id = i.state_id WHERE s.place = ? ORDER BY i.state_id, i.item",
                         sql_.own_table("kedge_state_items"), sql_.own_table("kedge_states")),
             {place_})) {
        StateItem& item = out[integer_of(row[0])].emplace_back();
        item.kind = text_of(row[1]);
        item.name = text_of(row[2]);
        if (!std::holds_alternative<std::nullptr_t>(row[3])) item.hash = text_of(row[3]);
    }
    return out;
}

std::vector<db::Row> States::objects(const std::string& columns,
                                     std::span<const std::string> hashes) {
    std::vector<db::Row> out;
    for (std::size_t begin = 0; begin < hashes.size(); begin += kBatch) {
        const auto batch = hashes.subspan(begin, std::min(kBatch, hashes.size() - begin));
        const std::vector<db::Value> values(batch.begin(), batch.end());
        const std::vector<std::string> places(batch.size(), "?");
        for (db::Row& row :
             target_.query(fmt::format("SELECT {} FROM {} WHERE hash IN ({})", columns,
                                       sql_.own_table("kedge_objects"), join(places, ", ")),
                           std::span<const db::Value>(values))) {
            out.push_back(std::move(row));
        }
    }
    return out;
}

std::map<std::string, std::string> States::definitions(std::span<const std::string> hashes) {
    std::map<std::string, std::string> out;
    for (const db::Row& row : objects("hash, definition", hashes)) {
        out.emplace(text_of(row[0]), text_of(row[1]));
    }
    return out;
}

std::set<std::string> States::known_of(std::span<const std::string> hashes) {
    std::set<std::string> out;
    for (const db::Row& row : objects("hash", hashes)) out.insert(text_of(row[0]));
    return out;
}

void States::add(StateRecord record, std::span<const StateItem> items) {
    const db::Row last =
        target_.query(fmt::format("SELECT max(state_id) FROM {}", sql_.own_table("kedge_states")))
            .front();
    record.id = integer_of(last.front()) + 1;
    target_.write(
        fmt::format("INSERT INTO {} (state_id, place, operation, project, change_id, \"change\", "
                    "note, engine, server, reader, recorded_at, recorder_name, recorder_email) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    sql_.own_table("kedge_states")),
        {record.id, place_, record.operation, record.project, record.change_id, record.change,
         record.note, record.engine, record.server, static_cast<std::int64_t>(record.reader),
         format_sql_time(record.recorded_at, 6), record.recorder.name, record.recorder.email});
    std::vector<std::string> hashes;
    for (const StateItem& item : items) {
        if (item.hash) hashes.push_back(*item.hash);
    }
    std::set<std::string> known = known_of(hashes);
    RowsWriter objects(target_, sql_.own_table("kedge_objects"), {"hash", "definition"});
    RowsWriter rows(target_, sql_.own_table("kedge_state_items"),
                    {"state_id", "item", "kind", "name", "hash"});
    std::int64_t number = 0;
    for (const StateItem& item : items) {
        if (item.hash && known.insert(*item.hash).second) {
            objects.add({*item.hash, item.definition});
        }
        rows.add({record.id, ++number, item.kind, item.name,
                  item.hash ? db::Value(*item.hash) : db::Value(nullptr)});
    }
    objects.write();
    rows.write();
    target_.flush();
}

void States::rename_change(const std::string& old_id, const std::string& id) {
    target_.write(fmt::format("UPDATE {} SET change_id = ? WHERE place = ? AND change_id = ?",
                              sql_.own_table("kedge_states")),
                  {id, place_, old_id});
}

}  // namespace kedge::registry
