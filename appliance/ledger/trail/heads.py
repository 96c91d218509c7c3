"""Heads: once a day the box signs how far the trail goes, into the ledger and into `audit/heads` beside it.

Each head names the digest of the head before it, so that none can be left out. Whoever cuts the ledger off, or puts another in its
place, meets the file; whoever changes both meets the copies that backups and people have.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, from_text, to_text
from appliance.ledger.trail.chain import BEGINNING, digest
from appliance.ledger.trail.signing import opened, signed, signing_key
from appliance.settings import Box
from appliance.sharing import file_mode, make_folder

_KIND = "madoguchi-audit-head"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The row `seq` was the newest one at `signed_at` and its hash was `chain`; `before` is the digest of the head before."""

    number: int
    signed_at: datetime
    seq: int
    chain: str
    before: str
    key: str
    line: str

    @property
    def digest(self) -> str:
        """What the next head names; its beginning is short enough for paper."""
        return digest([self.line])


def read(line: str) -> Head:
    """The head of a line. Raises `ValueError` for anything that was not signed as a head."""
    said, key = opened(line)
    match said:
        case [kind, int(number), str(at), int(seq), str(chain), str(before)] if kind == _KIND:
            return Head(
                number=number,
                signed_at=from_text(at),
                seq=seq,
                chain=chain,
                before=before,
                key=key,
                line=line,
            )
    raise ValueError("no head")


def is_due(ledger: Ledger, now: datetime) -> bool:
    """Whether there are rows that no head covers, and none was signed today. Raises `ValueError` for a head that is not ours."""
    return _uncovered(ledger.read, now) is not None


def sign(ledger: Ledger, box: Box, now: datetime) -> Head | None:
    """Sign the newest row, if there is one that no head of an earlier day covers; None when nothing is due.

    Also completes the file by the head before it, which a power cut may have kept from there. Raises `OSError`, and `ValueError` for
    a key or a newest head that cannot be read.
    """
    key = signing_key(box)
    _complete(ledger, box)
    with ledger.write(Topic.OTHER) as db:
        made = _next(db, key, now)
        if made:
            db.execute("INSERT INTO audit_heads (number, line) VALUES (?, ?)", [made.number, made.line])
    _complete(ledger, box)
    return made


def newest_lines(db: Database, limit: int) -> tuple[str, ...]:
    """The lines of the newest heads in the ledger, newest first."""
    rows = db.execute("SELECT line FROM audit_heads ORDER BY number DESC LIMIT ?", [limit])
    return tuple(row["line"] for row in rows)


def newest(ledger: Ledger) -> Head | None:
    """The newest head; None before the first, and when it cannot be read."""
    try:
        return next((read(line) for line in newest_lines(ledger.read, 1)), None)
    except ValueError:
        return None


def kept_lines(box: Box) -> tuple[str, ...]:
    """The lines of `audit/heads`, oldest first; none without the file. Raises `OSError`."""
    text = _whole(box).decode("utf-8", errors="replace")
    return tuple(line for line in text.splitlines() if line.strip())


def _next(db: Database, key: Ed25519PrivateKey, now: datetime) -> Head | None:
    found = _uncovered(db, now)
    if found is None:
        return None
    row, last = found
    number, before = (last.number + 1, last.digest) if last else (1, BEGINNING)
    return read(signed(key, [_KIND, number, to_text(now), row["seq"], row["chain"], before]))


def _uncovered(db: Database, now: datetime) -> tuple[Any, Head | None] | None:
    """The newest row, if a head for it is due, and the newest head."""
    row = db.execute("SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    last = next((read(line) for line in newest_lines(db, 1)), None)
    is_signed_today = last is not None and clinic_day(last.signed_at) == clinic_day(now)
    if row is None or is_signed_today or (last is not None and row["seq"] <= last.seq):
        return None
    return row, last


def _complete(ledger: Ledger, box: Box) -> None:
    for line in newest_lines(ledger.read, 1):
        if line not in kept_lines(box):
            _append(box, line)


def _append(box: Box, line: str) -> None:
    make_folder(box.audit_dir)
    whole = len(_whole(box))
    descriptor = os.open(box.audit_heads, os.O_WRONLY | os.O_CREAT | os.O_APPEND, file_mode(box.audit_dir))
    try:
        os.ftruncate(descriptor, whole)
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _whole(box: Box) -> bytes:
    """The file as far as its lines are whole: a power cut may leave half of the last one."""
    try:
        content = box.audit_heads.read_bytes()
    except FileNotFoundError:
        return b""
    return content[: content.rfind(b"\n") + 1]
