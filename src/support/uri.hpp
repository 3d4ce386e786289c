// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge {

/// The form of a project URI that change ids hash: RFC 3986 section 6 as Sqitch applies it (scheme
/// and host in lower case, default port dropped, needless escapes decoded, illegal characters
/// escaped as UTF-8). Never fails; what isn't a URI is treated as a relative reference.
[[nodiscard]] std::string canonical_uri(std::string_view uri);

/// The URI as written, but for characters that can't stand in one, which are escaped as UTF-8: the
/// form in which Sqitch's registry keeps a project's URI.
[[nodiscard]] std::string escaped_uri(std::string_view uri);

/// A database URI, `db:ENGINE:[//[user[:password]@][host][:port]/]dbname[?key=value&...]`.
///
/// All fields are decoded. They may be changed; text is then composed anew, and is otherwise as it
/// was read. Only to_string() and the field `password` tell the password: no message of a Failure
/// quotes any of the text, since a mistyped URI may have its password anywhere.
struct DbUri {
    std::string engine_spelling;          ///< as written: "sqlite3"
    std::string engine;                   ///< "sqlite", "pg", "mysql"; empty for any other engine
    std::string user;                     ///< empty: none
    std::optional<std::string> password;  ///< may be present and empty, as in `user:@host`
    std::string host;                     ///< an IPv6 address without its brackets; empty: none
    std::optional<int> port;
    std::string dbname;  ///< for SQLite the path, relative or absolute; empty: none
    std::vector<std::pair<std::string, std::string>> params;  ///< in the order written
    bool has_authority = false;                               ///< the text had the `//` form

    /// nullopt if the text doesn't begin with "db:". Throws Failure (usage) if it does and is
    /// malformed.
    [[nodiscard]] static std::optional<DbUri> parse(std::string_view text);

    /// Accepts a missing "db:" too, as `target add` does. Throws Failure (usage) if malformed.
    [[nodiscard]] static DbUri parse_lenient(std::string_view text);

    /// For people: without the password (`db:pg://user:@host/db`) and without the values of query
    /// parameters that are secrets. Characters that a URI can't hold are shown escaped.
    [[nodiscard]] std::string display() const;

    /// The whole URI, password included: for configuration files alone.
    [[nodiscard]] std::string to_string() const;

  private:
    [[nodiscard]] static DbUri parse_prefixed(std::string_view text);
    [[nodiscard]] bool has_fields_of(const DbUri& other) const;
    [[nodiscard]] std::string compose() const;

    std::string text_;  ///< what was read, with its "db:", illegal characters escaped
};

}  // namespace kedge
