// SPDX-License-Identifier: MIT
// One message to the server, and all that comes back: results row by row, notices, COPY either way,
// waiting, and the request to stop meanwhile.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "db/connection.hpp"

namespace kedge::db::postgres {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

/// Who hears of what the server says beside its results.
using NoticeListener = std::function<void(const ServerMessage& message)>;

class Exchange {
  public:
    /// `on_wait` is called, again and again, while a statement gives no result. Both may be null.
    using WaitListener = std::function<void(int process, std::chrono::milliseconds waited)>;
    Exchange(const Cancellation* cancellation, WaitListener on_wait)
        : cancellation_(cancellation), on_wait_(std::move(on_wait)) {}
    Exchange(const Exchange&) = delete;  // libpq calls back
    Exchange& operator=(const Exchange&) = delete;

    /// From now on it is about this session, which stays its owner's.
    void attach(PGconn* raw);

    struct Message {
        std::string own;             ///< kedge's own statements, which come first
        std::size_t own_count = 0;   ///< how many they are
        std::string_view text = {};  ///< of a script, with where its statements are
        std::span<const TextRange> statements = {};
        StatementObserver* observer = nullptr;     ///< of the script's; null where there is no text
        const NoticeListener* listener = nullptr;  ///< where there is no observer; may be null
    };
    /// StatementFailure for one of the script's statements, with its place in the text; Failure for
    /// kedge's own. However it ends, the session can be used again, or is lost.
    void run(const Message& message);

    /// What the last statement was, in the server's word for it: `COMMIT`.
    [[nodiscard]] const std::string& last_tag() const noexcept { return last_tag_; }
    /// The session is gone: why, as far as the server said.
    [[nodiscard]] Error lost() const;

  private:
    static void on_notice(void* self_pointer, const PGresult* notice);
    void take_results(const Message& message, std::string_view sent, bool utf8);
    void wait_for_result();
    void feed_copy(StatementObserver* observer);
    void take_copy(StatementObserver* observer);
    void cancel() noexcept;
    void cancel_if_asked();
    void drain() noexcept;
    void rethrow();
    [[nodiscard]] bool should_stop() const noexcept {
        return cancellation_ != nullptr && cancellation_->requested();
    }
    [[nodiscard]] Error error_of(const PGresult* result) const;

    const Cancellation* cancellation_;
    WaitListener on_wait_;
    PGconn* raw_ = nullptr;
    std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel_{nullptr, &PQfreeCancel};
    StatementObserver* observer_ = nullptr;     ///< while a message is under way
    const NoticeListener* listener_ = nullptr;  ///< so too
    bool cancelled_ = false;
    std::exception_ptr thrown_;  ///< by a listener, while libpq called it
    std::string last_tag_;
    std::string last_words_;  ///< why the server ended the session
};

}  // namespace kedge::db::postgres
