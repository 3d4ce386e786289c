// SPDX-License-Identifier: MIT
// What a clause of ALTER TABLE, or CREATE INDEX, costs in InnoDB, by the server's version: MySQL's
// manual 5.7, 8.0, 8.4 and 9.x, "Online DDL Operations", and MariaDB's "InnoDB Online DDL
// Operations" with each ALGORITHM.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "lint/rule.hpp"

namespace kedge::lint {

/// From the cheapest on.
enum class OnlineWay {
    instant,   ///< only the dictionary is written
    in_place,  ///< the table stays; an index may be built beside it
    rebuild,   ///< in place, but the whole table is written anew
    copy,      ///< row by row into another table
};

struct OnlineForm {
    OnlineWay way = OnlineWay::instant;
    bool stops_writers = false;  ///< for as long as it takes, not just for a moment
};

/// How MODIFY or CHANGE differs from what is known of the column.
struct ColumnChange {
    const Column* before = nullptr;  ///< null: the column isn't known, nor what differs
    bool type = false;               ///< not such that the stored bytes stay
    bool widens_text = false;        ///< VARCHAR, stored as before
    bool charset = false;            ///< the text has to be written anew
    bool collation = false;          ///< it is only compared otherwise
    bool gets_not_null = false;
    bool gets_nullable = false;
    bool moves = false;  ///< FIRST, AFTER, where the column isn't there already
};

/// The server is at least this release, of its family. A version that isn't known is a current one
/// of MySQL.
struct Release {
    int major;
    int minor = 0;
    int patch = 0;
};
[[nodiscard]] bool is_since(const ServerVersion& version, Release mysql, Release mariadb) noexcept;

/// ALTER TABLE … ALGORITHM=COPY lets writers go on: MariaDB replays on the copy what they do.
[[nodiscard]] bool copies_online(const ServerVersion& version) noexcept;

/// The column as it is known, in whatever case its name is written; null if it isn't.
[[nodiscard]] const Column* known_column(const Scene& scene, const std::string& name);
/// Bytes that a value of an ENUM or SET fills.
[[nodiscard]] std::size_t stored_bytes(const DataType& type);
/// The table is known to be of another engine than InnoDB, which alters nothing online.
[[nodiscard]] bool is_of_other_engine(const Scene& scene);
/// Of the scene's action, which is a modify_column.
[[nodiscard]] ColumnChange column_change(const Scene& scene);
/// The cheapest way of the scene's action; nothing for one that isn't told of there.
[[nodiscard]] std::optional<OnlineForm> online_form(const Scene& scene);

/// What a form does, as a finding tells it.
[[nodiscard]] std::string effect_of(const Scene& scene, const OnlineForm& form);
/// `ALGORITHM=INSTANT`, or what this release has in its place.
[[nodiscard]] std::string cheapest_clause(const Scene& scene, OnlineWay way);
/// The scene's statement with such a clause behind it, or the one it has in its place.
[[nodiscard]] std::string stated(const Scene& scene, const std::string& clause);

/// The action is about a table that others use.
[[nodiscard]] bool is_clause(const Scene& scene);

/// One finding that says how the clause is done.
[[nodiscard]] Hit clause_hit(const Scene& scene, std::string subject, std::string message);

}  // namespace kedge::lint
