"""Two versions and one ledger: the older one goes on with what the newer one left, or refuses it before it spoils anything."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, database
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.schema.base import ByName, breaks_in
from tests.ledger.desk import NOW

RULE = "0046_breaking_migrations"
"""From this one on a migration only adds, or says that it does not."""
SINCE = tuple(name for name in MIGRATIONS.names if name > RULE)


@dataclass(frozen=True)
class Shape:
    """What an older version relies on. Of columns: name, type, whether it must be given, default, place in the key."""

    columns: dict[str, list[tuple[object, ...]]]
    rules: frozenset[tuple[str, ...]]
    """Keys to other tables, unique indexes, triggers."""


def shape_of(connection: sqlite3.Connection) -> Shape:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rules: set[tuple[str, ...]] = set()
    for table in tables:
        for row in connection.execute(f"PRAGMA foreign_key_list({table})"):
            rules.add((table, "refers", *map(str, row[2:])))
        for _, name, is_unique, *_ in connection.execute(f"PRAGMA index_list({table})"):
            columns = [str(row[2]) for row in connection.execute(f"PRAGMA index_info({name})")]
            rules |= {(table, "unique", *columns)} if is_unique else set()
    triggers = connection.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    rules |= {(table, "trigger", sql) for table, sql in triggers}
    return Shape(
        {table: [row[1:] for row in connection.execute(f"PRAGMA table_info({table})")] for table in tables},
        frozenset(rules),
    )


def taken_away(old: Shape, new: Shape) -> list[str]:
    """What a version that knows `old` would miss or stumble over in `new`."""
    found = [f"{table} is gone" for table in old.columns.keys() - new.columns.keys()]
    for table in old.columns.keys() & new.columns.keys():
        before, after = old.columns[table], new.columns[table]
        if after[: len(before)] != before:
            found.append(f"{table} has other columns")
        # Of a new column: whether it must be given, and what stands there when it is not.
        found += [
            f"{table}.{one[0]} must be given" for one in after[len(before) :] if one[2] and one[3] is None
        ]
    both = old.columns.keys() & new.columns.keys()
    changed = {rule for rule in new.rules ^ old.rules if rule[0] in both}
    found += [f"{' '.join(rule)} changed" for rule in sorted(changed)]
    return found


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as found:
        yield found


def changes_of(connection: sqlite3.Connection, name: str) -> list[str]:
    """What the migration `name` takes away from who does not know it."""
    db = Database(connection)
    MIGRATIONS.apply(db, stop_before=name)
    before = shape_of(connection)
    following = MIGRATIONS.names[MIGRATIONS.names.index(name) + 1 :]
    MIGRATIONS.apply(db, stop_before=following[:1])
    return taken_away(before, shape_of(connection))


@pytest.mark.parametrize("name", [RULE, *SINCE])
def test_a_migration_only_adds_or_says_that_it_does_not(connection: sqlite3.Connection, name: str) -> None:
    assert bool(changes_of(connection, name)) == (name in MIGRATIONS.breaks)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE attending", "attending is gone"),
        ("ALTER TABLE readers DROP COLUMN hint", "readers has other columns"),
        ("ALTER TABLE accounts RENAME COLUMN given_at TO given", "accounts has other columns"),
        ("CREATE UNIQUE INDEX once ON audit (at)", "audit unique at changed"),
        ("DROP TRIGGER audit_stays", "audit trigger CREATE TRIGGER audit_stays"),
        ("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END", "audit trigger"),
        ("ALTER TABLE audit ADD COLUMN more TEXT", ""),
        ("ALTER TABLE audit ADD COLUMN more TEXT NOT NULL DEFAULT ''", ""),
        ("CREATE TABLE more (id INTEGER PRIMARY KEY, of TEXT NOT NULL UNIQUE) STRICT", ""),
        ("CREATE INDEX more ON audit (at)", ""),
    ],
)
def test_what_only_adds_is_told_from_what_does_not(
    connection: sqlite3.Connection, statement: str, said: str
) -> None:
    MIGRATIONS.apply(Database(connection))
    before = shape_of(connection)
    connection.execute(statement)
    found = taken_away(before, shape_of(connection))
    assert [one[: len(said)] for one in found] == ([said] if said else [])


def test_real_migrations_of_before_the_rule_are_judged(connection: sqlite3.Connection) -> None:
    assert changes_of(connection, "0041_own_accounts") == []


def test_an_older_version_works_on_a_newer_ledger_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(database, "MIGRATIONS", _newer(is_breaking=False))
        with closing(_opened(tmp_path)) as ledger:
            audit.write(ledger, "newer", "sign-in", "", NOW)
            with ledger.write(Topic.OTHER) as db:
                db.execute("INSERT INTO newer (word) VALUES ('kept')")
    with closing(_opened(tmp_path)) as ledger:
        audit.write(ledger, "older", "sign-in", "", NOW)
        assert [row.actor for row in audit.latest(ledger, 2)] == ["older", "newer"]
    monkeypatch.setattr(database, "MIGRATIONS", _newer(is_breaking=False))
    with closing(_opened(tmp_path)) as ledger:
        assert [tuple(row) for row in ledger.read.execute("SELECT word FROM newer")] == [("kept",)]
        assert [row.actor for row in audit.latest(ledger, 2)] == ["older", "newer"]


def test_an_older_version_refuses_what_it_would_spoil_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = _newer(is_breaking=True)
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", newer)
        with closing(_opened(tmp_path)) as ledger:
            assert breaks_in(ledger.read) == {"9999_newer"}
    before = (tmp_path / "ledger.db").read_bytes()
    with pytest.raises(Trouble) as refused:
        _opened(tmp_path)
    assert refused.value.code == "UPDATE-001"
    assert "9999_newer" in refused.value.detail
    assert (tmp_path / "ledger.db").read_bytes() == before
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    _opened(tmp_path).close()


def _opened(folder: Path) -> Ledger:
    (folder / "bell").mkdir(exist_ok=True)
    return Ledger(folder / "ledger.db", folder / "bell")


def _newer(*, is_breaking: bool) -> ByName:
    """All our migrations and one more that nobody has yet."""
    found = ByName(MIGRATIONS.name)
    found._migrations = list(MIGRATIONS._migrations)

    def one_more(db: Database) -> None:
        db.execute("CREATE TABLE newer (word TEXT NOT NULL) STRICT")

    (found.breaking("9999_newer") if is_breaking else found(name="9999_newer"))(one_more)
    return found
