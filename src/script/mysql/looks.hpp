// SPDX-License-Identifier: MIT
// How each kind of thing shows its definition.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "script/mysql/token.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// A name as a statement has it, with its schema or without.
struct ObjectName {
    std::string schema;  ///< empty: that of the session
    std::string name;

    [[nodiscard]] std::string quoted() const {
        return (schema.empty() ? "" : quoted_name(schema) + '.') + quoted_name(name);
    }
    bool operator==(const ObjectName&) const = default;
};

/// The name at `at`, which moves behind it.
[[nodiscard]] ObjectName name_at(const Tokens& tokens, std::size_t& at);

/// An account, `user@host`, or a role at `at`, which moves behind it; as the statement has it.
[[nodiscard]] std::string account_at(std::string_view statement, const Tokens& tokens,
                                     std::size_t& at);

[[nodiscard]] Look table_look(const ObjectName& name);
/// MySQL makes the table anew by TRUNCATE. MariaDB keeps its time, so that TRUNCATE is run again.
[[nodiscard]] Look table_time_look(const ObjectName& name);
/// What `SHOW CREATE KIND name` shows; `kind` in capital letters.
[[nodiscard]] Look shown_look(std::string_view kind, const ObjectName& name);
[[nodiscard]] Look user_look(const std::string& account);
[[nodiscard]] Look grants_look(const std::string& account);
/// A row of a table of the server's own, by the column that holds its name.
[[nodiscard]] Look row_look(std::string_view kind, std::string_view columns, std::string_view table,
                            std::string_view column, std::string_view name);

}  // namespace kedge::script::mysql
