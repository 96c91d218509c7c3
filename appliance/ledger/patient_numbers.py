"""The clinic's own number of a patient: linked by a person, found again at the next check, registered with the center as 照会番号.

A link is never made by the box: it proposes, a person confirms. One that was wrong is taken away and stays on record.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger import checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check, NewCheck
from appliance.ledger.database import Ledger
from appliance.ledger.person_marks import Mark, marks_of
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class Link:
    """A patient's number, and the check whose answer it was linked to; `registration` is the check that registers it."""

    id: str
    number: str
    check_id: str
    registration: str | None
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True)
class Known:
    """What is known for a check: `link` where card or numbers are those of a link, else `proposed` by name and birth date."""

    link: Link | None = None
    proposed: tuple[Link, ...] = ()


def known_for(ledger: Ledger, check: Check) -> Known:
    """The number of whom `check` is about, or the numbers it may be."""
    marks = marks_of(ledger.read, check)
    sure = _sure(ledger.read, marks)
    if len({one.number for one in sure}) == 1:
        return Known(link=sure[0])
    maybe = {one.number: one for one in _links(ledger.read, marks)}
    return Known(proposed=tuple(maybe.values()))


def link(ledger: Ledger, check: Check, number: str, by: str, now: datetime) -> str | None:
    """Say that `check` is about the patient with this number; the id of the link, None where nobody is known by the answer.

    Links of the same card or numbers to another number end.
    """
    with ledger.write(Topic.CHECKS) as db:
        marks = marks_of(db, check)
        if not marks:
            return None
        for old in _sure(db, marks):
            _end(db, old.id, by, now)
        link_id = secrets.token_hex(16)
        db.execute(
            "INSERT INTO patient_numbers (id, number, check_id, linked_by, linked_at) VALUES (?, ?, ?, ?, ?)",
            [link_id, number, check.id, by, to_text(now)],
        )
        db.conn.executemany(
            "INSERT OR IGNORE INTO patient_number_marks VALUES (?, ?, ?)",
            [(mark.value, link_id, int(mark.is_person)) for mark in marks],
        )
        checks.touch(db, check.id)
        return link_id


def unlink(ledger: Ledger, link_id: str, by: str, now: datetime) -> bool:
    """The link was wrong; False when it has ended already. What the center was told is not undone by this."""
    with ledger.write(Topic.CHECKS) as db:
        return _end(db, link_id, by, now)


def register(ledger: Ledger, link_id: str, new: NewCheck, now: datetime) -> str:
    """Open the check that registers the number with the center; its id."""
    with ledger.write(Topic.CHECKS | Topic.QUESTIONS) as db:
        check_id = checks.insert(db, new, now)
        db.execute("UPDATE patient_numbers SET registration = ? WHERE id = ?", [check_id, link_id])
        return check_id


def answered_in(db: Database, check_id: str) -> None:
    """The center said whether it took a number: the patient's row shows it. For the transaction that takes the answer."""
    for row in db.execute(
        "SELECT check_id FROM patient_numbers WHERE registration = ?", [check_id]
    ).fetchall():
        checks.touch(db, row["check_id"])


def find(ledger: Ledger, link_id: str) -> Link | None:
    """The link with this id, unless it has ended."""
    row = ledger.read.execute(
        "SELECT * FROM patient_numbers WHERE id = ? AND unlinked_at IS NULL", [link_id]
    ).fetchone()
    return _link(row) if row else None


def _end(db: Database, link_id: str, by: str, now: datetime) -> bool:
    row = db.execute(
        """UPDATE patient_numbers SET unlinked_by = ?, unlinked_at = ? WHERE id = ? AND unlinked_at IS NULL
           RETURNING check_id""",
        [by, to_text(now), link_id],
    ).fetchone()
    if row is None:
        return False
    checks.touch(db, row["check_id"])
    return True


def _sure(db: Database, marks: tuple[Mark, ...]) -> list[Link]:
    """The links of the same card or numbers and of the same name: twins may share all the numbers there are."""
    persons = {mark.value for mark in marks if mark.is_person}
    found = _links(db, tuple(mark for mark in marks if not mark.is_person))
    return [one for one in found if not (known := _persons(db, one.id)) or known & persons]


def _persons(db: Database, link_id: str) -> set[bytes]:
    rows = db.execute("SELECT mark FROM patient_number_marks WHERE link = ? AND is_person", [link_id])
    return {row["mark"] for row in rows}


def _links(db: Database, marks: tuple[Mark, ...]) -> list[Link]:
    """The links that have one of these marks, newest first."""
    found = {}
    for mark in marks:
        for row in db.execute(
            """SELECT patient_numbers.* FROM patient_number_marks JOIN patient_numbers ON id = link
               WHERE mark = ? AND unlinked_at IS NULL""",
            [mark.value],
        ):
            found[row["seq"]] = _link(row)
    return [found[seq] for seq in sorted(found, reverse=True)]


def _link(row: dict[str, str]) -> Link:
    return Link(
        row["id"],
        row["number"],
        row["check_id"],
        row["registration"],
        row["linked_by"],
        from_text(row["linked_at"]),
    )
