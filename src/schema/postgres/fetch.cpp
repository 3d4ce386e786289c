// SPDX-License-Identifier: MIT
#include "schema/postgres/fetch.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "schema/postgres/worthwhile.hpp"
#include "support/beside.hpp"

namespace kedge::schema::postgres {
namespace {

constexpr const char* kOneMoment = "ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// How the server prints types, expressions and constants depends on these. Names outside of
/// pg_catalog come out with their schemas.
constexpr const char* kSettings =
    "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL client_encoding = 'UTF8'; SET LOCAL "
    "DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET "
    "LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; "
    "SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on; "
    // The planner takes most tables of the catalog for larger than what is read of them.
    "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// Of much the better part is read, row by row or not; a planner that has no statistics of it yet
/// goes by way of the indexes.
constexpr const char* kSettingsForMuch =
    "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off";

/// Below this size of pg_class in bytes, which is about 60 tables with what belongs to them, all is
/// read before another session would be there.
constexpr std::int64_t kMuch = 131072;

using Rows = std::optional<std::vector<db::Row>>;

/// Some of the queries, each given to one session.
class Round {
  public:
    Round(const std::vector<CatalogQuery>& queries, std::vector<Rows>& rows)
        : queries_(queries), rows_(rows) {}

    /// Before anybody helps.
    void add(std::size_t query) { order_.push_back(query); }
    /// Takes queries until none is left.
    void help(db::Connection& connection) {
        for (std::size_t taken = next_++; taken < order_.size(); taken = next_++) {
            const std::size_t query = order_[taken];
            rows_[query] = connection.query(queries_[query].sql);
        }
    }
    /// So that nobody begins another query.
    void stop() { next_ = order_.size(); }
    /// When nobody is at work any more: does what was left undone.
    void finish(db::Connection& connection) {
        for (const std::size_t query : order_) {
            if (!rows_[query]) rows_[query] = connection.query(queries_[query].sql);
        }
    }

  private:
    const std::vector<CatalogQuery>& queries_;
    std::vector<Rows>& rows_;  ///< each is written by the taker of its query
    std::vector<std::size_t> order_;
    std::atomic<std::size_t> next_ = 0;
};

/// Queries that are worth while for sure, and while these begin to run, which of the others are.
class Reading {
  public:
    explicit Reading(const std::vector<Source>& sources, const Server& server)
        : worthwhile_(sources) {
        for (const Source& source : sources) queries_.push_back(to_query(source, server));
        rows_.resize(queries_.size());
        for (std::size_t i = 0; i < queries_.size(); ++i) {
            if (worthwhile_.is_sure(i)) sure_.add(i);
        }
    }

    void help(db::Connection& connection) {
        sure_.help(connection);
        known_.wait();
        others_.help(connection);
    }
    void lead(db::Connection& connection) {
        try {
            for (const std::size_t i : worthwhile_.ask(connection)) others_.add(i);
        } catch (...) {
            stop();
            know_.set_value();
            throw;
        }
        know_.set_value();
        try {
            help(connection);
        } catch (...) {
            stop();
            throw;
        }
    }
    /// When nobody is at work any more.
    void load_into(State& state, db::Connection& connection) {
        sure_.finish(connection);
        others_.finish(connection);
        for (std::size_t i = 0; i < queries_.size(); ++i) {
            if (const Rows rows = std::exchange(rows_[i], {})) load(state, queries_[i], *rows);
        }
    }

  private:
    void stop() {
        sure_.stop();
        others_.stop();
    }

    Worthwhile worthwhile_;
    std::vector<CatalogQuery> queries_;
    std::vector<Rows> rows_;
    Round sure_{queries_, rows_};
    Round others_{queries_, rows_};
    std::promise<void> know_;  ///< what the others are
    std::shared_future<void> known_ = know_.get_future().share();
};

/// All that is worth while in one message.
void fetch_alone(State& state, db::Connection& connection, const std::vector<Source>& sources,
                 const Server& server) {
    const Worthwhile worthwhile(sources);
    std::vector<std::size_t> chosen = worthwhile.ask(connection);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (worthwhile.is_sure(i)) chosen.push_back(i);
    }
    std::sort(chosen.begin(), chosen.end());
    std::vector<CatalogQuery> queries;
    std::vector<std::string> texts;
    for (const std::size_t i : chosen) {
        queries.push_back(to_query(sources[i], server));
        texts.push_back(queries.back().sql);
    }
    connection.query_all(texts, [&](std::size_t query, const std::vector<db::Row>& rows) {
        load(state, queries[query], rows);
    });
}

bool is_much(db::Connection& connection) {
    const auto rows = connection.query("SELECT pg_relation_size('pg_class')");
    return std::get<std::int64_t>(rows.front().front()) >= kMuch;
}

}  // namespace

Moment::Moment(db::Connection& connection)
    : connection_(connection), within_(connection.in_transaction()) {
    if (within_) {
        connection_.execute("SAVEPOINT kedge_state");
    } else {
        connection_.begin(kOneMoment);
    }
    connection_.enqueue(kSettings);
}

Moment::Moment(db::Connection& connection, const std::string& snapshot) : connection_(connection) {
    connection_.begin(kOneMoment);
    connection_.enqueue(fmt::format("SET TRANSACTION SNAPSHOT '{}'", snapshot));
    connection_.enqueue(kSettings);
    connection_.enqueue(kSettingsForMuch);
}

Moment::~Moment() {
    if (!within_) {
        connection_.rollback();
        return;
    }
    try {
        connection_.execute("ROLLBACK TO SAVEPOINT kedge_state; RELEASE SAVEPOINT kedge_state");
    } catch (const Failure&) {
        // The connection is lost, and whoever uses it next is told so.
    }
}

Helper::Helper(const Moment& moment) {
    // Another session does not see what the transaction around this one has done.
    if (moment.is_within()) return;
    db::Connection& connection = moment.connection();
    if (!is_much(connection)) return;
    connection.enqueue(kSettingsForMuch);
    // Behind a pool another one may have to wait for this one's end.
    if (connection.shares_sessions()) return;
    snapshot_ = db::text_of(connection.query("SELECT pg_export_snapshot()").front().front());
    opening_ = beside(connection.opener(stop_));
}

std::future<void> Helper::run(std::function<void(db::Connection&)> work) {
    if (!opening_.valid()) return {};
    return beside([this, work = std::move(work)] {
        try {
            const std::unique_ptr<db::Connection> own = opening_.get();
            if (!own) return;
            const Moment moment(*own, snapshot_);
            work(*own);
        } catch (const Failure&) {
            // What it has not done the other session does, which fails if it can't be done.
        }
    });
}

void fetch(State& state, const Moment& moment, Helper& helper, const std::vector<Source>& sources,
           const Server& server) {
    if (!helper.is_wanted()) {
        fetch_alone(state, moment.connection(), sources, server);
        return;
    }
    Reading reading(sources, server);
    const std::future<void> help =
        helper.run([&](db::Connection& connection) { reading.help(connection); });
    try {
        reading.lead(moment.connection());
    } catch (...) {
        helper.give_up();  // or its end would be waited for
        throw;
    }
    helper.give_up();
    if (help.valid()) help.wait();
    reading.load_into(state, moment.connection());
}

}  // namespace kedge::schema::postgres
