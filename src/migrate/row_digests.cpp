// SPDX-License-Identifier: MIT
#include "migrate/row_digests.hpp"

#include <chrono>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "support/sha1.hpp"

namespace kedge::migrate {
namespace {

/// Adds the rows of a query up.
class Summer final : public db::StatementObserver {
  public:
    RowDigest digest;

    bool starting(std::string_view, std::size_t) override { return true; }
    void running(std::size_t) override {}
    void columns(const std::vector<std::string>&) override {}
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
    void finished(std::string_view, std::chrono::microseconds, std::int64_t) override {}
    void notice(const db::ServerMessage&) override {}
    bool copy_in(std::string&) override { return false; }
    void copy_out(std::string_view) override {}
};

}  // namespace

RowDigests read_rows(db::Connection& connection, const schema::State& state, Reporter& reporter) {
    RowDigests out;
    for (const auto& [key, object] : state.objects()) {
        if (key.kind != "table" && key.kind != "partitioned table") continue;
        const std::string query = fmt::format("SELECT * FROM {}", key.name);
        const db::TextRange whole{0, query.size()};
        Summer summer;
        try {
            connection.run(query, {&whole, 1}, summer);
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::refused) throw;
            reporter.handle(Warning{fmt::format("the rows of {} can't be compared: {}", key.name,
                                                failure.error().message)});
            continue;
        }
        out[key.name] = summer.digest;
    }
    return out;
}

std::vector<RowChange> compare_rows(const RowDigests& before, const RowDigests& after) {
    std::vector<RowChange> out;
    for (const auto& [table, digest] : before) {
        const auto now = after.find(table);
        if (now == after.end() || now->second == digest) continue;
        out.push_back({table, digest.rows, now->second.rows});
    }
    return out;
}

}  // namespace kedge::migrate
