// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "lint/action.hpp"
#include "script/mysql/token.hpp"

namespace kedge::lint::mysql {

/// What rules ask for wherever it stands in a statement about rows, from the token at `begin` on.
[[nodiscard]] std::vector<Mention> mentions_in(const script::mysql::Tokens& tokens,
                                               std::size_t begin);

}  // namespace kedge::lint::mysql
