"""The steps of a bulk run's chunks: hand in, be accepted, fetch, be done. Each is one transaction, taken once.

A step that asks the center is a check like any other, in the slowest lane; the chunk remembers which.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Difference, Outcome, Urgency
from appliance.ledger import deliveries
from appliance.ledger.bell import Topic
from appliance.ledger.bulk_runs import RunKind, mark_changed
from appliance.ledger.checks import NewCheck, insert
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


class ChunkState(StrEnum):
    """waiting → sending → accepted ⇄ fetching → done | failed."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FETCHING = "fetching"
    DONE = "done"
    FAILED = "failed"


AT_A_TIME = 50
"""How many outcomes one transaction stores."""

UNDER_WAY = (ChunkState.SENDING, ChunkState.ACCEPTED, ChunkState.FETCHING)


@dataclass(frozen=True)
class Chunk:
    """One open chunk of a run that goes. `check_id` is the step that is being asked, or the last one."""

    run_id: str
    number: int
    state: ChunkState
    kind: RunKind
    at_night: bool
    terms: Mapping[str, str]
    check_id: str | None
    reception_number: str | None
    accepted_at: datetime | None
    fetch_at: datetime | None
    institution_code: str = ""


@dataclass(frozen=True)
class Person:
    """One person of a run: who was asked about (nobody in a run without a list), and what came."""

    place: int
    asked: Appointment | None
    outcome: Outcome | None


def open_chunks(ledger: Ledger) -> tuple[Chunk, ...]:
    """Every chunk that something is to be done about, runs first come first served."""
    rows = ledger.read.execute(
        """SELECT bulk_chunks.*, kind, at_night, terms, institution_code FROM bulk_chunks JOIN bulk_runs ON bulk_runs.id = run_id
           WHERE bulk_chunks.state IN ('waiting', 'sending', 'accepted', 'fetching')
           AND bulk_runs.state NOT IN ('checked', 'stopped') ORDER BY seq, number"""
    )
    return tuple(_chunk(row) for row in rows)


def _chunk(row: Any) -> Chunk:
    return Chunk(
        row["run_id"],
        row["number"],
        ChunkState(row["state"]),
        RunKind(row["kind"]),
        bool(row["at_night"]),
        json.loads(row["terms"]),
        row["check_id"],
        row["reception_number"],
        from_text(row["accepted_at"]) if row["accepted_at"] else None,
        from_text(row["fetch_at"]) if row["fetch_at"] else None,
        row["institution_code"] or "",
    )


def hand_in(ledger: Ledger, chunk: Chunk, new: NewCheck, now: datetime) -> bool:
    """waiting → sending: open the check of step 01. False, like all below, when the chunk moved meanwhile."""
    return _ask(ledger, chunk, ChunkState.SENDING, new, now)


def fetch(ledger: Ledger, chunk: Chunk, new: NewCheck, now: datetime) -> bool:
    """accepted → fetching: open a check of step 02."""
    return _ask(ledger, chunk, ChunkState.FETCHING, new, now)


def _ask(ledger: Ledger, chunk: Chunk, state: ChunkState, new: NewCheck, now: datetime) -> bool:
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        if not _is_as_it_was(db, chunk):
            return False
        check_id = insert(db, new, now)
        _change(db, chunk, now, state=state, check_id=check_id)
        db.execute(
            "UPDATE bulk_runs SET sent_at = ? WHERE id = ? AND sent_at IS NULL", [to_text(now), chunk.run_id]
        )
        return True


def accept(ledger: Ledger, chunk: Chunk, number: str, fetch_at: datetime, now: datetime) -> bool:
    """sending → accepted, under the center's reception `number`; the result may be fetched from `fetch_at` on."""
    with ledger.write(Topic.CHECKS) as db:
        if not _is_as_it_was(db, chunk):
            return False
        _change(
            db,
            chunk,
            now,
            state=ChunkState.ACCEPTED,
            reception_number=number,
            accepted_at=to_text(now),
            fetch_at=to_text(fetch_at),
        )
        return True


def not_ready(ledger: Ledger, chunk: Chunk, fetch_at: datetime, now: datetime) -> bool:
    """fetching → accepted: the center is still at it."""
    with ledger.write(Topic.CHECKS) as db:
        if not _is_as_it_was(db, chunk):
            return False
        _change(db, chunk, now, state=ChunkState.ACCEPTED, fetch_at=to_text(fetch_at))
        return True


def fail(ledger: Ledger, chunk: Chunk, code: str, now: datetime) -> bool:
    """Give a chunk up because of trouble `code`."""
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
        if not _is_as_it_was(db, chunk):
            return False
        _change(db, chunk, now, state=ChunkState.FAILED, trouble_code=code)
        return True


def finish(
    ledger: Ledger, chunk: Chunk, outcomes: Mapping[int, Outcome], others: Iterable[Outcome], now: datetime
) -> bool:
    """fetching → done: store the outcome of each place, and those of people who are in no list of ours.

    Many short transactions, because a check at the desk waits while one lasts. Only the last one ends the chunk: after a
    death before it the same outcomes are stored once more.
    """
    rows = [(one.urgency, _dumped(one), chunk.run_id, place) for place, one in outcomes.items()]
    for at in range(0, len(rows), AT_A_TIME):
        with ledger.write(Topic.OTHER) as db:
            if not _is_as_it_was(db, chunk):
                return False
            db.conn.executemany(
                "UPDATE bulk_people SET urgency = ?, found = ? WHERE run_id = ? AND place = ?",
                rows[at : at + AT_A_TIME],
            )
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
        if not _is_as_it_was(db, chunk):
            return False
        _insert_others(db, chunk, others)
        _change(db, chunk, now, state=ChunkState.DONE)
        for kind in (ConsumerKind.MQTT, ConsumerKind.API):
            _owe(db, chunk, kind, now)
        return True


def _owe(db: Database, chunk: Chunk, kind: ConsumerKind, now: datetime) -> None:
    """Owe what came to the consumer that handed the run in, if it is of this kind: over MQTT and the API each chunk as it ends,
    in a folder one file for all of them.
    """
    row = db.execute(
        """SELECT consumer FROM bulk_runs JOIN consumers ON name = consumer
           WHERE bulk_runs.id = ? AND consumers.kind = ? AND enabled = 1""",
        [chunk.run_id, kind],
    ).fetchone()
    if row is not None and chunk.check_id is not None:
        deliveries.add(db, chunk.check_id, row["consumer"], now)


def _insert_others(db: Database, chunk: Chunk, others: Iterable[Outcome]) -> None:
    row = db.execute("SELECT coalesce(max(place), -1) FROM bulk_people WHERE run_id = ?", [chunk.run_id])
    first = row.fetchone()[0] + 1
    db.conn.executemany(
        "INSERT INTO bulk_people (run_id, place, chunk, asked, urgency, found) VALUES (?, ?, ?, 'null', ?, ?)",
        (
            (chunk.run_id, place, chunk.number, one.urgency, _dumped(one))
            for place, one in enumerate(others, start=first)
        ),
    )


def _is_as_it_was(db: Database, chunk: Chunk) -> bool:
    row = db.execute(
        """SELECT 1 FROM bulk_chunks WHERE run_id = ? AND number = ? AND state = ? AND check_id IS ?""",
        [chunk.run_id, chunk.number, chunk.state, chunk.check_id],
    ).fetchone()
    return row is not None


def _change(db: Database, chunk: Chunk, now: datetime, **changes: Any) -> None:
    db.table("bulk_chunks").update((chunk.run_id, chunk.number), changes)
    rows = db.execute("SELECT DISTINCT state FROM bulk_chunks WHERE run_id = ?", [chunk.run_id]).fetchall()
    states = {row["state"] for row in rows}
    # The state of the run is that of the chunk which needs most yet; one that waits for the night comes last.
    order = ("sending", "fetching", "accepted", "waiting", "failed", "done")
    state = next(one for one in order if one in states)
    ended = to_text(now) if state in ("failed", "done") else None
    db.execute(
        "UPDATE bulk_runs SET state = ?, ended_at = ? WHERE id = ? AND state != 'stopped'",
        [state, ended, chunk.run_id],
    )
    mark_changed(db, chunk.run_id)
    if ended is not None:
        _owe(db, chunk, ConsumerKind.FOLDER, now)


def run_of_check(ledger: Ledger, check_id: str) -> tuple[str, int] | None:
    """The run and the number of the chunk whose step this check is; None when the chunk was asked anew since."""
    row = ledger.read.execute(
        "SELECT run_id, number FROM bulk_chunks WHERE check_id = ?", [check_id]
    ).fetchone()
    return (row["run_id"], row["number"]) if row else None


def of_chunk(ledger: Ledger, run_id: str, number: int) -> tuple[Person, ...]:
    """The people of one chunk who stand in the list, in its order."""
    rows = ledger.read.execute(
        """SELECT place, asked, found FROM bulk_people
           WHERE run_id = ? AND chunk = ? AND line IS NOT NULL ORDER BY place""",
        [run_id, number],
    )
    return tuple(person_from_row(row) for row in rows)


def asked(ledger: Ledger, chunk: Chunk) -> dict[int, Appointment]:
    """The people of a chunk by place."""
    rows = ledger.read.execute(
        "SELECT place, asked FROM bulk_people WHERE run_id = ? AND chunk = ? AND line IS NOT NULL ORDER BY place",
        [chunk.run_id, chunk.number],
    )
    return {row["place"]: one for row in rows if (one := _appointment(row["asked"])) is not None}


def people(
    ledger: Ledger, run_id: str, *, urgency: int | None = None, limit: int = -1, offset: int = 0
) -> tuple[Person, ...]:
    """The people of a run, most urgent first, then in the order of the list; those without an outcome last.

    With `urgency` only those. A negative `limit` means all.
    """
    rows = ledger.read.execute(
        """SELECT place, asked, found FROM bulk_people WHERE run_id = :run AND (:urgency IS NULL OR urgency = :urgency)
           ORDER BY urgency IS NULL, urgency, place LIMIT :limit OFFSET :offset""",
        {"run": run_id, "urgency": urgency, "limit": limit, "offset": offset},
    )
    return tuple(person_from_row(row) for row in rows)


def person_from_row(row: Any) -> Person:
    """The person in a row of `place`, `asked` and `found`."""
    return Person(row["place"], _appointment(row["asked"]), _loaded(row["found"]) if row["found"] else None)


def urgencies(ledger: Ledger, run_id: str) -> dict[int, int]:
    """How many people there are of each urgency."""
    rows = ledger.read.execute(
        """SELECT urgency, count(*) AS n FROM bulk_people WHERE run_id = ? AND urgency IS NOT NULL
           GROUP BY urgency ORDER BY urgency""",
        [run_id],
    )
    return {row["urgency"]: row["n"] for row in rows}


def _appointment(text: str) -> Appointment | None:
    values = json.loads(text)
    return Appointment(**values) if values else None


def _dumped(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome), ensure_ascii=False)


def _loaded(text: str) -> Outcome:
    values = json.loads(text)
    return Outcome(
        **values
        | {
            "urgency": Urgency(values["urgency"]),
            "facts": tuple(values["facts"]),
            "differences": tuple(Difference(**one) for one in values["differences"]),
        }
    )
