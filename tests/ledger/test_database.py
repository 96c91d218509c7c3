import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from appliance.ledger import audit, checks, database, schema
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.schema.base import ByName
from appliance.settings import Box
from tests.ledger.desk import NOW, opened

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def pragmas(ledger: Ledger) -> dict[str, object]:
    return {name: ledger.read.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}


def in_threads(count: int, what: Callable[[], object]) -> None:
    """Run `what` in so many threads at once, to the end; an error in one is the test's error."""
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def run() -> None:
        try:
            gate.wait(30)
            what()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def descriptors_of(path: Path) -> int:
    found = 0
    for entry in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found += os.readlink(f"/proc/self/fd/{entry}") == str(path)
    return found


def test_every_connection_writes_ahead_and_waits_for_the_disk(ledger: Ledger) -> None:
    seen = [pragmas(ledger)]
    in_threads(3, lambda: seen.append(pragmas(ledger)))
    assert seen == [PRAGMAS] * 4


def test_a_thread_has_one_connection_and_shares_it_with_nobody(ledger: Ledger) -> None:
    assert ledger.read is ledger.read
    seen: list[Database] = []
    in_threads(2, lambda: seen.append(ledger.read))
    assert len({id(db) for db in (*seen, ledger.read)}) == 3


def test_a_dead_thread_leaves_no_connection_open(ledger: Ledger, box: Box) -> None:
    opened(ledger)
    for _ in range(5):
        in_threads(4, lambda: opened(ledger))
    # SQLite closes a file late and uses it for the next connection, so those of one round may remain.
    assert descriptors_of(box.ledger_file) <= 1 + 4


def test_closing_closes_every_thread_and_may_be_repeated(box: Box) -> None:
    ledger = Ledger.of(box)
    done, stay = threading.Event(), threading.Event()

    def read() -> None:
        ledger.read.execute("SELECT 1")
        done.set()
        stay.wait(30)

    thread = threading.Thread(target=read)
    thread.start()
    assert done.wait(30)
    ledger.close()
    ledger.close()
    assert descriptors_of(box.ledger_file) == 0
    stay.set()
    thread.join()


def test_a_ledger_is_not_carried_over_a_fork(ledger: Ledger) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forking beside threads
        child = os.fork()
    if child == 0:
        try:
            ledger.read.execute("SELECT 1")
        except RuntimeError:
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_error_takes_everything_back_and_rings_nothing(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as db:
            db.execute("UPDATE counter SET revision = 99")
            db.table("audit").insert({"at": "", "actor": "", "action": "", "subject": "", "detail": ""})
            raise ZeroDivisionError

    with ledger.listen() as ear:
        with pytest.raises(ZeroDivisionError):
            fail()
        assert ledger.read.execute("SELECT revision FROM counter").fetchone()[0] == 0
        assert ledger.read.execute("SELECT count(*) FROM audit").fetchone()[0] == 0
        assert not ear.wait(0)


def test_a_commit_that_fails_leaves_the_connection_usable(ledger: Ledger) -> None:
    def owe_a_result_of_nobody() -> None:
        with ledger.write() as db:
            db.execute("PRAGMA defer_foreign_keys = ON")
            db.execute("INSERT INTO results (check_id, xml, answered_at) VALUES ('nobody', x'00', '')")

    with pytest.raises(sqlite3.IntegrityError):
        owe_a_result_of_nobody()
    assert not ledger.read.conn.in_transaction
    assert len(opened(ledger)) == 1


def test_a_write_inside_a_write_is_an_error_and_not_half_done(ledger: Ledger) -> None:
    def write_twice() -> None:
        with ledger.write() as db:
            db.execute("UPDATE counter SET revision = 7")
            with ledger.write():
                pass

    with pytest.raises(sqlite3.OperationalError):
        write_twice()
    assert ledger.read.execute("SELECT revision FROM counter").fetchone()[0] == 0


def test_readers_see_what_is_committed_at_once_and_nothing_before(ledger: Ledger) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(ledger.read.execute("SELECT revision FROM counter").fetchone()[0])

    ledger.read.execute("SELECT revision FROM counter").fetchone()
    with ledger.write() as db:
        db.execute("UPDATE counter SET revision = 5")
        in_threads(2, look)
    in_threads(2, look)
    look()
    assert seen == [0, 0, 5, 5, 5]


def test_writers_wait_for_each_other(ledger: Ledger) -> None:
    def add() -> None:
        for _ in range(10):
            with ledger.write() as db:
                value = db.execute("SELECT revision FROM counter").fetchone()[0]
                db.execute("UPDATE counter SET revision = ?", [value + 1])

    in_threads(6, add)
    assert ledger.read.execute("SELECT revision FROM counter").fetchone()[0] == 60


def test_many_may_open_a_new_ledger_at_once(box: Box) -> None:
    def open_one() -> None:
        one = Ledger.of(box)
        opened(one)
        one.close()

    in_threads(6, open_one)
    ledger = Ledger.of(box)
    assert ledger.read.execute("SELECT count(*) FROM checks").fetchone()[0] == 6
    ledger.close()


def applied(ledger: Ledger) -> list[str]:
    return [row.name for row in schema.MIGRATIONS.applied(ledger.read)]


def test_every_migration_is_recorded_once(box: Box) -> None:
    names = []
    for _ in range(2):
        ledger = Ledger.of(box)
        names.append(applied(ledger))
        ledger.close()
    assert names[0] == names[1] == sorted(set(names[0]))
    assert names[0][:2] == ["0001_checks", "0002_people_and_readers"]


def test_a_migration_that_fails_leaves_nothing_behind(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = True

    def first(db: Database) -> None:
        db.execute("CREATE TABLE first (a)")

    def second(db: Database) -> None:
        db.execute("CREATE TABLE second (a)")
        db.execute("INSERT INTO second VALUES (1)")
        if broken:
            raise ZeroDivisionError
        db.execute("INSERT INTO second VALUES (2)")

    steps = ByName("madoguchi")
    steps(name="0001_first")(first)
    steps(name="0002_second")(second)
    monkeypatch.setattr(database, "MIGRATIONS", steps)
    with pytest.raises(ZeroDivisionError):
        Ledger.of(box)
    with contextlib.closing(sqlite3.connect(box.ledger_file)) as plain:
        tables = {row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        recorded = [row[0] for row in plain.execute("SELECT name FROM _sqlite_migrations")]
    assert "first" in tables
    assert "second" not in tables
    assert recorded == ["0001_first"]
    broken = False
    ledger = Ledger.of(box)
    assert [row[0] for row in ledger.read.execute("SELECT a FROM second")] == [1, 2]
    ledger.close()


def open_and_fail(ledger: Ledger, meanwhile: Callable[[], None] = lambda: None) -> None:
    with ledger.together():
        opened(ledger)
        meanwhile()
        raise ZeroDivisionError


def test_what_is_written_together_is_one_transaction_with_one_ring(box: Box) -> None:
    ledger = Ledger.of(box)
    with ledger.listen(Topic.CHECKS) as checks_ear, ledger.listen(Topic.READERS) as readers_ear:
        with ledger.together():
            first = opened(ledger)
            audit.write(ledger, "test", "open", first[0], NOW)
        assert checks_ear.wait(0.5) == Topic.CHECKS
        assert readers_ear.wait(0.0) == Topic(0)
    with pytest.raises(ZeroDivisionError):
        open_and_fail(ledger)
    assert [one.id for one in checks.recent(ledger, 9)] == first
    assert [row.subject for row in audit.latest(ledger, 9)] == first
    opened(ledger)
    assert len(checks.recent(ledger, 9)) == 2
    ledger.close()


def test_other_threads_are_not_part_of_it(box: Box) -> None:
    ledger = Ledger.of(box)
    other = threading.Thread(target=opened, args=(ledger,))
    with pytest.raises(ZeroDivisionError):
        open_and_fail(ledger, other.start)
    other.join()
    assert len(checks.recent(ledger, 9)) == 1
    ledger.close()


def test_a_process_takes_sqlite_utils_in_without_numpy_and_finds_numpy_afterwards() -> None:
    """Each process and each look of the self-diagnosis would pay for what nobody uses; faces need it all the same."""
    asked = (
        "import sys, appliance.ledger.database; "
        "print('sqlite_utils' in sys.modules, 'numpy' in sys.modules); import numpy; print(numpy.ones(2).sum())"
    )
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["True", "False", "2.0"]
