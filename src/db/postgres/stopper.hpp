// SPDX-License-Identifier: MIT
// libpqxx waits for an answer and looks at nothing meanwhile. So a thread looks, now and then,
// whether a stop is asked for, and has the server cancel what it is at.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <libpq-fe.h>

#include "support/cancellation.hpp"

namespace kedge::db::postgres {

class Stopper {
  public:
    /// Null: nothing is ever stopped.
    explicit Stopper(const Cancellation* cancellation) : cancellation_(cancellation) {}
    ~Stopper();
    Stopper(const Stopper&) = delete;
    Stopper& operator=(const Stopper&) = delete;

    /// From now on it is about this session, which is not at work.
    void attach(PGconn* raw) { cancel_.reset(PQgetCancel(raw)); }

    /// A call that waits for the server. One that begins after the request is kedge's way to an
    /// orderly end, and not stopped.
    class Call {
      public:
        explicit Call(Stopper& stopper);
        ~Call();
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        [[nodiscard]] bool was_stopped() const;

      private:
        Stopper& stopper_;
    };

  private:
    void watch();

    const Cancellation* cancellation_;
    std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel_{nullptr, &PQfreeCancel};
    mutable std::mutex mutex_;  ///< of what follows
    std::condition_variable ends_;
    bool is_ending_ = false;
    bool waits_ = false;    ///< a call may be stopped
    bool stopped_ = false;  ///< the last one was
    std::thread watcher_;   ///< from the first call on
};

}  // namespace kedge::db::postgres
