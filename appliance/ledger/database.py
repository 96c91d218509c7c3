"""The ledger file: one connection a thread, write-ahead log, every commit on disk before it counts."""

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from pathlib import Path

from sqlite_utils import Database

from appliance.ledger.bell import EVERYTHING, Bell, BellListener, Topic
from appliance.ledger.own_copy import lost
from appliance.ledger.own_copy.calling import WatchedConnection
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box
from appliance.sharing import file_mode

BUSY_TIMEOUT_MS = 10_000
_TURN_SECONDS = 0.001
"""How often to try for the write lock while somebody else has it."""


class Ledger:
    """The one SQLite file of a box. Safe to share between threads; every thread gets a connection of its own.

    Not to be carried over a fork: SQLite's locks do not survive one, so using it in a child raises `RuntimeError`.
    Opening brings the schema up to date, so all processes of a box must be of one version. Not so an onlooker's, who changes nothing.
    The version before can open it too, as long as nothing was taken away (`schema/base.py`). Raises `Trouble` UPDATE-001 when this one cannot.
    """

    def __init__(self, path: Path, bell_dir: Path, *, may_write: bool = True) -> None:
        self._path = path
        self._bell_dir = bell_dir
        self._bell = Bell(bell_dir)
        self._local = threading.local()
        self._connections: weakref.WeakSet[Database] = weakref.WeakSet()
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._may_write = may_write
        if not may_write:
            return
        with self._connect_exclusively() as db:
            MIGRATIONS.expect_readable(db)
            MIGRATIONS.apply(db)

    @classmethod
    def of(cls, box: Box) -> "Ledger":
        """The ledger of `box`, whose folders must exist. Raises `Trouble` BOX-009 where it is lost: an empty one would hide that."""
        lost.expect_none(box.root)
        return cls(box.ledger_file, box.bell_dir)

    @classmethod
    def seen_at(cls, box: Box) -> "Ledger":
        """The ledger of `box` for somebody who only looks: it neither makes nor migrates a file, and may lie where nothing can be written.

        Then others must have it open: without them SQLite cannot read it, and what is asked raises `sqlite3.OperationalError`.
        """
        return cls(box.ledger_file, box.bell_dir, may_write=False)

    @property
    def read(self) -> Database:
        """This thread's connection, for reading. It is closed when the thread ends."""
        if os.getpid() != self._process:
            raise RuntimeError("a ledger must be opened after the fork, not before")
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._connect()
            self._local.db = db
        return db

    @contextlib.contextmanager
    def write(self, topics: Topic = EVERYTHING) -> Iterator[Database]:
        """One transaction that holds the write lock from its start; rings the bell after a commit that changed something.

        `topics` is what it may change: who listens to nothing of it sleeps on. An exception, one from the commit itself
        too, rolls all of it back and rings nothing. Inside of `together` it is a part of that transaction.
        """
        db = self.read
        shared: list[Topic] | None = getattr(self._local, "together", None)
        if shared is not None:
            shared.append(topics)
            yield db
            return
        with self._transaction(db, lambda: topics):
            yield db

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """One transaction of all that this thread writes inside: all of it is there afterwards, or nothing.

        Not to be nested. An exception from a write must not be caught inside, or half of it would be committed.
        """
        shared: list[Topic] = []
        with self._transaction(self.read, lambda: reduce(or_, shared, Topic(0))):
            self._local.together = shared
            try:
                yield
            finally:
                self._local.together = None

    @contextlib.contextmanager
    def _transaction(self, db: Database, topics: Callable[[], Topic]) -> Iterator[None]:
        _begin(db.conn)
        before = db.conn.total_changes
        try:
            yield
            db.conn.execute("COMMIT")
        except BaseException:
            db.conn.rollback()
            raise
        if db.conn.total_changes != before:
            self._bell.ring(topics())

    def empty_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing, so that what was overwritten is nowhere.

        False when a reader is in the way; then it has to be tried again. Waits for nobody.
        """
        connection = self.read.conn
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        return not busy

    def rewrite(self) -> bool:
        """Write the whole file anew, without what lies in its free places. Nobody can write meanwhile.

        Removed rows are overwritten (`secure_delete`), but where SQLite once moved a row between two pages a copy stays until
        its page is freed; in a new file there is none. False when somebody else is writing, or when the disk has no room
        for a second file; then it has to be tried again.
        """
        connection = self.read.conn
        connection.execute("PRAGMA busy_timeout = 0")
        # Its other copy must not lie in a folder for temporary files.
        connection.execute("PRAGMA temp_store = MEMORY")
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL):
                raise
            return False
        finally:
            connection.execute("PRAGMA temp_store = DEFAULT")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        return True

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return self._path.stat().st_size

    def ring(self, topics: Topic = EVERYTHING) -> None:
        """Wake the listeners without a commit, for instance to let a waiting thread see that it shall stop."""
        self._bell.ring(topics)

    def listen(self, topics: Topic = EVERYTHING) -> BellListener:
        """A listener woken by every commit of any process that may have changed one of `topics`."""
        return BellListener(self._bell_dir, topics)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for db in list(self._connections):
                db.conn.close()
            self._connections.clear()
        self._local = threading.local()
        self._bell.close()

    def _connect(self) -> Database:
        connection = self._open()
        connection.root = self._path.parent
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        if self._may_write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        db = Database(connection)
        # Threads come and go with every request: what a dead one leaves behind must not stay open.
        weakref.finalize(db, connection.close).atexit = False
        with self._lock:
            self._connections.add(db)
        return db

    def _open(self) -> WatchedConnection:
        # isolation_level None: transactions start only where `write` says so. Closing happens in another thread.
        if self._may_write:
            return sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, factory=WatchedConnection
            )
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, factory=WatchedConnection
        )

    @contextlib.contextmanager
    def _connect_exclusively(self) -> Iterator[Database]:
        """Several processes start at once; a file lock lets one of them migrate while the others wait."""
        # Not "w": to empty an empty file is a write too, and each look of the self-diagnosis opens a ledger.
        with (self._path.parent / "ledger.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Patients are in it, and the folder may be one that others can enter. SQLite's other files follow its mode.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, file_mode(self._path.parent)))
            yield self.read


def _begin(connection: sqlite3.Connection) -> None:
    """Start a transaction that writes. Raises `sqlite3.OperationalError` when others write for too long.

    SQLite itself would look for a gap ever more rarely, at last ten times a second: beside somebody with a thousand
    transactions in a row, a single one would hardly ever get its turn.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(_TURN_SECONDS)
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
