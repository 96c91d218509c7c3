"""Notices that cannot be made into a message: given up at once, since no other try would help, and shown to a person."""

from collections.abc import Mapping
from datetime import datetime

from appliance.ledger import audit, notices, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.notices import Notice, notice_of
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text

NOT_HANDED_OVER = "QUEUE-005"
AT_MOST = 500
"""How many a list shows."""

_TOPICS = Topic.DELIVERIES | Topic.CONDITIONS | Topic.TASKS
_SHOWN = """FROM notices INDEXED BY notices_given_up JOIN consumers ON name = consumer
            WHERE given_up_at IS NOT NULL AND enabled = 1"""


def give_up(ledger: Ledger, notice_id: str, reason: str, now: datetime) -> bool:
    """What this notice is about cannot be read, which `reason` says: those behind it go on, and a person gets a task.

    False when it is owed no more.
    """
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            """UPDATE notices SET state = 'dead', given_up_at = ?, reason_code = ?
               WHERE id = ? AND state = 'pending' RETURNING id""",
            [to_text(now), reason, notice_id],
        ).fetchone()
        if row is not None:
            tasks.raise_in(db, TaskKind.DEAD_LETTER, notice_id, NOT_HANDED_OVER, now)
        return row is not None


def retry(ledger: Ledger, notice_id: str, by: str, now: datetime) -> bool:
    """Offer it once more; False when it is not given up, or its consumer may not have it any more."""
    known = notices.find(ledger, notice_id)
    if known is None or known.given_up_at is None:
        return False
    with ledger.write(_TOPICS) as db:
        if not notices.offer_anew_in(db, known.consumer, notice_id, now):
            return False
        tasks.settle_in(db, TaskKind.DEAD_LETTER, notice_id, now)
        audit.insert(db, by, "retry-delivery", notice_id, now)
        return True


def drop(ledger: Ledger, notice_id: str, by: str, now: datetime) -> bool:
    """Nobody wants it any more: it leaves the list. False when it is not on it."""
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            "UPDATE notices SET given_up_at = NULL WHERE id = ? AND given_up_at IS NOT NULL RETURNING id",
            [notice_id],
        ).fetchone()
        if row is None:
            return False
        tasks.settle_in(db, TaskKind.DEAD_LETTER, notice_id, now)
        audit.insert(db, by, "drop-delivery", notice_id, now)
        return True


def given_up(ledger: Ledger, consumer: str | None = None) -> tuple[Notice, ...]:
    """Those of all consumers that are served, or of one, newest first, `AT_MOST` of them."""
    rows = ledger.read.execute(
        f"SELECT notices.* {_SHOWN} AND coalesce(:consumer, consumer) = consumer ORDER BY seq DESC LIMIT :most",
        {"consumer": consumer, "most": AT_MOST},
    )
    return tuple(notice_of(row) for row in rows)


def by_consumer(ledger: Ledger) -> Mapping[str, int]:
    """How many there are of each consumer that has any."""
    rows = ledger.read.execute(f"SELECT consumer, count(*) AS found {_SHOWN} GROUP BY consumer")
    return {row["consumer"]: row["found"] for row in rows}


def check_of(ledger: Ledger, notice: Notice) -> str:
    """The check of the patient whose medical information it is."""
    row = ledger.read.execute("SELECT of FROM medical_questions WHERE id = ?", [notice.subject]).fetchone()
    return str(row["of"])
