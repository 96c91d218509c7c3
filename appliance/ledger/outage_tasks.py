"""The tasks that outage notes bring: look a note up once that is possible again."""

from datetime import datetime

from sqlite_utils import Database

from appliance.ledger import tasks
from appliance.ledger.tasks import TaskKind

_DOWN = ("stopped", "held", "confirming")


def line_is_back(db: Database, now: datetime) -> None:
    """Raise a task for every note that nobody has looked up and that had none yet. In a transaction that rings TASKS.

    One that a person has put away does not come again each time the line recovers.
    """
    rows = db.execute(
        """SELECT id, reason FROM outage_notes WHERE state IN ('open', 'listed')
           AND NOT EXISTS (SELECT 1 FROM tasks WHERE kind = ? AND subject = outage_notes.id) ORDER BY seq""",
        [TaskKind.NOTE_OPEN],
    )
    for row in rows.fetchall():
        tasks.raise_in(db, TaskKind.NOTE_OPEN, row["id"], row["reason"], now)


def note_written(db: Database, note_id: str, check_id: str | None, reason: str, now: datetime) -> None:
    """A note was written: nobody need write one for its check any more; with the line up it is to be looked up."""
    if check_id is not None:
        tasks.settle_in(db, TaskKind.NOTE_NEEDED, check_id, now)
    row = db.execute("SELECT phase FROM line_states ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None or row["phase"] not in _DOWN:
        tasks.raise_in(db, TaskKind.NOTE_OPEN, note_id, reason, now)


def note_reopened(db: Database, note_id: str, reason: str, now: datetime) -> None:
    """A person took a closed note up again: it is to be looked up after all, and no recovery of the line would say so."""
    tasks.raise_in(db, TaskKind.NOTE_OPEN, note_id, reason, now)


def note_done(db: Database, note_id: str, now: datetime) -> None:
    """Numbers for a note have been asked about, or it is closed."""
    tasks.settle_in(db, TaskKind.NOTE_OPEN, note_id, now)
