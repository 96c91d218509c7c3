"""Bulk runs: a list of people (or a month, or a period) that is asked about in chunks, from upload to the last result.

Whatever happens to a run is one transaction over its row, its chunks and their checks, so that it goes on where it
stood whenever a process dies.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.appointments import Appointment, Problem, Severity
from appliance.eligibility.expecting import day_of_list
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import Topic
from appliance.ledger.checks import next_revision, touch
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, from_text, to_text

DAY, DAYS = "day", "days"
"""Terms of a list of appointments: the day of those whose row names none (empty: of no day), and all days it is about."""


class RunKind(StrEnum):
    """What a run asks. The first two have a list of people, TICKETS a month, the last two a period."""

    APPOINTMENTS = "appointments"
    REFERENCES = "references"
    TICKETS = "tickets"
    HOME = "home"
    ONLINE = "online"

    @property
    def has_list(self) -> bool:
        """Whether it asks about people of ours, rather than after people."""
        return self in (RunKind.APPOINTMENTS, RunKind.REFERENCES)

    @property
    def family(self) -> Family:
        """The family of step 01."""
        return _FAMILIES[self][0]

    @property
    def fetched_by(self) -> Family:
        """The family of step 02."""
        return _FAMILIES[self][1]


_FAMILIES = {
    RunKind.APPOINTMENTS: (Family.BULK, Family.BULK_FETCH),
    RunKind.REFERENCES: (Family.REFERENCES, Family.REFERENCES_FETCH),
    RunKind.TICKETS: (Family.TICKETS, Family.TICKETS_FETCH),
    RunKind.HOME: (Family.HOME, Family.HOME_FETCH),
    RunKind.ONLINE: (Family.ONLINE, Family.ONLINE_FETCH),
}


class RunState(StrEnum):
    """checked → waiting (for the night) → sending → accepted → fetching → done | failed | stopped.

    `checked` is a list that was read and reported on and waits for a person's word. The middle states are those of
    the chunk that needs most yet; `failed` means that a chunk failed, what the others brought is there.
    """

    CHECKED = "checked"
    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FETCHING = "fetching"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes by itself."""
        return self in (RunState.DONE, RunState.FAILED, RunState.STOPPED)


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """A run to be. `terms`: `month` (yyyyMM), or `first` and `last`, or the `day` of a list (yyyyMMdd, empty for none; not said:
    by the hour at which it is taken in). A `mark` can be used once only.

    `institution_code` is whose run it is; empty: the box's own. `at_night` lets it go as it is written down, in the
    hours of the night or at once; None waits for a person's word. `consumer` handed it in over MQTT or a folder, under
    its own `request_id`; `digest` tells whether another list comes under the same one.
    """

    kind: RunKind
    made_by: str
    people: tuple[Appointment, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    chunk_size: int = 500
    mark: str | None = None
    institution_code: str = ""
    at_night: bool | None = None
    consumer: str | None = None
    request_id: str | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run. `people` is how many are in it, `answered` how many of them have an outcome; `chunks` counts by state."""

    id: str
    revision: int
    kind: RunKind
    state: RunState
    at_night: bool
    made_by: str
    made_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    terms: Mapping[str, str]
    problems: tuple[Problem, ...]
    people: int
    answered: int
    chunks: Mapping[str, int]
    trouble_code: str | None
    institution_code: str = ""
    consumer: str | None = None
    request_id: str | None = None
    digest: str | None = None

    @property
    def chunks_closed(self) -> int:
        """How many chunks nothing more comes of."""
        return self.chunks.get("done", 0) + self.chunks.get("failed", 0)


def create(ledger: Ledger, new: NewRun, now: datetime) -> str | None:
    """Write down a run as `checked`, or `waiting` when it may go; its random id, None when its mark was used before.

    Raises `Trouble` BULK-005 for a list of nobody.
    """
    if new.kind.has_list and not new.people:
        raise Trouble("BULK-005")
    run_id = secrets.token_hex(16)
    with ledger.write(Topic.CHECKS) as db:
        if new.mark and db.execute("SELECT 1 FROM bulk_runs WHERE mark = ?", [new.mark]).fetchone():
            return None
        db.table("bulk_runs").insert(
            {
                "id": run_id,
                "revision": next_revision(db),
                "kind": new.kind,
                "state": RunState.CHECKED if new.at_night is None else RunState.WAITING,
                "at_night": int(new.at_night is not False),
                "made_by": new.made_by,
                "made_at": to_text(now),
                "mark": new.mark,
                "institution_code": new.institution_code or None,
                "consumer": new.consumer,
                "request_id": new.request_id,
                "digest": new.digest,
                "terms": json.dumps(_terms(new, now)),
                "problems": json.dumps([asdict(one) for one in new.problems], ensure_ascii=False),
            }
        )
        _insert_people(db, run_id, new)
    return run_id


def _terms(new: NewRun, now: datetime) -> dict[str, str]:
    terms = dict(new.terms)
    if new.kind is RunKind.APPOINTMENTS:
        own = terms.setdefault(DAY, f"{day_of_list(now.astimezone(JAPAN)):%Y%m%d}")
        terms[DAYS] = ",".join(sorted({one.day or own for one in new.people} - {""}))
    return terms


def _insert_people(db: Database, run_id: str, new: NewRun) -> None:
    db.conn.executemany(
        "INSERT INTO bulk_people (run_id, place, chunk, line, asked) VALUES (?, ?, ?, ?, ?)",
        (
            (run_id, place, place // new.chunk_size, one.line, json.dumps(asdict(one), ensure_ascii=False))
            for place, one in enumerate(new.people)
        ),
    )
    chunks = max(1, -(-len(new.people) // new.chunk_size))
    db.conn.executemany(
        "INSERT INTO bulk_chunks (run_id, number, state) VALUES (?, ?, 'waiting')",
        ((run_id, number) for number in range(chunks)),
    )


def release(ledger: Ledger, run_id: str, *, at_night: bool) -> bool:
    """Let a run go, in the hours of the night or at once; False when it is past that."""
    with ledger.write(Topic.CHECKS) as db:
        done = db.execute(
            "UPDATE bulk_runs SET state = 'waiting', at_night = ? WHERE id = ? AND state IN ('checked', 'waiting')",
            [at_night, run_id],
        )
        if done.rowcount:
            mark_changed(db, run_id)
        return bool(done.rowcount)


def stop(ledger: Ledger, run_id: str, now: datetime) -> bool:
    """Ask no more of a run; what is known stays. False when it is over already."""
    with ledger.write(Topic.CHECKS) as db:
        done = db.execute(
            """UPDATE bulk_runs SET state = 'stopped', ended_at = ?
               WHERE id = ? AND state NOT IN ('done', 'failed', 'stopped')""",
            [to_text(now), run_id],
        )
        if not done.rowcount:
            return False
        rows = db.execute(
            """UPDATE checks SET state = 'withdrawn' WHERE state IN ('received', 'waiting')
               AND id IN (SELECT check_id FROM bulk_chunks WHERE run_id = ?) RETURNING id""",
            [run_id],
        ).fetchall()
        for row in rows:
            touch(db, row["id"])
        db.execute("UPDATE bulk_chunks SET state = 'failed' WHERE run_id = ? AND state != 'done'", [run_id])
        mark_changed(db, run_id)
        return True


def repeat(ledger: Ledger, run_id: str) -> bool:
    """Ask again at once what failed or was stopped; False when nothing did."""
    with ledger.write(Topic.CHECKS) as db:
        # What a folder was owed of it is replaced by what comes now.
        db.execute(
            """UPDATE deliveries SET state = 'dead' WHERE state = 'pending' AND check_id IN
               (SELECT check_id FROM bulk_chunks WHERE run_id = ? AND state = 'failed')""",
            [run_id],
        )
        done = db.execute(
            """UPDATE bulk_chunks SET state = 'waiting', check_id = NULL, reception_number = NULL,
                      accepted_at = NULL, fetch_at = NULL, trouble_code = NULL
               WHERE run_id = ? AND state = 'failed'
               AND run_id IN (SELECT id FROM bulk_runs WHERE state IN ('failed', 'stopped'))""",
            [run_id],
        )
        if done.rowcount:
            db.execute(
                """UPDATE bulk_runs SET state = 'waiting', at_night = 0, sent_at = NULL, ended_at = NULL
                   WHERE id = ?""",
                [run_id],
            )
            mark_changed(db, run_id)
        return bool(done.rowcount)


def mark_changed(db: Database, run_id: str) -> None:
    """Note that a run changed; call it inside the transaction that changes it."""
    db.execute("UPDATE bulk_runs SET revision = ? WHERE id = ?", [next_revision(db), run_id])


def find(ledger: Ledger, run_id: str) -> Run | None:
    """The run with this id, if there is one."""
    return next(iter(_runs(ledger, "WHERE id = ?", [run_id])), None)


def by_mark(ledger: Ledger, mark: str) -> Run | None:
    """The run that used `mark`, if there is one."""
    return next(iter(_runs(ledger, "WHERE mark = ?", [mark])), None)


def of_consumers(ledger: Ledger, since: datetime) -> tuple[Run, ...]:
    """The runs that consumers handed in and that go on, or ended after `since`; oldest first."""
    return _runs(
        ledger,
        "WHERE consumer IS NOT NULL AND (ended_at IS NULL OR ended_at > ?) ORDER BY seq",
        [to_text(since)],
    )


def recent(ledger: Ledger, limit: int) -> tuple[Run, ...]:
    """The newest `limit` runs, newest first."""
    return _runs(ledger, "ORDER BY seq DESC LIMIT ?", [limit])


def latest_revision(ledger: Ledger) -> int:
    """The revision of the last change of any run; 0 before the first."""
    return int(ledger.read.execute("SELECT coalesce(max(revision), 0) FROM bulk_runs").fetchone()[0])


def changed_since(ledger: Ledger, revision: int) -> tuple[Run, ...]:
    """The runs changed after `revision`, in the order of their last change."""
    return _runs(ledger, "WHERE revision > ? ORDER BY revision", [revision])


def _runs(ledger: Ledger, where: str, values: list[Any]) -> tuple[Run, ...]:
    db = ledger.read
    rows = db.execute("SELECT * FROM bulk_runs " + where, values).fetchall()
    return tuple(_run(db, row) for row in rows)


def _run(db: Database, row: Any) -> Run:
    counts = db.execute(
        "SELECT count(*) AS people, count(urgency) AS answered FROM bulk_people WHERE run_id = ?", [row["id"]]
    ).fetchone()
    chunks = db.execute(
        """SELECT state, count(*) AS n, max(trouble_code) AS code FROM bulk_chunks
           WHERE run_id = ? GROUP BY state""",
        [row["id"]],
    ).fetchall()
    return Run(
        id=row["id"],
        revision=row["revision"],
        kind=RunKind(row["kind"]),
        state=RunState(row["state"]),
        at_night=bool(row["at_night"]),
        made_by=row["made_by"],
        made_at=from_text(row["made_at"]),
        sent_at=from_text(row["sent_at"]) if row["sent_at"] else None,
        ended_at=from_text(row["ended_at"]) if row["ended_at"] else None,
        terms=json.loads(row["terms"]),
        problems=tuple(
            Problem(**one | {"severity": Severity(one["severity"])}) for one in json.loads(row["problems"])
        ),
        people=counts["people"],
        answered=counts["answered"],
        chunks={one["state"]: one["n"] for one in chunks},
        trouble_code=next((one["code"] for one in chunks if one["code"]), None),
        institution_code=row["institution_code"] or "",
        consumer=row["consumer"],
        request_id=row["request_id"],
        digest=row["digest"],
    )
