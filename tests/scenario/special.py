# SPDX-License-Identifier: MIT
"""Tests that the text format can't tell: processes beside each other, signals, terminals, limits."""

from pathlib import Path

import special_limits
import special_terminal
import special_together
from engines import SqliteEngine
from parser import parse
from player import Player
from shop import TESTS, Shop

HERE = Path(__file__).resolve().parent
MODULES = (special_together, special_terminal, special_limits)  # each adds to TESTS


def run(name: str, folder: Path, bin_folder: Path) -> list[str]:
    """An AssertionError tells what is wrong."""
    player = Player(folder, SqliteEngine(), bin_folder)
    player.play(parse(HERE / "shop.setup"))
    try:
        TESTS[name](Shop(folder, player.environment))
    except AssertionError as e:
        return [str(e) or "assertion failed"]
    return []


def main() -> int:
    """These tests alone."""
    import run as runner
    return runner.main("special/")


if __name__ == "__main__":
    raise SystemExit(main())
