// SPDX-License-Identifier: MIT
// One message to the server, and all that comes back: results row by row, warnings, waiting, and
// the request to stop meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "db/connection.hpp"
#include "db/mysql/side_session.hpp"

namespace kedge::db::mysql {

class Exchange {
  public:
    /// `on_wait` is called, again and again, while a statement gives no result. Both may be null.
    using WaitListener = std::function<void(SideSession& beside, unsigned long thread,
                                            std::chrono::milliseconds waited)>;
    Exchange(const Cancellation* cancellation, WaitListener on_wait)
        : cancellation_(cancellation), on_wait_(std::move(on_wait)) {}

    /// From now on it is about this session, which stays its owner's.
    void attach(MYSQL* raw);

    struct Message {
        std::string own;                        ///< kedge's own statements, which come first
        std::size_t own_count = 0;              ///< how many they are; each gives one result
        std::string_view text = {};             ///< a statement of a script, which may give several
        StatementObserver* observer = nullptr;  ///< of the script; null where it has no part
        Connection::Rider* rider = nullptr;     ///< whose query the text is, in a script's place
    };
    /// StatementFailure for the script's statement, with its place in the text; Failure for kedge's
    /// own. However it ends, the session can be used again, or is lost.
    void run(const Message& message);
    /// The rows of a statement of kedge's own.
    [[nodiscard]] std::vector<Row> query(const std::string& sql);

    [[nodiscard]] bool is_lost() const noexcept;
    /// What the server last said of it.
    [[nodiscard]] bool in_transaction() const noexcept;
    /// The session is gone: why, as far as that is known.
    [[nodiscard]] Error lost() const;

  private:
    /// Who takes what comes back.
    struct Taker {
        std::size_t own_count = 0;
        StatementObserver* observer = nullptr;
        std::vector<Row>* rows = nullptr;
        std::string_view text;
        std::size_t index = 0;   ///< of the result in turn
        std::int64_t count = 0;  ///< rows that the script's statement gave or changed
        bool gave_rows = false;  ///< it is a query, and has had its answer
        [[nodiscard]] bool is_scripts() const noexcept {
            return observer != nullptr && index >= own_count;
        }
    };
    void exchange(const std::string& sent, Taker& taker);
    void take_result(Taker& taker);
    void show_warnings(StatementObserver& observer);
    /// Goes on whenever the socket lets it, until the library is done.
    template <typename Continue>
    void await(int events, Continue go_on);
    void drain() noexcept;
    void cancel() noexcept;
    [[nodiscard]] SideSession& beside();
    [[nodiscard]] bool should_stop() const noexcept {
        return cancellation_ != nullptr && cancellation_->requested();
    }
    [[noreturn]] void fail(const Taker& taker);

    const Cancellation* cancellation_;
    WaitListener on_wait_;
    MYSQL* raw_ = nullptr;
    std::unique_ptr<SideSession> beside_;
    std::chrono::steady_clock::time_point sent_at_;
    bool cancelled_ = false;
    bool active_ = false;  ///< something is still to be read
    Error lost_;           ///< why the session is gone; without a message while it isn't
};

}  // namespace kedge::db::mysql
