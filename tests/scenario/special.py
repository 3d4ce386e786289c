# SPDX-License-Identifier: MIT
"""Tests that the text format can't tell: processes beside each other, signals, terminals, limits."""

from pathlib import Path

import special_limits
import special_mysql
import special_pgbouncer
import special_postgres
import special_terminal
import special_together
from parser import parse
from player import Player
from shop import TESTS, Shop

HERE = Path(__file__).resolve().parent
MODULES = {"sqlite": (special_together, special_terminal, special_limits),
           "pg": (special_postgres, special_pgbouncer), "mysql": (special_mysql,)}


def tests_for(engine_name: str) -> dict:
    """An engine's tests by name."""
    out: dict = {}
    for module in MODULES.get(engine_name, ()):
        out |= TESTS[module.__name__]
    return out


def run(name: str, engine, folder: Path, bin_folder: Path) -> list[str]:
    """An AssertionError tells what is wrong."""
    player = Player(folder, engine, bin_folder)
    try:
        player.play(parse(HERE / "shop.setup"))
        tests_for(engine.name)[name](Shop(folder, player))
    except AssertionError as e:
        return [str(e) or "assertion failed"]
    finally:
        player.close()
    return []


def main() -> int:
    """These tests alone."""
    import run as runner
    return runner.main("special/")


if __name__ == "__main__":
    raise SystemExit(main())
