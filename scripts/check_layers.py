#!/usr/bin/env python3
"""Checks who includes whom: calls go downward only, and client libraries stay in db/."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "src"

# A room may include itself and the rooms below it; "kedge" is the public header.
BELOW = {
    "support": set(),
    "db": {"support"},
    "plan": {"support"},
    "project": {"plan", "support"},
    "script": {"support"},
    "registry": {"db", "plan", "project", "support"},
    "schema": {"script", "project", "plan", "db", "support"},
    "lint": {"schema", "script", "project", "plan", "db", "support"},
    "migrate": {"kedge", "schema", "registry", "script", "project", "plan", "db", "support"},
    "report": {"lint", "migrate", "schema", "registry", "script", "project", "plan", "support"},
    "cli": {"report", "lint", "migrate", "registry", "project", "plan", "support"},
}
CLIENT = re.compile(r'#include\s*[<"](pqxx|libpq|SQLiteCpp|sqlite3|mysql|mariadb|cppconn)')
OWN = re.compile(r'#include\s*"([a-z]+)/')


def main() -> int:
    """Prints each include that breaks the rule; 1 if there is one."""
    bad = 0
    for path in sorted(ROOT.rglob("*.[ch]pp")):
        room = path.relative_to(ROOT).parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT.parent)}:{number}"
            if CLIENT.search(line) and room != "db":
                print(f"{where}: a client library's header outside src/db")
                bad += 1
            match = OWN.search(line)
            if match and room in BELOW and match[1] != room and match[1] not in BELOW[room]:
                print(f"{where}: {room} must not include {match[1]}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
