#!/usr/bin/env python3
"""Checks that the manual knows every command and option that the program has.

usage: check_docs.py KEDGE
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def manual_words() -> str:
    """The text of the manual's first section, without the markup of its dashes."""
    text = "".join(page.read_text() for page in sorted((ROOT / "man").glob("*.1")))
    return text.replace("\\-", "-").replace("\\(hy", "-")


def options_of(kedge: str, command: str) -> set[str]:
    """The long options of a command, as its --help lists them."""
    text = subprocess.run([kedge, command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    found = set()
    for line in text.splitlines():
        if line.startswith("  -"):
            found.update(re.findall(r"--([a-z][a-z-]+)", line.split("  ")[1]))
    return found


def main() -> int:
    """Prints what is missing; 1 if anything is."""
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).exists():
        print("build kedge first: cmake --preset release && cmake --build --preset release")
        return 1
    kedge = sys.argv[1]
    manual = manual_words()
    overview = subprocess.run([kedge, "--help"], capture_output=True, text=True,
                              check=True).stdout
    commands = re.findall(r"^  ([a-z]+) +\S", overview, re.MULTILINE)
    bad = 0
    for command in commands:
        if not re.search(rf"\b{command}\b", manual):
            print(f"man/: the command {command} is missing")
            bad += 1
        for option in sorted(options_of(kedge, command)):
            if not re.search(rf"(Fl Fl |-- ?|Fl -){re.escape(option)}\b", manual):
                print(f"man/: {command} has the option --{option}")
                bad += 1
    rules = subprocess.run([kedge, "lint", "--rules", "--format", "man"], capture_output=True,
                           text=True, check=True, cwd=ROOT).stdout
    if (ROOT / "man/kedge-lint.7").read_text() != rules:
        print("man/kedge-lint.7: run: kedge lint --rules --format man > man/kedge-lint.7")
        bad += 1
    readme = (ROOT / "README.md").read_text()
    for name in ("scripts/demo", "scripts/test"):
        if name not in readme:
            print(f"README.md: {name} is missing")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
