"""Printed lists of outage notes: which notes stand on which list, and at which place, so that paper and screen agree."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from appliance.ledger import outage_notes
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.outage_notes import Note, NoteState
from appliance.ledger.times import from_text, to_text

TO_LOOK_UP = (NoteState.OPEN, NoteState.LISTED)


@dataclass(frozen=True)
class NoteList:
    """A list of the notes from `first` to `last` that were to be looked up when it was made; `seq` is its number."""

    seq: int
    id: str
    made_by: str
    made_at: datetime
    first: date
    last: date
    count: int


def make(ledger: Ledger, first: date, last: date, by: str, now: datetime) -> str | None:
    """Put every note of these days that nobody has looked up on a new list and return its id; None when there is none."""
    list_id = secrets.token_hex(16)
    with ledger.write(Topic.CHECKS) as db:
        found = outage_notes.visited(ledger, first, last, TO_LOOK_UP)
        if not found:
            return None
        db.execute(
            "INSERT INTO outage_lists (id, made_by, made_at, first, last) VALUES (?, ?, ?, ?, ?)",
            [list_id, by, to_text(now), first.isoformat(), last.isoformat()],
        )
        for place, note in enumerate(found, start=1):
            db.execute("INSERT INTO outage_list_rows VALUES (?, ?, ?)", [list_id, place, note.id])
            outage_notes.put_on_list(db, note, by, now)
    return list_id


def find(ledger: Ledger, list_id: str) -> NoteList | None:
    """The list with this id, if there is one."""
    return next(iter(_lists(ledger, "WHERE id = ?", [list_id])), None)


def latest(ledger: Ledger, limit: int) -> tuple[NoteList, ...]:
    """The newest `limit` lists, newest first."""
    return _lists(ledger, "ORDER BY seq DESC LIMIT ?", [limit])


def rows(ledger: Ledger, list_id: str) -> tuple[tuple[int, Note], ...]:
    """The notes on a list with their places, as they are now."""
    places = ledger.read.execute(
        "SELECT place, note_id FROM outage_list_rows WHERE list_id = ? ORDER BY place", [list_id]
    ).fetchall()
    found = ((row["place"], outage_notes.find(ledger, row["note_id"])) for row in places)
    return tuple((place, note) for place, note in found if note is not None)


def place_of(ledger: Ledger, note_id: str) -> tuple[int, int] | None:
    """The number of the newest list a note stands on and its place there."""
    row = ledger.read.execute(
        """SELECT seq, place FROM outage_list_rows JOIN outage_lists ON outage_lists.id = list_id
           WHERE note_id = ? ORDER BY seq DESC LIMIT 1""",
        [note_id],
    ).fetchone()
    return (row["seq"], row["place"]) if row else None


def next_on_list(ledger: Ledger, note_id: str) -> str | None:
    """The note after this one on its newest list that still has to be looked up."""
    row = ledger.read.execute(
        """SELECT here.list_id, here.place FROM outage_list_rows AS here JOIN outage_lists ON outage_lists.id = list_id
           WHERE note_id = ? ORDER BY seq DESC LIMIT 1""",
        [note_id],
    ).fetchone()
    found = () if row is None else rows(ledger, row["list_id"])
    waiting = [note.id for place, note in found if place > row["place"] and note.state in TO_LOOK_UP]
    return waiting[0] if waiting else None


def _lists(ledger: Ledger, rest: str, values: list[Any]) -> tuple[NoteList, ...]:
    found = ledger.read.execute(
        f"""SELECT *, (SELECT count(*) FROM outage_list_rows WHERE list_id = outage_lists.id) AS count
            FROM outage_lists {rest}""",
        values,
    )
    return tuple(
        NoteList(
            row["seq"],
            row["id"],
            row["made_by"],
            from_text(row["made_at"]),
            date.fromisoformat(row["first"]),
            date.fromisoformat(row["last"]),
            row["count"],
        )
        for row in found
    )
