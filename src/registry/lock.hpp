// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "support/cancellation.hpp"

namespace kedge::registry {

/// Called while somebody else deploys: who, and for how long we wait already.
using WaitHandler =
    std::function<void(const std::string& holder, std::chrono::milliseconds waited)>;

/// Tries until `attempt` succeeds, with pauses that grow. Failure (locked) that names the holder
/// when `timeout` is over; Failure (interrupted) on request.
void poll_for_lock(const std::function<bool()>& attempt, const std::function<std::string()>& holder,
                   std::chrono::milliseconds timeout, const WaitHandler& on_wait,
                   const Cancellation& cancellation);

/// What keeps other deployers out while it lives.
class DeployLock {
  public:
    DeployLock() = default;
    virtual ~DeployLock() = default;
    DeployLock(const DeployLock&) = delete;
    DeployLock& operator=(const DeployLock&) = delete;
    /// False if it was lost, so that another could have taken it.
    [[nodiscard]] virtual bool still_held() const = 0;
    /// Takes it again after it was lost; false if that can't be. Another may have had it meanwhile.
    [[nodiscard]] virtual bool regain() { return false; }
    /// How it was lost, if it was, for messages.
    [[nodiscard]] virtual std::string how_lost() const {
        return "the session that held it was ended";
    }
};

/// The one deployer's lock, where the database itself has none to offer: a file beside the
/// database, locked by the kernel, which frees it when its process ends, however that ends.
class FileLock final : public DeployLock {
  public:
    /// Waits up to `timeout`. Failure (locked) that names the holder; Failure (interrupted).
    static std::unique_ptr<FileLock> acquire(const std::string& path,
                                             std::chrono::milliseconds timeout,
                                             const WaitHandler& on_wait,
                                             const Cancellation& cancellation);
    /// Takes the lock if it is free, and nothing else if it isn't.
    static std::unique_ptr<FileLock> try_acquire(const std::string& path);

    ~FileLock() override;

    /// False if somebody removed the lock file meanwhile.
    [[nodiscard]] bool still_held() const override;
    [[nodiscard]] std::string how_lost() const override { return "the lock file was removed"; }

  private:
    FileLock(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
    static std::unique_ptr<FileLock> attempt(const std::string& path, std::string* holder);

    std::string path_;
    int fd_;
};

}  // namespace kedge::registry
