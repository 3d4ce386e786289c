// SPDX-License-Identifier: MIT
#include "db/postgres/exchange.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include <poll.h>

#include "db/postgres/server_error.hpp"
#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// Byte offset of the n-th character, from 1.
std::size_t byte_offset(std::string_view text, std::size_t character, bool utf8) {
    std::size_t at = 0;
    for (std::size_t i = 1; i < character && at < text.size(); ++i) {
        at += utf8 ? decode_utf8(text, at).size : 1;
    }
    return at;
}

/// What one message brings back, statement by statement.
class Answers {
  public:
    explicit Answers(const Exchange::Message& message)
        : own_(message.own_count),
          statements_(message.statements),
          text_(message.text),
          observer_(message.observer) {
        announce();
    }

    void take_rows(const PGresult* result) {
        if (!is_scripts()) return;
        if (!std::exchange(in_rows_, true)) {
            std::vector<std::string> names;
            for (int i = 0; i < PQnfields(result); ++i) names.emplace_back(PQfname(result, i));
            observer_->columns(names);
        }
        cells_.resize(static_cast<std::size_t>(PQnfields(result)));
        for (int row = 0; row < PQntuples(result); ++row, ++rows_) {
            for (int i = 0; i < PQnfields(result); ++i) {
                Cell& cell = cells_[static_cast<std::size_t>(i)];
                cell.reset();
                if (PQgetisnull(result, row, i) == 0) {
                    cell.emplace(PQgetvalue(result, row, i),
                                 static_cast<std::size_t>(PQgetlength(result, row, i)));
                }
            }
            observer_->row(cells_);
        }
    }

    void end_statement(const PGresult* result) {
        if (is_scripts()) {
            if (PQresultStatus(result) == PGRES_TUPLES_OK) take_rows(result);
            const auto now = SteadyClock::now();
            const std::string_view changed = PQcmdTuples(const_cast<PGresult*>(result));
            const std::int64_t rows = in_rows_ ? rows_ : std::atoll(std::string(changed).c_str());
            const auto [begin, end] = range();
            observer_->finished(
                text_.substr(begin, end - begin),
                std::chrono::duration_cast<std::chrono::microseconds>(now - started_), rows);
        }
        ++done_;
        in_rows_ = false;
        rows_ = 0;
        announce();
    }

    /// The answers are those of the script's own statements by now.
    [[nodiscard]] bool is_scripts() const noexcept { return observer_ != nullptr && done_ >= own_; }
    /// Where the statement in turn stands in the text.
    [[nodiscard]] TextRange range() const noexcept {
        const std::size_t index = std::min(done_ - own_, statements_.size() - 1);
        return statements_[index];
    }

  private:
    void announce() {
        started_ = SteadyClock::now();
        if (is_scripts() && done_ - own_ < statements_.size()) observer_->running(range().first);
    }

    std::size_t own_;
    std::span<const TextRange> statements_;
    std::string_view text_;
    StatementObserver* observer_;
    std::size_t done_ = 0;
    bool in_rows_ = false;
    std::int64_t rows_ = 0;
    std::vector<Cell> cells_;
    SteadyClock::time_point started_;
};

}  // namespace

void Exchange::attach(PGconn* raw) {
    raw_ = raw;
    cancel_.reset(PQgetCancel(raw));
    last_words_.clear();
    PQsetNoticeReceiver(raw, &Exchange::on_notice, this);
}

void Exchange::on_notice(void* self_pointer, const PGresult* notice) {
    auto& self = *static_cast<Exchange*>(self_pointer);
    try {
        const ServerMessage message = message_of(notice);
        if (is_fatal(notice)) {
            self.last_words_ = message.message;
        } else if (self.observer_ != nullptr) {
            self.observer_->notice(message);
        } else if (self.listener_ != nullptr && *self.listener_) {
            (*self.listener_)(message);
        }
    } catch (...) {
        // libpq is C: what a listener throws waits until its call is over.
        self.thrown_ = std::current_exception();
    }
}

void Exchange::run(const Message& message) {
    std::string sent = message.own;
    sent += message.text;
    // What kedge has to do itself after a request to stop isn't stopped by it.
    const bool stops = should_stop();
    if (stops && message.observer != nullptr) {
        throw Failure(ErrorKind::interrupted, "interrupted");
    }
    cancelled_ = stops;
    const bool utf8 = std::string_view(pg_encoding_to_char(PQclientEncoding(raw_))) == "UTF8";
    if (PQsendQuery(raw_, sent.c_str()) == 0) throw Failure(lost());
    if (message.observer != nullptr) PQsetSingleRowMode(raw_);
    observer_ = message.observer;
    listener_ = message.listener;
    try {
        take_results(message, sent, utf8);
    } catch (...) {
        observer_ = nullptr;
        listener_ = nullptr;
        drain();
        throw;
    }
    observer_ = nullptr;
    listener_ = nullptr;
}

void Exchange::take_results(const Message& message, std::string_view sent, bool utf8) {
    Answers answers(message);
    StatementObserver* const observer = message.observer;
    std::optional<Error> error;
    std::size_t position = 0;
    TextRange failed{0, 0};
    bool of_script = false;
    for (;;) {
        wait_for_result();
        const Result result(PQgetResult(raw_));
        if (!result) break;
        switch (PQresultStatus(result.get())) {
            case PGRES_SINGLE_TUPLE:
                answers.take_rows(result.get());
                break;
            case PGRES_COPY_IN:
                feed_copy(answers.is_scripts() ? observer : nullptr);
                break;
            case PGRES_COPY_OUT:
                take_copy(answers.is_scripts() ? observer : nullptr);
                break;
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
            case PGRES_EMPTY_QUERY:
                last_tag_ = PQcmdStatus(result.get());
                answers.end_statement(result.get());
                break;
            default:
                if (error) break;
                error = error_of(result.get());
                position = error_position(result.get());
                of_script = answers.is_scripts();
                if (of_script) failed = answers.range();
        }
        rethrow();
    }
    if (!error) return;
    const std::size_t at = position > 0 ? byte_offset(sent, position, utf8) : 0;
    if (position > 0 && at >= message.own.size() && observer != nullptr) {
        throw StatementFailure(std::move(*error), at - message.own.size());
    }
    if (of_script) throw StatementFailure(std::move(*error), failed.first);
    throw Failure(std::move(*error));
}

Error Exchange::lost() const {
    return lost_connection(raw_, last_words_);
}

void Exchange::rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Exchange::cancel() noexcept {
    std::array<char, 256> trouble{};
    if (cancel_) PQcancel(cancel_.get(), trouble.data(), static_cast<int>(trouble.size()));
}

void Exchange::cancel_if_asked() {
    if (should_stop() && !std::exchange(cancelled_, true)) cancel();
}

Error Exchange::error_of(const PGresult* result) const {
    if (PQstatus(raw_) == CONNECTION_BAD) return lost();
    Error error = error_of_result(result);
    if (cancelled_) call_interrupted(error);
    return error;
}

void Exchange::wait_for_result() {
    const auto start = SteadyClock::now();
    while (PQisBusy(raw_) != 0) {
        cancel_if_asked();
        pollfd socket{PQsocket(raw_), POLLIN, 0};
        const int ready = ::poll(&socket, 1, 250);
        if (ready > 0 && PQconsumeInput(raw_) == 0) return;  // the next result says why
        rethrow();
        const auto waited =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
        if (ready == 0 && on_wait_ && waited > 500ms) on_wait_(PQbackendPID(raw_), waited);
    }
}

void Exchange::feed_copy(StatementObserver* observer) {
    std::string chunk;
    const char* trouble = observer == nullptr ? "kedge has no data for it" : nullptr;
    try {
        while (trouble == nullptr && observer->copy_in(chunk)) {
            if (should_stop()) {
                cancelled_ = true;
                trouble = "interrupted";
            } else if (!chunk.empty() &&
                       PQputCopyData(raw_, chunk.data(), static_cast<int>(chunk.size())) <= 0) {
                break;  // the next result says why
            }
            chunk.clear();
        }
    } catch (...) {
        PQputCopyEnd(raw_, "the data can't be read");
        throw;
    }
    PQputCopyEnd(raw_, trouble);
}

void Exchange::take_copy(StatementObserver* observer) {
    for (;;) {
        char* buffer = nullptr;
        const int size = PQgetCopyData(raw_, &buffer, 1);
        const std::unique_ptr<char, decltype(&PQfreemem)> owned(buffer, &PQfreemem);
        if (size > 0) {
            if (observer != nullptr) observer->copy_out({buffer, static_cast<std::size_t>(size)});
        } else if (size < 0) {
            return;  // its end, or an error that the next result tells
        } else {
            cancel_if_asked();
            pollfd socket{PQsocket(raw_), POLLIN, 0};
            if (::poll(&socket, 1, 250) > 0 && PQconsumeInput(raw_) == 0) return;
        }
    }
}

/// Whatever was interrupted half-way, the session can be used again after it.
void Exchange::drain() noexcept {
    if (PQtransactionStatus(raw_) != PQTRANS_ACTIVE) return;
    cancel();
    while (const Result result{PQgetResult(raw_)}) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN) PQputCopyEnd(raw_, "stopped");
        char* buffer = nullptr;
        while (status == PGRES_COPY_OUT && PQgetCopyData(raw_, &buffer, 0) > 0) PQfreemem(buffer);
        if (PQstatus(raw_) == CONNECTION_BAD) return;
    }
    thrown_ = nullptr;
}

}  // namespace kedge::db::postgres
