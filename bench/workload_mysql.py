# SPDX-License-Identifier: MIT
"""The changes of workload.py in the dialect of MySQL and MariaDB, with routines among them."""

from __future__ import annotations

import re
from collections.abc import Callable

from workload import Change, Table, Workload


def delimited(statement: str) -> str:
    """A statement with others in it, as the client takes it."""
    return f"DELIMITER //\n{statement}//\nDELIMITER ;"


def bare(script: str) -> str:
    """A script as the server takes it, which knows no DELIMITER."""
    return re.sub(r"^DELIMITER //\n(.*?)//\nDELIMITER ;$", r"\1;", script, flags=re.M | re.S)


class MysqlWorkload(Workload):
    """Draws as Workload does; a trigger's body is a block, and so is a routine's."""

    column_types = ("varchar(80)", "integer NOT NULL DEFAULT 0", "double",
                    "varchar(80) NOT NULL DEFAULT ''", "decimal(8, 3)", "datetime(3)")
    key = "id integer NOT NULL AUTO_INCREMENT PRIMARY KEY"
    name_type, state_type, date, moment = "varchar(120)", "varchar(16)", "date", "datetime"
    nothing = "WHERE false"

    def must_exist(self, query: str) -> str:
        """A statement that fails (integer overflow) where `query` finds no row."""
        return f"SELECT 18446744073709551615 + (count(*) = 0) FROM ({query} LIMIT 1) AS found;"

    def parent_columns(self, parent: Table) -> list[str]:
        return ["parent_id integer",
                f"FOREIGN KEY (parent_id) REFERENCES {parent.name} (id) ON DELETE CASCADE"]

    def drop_index(self, name: str, table: Table) -> str:
        return f"DROP INDEX {name} ON {table.name};"

    def kinds(self) -> list[tuple[Callable[[int], Change], int]]:
        return [(self.table, 28), (self.column, 22), (self.rows, 18), (self.view, 12),
                (self.trigger, 10), (self.index, 5), (self.function, 5), (self.procedure, 4)]

    def trigger(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_touch_{number}"
        return Change(
            f"trigger_{name}", f"Keeps changed_at of {table.name}.", [table.change],
            [delimited(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table.name} FOR EACH ROW\n"
                       f"BEGIN\n"
                       f"    IF NEW.name <> OLD.name OR NEW.state <> OLD.state THEN\n"
                       f"        SET NEW.changed_at = CURRENT_TIMESTAMP;\n"
                       f"    END IF;\n"
                       f"END")],
            [f"DROP TRIGGER {name};"],
            [f"SHOW CREATE TRIGGER {name};"])

    def index(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_open_{number}"
        return Change(
            f"index_{name}", f"Indexes the quantities of {table.name}.", [table.change],
            # Hardly ever one that is there already, of which MariaDB would tell.
            [f"CREATE INDEX {name} ON {table.name} (quantity, name({number % 120 + 1}));"],
            [self.drop_index(name, table)],
            [f"SELECT id FROM {table.name} FORCE INDEX ({name}) {self.nothing};"])

    def function(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_count_{number}"
        return Change(
            f"function_{name}", f"Counts the rows of {table.name}.", [table.change],
            [delimited(f"CREATE FUNCTION {name}(wanted varchar(16)) RETURNS bigint READS SQL DATA\n"
                       f"BEGIN\n"
                       f"    DECLARE found bigint;\n"
                       f"    SELECT count(*) INTO found FROM {table.name} WHERE state = wanted;\n"
                       f"    RETURN found;\n"
                       f"END")],
            [f"DROP FUNCTION {name};"],
            [f"SHOW CREATE FUNCTION {name};"])

    def procedure(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_close_{number}"
        return Change(
            f"procedure_{name}", f"Closes what is due of {table.name}.", [table.change],
            [delimited(f"CREATE PROCEDURE {name}(before_day date) MODIFIES SQL DATA\n"
                       f"BEGIN\n"
                       f"    UPDATE {table.name} SET state = 'held' WHERE quantity < 0;\n"
                       f"    UPDATE {table.name} SET state = 'done' WHERE due_on < before_day;\n"
                       f"END")],
            [f"DROP PROCEDURE {name};"],
            [f"SHOW CREATE PROCEDURE {name};"])
