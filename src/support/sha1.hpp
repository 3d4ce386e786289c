// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <memory>
#include <string>
#include <string_view>

namespace kedge {

/// A SHA-1 digest as 40 lower-case hexadecimal digits, which is how Sqitch writes and compares it.
class Sha1 {
  public:
    /// No digest; view() is empty.
    Sha1() = default;

    /// The digest of one run of bytes.
    static Sha1 of(std::string_view bytes);

    [[nodiscard]] bool empty() const noexcept { return hex_[0] == '\0'; }
    [[nodiscard]] std::string_view view() const noexcept {
        return {hex_.data(), empty() ? 0 : hex_.size()};
    }
    [[nodiscard]] std::string str() const { return std::string(view()); }

    friend bool operator==(const Sha1&, const Sha1&) = default;
    friend bool operator==(const Sha1& a, std::string_view b) noexcept { return a.view() == b; }

  private:
    friend class Sha1Stream;
    std::array<char, 40> hex_{};
};

/// Digests bytes as they come. One instance for one digest; not for sharing between threads.
class Sha1Stream {
  public:
    Sha1Stream();
    ~Sha1Stream();
    Sha1Stream(Sha1Stream&&) noexcept;
    Sha1Stream& operator=(Sha1Stream&&) noexcept;
    Sha1Stream(const Sha1Stream&) = delete;
    Sha1Stream& operator=(const Sha1Stream&) = delete;

    void update(std::string_view bytes);
    /// The digest of all bytes so far; the stream starts anew.
    Sha1 finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// True for exactly 40 lower-case hexadecimal digits.
[[nodiscard]] bool looks_like_sha1(std::string_view text) noexcept;

}  // namespace kedge
