"""A copy of the ledger as it was at one moment, made while everybody goes on working."""

import contextlib
import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box

_ASIDE = ".snapshot-"
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"


@dataclass(frozen=True)
class Snapshot:
    """The copy, open for reading; its file has no name any more and is gone when it is closed."""

    stream: BinaryIO
    size: int
    schema: str


def snapshot(box: Box, ledger: Ledger) -> Snapshot:
    """Copy it. Waits while somebody else does. Raises `OSError`, `sqlite3.Error`, for instance when the disk is full.

    Keys of medical information are not copied: what may be read for a day only must not be readable in an old backup. Nor are
    sign-ins.
    """
    with _alone_in(box.root):
        path = box.root / f"{_ASIDE}{secrets.token_hex(4)}"
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            ledger.read.execute("VACUUM INTO ?", [str(path)])
            schema = cleaned(path)
            stream = path.open("rb")
        finally:
            path.unlink(missing_ok=True)
    return Snapshot(stream, os.fstat(stream.fileno()).st_size, schema)


def applied(connection: sqlite3.Connection) -> set[str]:
    """The names of a ledger's migrations."""
    return {row[0] for row in connection.execute(_APPLIED, [MIGRATIONS.name])}


def cleaned(path: Path) -> str:
    """Take out of a copy what must not be readable in it later; its newest migration. Raises `sqlite3.Error`."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Neither the file nor a journal beside it may keep what is taken out.
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM disaster_keys")
        connection.execute("DELETE FROM sign_ins")
        return max(applied(connection))


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One copy at a time needs room; what a power cut has left of an earlier one goes."""
    with (folder / "backup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{_ASIDE}*"):
            left.unlink(missing_ok=True)
        yield
