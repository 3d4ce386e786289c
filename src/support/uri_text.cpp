// SPDX-License-Identifier: MIT
#include "support/uri_text.hpp"

#include "support/domain_name.hpp"
#include "support/text.hpp"

namespace kedge {
namespace {

constexpr std::string_view kReserved = ";/?:@&=+$,";

bool is_alpha(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The length of the scheme at the start of a URI, or npos if there is none.
std::size_t scheme_length(std::string_view text) noexcept {
    if (text.empty() || !is_alpha(text[0])) return std::string_view::npos;
    std::size_t i = 1;
    while (i < text.size() && (is_alpha(text[i]) || is_digit(text[i]) || text[i] == '.' ||
                               text[i] == '+' || text[i] == '-')) {
        ++i;
    }
    return i < text.size() && text[i] == ':' ? i : std::string_view::npos;
}

bool strip_wrapping(std::string_view& text, std::string_view open, std::string_view close) {
    if (text.size() < open.size() + close.size() || text.substr(0, open.size()) != open ||
        text.substr(text.size() - close.size()) != close) {
        return false;
    }
    text = text.substr(open.size(), text.size() - open.size() - close.size());
    return true;
}

/// The port at the end of `host:port`, with its colon; empty if there are no digits.
std::string_view trailing_port(std::string_view host) noexcept {
    std::size_t i = host.size();
    while (i > 0 && is_digit(host[i - 1])) --i;
    return i > 0 && i < host.size() && host[i - 1] == ':' ? host.substr(i - 1) : "";
}

std::string domain_name_in_ascii(std::string_view host_and_port) {
    const std::string_view port = trailing_port(host_and_port);
    const std::string_view host = host_and_port.substr(0, host_and_port.size() - port.size());
    const std::optional<std::string> ascii = domain_name_to_ascii(host);
    return ascii ? *ascii + std::string(port) : std::string(host_and_port);
}

/// Square brackets are legal around an IPv6 address and nowhere else.
std::string restore_brackets(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string escape = to_lower_ascii(text.substr(i, 3));
        if (escape == "%5b" || escape == "%5d") {
            out += escape == "%5b" ? '[' : ']';
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

UriParts split_uri(std::string_view text) {
    UriParts parts;
    if (const std::size_t end = scheme_length(text); end != std::string_view::npos) {
        parts.scheme = std::string(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
        parts.fragment = std::string(text.substr(hash + 1));
        text = text.substr(0, hash);
    }
    if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
        parts.query = std::string(text.substr(mark + 1));
        text = text.substr(0, mark);
    }
    if (text.substr(0, 2) == "//") {
        text.remove_prefix(2);
        parts.authority = std::string(text.substr(0, text.find('/')));
        text.remove_prefix(parts.authority->size());
    }
    parts.path = std::string(text);
    return parts;
}

std::string join_uri(const UriParts& parts) {
    std::string out;
    if (parts.scheme) out += *parts.scheme + ':';
    if (parts.authority) out += "//" + *parts.authority;
    out += parts.path;
    if (parts.query) out += '?' + *parts.query;
    if (parts.fragment) out += '#' + *parts.fragment;
    return out;
}

UriAuthority split_authority(std::string_view authority) {
    UriAuthority result;
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        result.userinfo = std::string(authority.substr(0, at));
        authority.remove_prefix(at + 1);
    }
    result.host_and_port = std::string(authority);
    return result;
}

bool is_uri_unreserved(char c) noexcept {
    return is_alpha(c) || is_digit(c) ||
           (c != '\0' && std::string_view("-_.!~*'()").find(c) != std::string_view::npos);
}

bool is_escape_at(std::string_view text, std::size_t position) noexcept {
    return position + 2 < text.size() && text[position] == '%' &&
           hex_value(text[position + 1]) >= 0 && hex_value(text[position + 2]) >= 0;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_escape_at(text, i)) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text, std::string_view also_allowed) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_uri_unreserved(c) || also_allowed.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
    return out;
}

std::string escape_userinfo(std::string_view userinfo) {
    return percent_encode(userinfo, "$,;:%+=&");
}

std::string_view unwrap_uri(std::string_view text) {
    if (!strip_wrapping(text, "<URL:", ">")) strip_wrapping(text, "<", ">");
    strip_wrapping(text, "\"", "\"");
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string escape_illegal(std::string_view text, bool internet_host) {
    UriParts parts = split_uri(text);
    if (parts.authority && internet_host) {
        UriAuthority authority = split_authority(*parts.authority);
        parts.authority = (authority.userinfo ? *authority.userinfo + '@' : "") +
                          domain_name_in_ascii(authority.host_and_port);
    }
    parts = split_uri(percent_encode(join_uri(parts), std::string(kReserved) + "%#"));
    const std::string scheme = to_lower_ascii(parts.scheme.value_or(""));
    if (scheme == "mailto") return restore_brackets(join_uri(parts));
    if (parts.authority && scheme != "urn" && scheme != "data") {
        const UriAuthority authority = split_authority(*parts.authority);
        parts.authority = (authority.userinfo ? *authority.userinfo + '@' : "") +
                          restore_brackets(authority.host_and_port);
    }
    return join_uri(parts);
}

}  // namespace kedge
