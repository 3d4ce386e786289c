// SPDX-License-Identifier: MIT
#include "registry/registry.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kedge::registry {
namespace {

using db::text_of;
using db::Value;

/// Text, or NULL for none.
Value nullable(const std::string& text) {
    return text.empty() ? Value(nullptr) : Value(text);
}

Timestamp moment_of(const Value& value) {
    return parse_sql_time(text_of(value)).value_or(Timestamp{});
}

}  // namespace

Registry::Registry(db::Connection& connection, std::unique_ptr<RegistrySql> sql, const Clock& clock,
                   Person committer)
    : connection_(connection),
      sql_(std::move(sql)),
      clock_(clock),
      committer_(std::move(committer)) {}

Timestamp Registry::next_moment() {
    if (!std::exchange(knows_last_event_, true) && exists()) {
        const Value last =
            connection_
                .query(fmt::format("SELECT {} FROM {}", sql_->time_text("max(committed_at)"),
                                   sql_->table("events")))
                .front()
                .front();
        last_moment_ = std::max(last_moment_, moment_of(last));
    }
    // The order of deployment is the order of these moments, so no two are the same. On SQLite
    // Sqitch counts in milliseconds; what shares one with its predecessor comes a microsecond after
    // it.
    const Timestamp moment = clock_.now() + clock_offset_;
    const Timestamp now(moment.time_since_epoch() / sql_->resolution() * sql_->resolution());
    last_moment_ = std::max<Timestamp>(now, last_moment_ + std::chrono::microseconds(1));
    return last_moment_;
}

void Registry::write(const std::string& sql, std::span<const Value> values) {
    written_.sql += connection_.write(sql, values);
    written_.sql += ";\n";
}

Registry::Written Registry::take_written() {
    return std::exchange(written_, {});
}

bool Registry::exists() {
    if (!is_there_) is_there_ = !connection_.query(sql_->exists_query()).empty();
    return is_there_;
}

std::string Registry::version() {
    std::vector<db::Row> rows;
    try {
        rows =
            connection_.query(fmt::format("SELECT max(version) FROM {}", sql_->table("releases")));
    } catch (const Failure& failure) {
        // The first registries had no table of releases.
        if (failure.error().kind == ErrorKind::refused) return "0";
        throw;
    }
    const Value& value = rows.front().front();
    if (std::holds_alternative<std::nullptr_t>(value)) return "0";
    // SQLite stores 1.1 as a binary fraction.
    return fmt::format("{:.1f}", std::stod(text_of(value)));
}

std::optional<std::string> Registry::create() {
    // Taken before there is a table whose last moment would be asked for.
    const std::string moment = sql_->time_value(next_moment());
    const std::vector<std::string> statements = sql_->create_statements();
    for (std::size_t i = 0; i + 1 < statements.size(); ++i) write(statements[i], {});
    write(fmt::format("INSERT INTO {} (version, installed_at, installer_name, installer_email) "
                      "VALUES ({}, ?, ?, ?)",
                      sql_->table("releases"), kRegistryVersion),
          {{moment, committer_.name, committer_.email}});
    write(statements.back(), {});
    connection_.flush();
    return complete();
}

std::optional<std::string> Registry::complete() {
    const auto completion = sql_->completion();
    if (!completion) return std::nullopt;
    connection_.execute(completion->enter);
    std::optional<std::string> trouble;
    try {
        for (const std::string& statement : completion->statements) {
            connection_.write(statement, {});
            connection_.flush();
        }
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused) throw;
        trouble = failure.error().message;
    }
    connection_.execute(completion->leave);
    return trouble;
}

void Registry::upgrade_once(std::string_view from) {
    for (const std::string& statement : sql_->upgrade_statements(from)) write(statement, {});
    write(fmt::format("INSERT INTO {} (version, installed_at, installer_name, installer_email) "
                      "VALUES ({}, ?, ?, ?)",
                      sql_->table("releases"), from == "0" ? "1.0" : "1.1"),
          {{sql_->time_value(next_moment()), committer_.name, committer_.email}});
}

void Registry::set_script_hash(std::string_view change_id, const std::string& hash) {
    write(fmt::format("UPDATE {} SET script_hash = ? WHERE change_id = ? AND script_hash = ?",
                      sql_->table("changes")),
          {{nullable(hash), std::string(change_id), std::string(change_id)}});
}

std::vector<ProjectRecord> Registry::projects() {
    std::vector<ProjectRecord> out;
    for (const db::Row& row : connection_.query(fmt::format(
             "SELECT project, uri FROM {} ORDER BY project", sql_->table("projects")))) {
        ProjectRecord& project = out.emplace_back();
        project.name = text_of(row[0]);
        if (!std::holds_alternative<std::nullptr_t>(row[1])) project.uri = text_of(row[1]);
    }
    return out;
}

void Registry::add_project(const std::string& name, const std::optional<std::string>& uri) {
    write(fmt::format("INSERT INTO {} (project, uri, created_at, creator_name, creator_email) "
                      "VALUES (?, ?, ?, ?, ?)",
                      sql_->table("projects")),
          {{name, uri ? Value(*uri) : Value(nullptr), sql_->time_value(next_moment()),
            committer_.name, committer_.email}});
}

Deployed Registry::deployed(const std::string& project) {
    const auto changes_with = [&](const char* hash) {
        return connection_.query(
            fmt::format("SELECT change_id, \"change\", {}, {} FROM {} "
                        "WHERE project = ? ORDER BY committed_at",
                        hash, sql_->time_text("committed_at"), sql_->table("changes")),
            {project});
    };
    std::vector<db::Row> rows;
    try {
        rows = changes_with("script_hash");
    } catch (const Failure& failure) {
        // The first registries had none; those can still be read.
        if (failure.error().kind != ErrorKind::refused || version() != "0") throw;
        rows = changes_with("NULL");
    }
    std::vector<DeployedChange> changes;
    for (const db::Row& row : rows) {
        changes.push_back(
            {text_of(row[0]), text_of(row[1]), text_of(row[2]), moment_of(row[3]), {}});
    }
    std::vector<DeployedTag> tags;
    for (const db::Row& row :
         connection_.query(fmt::format("SELECT tag, change_id, {}, committer_name, committer_email "
                                       "FROM {} WHERE project = ? ORDER BY committed_at, {}",
                                       sql_->time_text("committed_at"), sql_->table("tags"),
                                       sql_->insertion_order()),
                           {project})) {
        tags.push_back({text_of(row[0]),
                        text_of(row[1]),
                        moment_of(row[2]),
                        {text_of(row[3]), text_of(row[4])}});
    }
    // What is written next has to come after all that is there.
    if (!changes.empty()) last_moment_ = std::max(last_moment_, changes.back().committed_at);
    if (!tags.empty()) last_moment_ = std::max(last_moment_, tags.back().committed_at);
    return {std::move(changes), std::move(tags)};
}

std::optional<Event> Registry::details(const std::string& change_id) {
    if (const auto known = details_.find(change_id); known != details_.end()) return known->second;
    load_details("change_id", change_id);
    const auto found = details_.find(change_id);
    return found == details_.end() ? std::nullopt : std::optional(found->second);
}

void Registry::load_details(const std::string& column, const std::string& value) {
    const std::string changes = sql_->table("changes");
    for (const db::Row& row : connection_.query(
             fmt::format("SELECT change_id, \"change\", project, note, {}, committer_name, "
                         "committer_email, {}, planner_name, planner_email FROM {} WHERE {} = ?",
                         sql_->time_text("committed_at"), sql_->time_text("planned_at"), changes,
                         column),
             {value})) {
        Event& out = details_[text_of(row[0])];
        out = {};
        out.change_id = text_of(row[0]);
        out.change = text_of(row[1]);
        out.project = text_of(row[2]);
        out.note = text_of(row[3]);
        out.committed_at = moment_of(row[4]);
        out.committer = {text_of(row[5]), text_of(row[6])};
        out.planned_at = moment_of(row[7]);
        out.planner = {text_of(row[8]), text_of(row[9])};
    }
    const std::string which =
        fmt::format("change_id IN (SELECT change_id FROM {} WHERE {} = ?)", changes, column);
    for (const db::Row& tag : connection_.query(
             fmt::format("SELECT change_id, tag FROM {} WHERE {} ORDER BY committed_at, {}",
                         sql_->table("tags"), which, sql_->insertion_order()),
             {value})) {
        details_[text_of(tag[0])].tags.push_back(text_of(tag[1]));
    }
    for (const db::Row& dependency : connection_.query(
             fmt::format("SELECT change_id, type, dependency FROM {} WHERE {} ORDER BY {}",
                         sql_->table("dependencies"), which, sql_->dependency_order()),
             {value})) {
        Event& event = details_[text_of(dependency[0])];
        auto& list = text_of(dependency[1]) == "require" ? event.required : event.conflicts;
        list.push_back(text_of(dependency[2]));
    }
}

std::vector<Dependent> Registry::dependents() {
    std::vector<Dependent> out;
    for (const db::Row& row : connection_.query(fmt::format(
             "SELECT d.dependency_id, c.change_id, c.\"change\", c.project, "
             "(SELECT t.tag FROM {0} t WHERE t.project = c.project "
             "AND t.committed_at >= c.committed_at ORDER BY t.committed_at LIMIT 1) "
             "FROM {1} d JOIN {2} c ON c.change_id = d.change_id "
             "WHERE d.dependency_id IS NOT NULL ORDER BY c.committed_at",
             sql_->table("tags"), sql_->table("dependencies"), sql_->table("changes")))) {
        out.push_back(
            {text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4])});
    }
    return out;
}

bool Registry::has_events() {
    return !connection_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", sql_->table("events")))
                .empty();
}

bool Registry::has_event(const std::string& change_id, const std::string& moment) {
    return !connection_
                .query(fmt::format("SELECT 1 FROM {} WHERE change_id = ? AND committed_at = ?",
                                   sql_->table("events")),
                       {change_id, moment})
                .empty();
}

std::vector<std::string> Registry::reverted_after(const std::string& project, Timestamp moment) {
    std::vector<std::string> out;
    for (const db::Row& row : connection_.query(
             fmt::format("SELECT \"change\", {} FROM {} WHERE event = 'revert' AND project = ? AND "
                         "committed_at >= ? ORDER BY committed_at",
                         sql_->time_text("committed_at"), sql_->table("events")),
             {project, sql_->time_value(moment)})) {
        if (moment_of(row[1]) > moment) out.push_back(text_of(row[0]));
    }
    return out;
}

std::vector<Event> Registry::events(const EventFilter& filter) {
    std::string sql = fmt::format(
        "SELECT event, change_id, \"change\", project, note, {}, {}, {}, {}, committer_name, "
        "committer_email, {}, planner_name, planner_email FROM {}",
        sql_->list_text("requires"), sql_->list_text("conflicts"), sql_->list_text("tags"),
        sql_->time_text("committed_at"), sql_->time_text("planned_at"), sql_->table("events"));
    std::vector<Value> values;
    std::vector<std::string> conditions;
    if (!filter.events.empty()) {
        std::string marks;
        for (const std::string& event : filter.events) {
            marks += marks.empty() ? "?" : ", ?";
            values.emplace_back(event);
        }
        conditions.push_back(fmt::format("event IN ({})", marks));
    }
    const auto match = [&](const char* column, const std::string& pattern) {
        if (pattern.empty()) return;
        conditions.push_back(sql_->matches(column));
        values.emplace_back(pattern);
    };
    match("\"change\"", filter.change);
    match("project", filter.project);
    match("committer_name", filter.committer);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        sql += (i == 0 ? " WHERE " : " AND ") + conditions[i];
    }
    sql += filter.oldest_first ? " ORDER BY committed_at" : " ORDER BY committed_at DESC";
    if (filter.limit || filter.skip > 0) {
        sql += fmt::format(" LIMIT {} OFFSET {}", filter.limit.value_or(INT64_MAX), filter.skip);
    }
    std::vector<Event> out;
    for (const db::Row& row : connection_.query(sql, values)) {
        Event& event = out.emplace_back();
        event.event = text_of(row[0]);
        event.change_id = text_of(row[1]);
        event.change = text_of(row[2]);
        event.project = text_of(row[3]);
        event.note = text_of(row[4]);
        const std::string_view separators = sql_->list_separators();
        event.required = split_list(text_of(row[5]), separators);
        event.conflicts = split_list(text_of(row[6]), separators);
        event.tags = split_list(text_of(row[7]), separators);
        event.committed_at = moment_of(row[8]);
        event.committer = {text_of(row[9]), text_of(row[10])};
        event.planned_at = moment_of(row[11]);
        event.planner = {text_of(row[12]), text_of(row[13])};
    }
    return out;
}

}  // namespace kedge::registry
