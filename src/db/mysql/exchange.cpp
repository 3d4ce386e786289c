// SPDX-License-Identifier: MIT
#include "db/mysql/exchange.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "db/mysql/connect.hpp"
#include "db/mysql/server_error.hpp"

namespace kedge::db::mysql {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

Value value_of(const char* bytes, unsigned long size, const MYSQL_FIELD& field) {
    if (bytes == nullptr) return nullptr;
    const std::string_view text(bytes, size);
    switch (field.type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG: {
            std::int64_t number = 0;
            const auto trouble = std::from_chars(text.data(), text.data() + text.size(), number).ec;
            // An unsigned one may be too large.
            if (trouble != std::errc{}) return std::string(text);
            return number;
        }
        default:
            return std::string(text);
    }
}

/// Where in a statement the trouble is, as far as the server's message tells.
std::size_t error_offset(std::string_view text, std::string_view message) {
    const auto line = error_line(message);
    if (!line) return 0;
    std::size_t begin = 0;
    for (std::size_t i = 1; i < *line; ++i) {
        const std::size_t end = text.find('\n', begin);
        if (end == text.npos) return 0;
        begin = end + 1;
    }
    const std::string_view near = error_near(message);
    // Where it quotes nothing, the statement ends too early.
    if (near.empty()) {
        const std::size_t last = text.find_last_not_of(" \t\r\n");
        return last == text.npos ? begin : last + 1;
    }
    const std::size_t found = text.find(near, begin);
    return found == text.npos ? begin : found;
}

}  // namespace

void Exchange::attach(MYSQL* raw) {
    raw_ = raw;
    beside_.reset();
    active_ = false;
    cancelled_ = false;
    lost_ = {};
}

bool Exchange::is_lost() const noexcept {
    if (!lost_.message.empty() || raw_ == nullptr) return true;
    if (active_) return false;
    char byte = 0;
    const ssize_t got =
        ::recv(static_cast<int>(mysql_get_socket(raw_)), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

bool Exchange::in_transaction() const noexcept {
    return lost_.message.empty() && (raw_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

Error Exchange::lost() const {
    if (!lost_.message.empty()) return lost_;
    Error error;
    error.kind = ErrorKind::connection;
    error.message = "the connection to the database was lost";
    return error;
}

SideSession& Exchange::beside() {
    if (!beside_) beside_ = std::make_unique<SideSession>(whereabouts_of(raw_));
    return *beside_;
}

void Exchange::cancel() noexcept {
    beside().execute(fmt::format("KILL QUERY {}", mysql_thread_id(raw_)));
}

template <typename Continue>
void Exchange::await(int events, Continue go_on) {
    while (events != 0) {
        constexpr int kPause = 250;
        int came = wait_for(raw_, events, kPause);
        if (should_stop() && !std::exchange(cancelled_, true)) cancel();
        if (came == 0) {
            const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(
                SteadyClock::now() - sent_at_);
            if (on_wait_ && waited > 500ms) on_wait_(beside(), mysql_thread_id(raw_), waited);
            if ((events & MYSQL_WAIT_TIMEOUT) == 0 ||
                waited.count() < mysql_get_timeout_value_ms(raw_)) {
                continue;
            }
            came = MYSQL_WAIT_TIMEOUT;
        }
        events = go_on(came);
    }
}

void Exchange::run(const Message& message) {
    std::string sent = message.own;
    sent += message.text;
    Taker taker;
    taker.own_count = message.own_count;
    taker.observer = message.observer;
    taker.text = message.text;
    // What kedge has to do itself after a request to stop isn't stopped by it.
    const bool stops = should_stop();
    if (stops && message.observer != nullptr) {
        throw Failure(ErrorKind::interrupted, "interrupted");
    }
    cancelled_ = stops;
    if (message.rider != nullptr) taker.rows = &message.rider->rows;
    try {
        exchange(sent, taker);
    } catch (Failure& failure) {
        const bool is_commit_done = taker.index >= taker.own_count;
        if (message.rider == nullptr || !is_commit_done || is_lost()) throw;
        message.rider->refusal = std::move(failure.error());
    }
    if (message.observer == nullptr) return;
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - sent_at_);
    // A query that is stopped may end as if it were done, as SLEEP does.
    if (cancelled_ && !stops && taker.gave_rows) {
        Error error;
        error.kind = ErrorKind::interrupted;
        error.message = "interrupted";
        throw StatementFailure(std::move(error), 0);
    }
    if (mysql_warning_count(raw_) > 0) show_warnings(*message.observer);
    message.observer->finished(message.text, elapsed, taker.count);
}

std::vector<Row> Exchange::query(const std::string& sql) {
    std::vector<Row> rows;
    Taker taker;
    taker.rows = &rows;
    cancelled_ = should_stop();
    exchange(sql, taker);
    return rows;
}

void Exchange::exchange(const std::string& sent, Taker& taker) {
    sent_at_ = SteadyClock::now();
    if (taker.is_scripts()) taker.observer->running(0);
    active_ = true;
    try {
        int failed = 0;
        await(mysql_real_query_start(&failed, raw_, sent.data(), sent.size()),
              [&](int came) { return mysql_real_query_cont(&failed, raw_, came); });
        while (failed == 0) {
            take_result(taker);
            ++taker.index;
            if (!mysql_more_results(raw_)) {
                active_ = false;
                return;
            }
            if (taker.index == taker.own_count && taker.is_scripts()) taker.observer->running(0);
            await(mysql_next_result_start(&failed, raw_),
                  [&](int came) { return mysql_next_result_cont(&failed, raw_, came); });
        }
        active_ = false;
        fail(taker);
    } catch (...) {
        drain();
        throw;
    }
}

void Exchange::take_result(Taker& taker) {
    if (mysql_field_count(raw_) == 0) {
        const auto changed = static_cast<std::int64_t>(mysql_affected_rows(raw_));
        if (taker.is_scripts() && changed > 0) taker.count += changed;
        return;
    }
    const auto free = [&](MYSQL_RES* result) {
        await(mysql_free_result_start(result),
              [&](int came) { return mysql_free_result_cont(result, came); });
    };
    const std::unique_ptr<MYSQL_RES, decltype(free)> result(mysql_use_result(raw_), free);
    if (!result) fail(taker);
    const unsigned width = mysql_num_fields(result.get());
    const MYSQL_FIELD* fields = mysql_fetch_fields(result.get());
    if (taker.is_scripts()) {
        taker.gave_rows = true;
        std::vector<std::string> names;
        for (unsigned i = 0; i < width; ++i) names.emplace_back(fields[i].name);
        taker.observer->columns(names);
    }
    std::vector<Cell> cells(width);
    for (;;) {
        MYSQL_ROW row = nullptr;
        await(mysql_fetch_row_start(&row, result.get()),
              [&](int came) { return mysql_fetch_row_cont(&row, result.get(), came); });
        if (row == nullptr) break;
        const unsigned long* sizes = mysql_fetch_lengths(result.get());
        if (taker.is_scripts()) {
            for (unsigned i = 0; i < width; ++i) {
                cells[i].reset();
                if (row[i] != nullptr) cells[i].emplace(row[i], sizes[i]);
            }
            taker.observer->row(cells);
            ++taker.count;
        } else if (taker.rows != nullptr && taker.index >= taker.own_count) {
            Row& out = taker.rows->emplace_back();
            for (unsigned i = 0; i < width; ++i) {
                out.push_back(value_of(row[i], sizes[i], fields[i]));
            }
        }
    }
    if (mysql_errno(raw_) != 0) fail(taker);
}

void Exchange::fail(const Taker& taker) {
    const unsigned number = mysql_errno(raw_);
    Error error = error_of(number, mysql_sqlstate(raw_), mysql_error(raw_));
    if (error.kind == ErrorKind::connection) {
        error.message = "the connection to the database was lost: " + error.message;
        lost_ = error;
    }
    constexpr unsigned kInterrupted = 1317;
    if (number == kInterrupted && cancelled_) {
        error.kind = ErrorKind::interrupted;
        error.message = "interrupted";
    }
    if (!taker.is_scripts()) throw Failure(std::move(error));
    const std::size_t at = error_offset(taker.text, error.message);
    throw StatementFailure(std::move(error), at);
}

void Exchange::show_warnings(StatementObserver& observer) {
    for (const Row& row : query("SHOW WARNINGS")) {
        ServerMessage message;
        message.severity = text_of(row[0]);
        // That IF EXISTS found nothing is what it is for.
        if (message.severity == "Note") continue;
        message.code = text_of(row[1]);
        message.message = text_of(row[2]);
        observer.notice(message);
    }
}

void Exchange::drain() noexcept {
    if (!std::exchange(active_, false) || !lost_.message.empty()) return;
    try {
        cancel();
        Taker nobody;
        int failed = 0;
        while (failed == 0 && mysql_more_results(raw_)) {
            await(mysql_next_result_start(&failed, raw_),
                  [&](int came) { return mysql_next_result_cont(&failed, raw_, came); });
            if (failed == 0) take_result(nobody);
        }
    } catch (...) {
        // Of what is thrown away it doesn't matter how it ended; a lost session shows by itself.
        return;
    }
}

}  // namespace kedge::db::mysql
