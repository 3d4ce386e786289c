# SPDX-License-Identifier: MIT
"""The floor for one session of the client mariadb or mysql: Sqitch's tables for MySQL, named floor_*.

DDL commits by itself, so that the rows of the registry can't be in one transaction with it. It is
each script with the BEGIN and COMMIT of its own, as Sqitch's have them, and then a transaction for
the rows.
"""

from __future__ import annotations

from floor import PREFIX, Floor

PEOPLE = """
    committed_at DATETIME(6) NOT NULL,
    committer_name VARCHAR(255) NOT NULL,
    committer_email VARCHAR(255) NOT NULL,
    planned_at DATETIME(6) NOT NULL,
    planner_name VARCHAR(255) NOT NULL,
    planner_email VARCHAR(255) NOT NULL"""

REGISTRY = f"""
CREATE TABLE {PREFIX}projects (
    project VARCHAR(255) PRIMARY KEY,
    uri VARCHAR(255) UNIQUE,
    created_at DATETIME(6) NOT NULL,
    creator_name VARCHAR(255) NOT NULL,
    creator_email VARCHAR(255) NOT NULL) ENGINE InnoDB;
CREATE TABLE {PREFIX}changes (
    change_id VARCHAR(40) PRIMARY KEY,
    script_hash VARCHAR(40),
    `change` VARCHAR(255) NOT NULL,
    project VARCHAR(255) NOT NULL REFERENCES {PREFIX}projects (project) ON UPDATE CASCADE,
    note TEXT NOT NULL,{PEOPLE},
    UNIQUE (project, script_hash)) ENGINE InnoDB;
CREATE TABLE {PREFIX}tags (
    tag_id VARCHAR(40) PRIMARY KEY,
    tag VARCHAR(255) NOT NULL,
    project VARCHAR(255) NOT NULL REFERENCES {PREFIX}projects (project) ON UPDATE CASCADE,
    change_id VARCHAR(40) NOT NULL REFERENCES {PREFIX}changes (change_id) ON UPDATE CASCADE,
    note VARCHAR(255) NOT NULL,{PEOPLE},
    UNIQUE (project, tag)) ENGINE InnoDB;
CREATE TABLE {PREFIX}dependencies (
    change_id VARCHAR(40) NOT NULL REFERENCES {PREFIX}changes (change_id)
        ON UPDATE CASCADE ON DELETE CASCADE,
    type VARCHAR(8) NOT NULL,
    dependency VARCHAR(255) NOT NULL,
    dependency_id VARCHAR(40) REFERENCES {PREFIX}changes (change_id) ON UPDATE CASCADE,
    PRIMARY KEY (change_id, dependency)) ENGINE InnoDB;
CREATE TABLE {PREFIX}events (
    event ENUM ('deploy', 'fail', 'merge', 'revert') NOT NULL,
    change_id VARCHAR(40) NOT NULL,
    `change` VARCHAR(255) NOT NULL,
    project VARCHAR(255) NOT NULL REFERENCES {PREFIX}projects (project) ON UPDATE CASCADE,
    note TEXT NOT NULL,
    requires TEXT NOT NULL,
    conflicts TEXT NOT NULL,
    tags TEXT NOT NULL,{PEOPLE},
    PRIMARY KEY (change_id, committed_at)) ENGINE InnoDB;
"""


class MysqlFloor(Floor):
    """The rows are those that Sqitch writes there."""

    now = "UTC_TIMESTAMP(6)"
    registry = REGISTRY
    between = ("COMMIT;", "BEGIN;")

    def names(self, names: list[str]) -> str:
        return " ".join(names)
