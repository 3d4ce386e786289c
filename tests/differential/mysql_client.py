#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what kedge would send for scripts with what the mysql client sends, byte for byte.

usage: mysql_client.py MYSQL_STATEMENTS [NUMBER_OF_SCRIPTS [SEED]]

The scripts are those of tests/split/mysql, and as many more that are composed by chance. What the
client sends stands in the server's general log. The server is the one whose socket is in
KEDGE_MYSQL_SOCKET (its root needs no password), or a MariaDB that is made for it and thrown away.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPLIT = Path(__file__).resolve().parent.parent / "split" / "mysql"

# MariaDB's client leaves hints out with the other comments; kedge keeps them, as MySQL's client.
CLIENT_DIFFERS = {"19_hints"}

PIECES = [
    "select 1", "select 'a;b'", "select \"x\\\";\"", "select `a``;b`", "'it''s'", "'\\\\'", "'\\''",
    ";", ";", ";", ";\n", ";\n", " ", "\n", "\n", "\t", "\r\n", "--", "-- it's; \n", "--\n", "#;'\n",
    "/* ; ' */", "/* a\n b; */", "/**/", "/*!50000 + 1 */", "/*! ", "/*M!100000 2 */", "*/", "/*",
    "é", "日本", "\\N", "\\g", "\\G", "\\c", "\\p", "\\d //", "\\d ;", "//", ";;", "delimiter //\n",
    "\ndelimiter ;\n", "\ndelimiter ;;\n", "DELIMITER $$\n", "$$", "\ngo\n", "\nego\n", "\nclear\n",
    "\nuse mysql\n", "use `mysql`;", "\\u mysql\n", "\nnopager\n", "\nprint\n", "create", " begin ",
    " end", "(", ")", ",", "=", "\\", "\\\n", "'", '"', "`", "\n\\g\n", "warnings;", "x\v", "\f",
    ";\nset sql_mode='ANSI_QUOTES';\n", ";\nset sql_mode='';\n", "\nquit\n", "quit;", "\\q", "\n; go\n;",
    ";\nset sql_mode='NO_BACKSLASH_ESCAPES';\n", ";\nset @@session.sql_mode = DEFAULT;\n",
    ";\nset @old = @@sql_mode, sql_mode = 'ANSI';\n", "\nset sql_mode = @old;\n", "- 1", "/ 2", "*",
]


def composed(chance):
    """A script of pieces that are hard to cut."""
    return "".join(chance.choice(PIECES) + chance.choice(("", "", " "))
                   for _ in range(chance.randrange(1, 25)))


class Server:
    """A MariaDB of its own, or the one that the environment names."""

    def __init__(self):
        self.socket = os.environ.get("KEDGE_MYSQL_SOCKET")
        self.process = self.folder = None
        if self.socket:
            return
        self.folder = tempfile.mkdtemp(prefix="kedge-mysql-")
        data = os.path.join(self.folder, "data")
        os.mkdir(data)
        as_user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "mysql")
            shutil.chown(data, "mysql")
            as_user = ["--user=mysql"]
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}",
                        "--auth-root-authentication-method=normal", "--skip-test-db", *as_user],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.socket = os.path.join(self.folder, "s")
        self.process = subprocess.Popen(
            [shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults",
             f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", *as_user],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            if os.path.exists(self.socket):
                return
            time.sleep(0.1)
        raise SystemExit("the server doesn't start")

    def client(self, *options):
        command = ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "--user=root",
                   f"--socket={self.socket}", *options]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            shutil.rmtree(self.folder)


def comparable(text):
    """The server leaves out what is at both ends, and a delimiter there."""
    return text.strip(b" \t\n\r\v\f").rstrip(b"; \t\n\r\v\f")


def parted(statements):
    return [text for text in re.split(rb"\s*;[\s;]*", b";".join(statements)) if text]


def sent_by_client(server, scripts):
    """Per script, the statements in the general log."""
    server.client("-e", "SET GLOBAL general_log = 0; TRUNCATE mysql.general_log; "
                        "SET GLOBAL log_output = 'TABLE', GLOBAL general_log = 1")
    for script in scripts:
        # It goes on after errors, so that whatever it would send is seen.
        server.client("--force", "--skip-pager", "--silent", "--skip-column-names",
                      "--skip-line-numbers", "--execute", f"source {script}")
    server.client("-e", "SET GLOBAL general_log = 0")
    rows = server.client("--batch", "--skip-column-names", "-e",
                         "SELECT thread_id, command_type, HEX(argument) FROM mysql.general_log")
    sessions = {}
    for line in rows.stdout.decode().splitlines():
        thread, command, argument = line.split("\t")
        text = bytes.fromhex(argument)
        statements = sessions.setdefault(int(thread), [])
        if command == "Init DB":
            statements.append(b"USE `" + text + b"`")
        elif command == "Query" and text != b"SELECT DATABASE()" and text != b"show warnings":
            statements.append(comparable(text))
    # Before and after, the sessions that switched the log.
    return [sessions[thread] for thread in sorted(sessions)][-len(scripts) - 1:-1]


def found_by_kedge(program, scripts):
    out = []
    run = subprocess.run([program, *scripts], check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    for line in run.stdout.decode().splitlines():
        if line.startswith("file "):
            out.append([])
        elif line.startswith("refused "):
            out[-1] = None
        elif out[-1] is not None:
            out[-1].append(comparable(bytes.fromhex(line)))
    return [statements and [text for text in statements if text] for statements in out]


def main():
    program = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    differing = compared = refused = 0
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            scripts = [str(path) for path in sorted(SPLIT.glob("*.sql"))]
            for i in range(number):
                path = os.path.join(folder, f"{i}.sql")
                Path(path).write_bytes(composed(chance).encode())
                scripts.append(path)
            os.chdir(SPLIT)
            for script, theirs, ours in zip(scripts, sent_by_client(server, scripts),
                                            found_by_kedge(program, scripts)):
                if ours is None:
                    refused += 1
                    continue
                # What is in one text kedge parts, as the server does.
                theirs, ours = (parted(statements) for statements in (theirs, ours))
                compared += len(ours)
                if (theirs != ours) != (Path(script).stem in CLIENT_DIFFERS):
                    differing += 1
                    print(f"{Path(script).read_bytes()}:\n  client: {theirs}\n  kedge:  {ours}")
    finally:
        server.stop()
    print(f"{compared} statements of {len(scripts)} scripts compared with the client's, "
          f"{refused} are refused, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
