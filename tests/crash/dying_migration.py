"""Ledgers of every earlier version, migrated by a process that dies: `python -m tests.crash.dying_migration STATE`.

Each version holds a row in every table it has. The next migration is killed before each of its statements; whoever
comes to it then must find what a migration that nobody killed would have left, rows and tables alike. What follows is
the same from the same rows, so only one ledger of each version that died goes on to the newest.
"""

import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.schema.base import BREAKING
from tests.crash.bulk_box import WritingLedger
from tests.crash.dying_box import survives

MOST_STATEMENTS = 200
_IN_THE_MIDDLE = 3
_FIRST_CHOICE = re.compile(r"CHECK \((\w+) IN\s*\(\s*'([^']*)'")
_MOMENT = "2026-04-01T00:00:00.000Z"
_VALUES: dict[str, Any] = {"INTEGER": 1, "REAL": 1.0, "BLOB": b"x", "TEXT": "x"}

Everything = dict[str, list[tuple[Any, ...]]]


def versions() -> list[str]:
    """The names of all migrations in their order."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return [one.name for one in MIGRATIONS.pending(Database(connection))]


def prepare(state: Path, next_one: str | None) -> None:
    """A ledger as it was before `next_one` came, with rows in it."""
    (state / "bell").mkdir(parents=True)
    with closing(sqlite3.connect(state / "ledger.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # nobody dies here
        MIGRATIONS.apply(Database(connection), stop_before=next_one)
        for table, sql in _tables(connection):
            # A row in that one would say that no version but that row's may open the ledger.
            if table != BREAKING and connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0:
                _fill(connection, table, sql)


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\'"
    )
    return [(row[0], row[1]) for row in rows]


def _fill(connection: sqlite3.Connection, table: str, sql: str) -> None:
    """One row. All texts are the same, so that every reference finds what it refers to."""
    choices = dict(_FIRST_CHOICE.findall(sql))
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = {name: choices.get(name, _value(name, kind)) for _, name, kind, *_ in columns}
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))


def _value(name: str, kind: str) -> Any:
    is_moment = kind == "TEXT" and (name.endswith("_at") or name in ("at", "begun", "ended"))
    return _MOMENT if is_moment else _VALUES[kind]


def migrate(state: Path, lives: int = sys.maxsize) -> None:
    """Open the ledger, and die before the `lives`-th statement that writes."""
    WritingLedger.lives = lives
    WritingLedger(state / "ledger.db", state / "bell").close()


def look(state: Path) -> Everything:
    """All tables and rows of a ledger that is open, of the newest version and sound. Raises `AssertionError`."""
    with closing(Ledger(state / "ledger.db", state / "bell")) as ledger:
        assert MIGRATIONS.pending(ledger.read) == []
        return _sound(ledger.read.conn)


def look_after(state: Path, name: str) -> Everything:
    """The same after the migration `name`, which is run when it is not in the ledger yet, and no later one."""
    names = versions()
    after = names[names.index(name) + 1 :]
    with closing(sqlite3.connect(state / "ledger.db", isolation_level=None)) as connection:
        # As a ledger's own connection is.
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = OFF")  # who dies here does so without the machine
        MIGRATIONS.apply(Database(connection), stop_before=after)
        assert [one.name for one in MIGRATIONS.pending(Database(connection))] == after
        return _sound(connection)


def _sound(connection: sqlite3.Connection) -> Everything:
    assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return dict(_everything(connection))


def _everything(connection: sqlite3.Connection) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    yield "", [tuple(row) for row in connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")]
    for table, _ in _tables(connection):
        yield table, [tuple(row) for row in connection.execute(f"SELECT * FROM {table}")]


def expect_kept(before: Path, after: Path) -> None:
    """Raises `AssertionError` when a row, or a value of a column that is still there, is gone."""
    with (
        closing(sqlite3.connect(before / "ledger.db")) as old,
        closing(sqlite3.connect(after / "ledger.db")) as new,
    ):
        for table, _ in _tables(old):
            names = [row[1] for row in new.execute(f"PRAGMA table_info({table})")]
            kept = [row[1] for row in old.execute(f"PRAGMA table_info({table})") if row[1] in names]
            ask = f"SELECT {', '.join(kept)} FROM {table} ORDER BY 1"
            assert old.execute(ask).fetchall() == new.execute(ask).fetchall(), table


def kill_everywhere(root: Path, name: str) -> int:
    """Kill the migration `name` before each of its statements; how often."""
    made, next_one, whole = (root / name / word for word in ("made", "next", "whole"))
    prepare(made, name)
    for copy in (next_one, whole):
        shutil.copytree(made, copy)
    wanted, newest = look_after(next_one, name), look(whole)
    expect_kept(made, whole)
    for deaths in range(MOST_STATEMENTS):
        state = root / name / str(deaths)
        shutil.copytree(made, state)
        has_lived = survives(partial(migrate, state, deaths + 1))
        if has_lived or name in _applied(state):
            assert look(state) == newest
            return deaths
        assert look_after(state, name) == wanted
        if deaths == _IN_THE_MIDDLE:
            assert look(state) == newest
        shutil.rmtree(state)
    raise AssertionError(MOST_STATEMENTS)


def _applied(state: Path) -> set[str]:
    with closing(sqlite3.connect(state / "ledger.db")) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations")}


def main() -> None:
    """Print as JSON how often each migration died."""
    root = Path(sys.argv[1])
    # The first one has no earlier version: `dying_box` kills the making of a new ledger.
    print(json.dumps({name: kill_everywhere(root, name) for name in versions()[1:]}))


if __name__ == "__main__":
    main()
