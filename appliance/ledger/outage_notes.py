"""Outage notes (障害時メモ): patients who could not be looked up, kept until somebody knows their insurance.

`open → listed → looked-up → closed`. Nothing is overwritten without a trace: `outage_events` keeps who changed what, when,
and how it was before.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.message import Qualification
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs, is_about
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, follow_ups, outage_tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

BOX = "box"
"""Who did it when it was nobody: the answer came."""

_CHANGES = Topic.CHECKS | Topic.TASKS
_OF_CHECK = "(check_id = :value OR lookup_id = :value)"  # so written, and not with IN, both indexes are used


class NoteState(StrEnum):
    """A note is listed once it stands on a printed list, looked-up once numbers for it have been asked about."""

    OPEN = "open"
    LISTED = "listed"
    LOOKED_UP = "looked-up"
    CLOSED = "closed"


STATE_LABELS = {
    NoteState.OPEN: "照会前",
    NoteState.LISTED: "照会前（一覧あり）",
    NoteState.LOOKED_UP: "番号で照会",
    NoteState.CLOSED: "完了",
}


class Ending(StrEnum):
    """How a note came to its end."""

    BY_CHECK = "by-check"
    BY_PERSON = "by-person"


class What(StrEnum):
    """What happened to a note."""

    WRITTEN = "written"
    EDITED = "edited"
    LISTED = "listed"
    LOOKED_UP = "looked-up"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note. `check_id` is the check it stands for, `lookup_id` the last one asked by the numbers that were found.

    `version` counts changes; who changes a note says which version was on the screen.
    """

    seq: int
    id: str
    version: int
    state: NoteState
    facts: NoteFacts = field(repr=False)
    check_id: str | None
    lookup_id: str | None
    written_by: str
    written_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    ending: Ending | None
    closing_reason: str = field(repr=False)


@dataclass(frozen=True)
class NoteEvent:
    """Something that happened to a note; `before` holds the old values of what it changed."""

    at: datetime
    by: str
    what: What
    before: Mapping[str, str] = field(repr=False)


def write(ledger: Ledger, facts: NoteFacts, by: str, now: datetime, check_id: str | None = None) -> str:
    """Write a note down and return its random id. Raises `Trouble` OUTAGE-002 when `check_id` has one already."""
    note_id = secrets.token_hex(16)
    with ledger.write(_CHANGES) as db:
        if check_id is not None and _one(db, "check_id = :value", check_id) is not None:
            raise Trouble("OUTAGE-002")
        row = {"id": note_id, "state": NoteState.OPEN, "check_id": check_id, "written_by": by}
        db.table("outage_notes").insert(row | _columns(facts) | {"written_at": to_text(now)})
        _happened(db, note_id, What.WRITTEN, by, now)
        if check_id is not None:
            checks.touch(db, check_id)
        outage_tasks.note_written(db, note_id, check_id, facts.reason, now)
    return note_id


def edit(ledger: Ledger, note_id: str, version: int, facts: NoteFacts, by: str, now: datetime) -> bool:
    """Put a note right; False, and nothing written, when nothing differs. Raises `Trouble` INPUT-005, OUTAGE-001."""
    with ledger.write(_CHANGES) as db:
        note = _as_seen(db, note_id, version)
        before = facts.changes_from(note.facts)
        if before:
            _change(db, note, _columns(facts), What.EDITED, by, now, before)
        return bool(before)


def look_up(ledger: Ledger, note_id: str, version: int, new: NewCheck, by: str, now: datetime) -> str:
    """Open the check `new` by the numbers that were found for a note, and return its id; a former one stays in the history.

    It follows the check that the note stands for, if it stands for one, and so resolves that too.
    Raises `Trouble` INPUT-005, OUTAGE-001, and INPUT-006 for a closed note.
    """
    with ledger.write(_CHANGES | Topic.QUESTIONS) as db:
        note = _to_do(db, note_id, version)
        check_id = checks.insert(db, new, now)
        if note.check_id is not None:
            follow_ups.follow_in(db, check_id, note.check_id)
        before = {"lookup_id": note.lookup_id} if note.lookup_id else {}
        values = {"state": NoteState.LOOKED_UP, "lookup_id": check_id}
        _change(db, note, values, What.LOOKED_UP, by, now, before)
        outage_tasks.note_done(db, note_id, now)
    return check_id


def close(
    ledger: Ledger, note_id: str, version: int, ending: Ending, reason: str, by: str, now: datetime
) -> None:
    """A person ends a note. Raises `Trouble` INPUT-005, OUTAGE-001, and INPUT-006 for one that is closed."""
    with ledger.write(_CHANGES) as db:
        _end(db, _to_do(db, note_id, version), ending, reason, by, now)


def reopen(ledger: Ledger, note_id: str, version: int, by: str, now: datetime) -> None:
    """Take a note up again that was closed by mistake. Raises `Trouble` INPUT-005, OUTAGE-001, INPUT-006."""
    with ledger.write(_CHANGES) as db:
        note = _as_seen(db, note_id, version)
        if note.state is not NoteState.CLOSED:
            raise Trouble("INPUT-006")
        before = {"ending": note.ending or "", "closing_reason": note.closing_reason}
        state = NoteState.LOOKED_UP if note.lookup_id else NoteState.OPEN
        gone = dict.fromkeys(("closed_at", "closed_by", "ending"))
        _change(
            db, note, gone | {"state": state, "closing_reason": ""}, What.REOPENED, by, now, _filled(before)
        )
        if state is NoteState.OPEN:
            outage_tasks.note_reopened(db, note.id, note.facts.reason, now)


def answered_in(db: Database, check_id: str, xml: bytes, validity: str | None, now: datetime) -> None:
    """Close the note that the answer to a check settles: valid, and about the one who was written down.

    Whoever asked again about that patient: the answer counts for the check that the note stands for. For the transaction
    that stores the answer. With another name it is left to a person.
    """
    note = _one(db, _OF_CHECK, check_id) or _one(db, "check_id = :value", follow_ups.first_of(db, check_id))
    if note is None or note.state is NoteState.CLOSED or validity != QualificationValidity.VALID:
        return
    if any(is_about(note.facts, one) for one in _found(xml)):
        _end(db, note, Ending.BY_CHECK, "", BOX, now)


def find(ledger: Ledger, note_id: str) -> Note | None:
    """The note with this id, if there is one."""
    return _one(ledger.read, "id = :value", note_id)


def of_check(ledger: Ledger, check_id: str) -> Note | None:
    """The note that stands for a check or has led to it, if there is one."""
    return _one(ledger.read, _OF_CHECK, check_id)


def id_of_check(ledger: Ledger, check_id: str) -> str | None:
    """The id of that note."""
    return _column_of_check(ledger, "id", check_id)


def name_of_check(ledger: Ledger, check_id: str) -> str | None:
    """The name on that note: before an answer came, the only one there is."""
    return _column_of_check(ledger, "name", check_id)


def visited(
    ledger: Ledger, first: date, last: date, states: tuple[NoteState, ...] = tuple(NoteState)
) -> tuple[Note, ...]:
    """The notes of patients who came from `first` to `last`, in these states, in the order in which they came."""
    marks = ", ".join("?" * len(states))
    rows = ledger.read.execute(
        f"SELECT * FROM outage_notes WHERE visited_on BETWEEN ? AND ? AND state IN ({marks}) ORDER BY visited_on, seq",
        [first.isoformat(), last.isoformat(), *states],
    )
    return tuple(_note(row) for row in rows)


def counts(ledger: Ledger) -> dict[NoteState, int]:
    """How many notes are in each state, with 0 for those that none is in."""
    rows = ledger.read.execute("SELECT state, count(*) FROM outage_notes GROUP BY state").fetchall()
    return dict.fromkeys(NoteState, 0) | {NoteState(row[0]): row[1] for row in rows}


def days_to_do(ledger: Ledger) -> tuple[date, date] | None:
    """The first and the last day of the notes that nobody has looked up yet; None when there are none."""
    row = ledger.read.execute(
        "SELECT min(visited_on), max(visited_on) FROM outage_notes WHERE state IN ('open', 'listed')"
    ).fetchone()
    return (date.fromisoformat(row[0]), date.fromisoformat(row[1])) if row[0] else None


def history(ledger: Ledger, note_id: str) -> tuple[NoteEvent, ...]:
    """What happened to a note, the first thing first."""
    rows = ledger.read.execute("SELECT * FROM outage_events WHERE note_id = ? ORDER BY seq", [note_id])
    return tuple(
        NoteEvent(from_text(row["at"]), row["by"], What(row["what"]), json.loads(row["before"]))
        for row in rows
    )


def prune(ledger: Ledger, before: datetime) -> int:
    """Remove the notes closed before that moment with all that hangs on them; how many. The checks stay."""
    with ledger.write(Topic.OTHER) as db:
        return prune_in(db, before)


def prune_in(db: Database, before: datetime) -> int:
    """`prune` inside a transaction."""
    gone = db.execute("DELETE FROM outage_notes WHERE state = 'closed' AND closed_at < ?", [to_text(before)])
    if gone.rowcount:
        db.execute(
            """DELETE FROM outage_lists
               WHERE NOT EXISTS (SELECT 1 FROM outage_list_rows WHERE list_id = outage_lists.id)"""
        )
    return int(gone.rowcount)


def put_on_list(db: Database, note: Note, by: str, now: datetime) -> None:
    """open → listed; one that is listed already stays so. For the transaction that makes the list."""
    if note.state is NoteState.OPEN:
        _change(db, note, {"state": NoteState.LISTED}, What.LISTED, by, now, {})


def _found(xml: bytes) -> tuple[Qualification, ...]:
    try:
        return message_xml.read_result(xml).message_body.result_list
    except Trouble:
        return ()


def _column_of_check(ledger: Ledger, column: str, check_id: str) -> str | None:
    row = ledger.read.execute(
        f"SELECT {column} FROM outage_notes WHERE {_OF_CHECK} LIMIT 1", {"value": check_id}
    ).fetchone()
    return row[0] if row else None


def _end(db: Database, note: Note, ending: Ending, reason: str, by: str, now: datetime) -> None:
    values = {"state": NoteState.CLOSED, "closed_by": by, "closed_at": to_text(now), "ending": ending}
    _change(db, note, values | {"closing_reason": reason}, What.CLOSED, by, now, {})
    outage_tasks.note_done(db, note.id, now)


def _change(
    db: Database,
    note: Note,
    values: Mapping[str, Any],
    what: What,
    by: str,
    now: datetime,
    before: Mapping[str, str],
) -> None:
    db.table("outage_notes").update(note.seq, {**values, "version": note.version + 1})
    _happened(db, note.id, what, by, now, before)
    for check_id in (note.check_id, note.lookup_id):
        if check_id is not None:
            checks.touch(db, check_id)


def _happened(
    db: Database, note_id: str, what: What, by: str, now: datetime, before: Mapping[str, str] | None = None
) -> None:
    db.execute(
        "INSERT INTO outage_events (note_id, at, by, what, before) VALUES (?, ?, ?, ?, ?)",
        [note_id, to_text(now), by, what, json.dumps(before or {}, ensure_ascii=False)],
    )


def _as_seen(db: Database, note_id: str, version: int) -> Note:
    note = _one(db, "id = :value", note_id)
    if note is None:
        raise Trouble("INPUT-005")
    if note.version != version:
        raise Trouble("OUTAGE-001")
    return note


def _to_do(db: Database, note_id: str, version: int) -> Note:
    note = _as_seen(db, note_id, version)
    if note.state is NoteState.CLOSED:
        raise Trouble("INPUT-006")
    return note


def _one(db: Database, where: str, value: str) -> Note | None:
    row = db.execute(f"SELECT * FROM outage_notes WHERE {where} LIMIT 1", {"value": value}).fetchone()
    return _note(row) if row else None


def _columns(facts: NoteFacts) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(facts).items()}


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _note(row: Any) -> Note:
    return Note(
        **{name: row[name] for name in ("seq", "id", "version", "check_id", "lookup_id", "written_by")},
        state=NoteState(row["state"]),
        facts=_facts(row),
        written_at=from_text(row["written_at"]),
        closed_by=row["closed_by"],
        closed_at=from_text(row["closed_at"]) if row["closed_at"] else None,
        ending=Ending(row["ending"]) if row["ending"] else None,
        closing_reason=row["closing_reason"],
    )


def _facts(row: Any) -> NoteFacts:
    made: dict[str, Any] = {item.name: row[item.name] for item in fields(NoteFacts)}
    return NoteFacts(
        **made
        | {
            "birthdate": date.fromisoformat(row["birthdate"]),
            "visited_on": date.fromisoformat(row["visited_on"]),
            "reason": Reason(row["reason"]),
            "received_as": ReceivedAs(row["received_as"]),
        }
    )
