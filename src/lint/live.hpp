// SPDX-License-Identifier: MIT
// What is known of the server and the database that scripts are for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/action.hpp"

namespace kedge::lint {

/// The server that scripts are for. A version that isn't known counts as a current one.
struct ServerVersion {
    bool is_mariadb = false;
    int major = 0;  ///< 0: not known
    int minor = 0;
    int patch = 0;

    /// `14.3`, `mariadb 10.11`; nothing for text of another form.
    [[nodiscard]] static std::optional<ServerVersion> parse(std::string_view text);
    [[nodiscard]] bool is_known() const noexcept { return major > 0; }
    /// Unknown versions are at least every version.
    [[nodiscard]] bool at_least(int wanted_major, int wanted_minor = 0,
                                int wanted_patch = 0) const noexcept;
};

/// How large the tables of a target are.
struct TableSize {
    std::int64_t rows = 0;   ///< as the server estimates
    std::int64_t bytes = 0;  ///< with indexes; 0 where the engine doesn't say
};

/// What was asked of a live database.
struct LiveTables {
    std::vector<std::pair<Name, TableSize>> sizes;
    std::vector<std::pair<Name, std::string>> owners;  ///< of an engine whose tables have any
    std::vector<std::pair<Name, Name>> parents;        ///< a partition or child, and its table
    std::optional<ServerVersion> version;
    /// How objects are defined, by the table that they are or belong to; of an engine whose reader
    /// asks for that.
    std::vector<std::pair<Name, std::string>> definitions;

    [[nodiscard]] const TableSize* size(const Name& table) const noexcept;
    /// Null where it isn't known.
    [[nodiscard]] const std::string* owner(const Name& table) const noexcept;
};

/// What a target would do with a statement.
struct DryRun {
    std::string problem;               ///< why it refuses it; empty: it doesn't
    std::optional<std::int64_t> rows;  ///< that it would change, as the server estimates
};

/// Asks a target about a statement that reads or changes rows, by EXPLAIN, and leaves nothing
/// there. Nothing for one that the server can't be asked about.
using AskTarget = std::function<std::optional<DryRun>(const std::string& statement)>;

}  // namespace kedge::lint
