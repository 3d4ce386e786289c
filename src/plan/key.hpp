// SPDX-License-Identifier: MIT
// How people name a change: `name`, `name@tag`, `@tag`, an id, `HEAD`, `ROOT`, `@HEAD`, `@ROOT`,
// each with an offset: `^` and `^^` and `^N` count towards earlier changes, `~` towards later ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kedge::plan {

struct ChangeKey {
    std::string_view change;              ///< name or id; empty for `@tag`
    std::optional<std::string_view> tag;  ///< without `@`; may be HEAD or ROOT
    std::int64_t offset = 0;              ///< negative: towards earlier changes

    static ChangeKey parse(std::string_view text);

    [[nodiscard]] bool is_head() const noexcept;
    [[nodiscard]] bool is_root() const noexcept;
};

}  // namespace kedge::plan
