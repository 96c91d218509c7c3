"""A commit in one process → another process is awake, beside what the disk alone takes.

Both processes read the machine's one monotonic clock. Bare and real commits take turns, so that a busy moment of the
disk meets both.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.ledger import audit
from appliance.ledger.bell import BellListener
from appliance.ledger.database import Ledger
from appliance.settings import Box
from benchmarks.report import Aim, Report, Row, as_markdown, as_values, milliseconds

COMMITS = 500
MOST_MS = 5.0
PAUSE = 0.002
"""Seconds between two commits, so that the listener sleeps again when the next one comes."""

BARE, COMMITTED = "a bare FULL commit", "a commit with its ring"
WOKEN, RUNG = "commit → another process is awake", "ring alone → another process is awake"


def run() -> Report:
    """Measure in a new state folder."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        with (
            closing(Ledger.of(box)) as ledger,
            closing(_bare(box.root / "bare.db")) as bare,
            _listener(box) as woken,
        ):
            rows = _rows(ledger, bare, woken)
    return Report("The bell: a commit in one process wakes another", rows, (_aim(rows[2]),))


def _rows(ledger: Ledger, bare: sqlite3.Connection, woken: Connection) -> tuple[Row, ...]:
    seconds: dict[str, list[float]] = {BARE: [], COMMITTED: [], WOKEN: [], RUNG: []}
    for number in range(COMMITS):
        seconds[BARE].append(_bare_commit(bare, number))
        begun = time.perf_counter()
        audit.write(ledger, "bench", "bell", str(number), datetime.now(UTC))
        seconds[COMMITTED].append(time.perf_counter() - begun)
        seconds[WOKEN].append(_moment(woken) - begun)
        begun = time.perf_counter()
        ledger.ring()
        seconds[RUNG].append(_moment(woken) - begun)
    beside = {COMMITTED: BARE, WOKEN: BARE}
    return tuple(Row(name, milliseconds(times), beside.get(name)) for name, times in seconds.items())


def _aim(row: Row) -> Aim:
    return Aim(
        f"a commit in one process wakes another in under {MOST_MS:g} ms at the median",
        f"{row.p50:.2f} ms at the median, {row.p99:.2f} ms at p99, from before the commit",
        row.p50 < MOST_MS,
    )


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE audit (seq INTEGER PRIMARY KEY, at TEXT, subject TEXT)")
    return connection


def _bare_commit(connection: sqlite3.Connection, number: int) -> float:
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO audit (at, subject) VALUES ('2026-04-01T00:30:00.000Z', ?)", [str(number)]
    )
    connection.execute("COMMIT")
    return time.perf_counter() - begun


def _moment(woken: Connection) -> float:
    """When the listener woke, on the machine's clock. Raises `TimeoutError` when it never did."""
    if not woken.poll(30):
        raise TimeoutError
    moment: float = woken.recv()
    time.sleep(PAUSE)
    return moment


@contextmanager
def _listener(box: Box) -> Iterator[Connection]:
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_listen, args=(box.bell_dir, there))
    process.start()
    there.close()
    try:
        here.recv()
        yield here
    finally:
        here.close()
        process.join()


def _listen(folder: Path, said: Connection) -> None:
    """The other process: say when one woke, until nobody wants to know."""
    with BellListener(folder) as ear:
        said.send("ready")
        while not said.poll():
            if ear.wait():
                said.send(time.perf_counter())


if __name__ == "__main__":
    found = run()
    print(as_markdown(found))
    print(json.dumps(as_values(found), ensure_ascii=False))
