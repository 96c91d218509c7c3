"""Tasks: what the box cannot settle by itself and a person has to do, each about one row of the ledger.

A task says of which kind it is, which row it is about and which code explains it; what reception reads is made from these
when it is shown. So no task holds anything of a patient.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.ledger import notices
from appliance.ledger.bell import Topic
from appliance.ledger.checks import next_revision
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


class TaskKind(StrEnum):
    """What there is to do; in brackets what the subject is a row of."""

    DIFFERENCE = "difference"
    """The answer after an outage is another than what was assumed (check)."""
    NOTE_NEEDED = "note-needed"
    """A card that could not be asked; without an outage note nobody can ask again (check)."""
    NOTE_OPEN = "note-open"
    """An outage note that was not looked up yet (note)."""
    DEAD_LETTER = "dead-letter"
    """Given up after so many tries (check, delivery or notice)."""
    UNRESOLVED = "unresolved"
    """The claim date is near or past, and it is not known by which insurance to claim (check)."""
    TRAIL = "trail"
    """The audit trail is not as it was written; the box's own affair, told to no consumer (no row: `trail`)."""
    LEDGER = "ledger"
    """The box brought its ledger back from its own copy, and something may be missing; told to no consumer (no row: `ledger`)."""
    EMERGENCY = "emergency"
    """Medical information was opened in an emergency; for an administrator, told to no consumer (emergency opening)."""


class TaskState(StrEnum):
    """open → done | dismissed."""

    OPEN = "open"
    DONE = "done"
    DISMISSED = "dismissed"


class Outcome(StrEnum):
    """How a task ended. `NOT_NEEDED` makes it dismissed, all others done."""

    DEALT_WITH = "dealt-with"
    SETTLED = "settled"
    NEXT_VISIT = "next-visit"
    NOT_NEEDED = "not-needed"
    BY_ITSELF = "by-itself"
    """The box saw that it is done, for instance that the answer came after all."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One row of `tasks`. `subject` is the id of the row it is about, `code` a trouble code or a reason."""

    seq: int
    id: str
    revision: int
    kind: TaskKind
    subject: str
    code: str
    raised_at: datetime
    state: TaskState
    done_by: str | None
    done_at: datetime | None
    outcome: Outcome | None


def raise_in(db: Database, kind: TaskKind, subject: str, code: str, now: datetime) -> str | None:
    """Write a task down and return its random id; None, and nothing written, when one of this kind is open for `subject`.

    For use inside a transaction, which must ring `Topic.TASKS`.
    """
    known = db.execute(
        "SELECT 1 FROM tasks WHERE kind = ? AND subject = ? AND state = 'open'", [kind, subject]
    ).fetchone()
    if known is not None:
        return None
    task_id = secrets.token_hex(16)
    db.table("tasks").insert(
        {
            "id": task_id,
            "revision": next_revision(db),
            "kind": kind,
            "subject": subject,
            "code": code,
            "raised_at": to_text(now),
        }
    )
    notices.owe_task_in(db, task_id, now)
    return task_id


def raise_(ledger: Ledger, kind: TaskKind, subject: str, code: str, now: datetime) -> str | None:
    """`raise_in` as a transaction of its own."""
    with ledger.write(Topic.TASKS) as db:
        return raise_in(db, kind, subject, code, now)


def settle_in(db: Database, kind: TaskKind, subject: str, now: datetime) -> bool:
    """Close the open task of this kind for `subject` because it is done by itself; False when there is none.

    For use inside a transaction, which must ring `Topic.TASKS`.
    """
    row = db.execute(
        "SELECT id FROM tasks WHERE kind = ? AND subject = ? AND state = 'open'", [kind, subject]
    ).fetchone()
    return row is not None and _close(db, row["id"], None, Outcome.BY_ITSELF, now)


def done(ledger: Ledger, task_id: str, by: str, outcome: Outcome, now: datetime) -> bool:
    """Somebody has done it, or says that nothing need be done; False when it is not open any more."""
    with ledger.write(Topic.TASKS) as db:
        return _close(db, task_id, by, outcome, now)


def _close(db: Database, task_id: str, by: str | None, outcome: Outcome, now: datetime) -> bool:
    is_open = db.execute("SELECT 1 FROM tasks WHERE id = ? AND state = 'open'", [task_id]).fetchone()
    if is_open is None:
        return False
    state = TaskState.DISMISSED if outcome is Outcome.NOT_NEEDED else TaskState.DONE
    db.execute(
        "UPDATE tasks SET revision = ?, state = ?, done_by = ?, done_at = ?, outcome = ? WHERE id = ?",
        [next_revision(db), state, by, to_text(now), outcome, task_id],
    )
    notices.owe_task_in(db, task_id, now)
    return True


def find(ledger: Ledger, task_id: str) -> Task | None:
    """The task with this id, if there is one."""
    return next(iter(_tasks(ledger, "WHERE id = ?", [task_id])), None)


def open_tasks(ledger: Ledger) -> tuple[Task, ...]:
    """What is still to do, newest first."""
    return _tasks(ledger, "WHERE state = 'open' ORDER BY seq DESC", [])


def count_open(ledger: Ledger) -> int:
    """How much is still to do."""
    return int(ledger.read.execute("SELECT count(*) FROM tasks WHERE state = 'open'").fetchone()[0])


def latest_revision(ledger: Ledger) -> int:
    """The revision of the last change to any task; 0 before the first."""
    return int(ledger.read.execute("SELECT coalesce(max(revision), 0) FROM tasks").fetchone()[0])


def of_subject(ledger: Ledger, subject: str) -> tuple[Task, ...]:
    """All tasks about one row, open or not, newest first."""
    return _tasks(ledger, "WHERE subject = ? ORDER BY seq DESC", [subject])


def closed(ledger: Ledger, limit: int) -> tuple[Task, ...]:
    """The `limit` tasks that were closed last, the latest first."""
    return _tasks(ledger, "WHERE state != 'open' ORDER BY revision DESC LIMIT ?", [limit])


def check_of(ledger: Ledger, task: Task) -> str | None:
    """The id of the check a task is about; for a delivery that of the result it hands over, None for a note.

    For medical information that cannot be handed over it is the patient's check.
    """
    row = ledger.read.execute(
        """SELECT id FROM checks WHERE id = :subject
           UNION ALL SELECT check_id FROM deliveries WHERE id = :subject
           UNION ALL SELECT asked.of FROM notices JOIN medical_questions AS asked ON asked.id = notices.subject
                     WHERE notices.id = :subject LIMIT 1""",
        {"subject": task.subject},
    ).fetchone()
    return str(row["id"]) if row else None


def _tasks(ledger: Ledger, where: str, values: list[Any]) -> tuple[Task, ...]:
    return tuple(_task(row) for row in ledger.read.execute("SELECT * FROM tasks " + where, values))


def _task(row: Any) -> Task:
    return Task(
        seq=row["seq"],
        id=row["id"],
        revision=row["revision"],
        kind=TaskKind(row["kind"]),
        subject=row["subject"],
        code=row["code"],
        raised_at=from_text(row["raised_at"]),
        state=TaskState(row["state"]),
        done_by=row["done_by"],
        done_at=from_text(row["done_at"]) if row["done_at"] else None,
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
    )
