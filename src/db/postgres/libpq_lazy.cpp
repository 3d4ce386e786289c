// SPDX-License-Identifier: MIT
// libpq, loaded when a PostgreSQL database is first reached. It brings some twenty libraries along
// (TLS, Kerberos, LDAP, …), whose loading takes longer than a whole deployment to SQLite; and where
// only SQLite is used, it need not even be there. Here stand its functions, as far as kedge and
// libpqxx call them; each hands its call on to the library.
#include <array>
#include <cstdio>

#include <libpq-fe.h>

#include "db/lazy_library.hpp"

namespace {

constexpr kedge::db::LazyLibrary kLibrary{"libpq.so.5", "PostgreSQL's client library", "libpq5"};

void* loaded() {
    static void* const handle = kedge::db::load(kLibrary);
    return handle;
}

}  // namespace

#define KEDGE_LIBPQ(result, name, parameters, arguments)                       \
    extern "C" result name parameters {                                        \
        static auto* const library_function =                                  \
            kedge::db::function_of<decltype(name)>(loaded(), kLibrary, #name); \
        return library_function arguments;                                     \
    }

// clang-format off
KEDGE_LIBPQ(PGconn*, PQconnectStart, (const char* a), (a))
KEDGE_LIBPQ(PGconn*, PQconnectStartParams, (const char* const* a, const char* const* b, int c), (a, b, c))
KEDGE_LIBPQ(PostgresPollingStatusType, PQconnectPoll, (PGconn* a), (a))
KEDGE_LIBPQ(PGconn*, PQconnectdb, (const char* a), (a))
KEDGE_LIBPQ(PGconn*, PQconnectdbParams, (const char* const* a, const char* const* b, int c), (a, b, c))
KEDGE_LIBPQ(void, PQfinish, (PGconn* a), (a))
KEDGE_LIBPQ(PQconninfoOption*, PQconndefaults, (), ())
KEDGE_LIBPQ(PQconninfoOption*, PQconninfo, (PGconn* a), (a))
KEDGE_LIBPQ(PQconninfoOption*, PQconninfoParse, (const char* a, char** b), (a, b))
KEDGE_LIBPQ(void, PQconninfoFree, (PQconninfoOption* a), (a))
KEDGE_LIBPQ(void, PQreset, (PGconn* a), (a))
KEDGE_LIBPQ(PGcancel*, PQgetCancel, (PGconn* a), (a))
KEDGE_LIBPQ(void, PQfreeCancel, (PGcancel* a), (a))
KEDGE_LIBPQ(int, PQcancel, (PGcancel* a, char* b, int c), (a, b, c))
KEDGE_LIBPQ(char*, PQdb, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQuser, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQpass, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQhost, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQhostaddr, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQport, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQoptions, (const PGconn* a), (a))
KEDGE_LIBPQ(ConnStatusType, PQstatus, (const PGconn* a), (a))
KEDGE_LIBPQ(PGTransactionStatusType, PQtransactionStatus, (const PGconn* a), (a))
KEDGE_LIBPQ(const char*, PQparameterStatus, (const PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, PQprotocolVersion, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQserverVersion, (const PGconn* a), (a))
KEDGE_LIBPQ(char*, PQerrorMessage, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQsocket, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQbackendPID, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQclientEncoding, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQsetClientEncoding, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, PQsslInUse, (PGconn* a), (a))
KEDGE_LIBPQ(void*, PQgetssl, (PGconn* a), (a))
KEDGE_LIBPQ(PGVerbosity, PQsetErrorVerbosity, (PGconn* a, PGVerbosity b), (a, b))
KEDGE_LIBPQ(PGContextVisibility, PQsetErrorContextVisibility, (PGconn* a, PGContextVisibility b), (a, b))
KEDGE_LIBPQ(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn* a, PQnoticeReceiver b, void* c), (a, b, c))
KEDGE_LIBPQ(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn* a, PQnoticeProcessor b, void* c), (a, b, c))
KEDGE_LIBPQ(void, PQtrace, (PGconn* a, FILE* b), (a, b))
KEDGE_LIBPQ(void, PQuntrace, (PGconn* a), (a))
KEDGE_LIBPQ(PGresult*, PQexec, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(PGresult*, PQexecParams, (PGconn* a, const char* b, int c, const Oid* d, const char* const* e, const int* f, const int* g, int h), (a, b, c, d, e, f, g, h))
KEDGE_LIBPQ(PGresult*, PQprepare, (PGconn* a, const char* b, const char* c, int d, const Oid* e), (a, b, c, d, e))
KEDGE_LIBPQ(PGresult*, PQexecPrepared, (PGconn* a, const char* b, int c, const char* const* d, const int* e, const int* f, int g), (a, b, c, d, e, f, g))
KEDGE_LIBPQ(int, PQsendQuery, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, PQsendQueryParams, (PGconn* a, const char* b, int c, const Oid* d, const char* const* e, const int* f, const int* g, int h), (a, b, c, d, e, f, g, h))
KEDGE_LIBPQ(int, PQsetSingleRowMode, (PGconn* a), (a))
KEDGE_LIBPQ(PGresult*, PQgetResult, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQisBusy, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQconsumeInput, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQenterPipelineMode, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQexitPipelineMode, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQpipelineSync, (PGconn* a), (a))
KEDGE_LIBPQ(PGnotify*, PQnotifies, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQputCopyData, (PGconn* a, const char* b, int c), (a, b, c))
KEDGE_LIBPQ(int, PQputCopyEnd, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, PQgetCopyData, (PGconn* a, char** b, int c), (a, b, c))
KEDGE_LIBPQ(int, PQputline, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, PQendcopy, (PGconn* a), (a))
KEDGE_LIBPQ(int, PQsetnonblocking, (PGconn* a, int b), (a, b))
KEDGE_LIBPQ(int, PQisnonblocking, (const PGconn* a), (a))
KEDGE_LIBPQ(int, PQisthreadsafe, (), ())
KEDGE_LIBPQ(int, PQflush, (PGconn* a), (a))
KEDGE_LIBPQ(ExecStatusType, PQresultStatus, (const PGresult* a), (a))
KEDGE_LIBPQ(char*, PQresStatus, (ExecStatusType a), (a))
KEDGE_LIBPQ(char*, PQresultErrorMessage, (const PGresult* a), (a))
KEDGE_LIBPQ(char*, PQresultVerboseErrorMessage, (const PGresult* a, PGVerbosity b, PGContextVisibility c), (a, b, c))
KEDGE_LIBPQ(char*, PQresultErrorField, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQntuples, (const PGresult* a), (a))
KEDGE_LIBPQ(int, PQnfields, (const PGresult* a), (a))
KEDGE_LIBPQ(int, PQbinaryTuples, (const PGresult* a), (a))
KEDGE_LIBPQ(char*, PQfname, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQfnumber, (const PGresult* a, const char* b), (a, b))
KEDGE_LIBPQ(Oid, PQftable, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQftablecol, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQfformat, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(Oid, PQftype, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQfsize, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(int, PQfmod, (const PGresult* a, int b), (a, b))
KEDGE_LIBPQ(char*, PQcmdStatus, (PGresult* a), (a))
KEDGE_LIBPQ(char*, PQoidStatus, (const PGresult* a), (a))
KEDGE_LIBPQ(Oid, PQoidValue, (const PGresult* a), (a))
KEDGE_LIBPQ(char*, PQcmdTuples, (PGresult* a), (a))
KEDGE_LIBPQ(char*, PQgetvalue, (const PGresult* a, int b, int c), (a, b, c))
KEDGE_LIBPQ(int, PQgetlength, (const PGresult* a, int b, int c), (a, b, c))
KEDGE_LIBPQ(int, PQgetisnull, (const PGresult* a, int b, int c), (a, b, c))
KEDGE_LIBPQ(void, PQclear, (PGresult* a), (a))
KEDGE_LIBPQ(void, PQfreemem, (void* a), (a))
KEDGE_LIBPQ(size_t, PQescapeStringConn, (PGconn* a, char* b, const char* c, size_t d, int* e), (a, b, c, d, e))
KEDGE_LIBPQ(char*, PQescapeLiteral, (PGconn* a, const char* b, size_t c), (a, b, c))
KEDGE_LIBPQ(char*, PQescapeIdentifier, (PGconn* a, const char* b, size_t c), (a, b, c))
KEDGE_LIBPQ(unsigned char*, PQescapeByteaConn, (PGconn* a, const unsigned char* b, size_t c, size_t* d), (a, b, c, d))
KEDGE_LIBPQ(unsigned char*, PQunescapeBytea, (const unsigned char* a, size_t* b), (a, b))
KEDGE_LIBPQ(int, lo_open, (PGconn* a, Oid b, int c), (a, b, c))
KEDGE_LIBPQ(int, lo_close, (PGconn* a, int b), (a, b))
KEDGE_LIBPQ(int, lo_read, (PGconn* a, int b, char* c, size_t d), (a, b, c, d))
KEDGE_LIBPQ(int, lo_write, (PGconn* a, int b, const char* c, size_t d), (a, b, c, d))
KEDGE_LIBPQ(int, lo_lseek, (PGconn* a, int b, int c, int d), (a, b, c, d))
KEDGE_LIBPQ(Oid, lo_creat, (PGconn* a, int b), (a, b))
KEDGE_LIBPQ(int, lo_tell, (PGconn* a, int b), (a, b))
KEDGE_LIBPQ(int, lo_unlink, (PGconn* a, Oid b), (a, b))
KEDGE_LIBPQ(Oid, lo_import, (PGconn* a, const char* b), (a, b))
KEDGE_LIBPQ(int, lo_export, (PGconn* a, Oid b, const char* c), (a, b, c))
KEDGE_LIBPQ(void, PQinitOpenSSL, (int a, int b), (a, b))
KEDGE_LIBPQ(int, PQlibVersion, (), ())
KEDGE_LIBPQ(char*, PQencryptPassword, (const char* a, const char* b), (a, b))
KEDGE_LIBPQ(char*, PQencryptPasswordConn, (PGconn* a, const char* b, const char* c, const char* d), (a, b, c, d))
KEDGE_LIBPQ(const char*, pg_encoding_to_char, (int a), (a))
// clang-format on

#undef KEDGE_LIBPQ
