"""A backup opened: looked through, or put into a state folder that has no ledger."""

import contextlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.backup.holding import HEADS, LEDGER, SETTINGS, is_held
from appliance.ledger.backup.sealing import Header, opened
from appliance.ledger.backup.snapshot import applied
from appliance.ledger.own_copy import lost
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.times import JAPAN
from appliance.ledger.trail import heads
from appliance.settings import Box

_PIECE = 1 << 16
_AHEAD = 1_000_000_000
"""More than any box counts between a backup and its end; a cursor has room for many of them."""


@dataclass(frozen=True)
class Contents:
    """What is in a backup that was found whole: `files` with their sizes, and how many checks the ledger has."""

    header: Header
    files: dict[str, int]
    checks: int


def check(stream: BinaryIO, phrase: str, near: Path | None = None) -> Contents:
    """Read all of it and ask its ledger whether it is sound. For that moment it lies decrypted in a folder in `near`.

    Raises `Trouble` BACKUP-001 to BACKUP-004 as `restore` does.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=near) as aside:
        return _unpacked(stream, phrase, Path(aside))


def restore(stream: BinaryIO, phrase: str, box: Box, actor: str, now: datetime) -> Contents:
    """Put it into the folder of `box`; the ledger comes last, so that one that is there has all the rest beside it.

    Raises `Trouble` BACKUP-001 for another kind of file, BACKUP-002 for a wrong pass phrase, BACKUP-003 for a damaged file or
    ledger, BACKUP-004 for one of a newer version, BACKUP-005 when the folder has a ledger, AUDIT-002 when the folder's trail
    was signed after `now`, BOX-001 for settings that cannot be. After any of them the folder is as it was.
    """
    _expect_none(box)
    _expect_no_later_head(box, now)
    box.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=box.root) as name:
        aside = Path(name)
        contents = _unpacked(stream, phrase, aside)
        Box(aside).load()
        note_restored(aside / LEDGER, actor, now)
        _keep_heads(aside / HEADS, box.root / HEADS)
        for each in sorted(contents.files, key=lambda one: one == LEDGER):
            if each == LEDGER:
                _expect_none(box)
            move(aside / each, box.root / each, box.root)
    lost.found(box.root)
    return contents


def note_restored(
    ledger: Path, actor: str, now: datetime, also: Callable[[Database], object] = lambda _db: None
) -> None:
    """The restoring as a row of its trail, in which every row is chained: so the ledger comes to this version first.

    What `also` writes is written with it. Raises `Trouble` UPDATE-001 for a ledger that this version would spoil, `sqlite3.Error`.
    """
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        db = Database(connection)
        MIGRATIONS.expect_readable(db)
        MIGRATIONS.apply(db)
        connection.execute("BEGIN")
        audit.insert(db, actor, "backup-restored", "", now)
        _count_on(db)
        also(db)
        connection.execute("COMMIT")


def _count_on(db: Database) -> None:
    """Count on from far ahead: who reads on from a place that the lost ledger gave must not wait until this one comes that far.

    What is owed gets a place there too, or such a reader would not be offered it either.
    """
    for step in (
        "UPDATE delivery_turns SET last = last + :ahead",
        "UPDATE deliveries SET turn = turn + :ahead WHERE state = 'pending' AND turn IS NOT NULL",
        "UPDATE notices SET seq = seq + :ahead",
        "UPDATE sqlite_sequence SET seq = seq + :ahead WHERE name IN ('notices', 'result_places')",
        "UPDATE counter SET revision = revision + :ahead",
    ):
        db.execute(step, {"ahead": _AHEAD})


def _keep_heads(restored: Path, there: Path) -> None:
    """Signed heads of the audit trail that lie in the folder stay: they tell what the ledger before this one had."""
    if there.exists() and restored.exists():
        lines = (
            *there.read_bytes().splitlines(keepends=True),
            *restored.read_bytes().splitlines(keepends=True),
        )
        restored.write_bytes(b"".join(dict.fromkeys(lines)))


def _expect_none(box: Box) -> None:
    # A log without its ledger would be read into the new one.
    if any(box.ledger_file.with_name(f"{LEDGER}{end}").exists() for end in ("", "-wal", "-shm")):
        raise Trouble("BACKUP-005")


def _expect_no_later_head(box: Box, now: datetime) -> None:
    """A head signed after the restore would be of no row of this ledger, and of no older one either: a fault for ever."""
    for line in heads.kept_lines(box):
        with contextlib.suppress(
            ValueError
        ):  # one that was tampered with is for the look at the trail to find
            if (signed_at := heads.read(line).signed_at) > now:
                raise Trouble("AUDIT-002", f"{signed_at.astimezone(JAPAN):%Y-%m-%d %H:%M}")


def _unpacked(stream: BinaryIO, phrase: str, into: Path) -> Contents:
    header, pieces = opened(stream, phrase)
    try:
        with tarfile.open(fileobj=_Pipe(pieces), mode="r|") as archive:
            files = {member.name: _taken(archive, member, into) for member in archive}
    except tarfile.TarError as error:
        raise Trouble("BACKUP-003") from error
    for _ in pieces:  # the last tag says that nothing is missing
        pass
    if not {LEDGER, SETTINGS} <= files.keys():
        raise Trouble("BACKUP-003")
    return Contents(header, files, _sound(into / LEDGER))


def _taken(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> int:
    source = archive.extractfile(member) if member.isreg() else None
    if source is None or not is_held(member.name):
        raise Trouble("BACKUP-004", "知らないファイルが入っています")
    place = into / member.name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while piece := source.read(_PIECE):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return member.size


def _sound(ledger: Path) -> int:
    """How many checks a ledger has that is sound and of no newer version. Raises `Trouble` BACKUP-003, BACKUP-004."""
    try:
        with closing(sqlite3.connect(ledger)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if found != ["ok"]:
                raise Trouble("BACKUP-003", "台帳の検査に通りません")
            if applied(connection) - _known():
                raise Trouble("BACKUP-004")
            return int(connection.execute("SELECT count(*) FROM checks").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise Trouble("BACKUP-003", type(error).__name__) from error


def _known() -> set[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        return {one.name for one in MIGRATIONS.pending(Database(connection))}


def move(source: Path, target: Path, root: Path) -> None:
    """Into its place, as the owner of the folder has everything: an engineer may be somebody else. Raises `OSError`."""
    if not target.parent.exists():
        target.parent.mkdir(mode=0o700, parents=True)
        for made in (target.parent, *target.parent.parents):
            if made == root:
                break
            _give(made, root)
    _give(source, root)
    source.replace(target)
    keep(target.parent)


def _give(path: Path, root: Path) -> None:
    if os.geteuid() == 0:
        owner = root.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def keep(folder: Path) -> None:
    """What was renamed in `folder` is so after a power cut too. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Pipe(io.RawIOBase):
    """Pieces as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken
