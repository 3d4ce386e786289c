# SPDX-License-Identifier: MIT
"""The floor for one psql session: Sqitch's tables for PostgreSQL, in a schema named floor."""

from __future__ import annotations

from floor import Floor
from workload import Change

PEOPLE = """
    committed_at timestamptz NOT NULL,
    committer_name text NOT NULL,
    committer_email text NOT NULL,
    planned_at timestamptz NOT NULL,
    planner_name text NOT NULL,
    planner_email text NOT NULL"""

REGISTRY = f"""
CREATE SCHEMA floor;
CREATE TABLE floor.projects (
    project text PRIMARY KEY,
    uri text UNIQUE,
    created_at timestamptz NOT NULL,
    creator_name text NOT NULL,
    creator_email text NOT NULL);
CREATE TABLE floor.changes (
    change_id text PRIMARY KEY,
    script_hash text,
    change text NOT NULL,
    project text NOT NULL REFERENCES floor.projects ON UPDATE CASCADE,
    note text NOT NULL,{PEOPLE},
    UNIQUE (project, script_hash));
CREATE TABLE floor.tags (
    tag_id text PRIMARY KEY,
    tag text NOT NULL,
    project text NOT NULL REFERENCES floor.projects ON UPDATE CASCADE,
    change_id text NOT NULL REFERENCES floor.changes ON UPDATE CASCADE,
    note text NOT NULL,{PEOPLE},
    UNIQUE (project, tag));
CREATE TABLE floor.dependencies (
    change_id text NOT NULL REFERENCES floor.changes ON UPDATE CASCADE ON DELETE CASCADE,
    type text NOT NULL,
    dependency text NOT NULL,
    dependency_id text REFERENCES floor.changes ON UPDATE CASCADE,
    CHECK ((type = 'require' AND dependency_id IS NOT NULL)
        OR (type = 'conflict' AND dependency_id IS NULL)),
    PRIMARY KEY (change_id, dependency));
CREATE TABLE floor.events (
    event text NOT NULL CHECK (event IN ('deploy', 'revert', 'fail', 'merge')),
    change_id text NOT NULL,
    change text NOT NULL,
    project text NOT NULL REFERENCES floor.projects ON UPDATE CASCADE,
    note text NOT NULL,
    requires text[] NOT NULL,
    conflicts text[] NOT NULL,
    tags text[] NOT NULL,{PEOPLE},
    PRIMARY KEY (change_id, committed_at));
"""


class PostgresFloor(Floor):
    """The rows are those that Sqitch writes there."""

    prefix = "floor."
    now = "clock_timestamp()"
    registry = REGISTRY

    def names(self, names: list[str]) -> str:
        return "{" + ",".join(names) + "}"

    def planned(self, change: Change) -> str:
        return change.planned_at
