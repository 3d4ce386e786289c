// SPDX-License-Identifier: MIT
#include "support/uri.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"
#include "support/uri_text.hpp"

namespace kedge {
namespace {

struct InternetScheme {
    std::string_view name;
    std::string_view default_port;
};

/// Schemes whose authority is a host and a port, so that both can be normalized.
constexpr std::array<InternetScheme, 18> kInternetSchemes{{
    {"ftp", "21"},
    {"gopher", "70"},
    {"http", "80"},
    {"https", "443"},
    {"mms", "1755"},
    {"news", "119"},
    {"nntp", "119"},
    {"nntps", "563"},
    {"pop", "110"},
    {"rlogin", "513"},
    {"rsync", "873"},
    {"rtsp", "554"},
    {"rtspu", "554"},
    {"sftp", "22"},
    {"snews", "563"},
    {"ssh", "22"},
    {"telnet", "23"},
    {"tn3270", "23"},
}};

const InternetScheme* find_internet_scheme(std::string_view scheme) {
    const auto* const it =
        std::find_if(kInternetSchemes.begin(), kInternetSchemes.end(),
                     [&](const InternetScheme& known) { return known.name == scheme; });
    return it == kInternetSchemes.end() ? nullptr : it;
}

/// Decodes the escapes of unreserved characters, writes all others with capital hex digits.
std::string normalize_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_escape_at(text, i)) {
            out += percent_encode(percent_decode(text.substr(i, 3)), "");
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Lower-cases a host and keeps the escapes in it in capitals.
std::string lower_host(std::string_view host) {
    std::string out;
    for (std::size_t i = 0; i < host.size(); ++i) {
        if (is_escape_at(host, i)) {
            out += host.substr(i, 3);
            i += 2;
        } else {
            out += to_lower_ascii(host.substr(i, 1));
        }
    }
    return out;
}

bool is_default_port(std::string_view digits, std::string_view default_port) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits == default_port;
}

/// An IPv6 address that lacks its brackets, as far as one can tell.
bool looks_like_bare_ipv6(std::string_view host) {
    return host.find_first_not_of(":0123456789abcdefABCDEF") == std::string_view::npos &&
           host.size() > 2 && std::count(host.begin(), host.end(), ':') > 1;
}

/// Host and port of an authority, normalized. The authority is untouched unless one of them has to
/// change, and is then tidied as a whole: an id depends on both halves of this rule.
std::string normalize_authority(std::string_view text, std::string_view default_port) {
    UriAuthority authority = split_authority(text);
    std::string& host = authority.host_and_port;
    std::string port;
    const std::size_t digits = host.find_last_not_of("0123456789");
    const bool has_port = digits != std::string::npos && host[digits] == ':';
    if (has_port) {
        port = host.substr(digits);
        host.erase(digits);
    }
    const bool drop_port =
        has_port && (port.size() == 1 || is_default_port(port.substr(1), default_port));
    const bool lower = lower_host(host) != host;
    if (!drop_port && !lower) return std::string(text);

    if (lower) {
        host = lower_host(host);
        if (host.find(':') != std::string::npos && host.front() != '[') host = '[' + host + ']';
    }
    if (!drop_port) host += port;
    if (looks_like_bare_ipv6(host)) host = '[' + host + ']';
    if (!authority.userinfo) return host;
    return (host.empty() ? *authority.userinfo : escape_userinfo(*authority.userinfo)) + '@' + host;
}

void normalize_internet(UriParts& parts, const InternetScheme& scheme) {
    if (!parts.authority) return;
    parts.authority = normalize_authority(*parts.authority, scheme.default_port);
    const bool is_web = scheme.name == "http" || scheme.name == "https";
    if (is_web && parts.path.empty() && !parts.query) parts.path = "/";
}

/// `file:/x`, `file://localhost/x` and `file:///x` are one file.
void normalize_file(UriParts& parts) {
    if (parts.authority && !parts.authority->empty() &&
        to_lower_ascii(*parts.authority) != "localhost") {
        return;
    }
    parts.authority = "";
    if (!parts.path.empty() && parts.path.front() != '/') parts.path.insert(0, "/");
}

/// The namespace of a URN, up to the colon, has no case; one with escapes is left alone.
std::string lower_namespace(std::string uri, std::string_view escaped) {
    constexpr std::size_t kStart = std::string_view("urn:").size();
    const std::size_t end = std::min(escaped.find_first_of(":#", kStart), escaped.size());
    const std::string_view name = escaped.substr(kStart, end - kStart);
    if (name.find('%') == std::string_view::npos) {
        uri.replace(kStart, name.size(), to_lower_ascii(name));
    }
    return uri;
}

}  // namespace

std::string canonical_uri(std::string_view uri) {
    uri = unwrap_uri(uri);
    const std::string scheme = to_lower_ascii(split_uri(uri).scheme.value_or(""));
    const InternetScheme* const internet = find_internet_scheme(scheme);
    const std::string escaped = escape_illegal(uri, internet != nullptr);

    UriParts parts = split_uri(normalize_escapes(escaped));
    if (!scheme.empty()) parts.scheme = scheme;
    if (internet != nullptr) normalize_internet(parts, *internet);
    if (scheme == "file") normalize_file(parts);
    return scheme == "urn" ? lower_namespace(join_uri(parts), escaped) : join_uri(parts);
}

std::string escaped_uri(std::string_view uri) {
    return escape_illegal(uri, false);
}

}  // namespace kedge
