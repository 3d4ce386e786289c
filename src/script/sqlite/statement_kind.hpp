// SPDX-License-Identifier: MIT
#pragma once

#include "script/sqlite/scanner.hpp"

namespace kedge::script::sqlite {

/// What a statement means for the transaction it should run in.
enum class StatementKind {
    begin,
    commit,
    rollback,
    setting,            ///< a setting of the session that has effect only outside a transaction
    session,            ///< changes the session alone, inside a transaction too
    detach,             ///< possible only after the transaction ended
    query,              ///< changes nothing
    work,               ///< everything else
    not_transactional,  ///< SQLite refuses or ignores it inside a transaction
};

[[nodiscard]] StatementKind kind_of(const Head& head);

/// `PRAGMA foreign_keys = off`, in any spelling.
[[nodiscard]] bool turns_foreign_keys_off(const Head& head);
/// Any `PRAGMA foreign_keys = …`.
[[nodiscard]] bool sets_foreign_keys(const Head& head);
/// `CREATE TEMP …`
[[nodiscard]] bool makes_temporary(const Head& head);
/// It leaves something in the session: a pragma, an attached file, a temporary object.
[[nodiscard]] bool touches_session(const Head& head);

}  // namespace kedge::script::sqlite
