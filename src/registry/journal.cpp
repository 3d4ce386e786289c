// SPDX-License-Identifier: MIT
#include "registry/journal.hpp"

#include <fmt/format.h>

#include "registry/own_tables.hpp"

namespace kedge::registry {

using db::text_of;

bool Journal::exists() {
    if (!exists_) exists_ = own_table_exists(target_, sql_, "kedge_journal");
    return *exists_;
}

void Journal::create() {
    if (exists()) return;
    create_own_tables(sql_, [this] { create_table(); });
    exists_ = true;
}

void Journal::create_table() {
    target_.execute(fmt::format(
        "CREATE TABLE IF NOT EXISTS {0} (\n"
        "    change_id    {1} NOT NULL,\n"
        "    operation    {1} NOT NULL,\n"
        "    \"change\"     {2} NOT NULL,\n"
        "    project      {2} NOT NULL,\n"
        "    state        {1} NOT NULL,\n"
        "    position     INTEGER NOT NULL,\n"
        "    prefix_hash  {1} NOT NULL,\n"
        "    place        {2} NOT NULL,\n"
        "    error        {2} NOT NULL,\n"
        "    registry     {2} NOT NULL,\n"
        "    event_moment {1} NOT NULL,\n"
        "    statements   {2} NOT NULL,\n"
        "    looks        {2} NOT NULL,\n"
        "    PRIMARY KEY (change_id, operation)\n"
        "){3}",
        sql_.journal_table(), sql_.word_type(), sql_.text_type(), sql_.table_options()));
}

std::vector<JournalEntry> Journal::entries() {
    std::vector<JournalEntry> out;
    if (!exists()) return out;
    for (const db::Row& row :
         target_.query(fmt::format("SELECT change_id, operation, \"change\", project, state, "
                                   "position, prefix_hash, place, "
                                   "error, registry, event_moment, statements, looks FROM {}",
                                   sql_.journal_table()))) {
        JournalEntry& entry = out.emplace_back();
        entry.change_id = text_of(row[0]);
        entry.operation = text_of(row[1]);
        entry.change = text_of(row[2]);
        entry.project = text_of(row[3]);
        entry.state = text_of(row[4]);
        entry.position = static_cast<std::size_t>(std::get<std::int64_t>(row[5]));
        entry.prefix_hash = text_of(row[6]);
        entry.where = text_of(row[7]);
        entry.error = text_of(row[8]);
        entry.registry = text_of(row[9]);
        entry.event_moment = text_of(row[10]);
        entry.sql = text_of(row[11]);
        entry.looks = text_of(row[12]);
    }
    return out;
}

void Journal::put(const JournalEntry& entry) {
    if (const std::string rights = sql_.own_rights(); !rights.empty()) target_.enqueue(rights);
    const std::string table = sql_.journal_table();
    // What was done before, the registry has been told by now.
    if (entry.state == "done") {
        target_.write(fmt::format("DELETE FROM {} WHERE state = 'done'", table));
    }
    target_.write(
        fmt::format("INSERT INTO {} (change_id, operation, \"change\", project, state, position, "
                    "prefix_hash, place, error, registry, event_moment, statements, looks) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {}",
                    table,
                    sql_.replace_clause({"change_id", "operation"},
                                        {"state", "position", "prefix_hash", "place", "error",
                                         "registry", "event_moment", "statements", "looks"})),
        {entry.change_id, entry.operation, entry.change, entry.project, entry.state,
         static_cast<std::int64_t>(entry.position), entry.prefix_hash, entry.where, entry.error,
         entry.registry, entry.event_moment, entry.sql, entry.looks});
}

void Journal::remove(const JournalEntry& entry) {
    target_.write(
        fmt::format("DELETE FROM {} WHERE change_id = ? AND operation = ?", sql_.journal_table()),
        {entry.change_id, entry.operation});
}

void Journal::drop() {
    target_.execute(fmt::format("DROP TABLE IF EXISTS {}", sql_.journal_table()));
    exists_ = false;
}

}  // namespace kedge::registry
