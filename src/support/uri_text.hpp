// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The text level of URIs: splitting, percent escapes, and the escaping of what a URI can't hold.
// The rules are RFC 3986's, read the way Sqitch's URI library reads them, since change ids hash
// the result. No function here fails: whatever isn't a URI comes out as a relative reference.

namespace kedge {

/// A URI cut at its delimiters. join_uri(split_uri(x)) is x for every x.
struct UriParts {
    std::optional<std::string> scheme;
    std::optional<std::string> authority;
    std::string path;
    std::optional<std::string> query;
    std::optional<std::string> fragment;
};

[[nodiscard]] UriParts split_uri(std::string_view text);
[[nodiscard]] std::string join_uri(const UriParts& parts);

/// An authority, cut at its last '@': a password may hold a raw one.
struct UriAuthority {
    std::optional<std::string> userinfo;
    std::string host_and_port;
};

[[nodiscard]] UriAuthority split_authority(std::string_view authority);

/// RFC 2396's "unreserved" characters: those that an escape never has to stand for.
[[nodiscard]] bool is_uri_unreserved(char c) noexcept;

/// Whether a valid %XX begins at `position`.
[[nodiscard]] bool is_escape_at(std::string_view text, std::size_t position) noexcept;

/// Decodes every valid %XX. A '%' that begins no escape stays.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// Escapes every byte that is neither unreserved nor in `also_allowed`.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view also_allowed);

/// Escapes in a user part what can't stand there, and lets existing escapes be.
[[nodiscard]] std::string escape_userinfo(std::string_view userinfo);

/// Cuts blanks and the wrappings <...>, <URL:...> and "..." off a URI quoted in running text.
[[nodiscard]] std::string_view unwrap_uri(std::string_view text);

/// Escapes all that a URI can't hold, non-ASCII as UTF-8. With `internet_host` the host is a
/// domain name, and a non-ASCII one becomes its ASCII (punycode) form.
[[nodiscard]] std::string escape_illegal(std::string_view text, bool internet_host);

}  // namespace kedge
