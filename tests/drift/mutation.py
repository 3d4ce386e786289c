# SPDX-License-Identifier: MIT
"""What a mutation is: one change that somebody makes to a database behind kedge's back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """`told` is all that may be said of it, a line for each difference; `undo` makes it unmade. Of a value
    of several lines, only the first line counts, up to its colon."""

    name: str
    sql: str
    undo: str
    told: str
    needs: str = ""  # the lowest version of the server, or what else an engine's run() understands


@dataclass(frozen=True)
class Silence:
    """What changes nothing of the schema, and so must not be told; nor is `after`, which follows."""

    name: str
    sql: str
    needs: str = ""
    after: str = ""
