// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "migrate/check.hpp"
#include "migrate/session.hpp"

namespace kedge::migrate {

/// What came of a test file.
struct TestedFile {
    std::string path;
    bool has_run = false;        ///< false behind one that bailed out
    std::vector<Check> checks;   ///< in their order; at least one where it has run
    std::optional<Error> error;  ///< what ended it before its end; its last check tells of it, too
    std::optional<std::string> bail_out;  ///< why no other file should run
    std::vector<std::string> warnings;
    std::string output;    ///< rows that are neither TAP nor expected, `.print` and its kin
    std::string messages;  ///< what the server, or the script, said beside
    std::chrono::microseconds elapsed{};

    [[nodiscard]] bool has_failed() const;
};

/// Listens to the scripts of one worker: what a file says is kept with it, and only what concerns
/// all of them, or comes before the first, is passed on.
class TestListener final : public Reporter {
  public:
    /// `mutex` is held while something is passed on.
    TestListener(Reporter& outer, std::mutex& mutex) : outer_(outer), mutex_(mutex) {}
    void listen_for(TestedFile& file) noexcept { file_ = &file; }
    void handle(const Event& event) override;

  private:
    Reporter& outer_;
    std::mutex& mutex_;
    TestedFile* file_ = nullptr;
};

/// Runs a test file on a connection, in a transaction that is rolled back, and leaves the session
/// as new. `session` listens with what keeps the file's words. Failure for what is no verdict on
/// the file: a lost connection, a request to stop.
void run_test(Session& session, db::Connection& connection, const script::Script& script,
              const script::Analysis& analysis, TestedFile& file);

}  // namespace kedge::migrate
