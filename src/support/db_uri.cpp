// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "support/error.hpp"
#include "support/text.hpp"
#include "support/uri.hpp"
#include "support/uri_text.hpp"

namespace kedge {
namespace {

constexpr std::string_view kPrefix = "db:";
constexpr int kMaxPort = 65535;

struct EngineSpelling {
    std::string_view spelling;
    std::string_view engine;
};

constexpr std::array<EngineSpelling, 11> kEngines{{
    {"sqlite", "sqlite"},
    {"sqlite3", "sqlite"},
    {"pg", "pg"},
    {"postgres", "pg"},
    {"postgresql", "pg"},
    {"pgsql", "pg"},
    {"pgxc", "pg"},
    {"postgresxc", "pg"},
    {"mysql", "mysql"},
    {"maria", "mysql"},
    {"mariadb", "mysql"},
}};

std::string canonical_engine(std::string_view spelling) {
    const std::string lower = to_lower_ascii(spelling);
    for (const EngineSpelling& known : kEngines) {
        if (known.spelling == lower) return std::string(known.engine);
    }
    return {};
}

bool has_prefix(std::string_view text) {
    return to_lower_ascii(text.substr(0, kPrefix.size())) == kPrefix;
}

// The text is never quoted: where it is malformed, any part of it may be the password.
[[noreturn]] void fail(const std::string& what) {
    throw Failure(
        ErrorKind::usage, "malformed database URI: " + what,
        "the form is db:ENGINE://user:password@host:port/dbname?key=value; in a user name "
        "or a password write : as %3A, / as %2F, ? as %3F, # as %23, @ as %40, % as %25");
}

std::string decode(std::string_view text) {
    std::string out = percent_decode(text);
    if (out.find('\0') != std::string::npos) fail("it holds a NUL character");
    return out;
}

int parse_port(std::string_view digits) {
    int port = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, port);
    if (error != std::errc() || stop != end || port < 1 || port > kMaxPort) {
        fail("the port is not a number from 1 to 65535");
    }
    return port;
}

void parse_host_and_port(std::string_view text, DbUri& uri) {
    std::string_view host = text;
    std::string_view after_host;
    if (!text.empty() && text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) fail("an IPv6 address lacks its ']'");
        host = text.substr(1, close - 1);
        after_host = text.substr(close + 1);
        if (!after_host.empty() && after_host.front() != ':') {
            fail("something other than a port follows the IPv6 address");
        }
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        after_host = text.substr(colon);
        if (host.find(':') != std::string_view::npos) {
            fail("the host holds a colon; an IPv6 address stands in brackets, as in [::1]");
        }
    }
    uri.host = decode(host);
    if (after_host.size() > 1) uri.port = parse_port(after_host.substr(1));
}

/// PostgreSQL's client takes several hosts, each with its port, and tries them in turn.
void parse_hosts_and_ports(std::string_view text, DbUri& uri) {
    std::vector<std::string> hosts;
    std::vector<std::string> ports;
    for (const std::string& part : split(text, ',')) {
        DbUri one;
        parse_host_and_port(part, one);
        hosts.push_back(one.host);
        ports.push_back(one.port ? std::to_string(*one.port) : std::string());
    }
    uri.host = join(hosts, ",");
    const bool any =
        std::any_of(ports.begin(), ports.end(), [](const auto& p) { return !p.empty(); });
    if (any) uri.params.emplace_back("port", join(ports, ","));
}

void parse_authority(std::string_view text, DbUri& uri) {
    const UriAuthority authority = split_authority(text);
    if (authority.userinfo) {
        const std::string_view userinfo = *authority.userinfo;
        const std::size_t colon = userinfo.find(':');
        uri.user = decode(userinfo.substr(0, colon));
        if (colon != std::string_view::npos) uri.password = decode(userinfo.substr(colon + 1));
    }
    const bool several = authority.host_and_port.find(',') != std::string::npos;
    if (uri.engine == "pg" && several) {
        parse_hosts_and_ports(authority.host_and_port, uri);
    } else {
        parse_host_and_port(authority.host_and_port, uri);
    }
}

bool holds_at(std::string_view text) {
    return text.find('@') != std::string_view::npos;
}

/// A raw '/', '?' or '#' in a password ends the authority early. What is left of the password would
/// then be taken for a database name, and shown; a raw '@' behind the authority gives it away.
void refuse_cut_password(const UriParts& parts, const std::string& engine) {
    if (engine == "sqlite" && !parts.authority) return;
    const bool in_path = holds_at(parts.path);
    const bool in_rest = parts.path.empty() && (holds_at(parts.query.value_or("")) ||
                                                holds_at(parts.fragment.value_or("")));
    if (in_path || in_rest) {
        fail("an '@' stands where no user:password@host is, or the \"//\" before it is missing");
    }
}

/// The parameters of a query, cut where a URI may separate them. The pieces are views into `query`.
std::vector<std::string_view> split_query(std::string_view query) {
    std::vector<std::string_view> pieces;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find_first_of("&;"), query.size());
        pieces.push_back(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return pieces;
}

std::string decode_form(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return decode(spaced);
}

void parse_query(std::string_view query, DbUri& uri) {
    for (const std::string_view piece : split_query(query)) {
        if (piece.empty()) continue;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        if (equals == piece.size() && uri.has_authority && holds_at(piece)) {
            fail("a query parameter has no value, and holds an '@'");
        }
        uri.params.emplace_back(decode_form(piece.substr(0, equals)),
                                decode_form(piece.substr(std::min(equals + 1, piece.size()))));
    }
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_secret_param(std::string_view raw_key) {
    const std::string key = to_lower_ascii(decode_form(raw_key));
    return ends_with(key, "password") || ends_with(key, "passwd") || ends_with(key, "secret") ||
           ends_with(key, "token") || key == "pwd" || key == "pass";
}

std::string hide_secrets(std::string_view query) {
    std::string out;
    for (const std::string_view piece : split_query(query)) {
        const std::size_t equals = std::min(piece.find('='), piece.size());
        const bool secret = is_secret_param(piece.substr(0, equals));
        out += secret ? piece.substr(0, std::min(equals + 1, piece.size())) : piece;
        const std::size_t end =
            static_cast<std::size_t>(piece.data() - query.data()) + piece.size();
        if (end < query.size()) out += query[end];
    }
    return out;
}

std::string hide_password(std::string_view authority) {
    const UriAuthority cut = split_authority(authority);
    if (!cut.userinfo) return std::string(authority);
    const std::size_t colon = cut.userinfo->find(':');
    if (colon == std::string::npos || colon + 1 == cut.userinfo->size()) {
        return std::string(authority);
    }
    if (colon == 0) return cut.host_and_port;
    return escape_userinfo(cut.userinfo->substr(0, colon)) + ":@" + cut.host_and_port;
}

}  // namespace

std::optional<DbUri> DbUri::parse(std::string_view text) {
    text = unwrap_uri(text);
    if (!has_prefix(text)) return std::nullopt;
    return parse_prefixed(text);
}

DbUri DbUri::parse_lenient(std::string_view text) {
    text = unwrap_uri(text);
    return parse_prefixed(has_prefix(text) ? std::string(text) : std::string(kPrefix).append(text));
}

DbUri DbUri::parse_prefixed(std::string_view text) {
    const std::string inner = escape_illegal(text.substr(kPrefix.size()), true);
    const UriParts parts = split_uri(inner);
    if (!parts.scheme) fail("no engine is named, as in db:sqlite:app.db");

    DbUri uri;
    uri.text_ = std::string(text.substr(0, kPrefix.size())) + inner;
    uri.engine_spelling = *parts.scheme;
    uri.engine = canonical_engine(*parts.scheme);
    uri.has_authority = parts.authority.has_value();
    refuse_cut_password(parts, uri.engine);
    if (parts.authority) parse_authority(*parts.authority, uri);
    std::string_view path = parts.path;
    if (parts.authority && !path.empty()) path.remove_prefix(1);
    // Sqitch reads no further than the semicolon, and so would use another database.
    if (path.find(';') != std::string_view::npos) fail("a ';' in a database name is written %3B");
    uri.dbname = decode(path);
    if (parts.query) parse_query(*parts.query, uri);
    return uri;
}

bool DbUri::has_fields_of(const DbUri& other) const {
    const auto fields = [](const DbUri& uri) {
        return std::tie(uri.engine_spelling, uri.user, uri.password, uri.host, uri.port, uri.dbname,
                        uri.params, uri.has_authority);
    };
    return fields(*this) == fields(other);
}

std::string DbUri::compose() const {
    UriParts parts;
    parts.scheme = engine_spelling;
    parts.path = percent_encode(dbname, "/:@&=+$,");
    // Without an authority, a path that begins with "//" would be read as one.
    if (has_authority || !user.empty() || password || !host.empty() || port ||
        dbname.rfind("//", 0) == 0) {
        std::string authority = percent_encode(user, "$,&=+");
        if (password) authority += ':' + percent_encode(*password, "$,&=+");
        if (!authority.empty()) authority += '@';
        const bool is_ipv6 = host.find(':') != std::string::npos;
        authority += is_ipv6 ? '[' + host + ']' : percent_encode(host, "$,&=+");
        if (port) authority += ':' + std::to_string(*port);
        parts.authority = authority;
        if (!parts.path.empty()) parts.path.insert(0, "/");
    }
    if (!params.empty()) {
        std::string query;
        for (const auto& [key, value] : params) {
            if (!query.empty()) query += '&';
            query += percent_encode(key, "/:@$,") + '=' + percent_encode(value, "/:@$,");
        }
        parts.query = query;
    }
    return std::string(kPrefix) + join_uri(parts);
}

std::string DbUri::display() const {
    const std::string text = to_string();
    UriParts parts = split_uri(std::string_view(text).substr(kPrefix.size()));
    if (parts.authority) parts.authority = hide_password(*parts.authority);
    if (parts.query) parts.query = hide_secrets(*parts.query);
    return text.substr(0, kPrefix.size()) + join_uri(parts);
}

std::string DbUri::to_string() const {
    const bool unchanged = !text_.empty() && has_fields_of(parse_prefixed(text_));
    return unchanged ? text_ : compose();
}

}  // namespace kedge
