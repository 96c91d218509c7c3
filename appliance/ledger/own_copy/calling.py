"""A process has met a broken ledger: it says so by a file of which nothing is ever read, and the step before a start looks.

On a box a unit of root's sees the file and starts all anew (`madoguchi-ledger-again.path`). Where there is none it is found at the
next start.
"""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from appliance.sharing import file_mode

_PLACE = Path("run", "ledger-broken")
_PRIMARY = 0xFF
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# The disk does not give back what was written.
_UNREADABLE = (266, 522, 8458)


def is_broken(error: sqlite3.Error) -> bool:
    """Whether it says that the file itself is no good, and not that it is locked or the disk full."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY in _BROKEN or code in _UNREADABLE


def call(root: Path) -> None:
    """Ask for the look. Whoever may not write there leaves it to the others."""
    with contextlib.suppress(OSError):
        path = root / _PLACE
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, file_mode(path.parent)))


def is_called(root: Path) -> bool:
    """Whether somebody has asked."""
    return (root / _PLACE).exists()


def answered(root: Path) -> None:
    """It was looked. Raises `OSError`."""
    (root / _PLACE).unlink(missing_ok=True)


class WatchedConnection(sqlite3.Connection):
    """One that calls when SQLite says that the file is broken, whoever's statement meets it."""

    root: Path | None = None
    """The state folder; set once it is open."""

    def cursor(self, factory: Any = None) -> Any:
        """As of any connection."""
        return super().cursor(factory or _WatchedCursor)

    def execute(self, *arguments: Any) -> Any:
        """As of any connection, whose own would not come by `cursor`."""
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        """The same."""
        return self.cursor().executemany(*arguments)


class _WatchedCursor(sqlite3.Cursor):
    def execute(self, *arguments: Any) -> Any:
        with _watching(self):
            return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        with _watching(self):
            return super().executemany(*arguments)

    def fetchone(self) -> Any:
        with _watching(self):
            return super().fetchone()

    def fetchall(self) -> Any:
        with _watching(self):
            return super().fetchall()

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            _say(self, error)
            raise


class _watching:  # noqa: N801 - read as a word of the statement; a generator would cost each row thrice as much
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            _say(self._cursor, error)


def _say(cursor: sqlite3.Cursor, error: sqlite3.DatabaseError) -> None:
    root = getattr(cursor.connection, "root", None)
    if root is not None and is_broken(error):
        call(root)
