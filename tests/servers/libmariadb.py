# SPDX-License-Identifier: MIT
"""Sessions with a MySQL or MariaDB server, by libmariadb: quicker than the client, and they can hold locks."""

from __future__ import annotations

import ctypes
import ctypes.util

MARIADB = ctypes.CDLL(ctypes.util.find_library("mariadb") or "libmariadb.so.3")
POINTER, TEXT, NUMBER, LONG = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint, ctypes.c_ulong
for name, result, arguments in (
        ("mysql_init", POINTER, [POINTER]),
        ("mysql_optionsv", ctypes.c_int, [POINTER, ctypes.c_int, TEXT]),
        ("mysql_real_connect", POINTER, [POINTER, TEXT, TEXT, TEXT, TEXT, NUMBER, TEXT, LONG]),
        ("mysql_real_query", ctypes.c_int, [POINTER, TEXT, LONG]),
        ("mysql_store_result", POINTER, [POINTER]),
        ("mysql_free_result", None, [POINTER]),
        ("mysql_num_fields", NUMBER, [POINTER]),
        ("mysql_fetch_row", ctypes.POINTER(POINTER), [POINTER]),
        ("mysql_fetch_lengths", ctypes.POINTER(LONG), [POINTER]),
        ("mysql_next_result", ctypes.c_int, [POINTER]),
        ("mysql_errno", NUMBER, [POINTER]),
        ("mysql_error", TEXT, [POINTER]),
        ("mysql_sqlstate", TEXT, [POINTER]),
        ("mysql_thread_id", LONG, [POINTER]),
        ("mysql_close", None, [POINTER])):
    function = getattr(MARIADB, name)
    function.restype, function.argtypes = result, arguments
CONNECT_TIMEOUT, CHARSET = 0, 7
SEVERAL = 1 << 16 | 1 << 17  # statements, and results
MARIADB.mysql_init(None)  # what the library does once, before there are threads


class SessionError(Exception):
    """What the server said, its number, and its SQLSTATE."""

    def __init__(self, number: int, text: str, sqlstate: str = "") -> None:
        super().__init__(f"{number}: {text}")
        self.number, self.sqlstate, self.text = number, sqlstate, text


class Session:
    """One session; as a context manager it is closed at the end."""

    def __init__(self, host: str, port: int, user: str, database: str = "", *, password: str = "",
                 socket: str | None = None) -> None:
        self._raw = MARIADB.mysql_init(None)
        MARIADB.mysql_optionsv(self._raw, CONNECT_TIMEOUT, ctypes.cast(ctypes.pointer(NUMBER(20)), TEXT))
        MARIADB.mysql_optionsv(self._raw, CHARSET, b"utf8mb4")
        if not MARIADB.mysql_real_connect(self._raw, None if socket else host.encode(), user.encode(),
                                          password.encode(), database.encode() or None, 0 if socket else port,
                                          socket.encode() if socket else None, SEVERAL):
            wrong = self._error()
            self.close()
            raise wrong

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def id(self) -> int:
        """The server's number for it."""
        return MARIADB.mysql_thread_id(self._raw)

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """Runs one statement or several; the rows of all their results, all as text."""
        text, out = sql.encode("utf-8", "surrogateescape"), []
        if MARIADB.mysql_real_query(self._raw, text, len(text)):
            raise self._error()
        while True:
            result = MARIADB.mysql_store_result(self._raw)
            if result:
                out += self._take(result)
            elif MARIADB.mysql_errno(self._raw):
                raise self._error()
            more = MARIADB.mysql_next_result(self._raw)
            if more > 0:
                raise self._error()
            if more < 0:
                return out

    def close(self) -> None:
        if self._raw:
            MARIADB.mysql_close(self._raw)
            self._raw = None

    def _error(self) -> SessionError:
        return SessionError(MARIADB.mysql_errno(self._raw), MARIADB.mysql_error(self._raw).decode(errors="replace"),
                            MARIADB.mysql_sqlstate(self._raw).decode())

    @staticmethod
    def _take(result: int) -> list[tuple[str | None, ...]]:
        out, columns = [], range(MARIADB.mysql_num_fields(result))
        while row := MARIADB.mysql_fetch_row(result):
            sizes = MARIADB.mysql_fetch_lengths(result)
            out.append(tuple(None if row[i] is None else
                             ctypes.string_at(row[i], sizes[i]).decode("utf-8", "surrogateescape") for i in columns))
        MARIADB.mysql_free_result(result)
        return out
