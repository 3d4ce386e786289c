// SPDX-License-Identifier: MIT
#include "db/mysql/connect.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <poll.h>

#include "db/mysql/server_error.hpp"
#include "support/text.hpp"

namespace kedge::db::mysql {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& value, const char* wanted) {
    throw Failure(
        ErrorKind::configuration,
        fmt::format("the URI's parameter {}={} makes no sense: it takes {}", key, value, wanted));
}

bool flag_of(const std::string& key, const std::string& value) {
    const std::string word = to_lower_ascii(value);
    if (word == "1" || word == "true" || word == "yes" || word == "on") return true;
    if (word == "0" || word == "false" || word == "no" || word == "off" || word.empty())
        return false;
    refuse(key, value, "0 or 1");
}

int number_of(const std::string& key, const std::string& value) {
    int number = 0;
    const auto [end, trouble] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (trouble != std::errc{} || end != value.data() + value.size() || number < 0) {
        refuse(key, value, "a number");
    }
    return number;
}

ClientParameters::Tls tls_of(const std::string& key, const std::string& value) {
    using Tls = ClientParameters::Tls;
    const std::string word = replace_all(to_lower_ascii(value), "-", "_");
    if (word == "disabled") return Tls::off;
    if (word == "preferred") return Tls::preferred;
    if (word == "required") return Tls::required;
    if (word == "verify_ca" || word == "verify_identity") return Tls::verify;
    refuse(key, value, "disabled, preferred, required, verify_ca or verify_identity");
}

/// The name without the client's prefix, in one spelling.
std::string plain_key(std::string_view key) {
    for (const std::string_view prefix : {"mysql_", "mariadb_"}) {
        if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
    }
    return replace_all(to_lower_ascii(key), "-", "_");
}

/// Of DBD::mysql, and about things that kedge does in its own way.
bool means_nothing_here(std::string_view key) {
    constexpr std::string_view kKeys[] = {
        "auto_reconnect",    "use_result",       "server_prepare",     "multi_statements",
        "enable_utf8",       "enable_utf8mb4",   "bind_type_guessing", "client_found_rows",
        "no_autocommit_cmd", "embedded_options", "embedded_groups"};
    return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
}

void set_option(MYSQL* connection, mysql_option option, const std::string& value) {
    if (!value.empty()) mysql_options(connection, option, value.c_str());
}

const char* text_or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

void set_options(MYSQL* connection, const ClientParameters& client) {
    using Tls = ClientParameters::Tls;
    const my_bool yes = 1;
    mysql_options(connection, MYSQL_OPT_NONBLOCK, nullptr);
    if (!client.default_file.empty()) {
        mysql_options(connection, MYSQL_READ_DEFAULT_FILE, client.default_file.c_str());
    }
    mysql_options(connection, MYSQL_READ_DEFAULT_GROUP,
                  client.default_group.empty() ? "mysql" : client.default_group.c_str());
    mysql_options(connection, MYSQL_SET_CHARSET_NAME, client.charset.c_str());
    mysql_options4(connection, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "kedge");
    // A server that may ask for one local file may ask for any.
    const unsigned local_infile = client.local_infile ? 1 : 0;
    mysql_options(connection, MYSQL_OPT_LOCAL_INFILE, &local_infile);
    if (client.connect_timeout > 0) {
        const auto seconds = static_cast<unsigned>(client.connect_timeout);
        mysql_options(connection, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    }
    if (client.compress) mysql_options(connection, MYSQL_OPT_COMPRESS, nullptr);
    set_option(connection, MYSQL_OPT_SSL_CA, client.tls_ca);
    set_option(connection, MYSQL_OPT_SSL_CAPATH, client.tls_ca_path);
    set_option(connection, MYSQL_OPT_SSL_CERT, client.tls_certificate);
    set_option(connection, MYSQL_OPT_SSL_KEY, client.tls_key);
    set_option(connection, MYSQL_OPT_SSL_CIPHER, client.tls_cipher);
    if (client.tls >= Tls::preferred) mysql_options(connection, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (client.tls == Tls::verify) {
        mysql_options(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
    }
}

}  // namespace

ClientParameters client_parameters(
    const std::vector<std::pair<std::string, std::string>>& parameters) {
    using Tls = ClientParameters::Tls;
    ClientParameters out;
    for (const auto& [key, value] : parameters) {
        const std::string plain = plain_key(key);
        if (plain == "socket" || plain == "unix_socket") {
            out.socket = value;
        } else if (plain == "read_default_file" || plain == "defaults_file") {
            out.default_file = value;
        } else if (plain == "read_default_group") {
            out.default_group = value;
        } else if (plain == "charset" || plain == "default_character_set") {
            out.charset = value;
        } else if (plain == "init_command") {
            out.init_command = value;
        } else if (plain == "connect_timeout") {
            out.connect_timeout = number_of(key, value);
        } else if (plain == "compression" || plain == "compress") {
            out.compress = flag_of(key, value);
        } else if (plain == "local_infile") {
            out.local_infile = flag_of(key, value);
        } else if (plain == "ssl") {
            if (out.tls == Tls::unset) out.tls = flag_of(key, value) ? Tls::required : Tls::off;
        } else if (plain == "ssl_mode" || plain == "sslmode" || plain == "tls") {
            out.tls = tls_of(key, value);
        } else if (plain == "ssl_verify_server_cert") {
            if (flag_of(key, value)) out.tls = Tls::verify;
        } else if (plain == "ssl_ca" || plain == "ssl_ca_file") {
            out.tls_ca = value;
        } else if (plain == "ssl_capath" || plain == "ssl_ca_path") {
            out.tls_ca_path = value;
        } else if (plain == "ssl_cert" || plain == "ssl_client_cert") {
            out.tls_certificate = value;
        } else if (plain == "ssl_key" || plain == "ssl_client_key") {
            out.tls_key = value;
        } else if (plain == "ssl_cipher") {
            out.tls_cipher = value;
        } else if (!means_nothing_here(plain)) {
            throw Failure(ErrorKind::configuration,
                          fmt::format("the URI has a parameter that is unknown: {}", key),
                          "kedge-mysql(7) lists them");
        }
    }
    return out;
}

int wait_for(MYSQL* connection, int events, int longest) {
    short wanted = 0;
    if ((events & MYSQL_WAIT_READ) != 0) wanted |= POLLIN;
    if ((events & MYSQL_WAIT_WRITE) != 0) wanted |= POLLOUT;
    if ((events & MYSQL_WAIT_EXCEPT) != 0) wanted |= POLLPRI;
    pollfd socket{static_cast<int>(mysql_get_socket(connection)), wanted, 0};
    const int ready = ::poll(&socket, 1, longest);
    if (ready <= 0) return 0;
    int out = 0;
    // An end of the other side is for the reader to find.
    if ((socket.revents & (POLLIN | POLLHUP | POLLERR)) != 0) out |= MYSQL_WAIT_READ;
    if ((socket.revents & (POLLOUT | POLLHUP | POLLERR)) != 0) out |= MYSQL_WAIT_WRITE;
    if ((socket.revents & POLLPRI) != 0) out |= MYSQL_WAIT_EXCEPT;
    return (out & events) != 0 ? out & events : out;
}

RawConnection connect(const OpenOptions& options, const ClientParameters& client) {
    RawConnection connection(mysql_init(nullptr));
    if (!connection) throw Failure(ErrorKind::connection, "out of memory");
    set_options(connection.get(), client);
    std::string password;
    if (options.password) password = options.password();
    MYSQL* connected = nullptr;
    // As the server's own client: a text may hold several statements, if its delimiter says so.
    int events = mysql_real_connect_start(
        &connected, connection.get(), text_or_null(options.host), text_or_null(options.user),
        text_or_null(password), text_or_null(options.dbname),
        static_cast<unsigned>(options.port.value_or(0)), text_or_null(client.socket),
        CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS);
    int waited = 0;
    while (events != 0) {
        constexpr int kPause = 100;
        int came = wait_for(connection.get(), events, kPause);
        if (options.cancellation != nullptr && options.cancellation->requested()) {
            throw Failure(ErrorKind::interrupted,
                          fmt::format("interrupted while connecting to {}", options.name));
        }
        if (came == 0) {
            waited += kPause;
            if ((events & MYSQL_WAIT_TIMEOUT) == 0 ||
                waited < static_cast<int>(mysql_get_timeout_value_ms(connection.get()))) {
                continue;
            }
            came = MYSQL_WAIT_TIMEOUT;
        }
        events = mysql_real_connect_cont(&connected, connection.get(), came);
    }
    if (connected == nullptr) {
        throw Failure(connect_error(mysql_errno(connection.get()), mysql_error(connection.get()),
                                    options.name));
    }
    // The library would go on in clear text where the server has no TLS.
    if (client.tls >= ClientParameters::Tls::required &&
        mysql_get_ssl_cipher(connection.get()) == nullptr) {
        throw Failure(ErrorKind::connection,
                      fmt::format("cannot connect to {}: the server offers no TLS", options.name),
                      "the URI asks for it: let the server have it, or leave that out");
    }
    return connection;
}

Whereabouts whereabouts_of(const MYSQL* connection) {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    Whereabouts out;
    out.socket = text(connection->unix_socket);
    out.host = text(connection->host);
    out.port = static_cast<int>(connection->port);
    out.user = text(connection->user);
    out.password = text(connection->passwd);
    out.tls = mysql_get_ssl_cipher(const_cast<MYSQL*>(connection)) != nullptr;
    return out;
}

}  // namespace kedge::db::mysql
