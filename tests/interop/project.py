"""A Sqitch project on disk that a scenario builds and edits.

Time stamps are made from a counter and never from the clock, so the same edits
give the same change ids in every lane.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import engines

PLANNER = "Grüße Müller <planner@example.com>"
START = datetime.datetime(2024, 1, 1)


@dataclass(frozen=True)
class Scripts:
    """The three scripts of a change; None leaves the file out."""

    deploy: str | None
    revert: str | None
    verify: str | None


def whole(body: str, end: str = "COMMIT") -> str:
    """A script as Sqitch's template has it: one transaction round the whole."""
    return f"BEGIN;\n\n{body.strip()}\n\n{end};\n"


def table(name: str, columns: str = "id INTEGER PRIMARY KEY, code TEXT NOT NULL") -> Scripts:
    """Scripts that make one table and take it away again."""
    return Scripts(whole(f"CREATE TABLE {name} ({columns});"), whole(f"DROP TABLE {name};"),
                   whole(f"SELECT 1 FROM {name} WHERE false;", "ROLLBACK"))


@dataclass
class Project:
    """The plan, the configuration and the scripts of one project."""

    folder: Path
    name: str = "shop"
    uri: str | None = None
    target: str = "db:$ENGINE:app.db"
    plan_file: str = "sqitch.plan"
    dirs: dict[str, str] = field(
        default_factory=lambda: {k: k for k in ("deploy", "revert", "verify")})
    extension: str = "sql"
    newline: str = "\n"
    conf: str | None = None
    registry: str = "sqitch.db"   # on SQLite: its file
    history: str = "app.db"       # on servers: the database that it tells of, and `:registry` if it isn't sqitch
    body: list[str] = field(default_factory=list)
    moment: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = self.conf if self.conf is not None else (
            f'[core]\n\tengine = $ENGINE\n[engine "$ENGINE"]\n\ttarget = {self.target}\n')
        self.write("sqitch.conf", engines.current().render(text, self.folder))
        self.save()

    # --- files -----------------------------------------------------------------------------

    def write(self, path: str, text: str) -> None:
        """A file of the project, made with its folders."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def read(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def script_path(self, kind: str, change: str) -> str:
        return f"{self.dirs[kind]}/{change}.{self.extension}"

    def script(self, kind: str, change: str, text: str | None) -> None:
        """Write one script of a change, or remove it."""
        path = self.script_path(kind, change)
        if text is None:
            (self.folder / path).unlink(missing_ok=True)
        else:
            self.write(path, text)

    # --- plan ------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the plan as it stands."""
        head = ["%syntax-version=1.0.0", f"%project={self.name}"]
        head += [f"%uri={self.uri}"] if self.uri else []
        text = self.newline.join([*head, "", *self.body, ""])
        self.write(self.plan_file, text)

    def stamp(self) -> str:
        """The next minute of the project's own calendar."""
        self.moment += 1
        when = START + datetime.timedelta(minutes=7 * self.moment)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")

    def line(self, text: str) -> None:
        """A line of the plan as it is given."""
        self.body.append(text)
        self.save()

    def change(self, name: str, depends: str = "", scripts: Scripts | None = None,
               note: str = "") -> "Project":
        """Append a change; without scripts it makes a table of its name."""
        wanted = f" [{depends}]" if depends else ""
        text = f" # {note}" if note else ""
        self.line(f"{name}{wanted} {self.stamp()} {PLANNER}{text}")
        made = scripts or table(name.replace("/", "_").replace("-", "_"))
        for kind in ("deploy", "revert", "verify"):
            if getattr(made, kind) is not None:
                head = f"-- {kind.title()} {self.name}:{name} on {engines.current().key}\n\n"
                self.script(kind, name, head + getattr(made, kind))
        return self

    def tag(self, name: str, note: str = "", after: str | None = None) -> "Project":
        """A tag at the end of the plan, or after the named change's line."""
        text = f" # {note}" if note else ""
        line = f"@{name} {self.stamp()} {PLANNER}{text}"
        if after is None:
            self.line(line)
        else:
            index = max(i for i, known in enumerate(self.body) if known.split(" ")[0] == after)
            self.body.insert(index + 1, line)
            self.save()
        return self

    def rework(self, name: str, tag: str, scripts: Scripts, depends: str = "") -> "Project":
        """What `sqitch rework` does: the old scripts go to name@tag, a new instance is planned."""
        for kind in ("deploy", "revert", "verify"):
            old = self.folder / self.script_path(kind, name)
            if old.exists():
                self.script(kind, f"{name}@{tag}", old.read_bytes().decode())
        return self.change(name, f"{name}@{tag} {depends}".strip(), scripts)

    def rename(self, old: str, new: str) -> "Project":
        """Rename a change that is not deployed yet: in its plan line and on disk."""
        self.body = [new + line[len(old):] if line.split(" ")[0] == old else line
                     for line in self.body]
        self.save()
        for kind in ("deploy", "revert", "verify"):
            (self.folder / self.script_path(kind, old)).rename(
                self.folder / self.script_path(kind, new))
        return self

    def drop(self, name: str) -> "Project":
        """Take a change's line out of the plan; its scripts stay."""
        self.body = [line for line in self.body if line.split(" ")[0] != name]
        self.save()
        return self


# Of the project below, in their order.
ALL = ("users", "schema/items", "orders", "open_orders", "stock")


def shop(root: Path, **options) -> Project:
    """The project most scenarios start from: five changes, two tags, a view and an index."""
    project = Project(root / "shop", **options)
    project.change("users", note="Who may come in.")
    project.change("schema/items", "users")
    project.tag("v1.0", "First release")
    project.change("orders", "users schema/items", Scripts(
        whole("CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id),\n"
              "    note VARCHAR(40) DEFAULT 'none; yet');\nCREATE INDEX orders_user ON orders (user_id);\n"
              "INSERT INTO orders (id, note) VALUES (1, 'it''s; fine'), (2, NULL);"),
        whole("DROP TABLE orders;"), whole("SELECT id, user_id FROM orders WHERE false;", "ROLLBACK")))
    project.change("open_orders", "orders", Scripts(
        whole("CREATE VIEW open_orders AS SELECT * FROM orders WHERE note IS NULL;"),
        whole("DROP VIEW open_orders;"), whole("SELECT id FROM open_orders WHERE false;", "ROLLBACK")))
    project.tag("v1.1")
    project.change("stock", "schema/items")
    return project
