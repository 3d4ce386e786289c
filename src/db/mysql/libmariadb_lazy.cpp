// SPDX-License-Identifier: MIT
// The client library of MariaDB and MySQL, loaded when such a database is first reached, as
// libpq_lazy.cpp does for PostgreSQL's: it brings TLS and compression along, which would slow every
// start, and where no such database is used it need not be there. Here stand its functions, as far
// as kedge calls them; each hands its call on to the library.
#include <mysql.h>

#include "db/lazy_library.hpp"

namespace {

constexpr kedge::db::LazyLibrary kLibrary{"libmariadb.so.3",
                                          "the client library of MySQL and MariaDB", "libmariadb3"};

void* loaded() {
    static void* const handle = kedge::db::load(kLibrary);
    return handle;
}

}  // namespace

#define KEDGE_LIBMARIADB(result, name, parameters, arguments)                  \
    extern "C" result name parameters {                                        \
        static auto* const library_function =                                  \
            kedge::db::function_of<decltype(name)>(loaded(), kLibrary, #name); \
        return library_function arguments;                                     \
    }

// clang-format off
KEDGE_LIBMARIADB(MYSQL*, mysql_init, (MYSQL* a), (a))
KEDGE_LIBMARIADB(int, mysql_options, (MYSQL* a, mysql_option b, const void* c), (a, b, c))
KEDGE_LIBMARIADB(int, mysql_options4, (MYSQL* a, mysql_option b, const void* c, const void* d), (a, b, c, d))
KEDGE_LIBMARIADB(int, mysql_real_connect_start, (MYSQL** a, MYSQL* b, const char* c, const char* d, const char* e, const char* f, unsigned g, const char* h, unsigned long i), (a, b, c, d, e, f, g, h, i))
KEDGE_LIBMARIADB(int, mysql_real_connect_cont, (MYSQL** a, MYSQL* b, int c), (a, b, c))
KEDGE_LIBMARIADB(void, mysql_close, (MYSQL* a), (a))
KEDGE_LIBMARIADB(my_socket, mysql_get_socket, (MYSQL* a), (a))
KEDGE_LIBMARIADB(unsigned, mysql_get_timeout_value_ms, (const MYSQL* a), (a))
KEDGE_LIBMARIADB(int, mysql_real_query_start, (int* a, MYSQL* b, const char* c, unsigned long d), (a, b, c, d))
KEDGE_LIBMARIADB(int, mysql_real_query_cont, (int* a, MYSQL* b, int c), (a, b, c))
KEDGE_LIBMARIADB(int, mysql_next_result_start, (int* a, MYSQL* b), (a, b))
KEDGE_LIBMARIADB(int, mysql_next_result_cont, (int* a, MYSQL* b, int c), (a, b, c))
KEDGE_LIBMARIADB(my_bool, mysql_more_results, (MYSQL* a), (a))
KEDGE_LIBMARIADB(MYSQL_RES*, mysql_use_result, (MYSQL* a), (a))
KEDGE_LIBMARIADB(int, mysql_fetch_row_start, (MYSQL_ROW* a, MYSQL_RES* b), (a, b))
KEDGE_LIBMARIADB(int, mysql_fetch_row_cont, (MYSQL_ROW* a, MYSQL_RES* b, int c), (a, b, c))
KEDGE_LIBMARIADB(unsigned long*, mysql_fetch_lengths, (MYSQL_RES* a), (a))
KEDGE_LIBMARIADB(MYSQL_FIELD*, mysql_fetch_fields, (MYSQL_RES* a), (a))
KEDGE_LIBMARIADB(unsigned, mysql_num_fields, (MYSQL_RES* a), (a))
KEDGE_LIBMARIADB(unsigned, mysql_field_count, (MYSQL* a), (a))
KEDGE_LIBMARIADB(int, mysql_free_result_start, (MYSQL_RES* a), (a))
KEDGE_LIBMARIADB(int, mysql_free_result_cont, (MYSQL_RES* a, int b), (a, b))
KEDGE_LIBMARIADB(my_ulonglong, mysql_affected_rows, (MYSQL* a), (a))
KEDGE_LIBMARIADB(unsigned, mysql_warning_count, (MYSQL* a), (a))
KEDGE_LIBMARIADB(unsigned, mysql_errno, (MYSQL* a), (a))
KEDGE_LIBMARIADB(const char*, mysql_error, (MYSQL* a), (a))
KEDGE_LIBMARIADB(const char*, mysql_sqlstate, (MYSQL* a), (a))
KEDGE_LIBMARIADB(unsigned long, mysql_thread_id, (MYSQL* a), (a))
KEDGE_LIBMARIADB(const char*, mysql_get_ssl_cipher, (MYSQL* a), (a))
KEDGE_LIBMARIADB(int, mysql_reset_connection, (MYSQL* a), (a))
// clang-format on

#undef KEDGE_LIBMARIADB
