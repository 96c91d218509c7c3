"""Touch displays at the readers: each is bound to its device by a token, without account and password.

A code from the desk, good once and for `CODE_LASTS`, gives a device its token. The ledger keeps hashes of both.
"""

import contextlib
import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, typed_codes
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

CODE_LASTS = timedelta(minutes=15)
MOST_FAILURES = 20
LONGEST_LABEL = 32
_LENGTH = 8
_PURPOSE = "screen"
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class TouchScreen:
    """One display. `paired_at` None: its code was not typed yet. `seen_at` is when it asked for something last."""

    id: str
    label: str
    made_by: str
    made_at: datetime
    paired_at: datetime | None
    seen_at: datetime | None


def all_screens(ledger: Ledger) -> tuple[TouchScreen, ...]:
    """Every display that was not removed, by name."""
    rows = ledger.read.execute("SELECT * FROM screens ORDER BY label, id")
    return tuple(
        TouchScreen(
            id=row["id"],
            label=row["label"],
            made_by=row["made_by"],
            made_at=from_text(row["made_at"]),
            paired_at=from_text(row["paired_at"]) if row["paired_at"] else None,
            seen_at=from_text(row["seen_at"]) if row["seen_at"] else None,
        )
        for row in rows
    )


def is_any_paired(ledger: Ledger) -> bool:
    """Whether a display is bound."""
    return (
        ledger.read.execute("SELECT 1 FROM screens WHERE token_hash IS NOT NULL LIMIT 1").fetchone()
        is not None
    )


def prepare(ledger: Ledger, label: str, by: str, now: datetime) -> str:
    """A place for a display, and the code to type there, shown once. Raises `Trouble` INPUT-001 for a label that will not do."""
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Trouble("INPUT-001", "画面の名前を32文字までで入れてください")
    code = typed_codes.new(_LENGTH)
    with ledger.write(Topic.OTHER) as db:
        row = {
            "id": secrets.token_hex(8),
            "label": label,
            "code_hash": typed_codes.hashed(_PURPOSE, code),
            "code_at": to_text(now),
            "made_by": by,
            "made_at": to_text(now),
        }
        db.table("screens").insert(row)
        audit.insert(db, by, "screen-prepared", label, now)
    return code


def pair(ledger: Ledger, typed: str, now: datetime) -> str:
    """The token of a device at which a good code was typed. Raises `Trouble` AUTH-015 for any other.

    Wrong ones count against every code that is open: after `MOST_FAILURES` all of them end.
    """
    token = secrets.token_urlsafe(32)
    oldest = to_text(now - CODE_LASTS)
    with ledger.write(Topic.OTHER) as db:
        found = db.execute(
            """SELECT id, label, made_by FROM screens
               WHERE code_hash = ? AND code_at > ? AND code_at <= ?""",
            [typed_codes.hashed(_PURPOSE, typed), oldest, to_text(now)],
        ).fetchone()
        if found is None:
            db.execute("UPDATE screens SET failures = failures + 1 WHERE code_hash IS NOT NULL")
            db.execute("UPDATE screens SET code_hash = NULL WHERE failures >= ?", [MOST_FAILURES])
        else:
            db.execute(
                "UPDATE screens SET code_hash = NULL, token_hash = ?, paired_at = ?, seen_at = ? WHERE id = ?",
                [_hash(token), to_text(now), to_text(now), found["id"]],
            )
            audit.insert(db, found["made_by"], "screen-paired", found["label"], now)
    if found is None:
        raise Trouble("AUTH-015")
    return token


def label_of(ledger: Ledger, token: str, now: datetime) -> str | None:
    """Which display a token is of, noting that it was seen; None for one that was removed and for any other."""
    row = ledger.read.execute(
        "SELECT id, label, seen_at FROM screens WHERE token_hash = ?", [_hash(token)]
    ).fetchone()
    if row is None:
        return None
    if abs(now - from_text(row["seen_at"])) >= _SEEN_EVERY:
        # A full disk must not take the display from the patient who stands before it.
        with contextlib.suppress(sqlite3.OperationalError), ledger.write(Topic.OTHER) as db:
            db.execute("UPDATE screens SET seen_at = ? WHERE id = ?", [to_text(now), row["id"]])
    return str(row["label"])


def remove(ledger: Ledger, screen_id: str, by: str, now: datetime) -> None:
    """Its device may show nothing any more, from the next request on. Raises `Trouble` INPUT-005 when there is none."""
    with ledger.write(Topic.OTHER) as db:
        row = db.execute("SELECT label FROM screens WHERE id = ?", [screen_id]).fetchone()
        if row is None:
            raise Trouble("INPUT-005")
        db.execute("DELETE FROM screens WHERE id = ?", [screen_id])
        audit.insert(db, by, "screen-removed", row["label"], now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
