# SPDX-License-Identifier: MIT
"""Runs one command and writes its cost: measure.py RESULT PROGRAM [ARG...]

Writes "wall user system peak own status" to RESULT: seconds, KiB, exit status (128+n for a signal).
CPU counts the command with all children it waited for; peak is the largest resident set of a
process among them. Linux starts a child's peak at its parent's, so no peak below `own`, that of
this process, can be seen: run it by `python3 -I -S`, and import next to nothing.
"""

import posix
import sys
import time


def main() -> None:
    result, program = sys.argv[1], sys.argv[2]
    begin = time.perf_counter()
    try:
        child = posix.posix_spawnp(program, sys.argv[2:], posix.environ)
    except OSError as error:
        sys.exit(f"{program}: {error.strerror}")
    _, status, used = posix.wait4(child, 0)
    wall = time.perf_counter() - begin
    with open("/proc/self/status") as file:
        own = next(line.split()[1] for line in file if line.startswith("VmHWM"))
    code = posix.waitstatus_to_exitcode(status)
    with open(result, "w") as file:
        file.write(f"{wall:.6f} {used.ru_utime:.6f} {used.ru_stime:.6f} {used.ru_maxrss} {own} "
                   f"{code if code >= 0 else 128 - code}\n")


main()
