"""The ledger file: one connection a thread, write-ahead log, every commit on disk before it counts."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from appliance.ledger.bell import Bell, BellListener
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box

BUSY_TIMEOUT_MS = 10_000


class Ledger:
    """The one SQLite file of a box. Safe to share between threads; every thread gets a connection of its own.

    Opening brings the schema up to date, so all processes of a box must be of one version.
    """

    def __init__(self, path: Path, bell_dir: Path) -> None:
        self._path = path
        self._bell_dir = bell_dir
        self._bell = Bell(bell_dir)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        with self._connect_exclusively() as db:
            MIGRATIONS.apply(db)

    @classmethod
    def of(cls, box: Box) -> "Ledger":
        """The ledger of `box`, whose folders must exist."""
        return cls(box.ledger_file, box.bell_dir)

    @property
    def read(self) -> Database:
        """This thread's connection, for reading."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._connect()
            self._local.db = db
        return db

    @contextlib.contextmanager
    def write(self) -> Iterator[Database]:
        """One transaction that holds the write lock from its start; rings the bell after the commit.

        An exception rolls all of it back and rings nothing.
        """
        db = self.read
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.conn.rollback()
            raise
        db.conn.execute("COMMIT")
        self._bell.ring()

    def listen(self) -> BellListener:
        """A listener woken by every commit of any process."""
        return BellListener(self._bell_dir)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()
        self._bell.close()

    def _connect(self) -> Database:
        # isolation_level None: transactions start only where `write` says so. Closing happens in another thread.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        with self._lock:
            self._connections.append(connection)
        return Database(connection)

    @contextlib.contextmanager
    def _connect_exclusively(self) -> Iterator[Database]:
        """Several processes start at once; a file lock lets one of them migrate while the others wait."""
        import fcntl  # noqa: PLC0415 - only needed at start

        with (self._path.parent / "ledger.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.read
