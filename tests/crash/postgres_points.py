# SPDX-License-Identifier: MIT
"""What is done to kedge on PostgreSQL, and in which operations."""

# What is done at a point, and its share of all points.
ACTS = {"kill": 0.31,  # SIGKILL to kedge
        "term": 0.07, "int": 0.05,  # a signal that it may answer
        "crash": 0.14,  # SIGKILL to the server, which is started again while kedge goes on
        "down": 0.03,  # the same, but the server comes back only after kedge's end
        "immediate": 0.10, "fast": 0.10,  # the server is restarted
        "cut": 0.06,  # the network fails between the two
        "end": 0.14}  # pg_terminate_backend on its session
SHARES = {"deploy": 0.45, "verify": 0.12, "revert": 0.38, "single": 0.05}
