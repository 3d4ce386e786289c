# SPDX-License-Identifier: MIT
"""Sessions with a PostgreSQL server, by libpq: quicker than psql, and they can hold locks."""

import ctypes
import ctypes.util

PQ = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
for name, result, arguments in (
        ("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]),
        ("PQstatus", ctypes.c_int, [ctypes.c_void_p]),
        ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
        ("PQfinish", None, [ctypes.c_void_p]),
        ("PQexec", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
        ("PQresultStatus", ctypes.c_int, [ctypes.c_void_p]),
        ("PQresultErrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
        ("PQntuples", ctypes.c_int, [ctypes.c_void_p]),
        ("PQnfields", ctypes.c_int, [ctypes.c_void_p]),
        ("PQgetisnull", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
        ("PQgetvalue", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
        ("PQclear", None, [ctypes.c_void_p])):
    function = getattr(PQ, name)
    function.restype, function.argtypes = result, arguments
EMPTY, COMMAND, TUPLES = 0, 1, 2


class ServerError(Exception):
    """What the server said."""


class Session:
    """One session; as a context manager it is closed at the end."""

    def __init__(self, server, database: str) -> None:
        self._raw = PQ.PQconnectdb(
            f"host={server.host} port={server.port} user={server.user} dbname='{database}' "
            "sslmode=disable gssencmode=disable connect_timeout=20 application_name=crash-test "
            "options='-c client_min_messages=error -c TimeZone=UTC'".encode())
        if PQ.PQstatus(self._raw) != 0:
            said = PQ.PQerrorMessage(self._raw).decode(errors="replace")
            self.close()
            raise ServerError(said.strip())

    def rows(self, sql: str) -> list[tuple]:
        """Runs one statement, or several at once; the rows of the last, all as text."""
        return self._take(PQ.PQexec(self._raw, sql.encode()))

    def _take(self, result) -> list[tuple]:
        try:
            if PQ.PQresultStatus(result) not in (EMPTY, COMMAND, TUPLES):
                said = PQ.PQresultErrorMessage(result) or PQ.PQerrorMessage(self._raw)
                raise ServerError(said.decode(errors="replace").strip())
            return [tuple(None if PQ.PQgetisnull(result, row, column) else
                          PQ.PQgetvalue(result, row, column).decode()
                          for column in range(PQ.PQnfields(result)))
                    for row in range(PQ.PQntuples(result))]
        finally:
            PQ.PQclear(result)

    def close(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            PQ.PQfinish(raw)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_) -> None:
        self.close()
