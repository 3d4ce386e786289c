// SPDX-License-Identifier: MIT
#include "migrate/row_digests.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "db/quiet_observer.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Adds the rows of a query up.
class Summer final : public db::QuietObserver {
  public:
    RowDigest digest;

    void row(std::span<const db::Cell> values) override {
        Sha1Stream stream;
        for (const db::Cell& value : values) {
            // A length before each, so that no two rows are the same text.
            stream.update(value ? fmt::format("{}:", value->size()) : std::string("-"));
            if (value) stream.update(*value);
        }
        const std::string hash = stream.finish().str();
        constexpr std::size_t kDigits = 8;
        for (std::size_t i = 0; i < digest.sum.size(); ++i) {
            digest.sum[i] += static_cast<std::uint32_t>(
                std::stoul(hash.substr(i * kDigits, kDigits), nullptr, 16));
        }
        ++digest.rows;
    }
};

/// In the order of names: where a column stands is no matter of the rows.
std::string values_of(db::Connection& connection, const schema::Object& object,
                      const Engine& engine) {
    std::vector<std::string> out;
    // A state tells of an heir's columns only what its parent, or its type, doesn't.
    const bool is_heir = schema::find(object.attributes, "partition of") != nullptr ||
                         schema::find(object.attributes, "of type") != nullptr ||
                         std::any_of(object.parts.begin(), object.parts.end(),
                                     [](const auto& part) { return part.kind == "parent"; });
    if (is_heir) return "*";
    for (const schema::Part& part : object.parts) {
        if (part.kind == "column") out.push_back(engine.exact_value(part));
    }
    std::sort(out.begin(), out.end());
    return out.empty() ? engine.exact_row(connection, object) : join(out, ", ");
}

bool has_rows(const schema::Object& object) {
    static constexpr std::array<std::string_view, 4> kKinds = {
        "table", "partitioned table", "virtual table", "materialized view"};
    return std::find(kKinds.begin(), kKinds.end(), object.key.kind) != kKinds.end();
}

RowDigest digest_of(db::Connection& connection, const Engine& engine,
                    const schema::Object& object) {
    Summer summer;
    const std::string table = engine.sql_name(object.key.name);
    db::run_statement(
        connection, fmt::format("SELECT {} FROM {}", values_of(connection, object, engine), table),
        summer);
    if (schema::find(object.attributes, "system versioning") != nullptr) {
        const auto all =
            connection.query(fmt::format("SELECT count(*) FROM {} FOR SYSTEM_TIME ALL", table));
        summer.digest.former = std::get<std::int64_t>(all.front().front()) - summer.digest.rows;
    }
    return summer.digest;
}

}  // namespace

RowDigests read_rows(db::Connection& connection, const Engine& engine, const schema::State& state) {
    RowDigests out;
    if (const std::string session = engine.exact_session(); !session.empty()) {
        connection.execute(session);
    }
    for (const auto& [key, object] : state.objects()) {
        if (!has_rows(object)) continue;
        try {
            out[key.name] = digest_of(connection, engine, object);
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::refused) throw;
            // A materialized view that nobody has filled has no rows.
            constexpr const char* kNotPopulated = "55000";
            if (key.kind == "materialized view" && failure.error().code == kNotPopulated) {
                out[key.name] = {};
                continue;
            }
            out[key.name].unread = failure.error().message;
        }
    }
    return out;
}

std::vector<RowChange> compare_rows(const RowDigests& before, const RowDigests& after) {
    std::vector<RowChange> out;
    for (const auto& [table, digest] : before) {
        const auto now = after.find(table);
        if (now == after.end()) continue;
        const std::string& unread = digest.unread.empty() ? now->second.unread : digest.unread;
        if (!unread.empty()) {
            out.push_back({table, 0, 0, unread});
        } else if (now->second.rows != digest.rows || now->second.sum != digest.sum) {
            out.push_back({table, digest.rows, now->second.rows, {}});
        } else if (now->second.former < digest.former) {
            out.push_back({"history of " + table, digest.former, now->second.former, {}});
        }
    }
    return out;
}

}  // namespace kedge::migrate
