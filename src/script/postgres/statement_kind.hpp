// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/postgres/token.hpp"

namespace kedge::script::postgres {

/// What a statement means for the transaction it should run in.
enum class StatementKind {
    begin,
    commit,
    rollback,
    prepare,  ///< PREPARE TRANSACTION: hands the transaction over to nobody
    session,  ///< changes the session alone
    query,    ///< changes no schema
    work,     ///< everything else
    outside,  ///< PostgreSQL refuses it inside a transaction
};

/// How many tokens the functions below need, at most, but where they look for a word at the end.
inline constexpr std::size_t kHeadTokens = 64;

/// The tokens that tell a statement's kind.
[[nodiscard]] Tokens head_of(std::string_view statement);

[[nodiscard]] StatementKind kind_of(const Tokens& head);

/// What messages call it: `CREATE INDEX CONCURRENTLY`.
[[nodiscard]] std::string title_of(const Tokens& head);

/// `COPY … FROM STDIN`: the client has to bring the data.
[[nodiscard]] bool copies_from_client(const Tokens& head);
[[nodiscard]] bool is_copy(const Tokens& head);

/// It is likely to make the server say something, or asks for the moment of its own message. Sent
/// with others, neither would be told of the right statement.
[[nodiscard]] bool may_notice(const Tokens& head, std::string_view text);

/// A DO block whose text commits or rolls back by itself, which it can't within a transaction. Its
/// text is only looked at, not understood: the words may stand in a comment.
[[nodiscard]] bool may_end_transactions(const Tokens& head);

/// `CREATE TEMP …`
[[nodiscard]] bool makes_temporary(const Tokens& head);

/// The server may read the text of what follows otherwise once it ran: the settings of strings and
/// encoding.
[[nodiscard]] bool changes_reading(const Tokens& head);
/// For a statement that sets standard_conforming_strings, to what; nothing for any other.
[[nodiscard]] std::optional<bool> sets_standard_strings(const Tokens& head);
/// `SET LOCAL …`, which has no effect outside a transaction.
[[nodiscard]] bool is_local_setting(const Tokens& head);

/// The modes of BEGIN, START TRANSACTION or SET TRANSACTION: `ISOLATION LEVEL SERIALIZABLE`.
[[nodiscard]] std::string characteristics_of(std::string_view statement, const Tokens& head);

/// The new value of `ALTER TYPE … ADD VALUE 'x'`, with its quotes; empty for any other statement.
[[nodiscard]] std::string added_enum_value(const Tokens& head);

}  // namespace kedge::script::postgres
