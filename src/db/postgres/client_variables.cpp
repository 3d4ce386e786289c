// SPDX-License-Identifier: MIT
#include "db/postgres/client_variables.hpp"

#include <fmt/format.h>

namespace kedge::db::postgres {

std::map<std::string, std::string> client_variables_of(const PGconn* session) {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    const auto dotted = [](int version) {
        return fmt::format("{}.{}", version / 10000, version % 10000);
    };
    return {{"DBNAME", text(PQdb(session))},
            {"USER", text(PQuser(session))},
            {"HOST", text(PQhost(session))},
            {"PORT", text(PQport(session))},
            {"ENCODING", text(pg_encoding_to_char(PQclientEncoding(session)))},
            {"SERVER_VERSION_NAME", text(PQparameterStatus(session, "server_version"))},
            {"SERVER_VERSION_NUM", std::to_string(PQserverVersion(session))},
            {"VERSION", "PostgreSQL " + dotted(PQlibVersion())},
            {"VERSION_NAME", dotted(PQlibVersion())},
            {"VERSION_NUM", std::to_string(PQlibVersion())}};
}

}  // namespace kedge::db::postgres
