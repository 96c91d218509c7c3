"""Dead letters: checks and deliveries that fail for a reason of their own, given up after so many tries.

What fails because a line, a center or a folder is away is none: it waits for as long as that takes. So a failure counts
only when something else of the same kind has gone through since the one before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.request_families import Family
from appliance.ledger import audit, checks, consumers, dead_notices, deliveries, line_log, notices, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import SELECT, Check, Origin, check_from_row, touch
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.line_log import Asked
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text

GIVEN_UP = "QUEUE-001"
"""Asked so many times, and each time it failed for a reason of its own."""
NOTE_NEEDED = "QUEUE-002"
"""A card that can be asked no more, and nobody knows its numbers."""
NOT_HANDED_OVER = "QUEUE-003"
"""A delivery that could not be made into a file or a message."""

LEFT_AFTER = 12
"""After so many offers a result that younger ones have overtaken is worth a person's look."""

AT_MOST = 500
"""How many of each a list shows."""

_OF_OURSELVES = (Origin.BULK, Origin.FOLLOW_UP, Origin.VIEWER)
_UNSEEN = "given_up_at IS NOT NULL AND seen_at IS NULL AND origin NOT IN ('bulk', 'follow-up', 'viewer')"
_TOPICS = Topic.QUESTIONS | Topic.CHECKS | Topic.DELIVERIES | Topic.CONDITIONS | Topic.TASKS


@dataclass(frozen=True)
class Failed:
    """How one try of a check ended: the trouble, when to try again, the row for the log of requests."""

    code: str
    detail: str
    until: datetime
    resend_after: datetime | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class Counts:
    """How many wait for a person: checks given up, deliveries (notices too), and results that a consumer leaves lying."""

    checks: int
    deliveries: int
    left_lying: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.checks + self.deliveries + self.left_lying


@dataclass(frozen=True)
class Patience:
    """After how many failures of its own a check is given up, and when it is asked again after each of those before."""

    give_up_after: int
    again_at: Callable[[int], datetime]


def check_failed(
    ledger: Ledger, check_id: str, owner: str, failed: Failed, patience: Patience, now: datetime
) -> bool:
    """Put a claimed check back that failed for a reason of its own, or give it up; whether it was given up.

    Nothing but the log is written when `owner` no longer holds it.
    """
    with ledger.write(_TOPICS) as db:
        if failed.asked is not None:
            line_log.insert(db, failed.asked)
        row = db.execute(
            "SELECT own_failures, failed_at FROM checks WHERE id = ? AND state = 'asking' AND owner = ?",
            [check_id, owner],
        ).fetchone()
        if row is None:
            return False
        counts = _have_others_been_answered(db, check_id, row["failed_at"])
        failures = row["own_failures"] + counts
        db.execute(
            "UPDATE checks SET own_failures = ?, failed_at = ? WHERE id = ?",
            [failures, to_text(now), check_id],
        )
        if failures >= patience.give_up_after:
            give_up_in(db, check_id, GIVEN_UP, failed.code, now)
            return True
        until = max(failed.until, patience.again_at(failures)) if counts else failed.until
        checks.put_back_in(db, check_id, owner, failed.code, failed.detail, until, failed.resend_after)
        return False


def _have_others_been_answered(db: Database, check_id: str, since: str | None) -> bool:
    if since is None:
        return True
    row = db.execute(
        """SELECT 1 FROM requests_log
           WHERE begun >= ? AND code IS NULL AND check_id IS NOT NULL AND check_id != ? LIMIT 1""",
        [since, check_id],
    )
    return row.fetchone() is not None


def give_up_in(db: Database, check_id: str, code: str, reason: str, now: datetime) -> None:
    """Close an open check without an answer, because of `reason`, and tell whoever waits for it.

    A レセコン is owed its request back, an 電子カルテ that asked is told, a person gets a task; a step of a bulk run fails with its run, what is asked once
    a day by itself is asked again tomorrow, and a doctor who wants something sees on the page that it did not come.
    """
    row = db.execute(
        """UPDATE checks SET state = 'refused', trouble_code = ?, trouble_detail = NULL, reason_code = ?,
                  given_up_at = ?, owner = NULL, owned_until = NULL, next_try_at = NULL, resend_after = NULL
           WHERE id = ? RETURNING origin, asked_by""",
        [code, reason, to_text(now), check_id],
    ).fetchone()
    touch(db, check_id)
    if row["origin"] == Origin.FOLDER and consumers.is_folder(db, row["asked_by"]):
        deliveries.add(db, check_id, row["asked_by"], now, refusal=code)
    if consumers.is_asker(db, row["origin"], row["asked_by"]):
        deliveries.add(db, check_id, row["asked_by"], now, refusal=code)
    if row["origin"] == Origin.VIEWER:
        notices.medical_decided_in(db, check_id, now)
    if row["origin"] not in _OF_OURSELVES:
        tasks.raise_in(db, _task_of(code), check_id, code, now)


def _task_of(code: str) -> TaskKind:
    return TaskKind.NOTE_NEEDED if code == NOTE_NEEDED else TaskKind.DEAD_LETTER


def may_be_retried(check: Check) -> bool:
    """Whether asking once more is of use: of the other families nobody but the one who was told waits for the answer."""
    return check.given_up_at is not None and check.family is Family.SINGLE


def retry_check(ledger: Ledger, check_id: str, by: str, now: datetime) -> bool:
    """Ask a check that was given up once more, with all its tries; False when it is not one, or nobody would have its answer.

    A folder that was told does not get the answer: it stands on the board, and consumers of MQTT have it.
    """
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            """UPDATE checks SET state = 'received', deferred = 0, own_failures = 0, failed_at = NULL, given_up_at = NULL,
                      reason_code = NULL, trouble_code = NULL, next_try_at = NULL, seen_by = NULL, seen_at = NULL
               WHERE id = ? AND given_up_at IS NOT NULL AND state = 'refused' AND family = ? RETURNING id""",
            [check_id, Family.SINGLE],
        ).fetchone()
        if row is None:
            return False
        touch(db, check_id)
        for kind in (TaskKind.DEAD_LETTER, TaskKind.NOTE_NEEDED):
            tasks.settle_in(db, kind, check_id, now)
        audit.insert(db, by, "retry-check", check_id, now)
        return True


def delivery_failed(
    ledger: Ledger, delivery_id: str, code: str, again_at: datetime, give_up_after: int, now: datetime
) -> bool:
    """A delivery failed for a reason of its own, which `code` says; whether it was given up.

    A file counts as its own failure only when the folder took another one since; what cannot even be written as a
    message always does, because no other part has to do with it: see `NOT_A_MESSAGE`.
    """
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            """SELECT consumer, own_failures, failed_at, check_id FROM deliveries
               WHERE id = ? AND state = 'pending'""",
            [delivery_id],
        ).fetchone()
        if row is None:
            return False
        counts = code in NOT_A_MESSAGE or _have_others_been_placed(db, row)
        failures = row["own_failures"] + counts
        is_over = bool(failures >= give_up_after)
        db.execute(
            """UPDATE deliveries SET tries = tries + 1, next_offer_at = ?, own_failures = ?, failed_at = ?,
                      state = ?, trouble_code = ?, reason_code = ?, given_up_at = ? WHERE id = ?""",
            [
                to_text(again_at),
                failures,
                to_text(now),
                "dead" if is_over else "pending",
                NOT_HANDED_OVER if is_over else code,
                code if is_over else None,
                to_text(now) if is_over else None,
                delivery_id,
            ],
        )
        touch(db, row["check_id"])
        if is_over:
            tasks.raise_in(db, TaskKind.DEAD_LETTER, delivery_id, NOT_HANDED_OVER, now)
        return is_over


NOT_A_MESSAGE = ("INPUT-005", "CENTER-002")


def _have_others_been_placed(db: Database, row: Any) -> bool:
    if row["failed_at"] is None:
        return True
    found = db.execute(
        """SELECT 1 FROM deliveries WHERE consumer = ? AND placed IS NOT NULL AND cleared_at IS NULL
           AND acknowledged_at >= ? LIMIT 1""",
        [row["consumer"], row["failed_at"]],
    )
    return found.fetchone() is not None


def retry_delivery(ledger: Ledger, delivery_id: str, by: str, now: datetime) -> bool:
    """Offer a delivery now, one that was given up with all its tries; False when it is handed over or its consumer gone."""
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            """UPDATE deliveries SET state = 'pending', own_failures = 0, failed_at = NULL, given_up_at = NULL,
                      reason_code = NULL, trouble_code = NULL, next_offer_at = ?
               WHERE id = ? AND (given_up_at IS NOT NULL OR state = 'pending')
               AND consumer IN (SELECT name FROM consumers WHERE enabled = 1) RETURNING check_id""",
            [to_text(now), delivery_id],
        ).fetchone()
        if row is None:
            return False
        touch(db, row["check_id"])
        tasks.settle_in(db, TaskKind.DEAD_LETTER, delivery_id, now)
        audit.insert(db, by, "retry-delivery", delivery_id, now)
        return True


def drop_delivery(ledger: Ledger, delivery_id: str, by: str, now: datetime) -> bool:
    """Nobody wants that delivery any more: it stays undelivered and leaves the list."""
    with ledger.write(_TOPICS) as db:
        row = db.execute(
            "UPDATE deliveries SET given_up_at = NULL WHERE id = ? AND given_up_at IS NOT NULL RETURNING check_id",
            [delivery_id],
        ).fetchone()
        if row is None:
            return False
        touch(db, row["check_id"])
        tasks.settle_in(db, TaskKind.DEAD_LETTER, delivery_id, now)
        audit.insert(db, by, "drop-delivery", delivery_id, now)
        return True


def given_up_checks(ledger: Ledger) -> tuple[Check, ...]:
    """The checks given up that nobody has dealt with, newest first, `AT_MOST` of them."""
    rows = ledger.read.execute(SELECT + f"WHERE {_UNSEEN} ORDER BY seq DESC LIMIT ?", [AT_MOST])
    return tuple(check_from_row(row) for row in rows)


def given_up_deliveries(ledger: Ledger) -> tuple[Delivery, ...]:
    """The deliveries given up whose consumer is still served, newest first, `AT_MOST` of them."""
    return deliveries.where(ledger, f"{_DEAD} ORDER BY seq DESC LIMIT ?", [AT_MOST])


def left_lying(ledger: Ledger) -> tuple[Delivery, ...]:
    """Results offered `LEFT_AFTER` times and more to a consumer of MQTT or the API that has taken younger ones, newest first.

    They are offered for ever, as the contract says; who is merely away takes nothing younger and is not in it. At most
    `AT_MOST` for each consumer.
    """
    names = [
        one.name
        for one in consumers.all_consumers(ledger)
        if one.kind is not ConsumerKind.FOLDER and one.enabled
    ]
    return tuple(
        one
        for name in names
        for one in deliveries.where(
            ledger, _LYING, [name, LEFT_AFTER, _newest_taken(ledger.read, name), AT_MOST]
        )
    )


def _newest_taken(db: Database, consumer: str) -> int:
    """The place of the newest delivery that the consumer has taken, 0 when it is older than all it was not given yet."""
    row = db.execute(
        """SELECT max(seq) FROM deliveries WHERE consumer = :consumer AND state = 'acknowledged'
           AND seq > (SELECT min(seq) FROM deliveries WHERE consumer = :consumer AND state = 'pending')""",
        {"consumer": consumer},
    ).fetchone()
    return row[0] or 0


_DEAD = "given_up_at IS NOT NULL AND enabled = 1"
# The + keeps SQLite from reading all there ever was, from its end, for the sake of the order.
_LYING = """deliveries.state = 'pending' AND consumer = ? AND tries >= ? AND seq < ?
            ORDER BY +seq DESC LIMIT ?"""


def counts(ledger: Ledger) -> Counts:
    """How many of each there are."""
    joined = "SELECT count(*) FROM deliveries JOIN consumers ON consumers.name = consumer WHERE "
    return Counts(
        int(ledger.read.execute(f"SELECT count(*) FROM checks WHERE {_UNSEEN}").fetchone()[0]),
        int(ledger.read.execute(joined + _DEAD).fetchone()[0])
        + sum(dead_notices.by_consumer(ledger).values()),
        len(left_lying(ledger)),
    )
