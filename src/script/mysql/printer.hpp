// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "script/script.hpp"

namespace kedge::script::mysql {

/// Shows results as the client does with `--silent --skip-column-names`: values alone, parted by
/// tabs, or one below the other.
class Printer {
  public:
    /// A result begins.
    void begin(bool vertical) noexcept {
        vertical_ = vertical;
        rows_ = 0;
    }
    [[nodiscard]] std::string row(std::span<const Cell> values);

  private:
    bool vertical_ = false;
    std::size_t rows_ = 0;
};

}  // namespace kedge::script::mysql
