#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the golden files of tests/split/postgres with what psql sends for their scripts.

Plays the server to psql: takes each query and answers that there is nothing. So nothing is run, and
what is no valid SQL can be compared too. Needs psql 15.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "split" / "postgres"

# psql takes a string in the next line for one of its own kind, not for the rest of an E'…'. The
# server, and so kedge, has its backslashes go on as escapes.
PSQL_DIFFERS = {"20_escape_strings_that_go_on"}

SETTINGS = {
    b"server_version": b"15.0",
    b"client_encoding": b"UTF8",
    b"standard_conforming_strings": b"on",
}


def message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def receive(stream):
    """The body of a message, by the length before it."""
    (size,) = struct.unpack("!I", stream.read(4))
    return stream.read(size - 4)


def serve(connection):
    """The queries that come in until the client leaves."""
    queries = []
    with connection, connection.makefile("rb") as stream:
        receive(stream)
        greeting = message(b"R", struct.pack("!I", 0))
        for name, value in SETTINGS.items():
            greeting += message(b"S", name + b"\0" + value + b"\0")
        connection.sendall(greeting + message(b"Z", b"I"))
        while stream.read(1) == b"Q":
            queries.append(receive(stream)[:-1])
            connection.sendall(message(b"I") + message(b"Z", b"I"))
    return queries


def sent_by_psql(script, folder, server):
    command = ["psql", "-X", "-q", "-h", folder, "-U", "nobody", "-d", "none", "-f", str(script)]
    environment = dict(os.environ, PGCLIENTENCODING="UTF8", LC_ALL="C.UTF-8")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env=environment) as psql:
        connection, _ = server.accept()
        return serve(connection)


def in_golden(path):
    """The statements, out of the form that the unit test gives them."""
    statements = []
    blocks = re.split(r"^@ (\d+:\d+.*)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    for head, text in zip(blocks[1::2], blocks[2::2]):
        if not head.endswith(" command"):
            for shown, character in (("<CR>", "\r"), ("<FF>", "\f"), ("<TAB>", "\t")):
                text = text.replace(shown, character)
            statements.append(text.encode())
    return statements


def comparable(statements):
    """psql leaves out empty lines and what surrounds a statement; kedge keeps them."""
    return [re.sub(rb"\n+", b"\n", text).strip() for text in statements]


def main():
    differing = compared = 0
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(folder, ".s.PGSQL.5432"))
        server.listen()
        for script in sorted(GOLDEN.glob("*.sql")):
            sent = comparable(sent_by_psql(script, folder, server))
            golden = comparable(in_golden(script.with_suffix(".golden")))
            compared += len(golden)
            if (sent != golden) != (script.stem in PSQL_DIFFERS):
                differing += 1
                print(f"{script.name}:\n  psql:   {sent}\n  golden: {golden}")
    print(f"{compared} statements compared with psql's, {differing} scripts differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
