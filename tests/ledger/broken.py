"""A box with a small ledger, its own copies, and ways in which a disk spoils the ledger."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.own_copy import copying
from appliance.ledger.own_copy.places import Copy
from appliance.settings import Box, Settings
from tests.ledger.desk import NOW, opened

CODE = "1319999999"
_PAGE = 4096


def at_work(root: Path, visits: int = 3) -> Box:
    """A box in `root` that has received so many; nobody has its ledger open."""
    box = Box(root)
    with closing(prepare(box, Settings(institution_code=CODE))) as ledger:
        opened(ledger, visits)
    return box


def copied(box: Box, now: datetime = NOW) -> Copy:
    """A copy, made now."""
    made = copying.copy(box, now)
    assert made is not None
    return made


def received(box: Box) -> int:
    """How many the ledger has."""
    with closing(Ledger.of(box)) as ledger:
        return int(ledger.read.execute("SELECT count(*) FROM checks").fetchone()[0])


def receive(box: Box, count: int) -> None:
    """So many more."""
    with closing(Ledger.of(box)) as ledger:
        opened(ledger, count)


def later(hours: float) -> datetime:
    """So many hours after the beginning."""
    return NOW + timedelta(hours=hours)


def root_page(path: Path, table: str) -> int:
    """Where a table begins in the file, in bytes."""
    with closing(sqlite3.connect(path)) as connection:
        ask = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return (int(connection.execute(ask, [table]).fetchone()[0]) - 1) * _PAGE


def overwrite(path: Path, at: int, content: bytes) -> None:
    """As a disk does that writes to the wrong place."""
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(content)


def _cut(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size // 2)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


SPOILED: Mapping[str, Callable[[Path], None]] = {
    "cut": _cut,
    "cut to nothing": _empty,
    "gone": Path.unlink,
    "head of zeros": lambda path: overwrite(path, 0, bytes(100)),
    "pages in the middle": lambda path: overwrite(path, root_page(path, "audit"), b"\xa5" * 2 * _PAGE),
    "another file": _replace,
}
