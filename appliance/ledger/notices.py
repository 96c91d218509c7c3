"""Notices: what is owed to a consumer beside results, offered until it is acknowledged. A row says what it is about, and no more.

A task is owed anew at each change, and only as it stands now; the answer to a medical question is owed once, and its
content goes with the patient's consent.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.request_families import Family
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


class NoticeKind(StrEnum):
    """What a notice is about; in brackets what its subject is a row of."""

    TASK = "task"
    """Something a person has to do (task)."""
    MEDICAL = "medical"
    """The answer to a question after medical information (medical question)."""


class NoticeState(StrEnum):
    """pending until the consumer has acknowledged it; dead when a newer one took its place, or it may not have it."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One row. `id` is the delivery's, `revision` the task's at which it was owed, `expired_at` when it lost its content."""

    id: str
    consumer: str
    kind: NoticeKind
    subject: str
    revision: int
    state: NoticeState
    tries: int
    acknowledged_at: datetime | None
    expired_at: datetime | None
    seq: int = 0
    """Its place among all notices."""
    given_up_at: datetime | None = None
    """When it was found that it is no message, because of `reason_code`; None too once somebody has dealt with it."""
    reason_code: str | None = None


_HOLDERS = """SELECT consumer, scope FROM consumer_extras JOIN consumers ON name = consumer
              WHERE extra = ? AND kind != 'folder' AND enabled = 1 ORDER BY consumer"""


_ASKED_ITSELF = """EXISTS (SELECT 1 FROM medical_questions AS asked JOIN consumer_requests USING (check_id)
                   WHERE asked.id = notices.subject AND consumer_requests.consumer = notices.consumer AND operation = 'medical')"""


_ASKERS = "SELECT consumer FROM consumer_requests WHERE check_id = ? AND operation = 'medical'"
"""Not the name that asked: a doctor may be called so, or whoever bears it by now."""


def owe_task_in(db: Database, task_id: str, now: datetime) -> None:
    """A task was raised or closed: owe it as it stands to every consumer that gets tasks, in place of how it stood before.

    For the transaction that changes the task. Of what was given up, only what concerns a consumer: a patient's check, or
    a delivery of its own; what is wrong with the audit trail or the ledger concerns none.
    """
    task = db.execute("SELECT * FROM tasks WHERE id = ?", [task_id]).fetchone()
    for row in db.execute(_HOLDERS, ["tasks"]).fetchall():
        if _concerns(db, task, row["consumer"]):
            db.execute(
                """UPDATE notices SET state = 'dead'
                   WHERE subject = ? AND consumer = ? AND kind = 'task' AND state = 'pending'""",
                [task_id, row["consumer"]],
            )
            _owe(db, row["consumer"], NoticeKind.TASK, task_id, task["revision"], now)


def owe_open_tasks_in(db: Database, consumer: str, now: datetime) -> None:
    """Owe every open task to a consumer that is new to them."""
    for task in db.execute("SELECT * FROM tasks WHERE state = 'open' ORDER BY seq").fetchall():
        if _concerns(db, task, consumer):
            _owe(db, consumer, NoticeKind.TASK, task["id"], task["revision"], now)


def _concerns(db: Database, task: Any, consumer: str) -> bool:
    if task["kind"] in ("trail", "ledger", "emergency"):
        return False
    if task["kind"] != "dead-letter":
        return True
    row = db.execute(
        """SELECT 1 FROM checks WHERE id = :subject AND family = :family
           UNION ALL SELECT 1 FROM deliveries WHERE id = :subject AND consumer = :consumer
           UNION ALL SELECT 1 FROM notices WHERE id = :subject AND consumer = :consumer""",
        {"subject": task["subject"], "family": Family.SINGLE, "consumer": consumer},
    )
    return row.fetchone() is not None


def owe_medical_in(db: Database, check_id: str, now: datetime) -> None:
    """A medical question was answered: owe it to the consumer that asked, and to those that get what doctors ask for.

    For the transaction that takes the answer; `check_id` is the check that carries the question.
    """
    question = db.execute(
        "SELECT id FROM medical_questions WHERE check_id = ? AND forgotten_at IS NULL", [check_id]
    ).fetchone()
    if question is None:
        return
    asked = {row["consumer"] for row in db.execute(_ASKERS, [check_id])}
    for row in db.execute(_HOLDERS, ["medical"]).fetchall():
        if row["scope"] == "all" or row["consumer"] in asked:
            _owe(db, row["consumer"], NoticeKind.MEDICAL, question["id"], 0, now)
    medical_decided_in(db, check_id, now)


def medical_decided_in(db: Database, check_id: str, now: datetime) -> None:
    """There is something to say now to who waits for a medical question, be it that there is no answer. For the same transaction."""
    for row in db.execute(
        """SELECT id FROM notices WHERE kind = 'medical' AND state = 'pending'
           AND subject = (SELECT id FROM medical_questions WHERE check_id = ?)""",
        [check_id],
    ).fetchall():
        _owe_anew(db, row["id"], now)


def _owe_anew(db: Database, notice_id: str, now: datetime) -> None:
    """Due now, from its first offer on, behind all that is owed: whoever reads on from a place had nothing of it when it went by."""
    db.execute(
        """UPDATE notices SET seq = (SELECT 1 + max(seq) FROM notices), state = 'pending', tries = 0, next_offer_at = ?,
                  acknowledged_at = NULL, expired_at = NULL, given_up_at = NULL, reason_code = NULL WHERE id = ?""",
        [to_text(now), notice_id],
    )


def medical_over_in(db: Database, question_id: str, now: datetime) -> None:
    """What this question brought may not be handed over any more, and that much is still owed: behind all else.

    Whoever reads on from a place has gone by it. For the transaction that ends it.
    """
    for row in db.execute(
        """SELECT seq FROM notices WHERE kind = 'medical' AND subject = ? AND state = 'pending' AND expired_at IS NULL""",
        [question_id],
    ).fetchall():
        db.execute(
            "UPDATE notices SET seq = (SELECT 1 + max(seq) FROM notices), next_offer_at = ? WHERE seq = ?",
            [to_text(now), row["seq"]],
        )


def card_came_again_in(db: Database, card_mark: str, now: datetime) -> None:
    """A patient lays down the card anew: what was agreed to before counts no more. For the transaction that opens that check."""
    for row in db.execute(
        """SELECT asked.id FROM checks INDEXED BY checks_card
           CROSS JOIN medical_questions AS asked INDEXED BY medical_questions_once ON asked.of = checks.id
           WHERE card_mark = ? AND forgotten_at IS NULL""",
        [card_mark],
    ).fetchall():
        medical_over_in(db, row["id"], now)


def want_medical(ledger: Ledger, consumer: str, question_id: str, now: datetime) -> str | None:
    """`consumer` wants the answer to a question too that somebody else has asked first, answered by now or not.

    One that had it before, and asks once more, is owed it once more. The notice's id; None when it is not given medical information.
    """
    with ledger.write(Topic.DELIVERIES) as db:
        if consumer not in {row["consumer"] for row in db.execute(_HOLDERS, ["medical"])}:
            return None
        return _owe(db, consumer, NoticeKind.MEDICAL, question_id, 0, now, NoticeState.ACKNOWLEDGED)


def _owe(
    db: Database,
    consumer: str,
    kind: NoticeKind,
    subject: str,
    revision: int,
    now: datetime,
    also: NoticeState = NoticeState.DEAD,
) -> str:
    """Owe it once; what was given up, because it was taken back from the consumer, is owed once more, and what is in state `also`.

    Its id.
    """
    known = db.execute(
        "SELECT id, state FROM notices WHERE subject = ? AND consumer = ? AND kind = ? AND revision = ?",
        [subject, consumer, kind, revision],
    ).fetchone()
    if known is not None:
        if known["state"] in (NoticeState.DEAD, also):
            _owe_anew(db, known["id"], now)
        return str(known["id"])
    notice_id = secrets.token_hex(16)
    db.table("notices").insert(
        {
            "id": notice_id,
            "consumer": consumer,
            "kind": kind,
            "subject": subject,
            "revision": revision,
            "next_offer_at": to_text(now),
            "made_at": to_text(now),
        }
    )
    return notice_id


def give_up_in(db: Database, consumer: str, kind: NoticeKind | None = None) -> None:
    """Owe `consumer` nothing (of this `kind`) any more."""
    db.execute(
        """UPDATE notices SET state = 'dead'
           WHERE consumer = :consumer AND state = 'pending' AND (:kind IS NULL OR kind = :kind)""",
        {"consumer": consumer, "kind": kind},
    )


def give_up_of_others_in(db: Database, consumer: str) -> None:
    """Owe `consumer` nothing any more of what it has not asked for itself: it is given no more than that from now on."""
    db.execute(
        f"""UPDATE notices SET state = 'dead'
            WHERE consumer = ? AND state = 'pending' AND kind = 'medical' AND NOT {_ASKED_ITSELF}""",
        [consumer],
    )


def due(ledger: Ledger, consumer: str, now: datetime, limit: int) -> tuple[Notice, ...]:
    """What of it may be offered to `consumer` now, oldest first."""
    rows = ledger.read.execute(
        """SELECT * FROM notices INDEXED BY notices_pending
           WHERE state = 'pending' AND consumer = ? AND next_offer_at <= ? ORDER BY seq LIMIT ?""",
        [consumer, to_text(now), limit],
    )
    return tuple(notice_of(row) for row in rows)


def in_turn(ledger: Ledger, consumer: str, after: int, limit: int) -> tuple[Notice, ...]:
    """What is pending for `consumer` behind the place `after`, oldest first: who fetches says itself when."""
    rows = ledger.read.execute(
        """SELECT * FROM notices INDEXED BY notices_pending
           WHERE state = 'pending' AND consumer = ? AND seq > ? ORDER BY seq LIMIT ?""",
        [consumer, after, limit],
    )
    return tuple(notice_of(row) for row in rows)


def waiting(ledger: Ledger) -> Mapping[str, int]:
    """How many are owed to each consumer that is owed any."""
    rows = ledger.read.execute(
        """SELECT consumer, count(*) AS owed FROM notices INDEXED BY notices_pending
           WHERE state = 'pending' GROUP BY consumer"""
    )
    return {row["consumer"]: row["owed"] for row in rows}


def find(ledger: Ledger, notice_id: str) -> Notice | None:
    """The notice with this id."""
    row = ledger.read.execute("SELECT * FROM notices WHERE id = ?", [notice_id]).fetchone()
    return notice_of(row) if row else None


def all_offered(ledger: Ledger, moments: Mapping[str, datetime]) -> None:
    """Note what was offered, and when to offer it again, by id."""
    with ledger.write(Topic.OTHER) as db:
        for notice_id, again_at in moments.items():
            db.execute(
                "UPDATE notices SET tries = tries + 1, next_offer_at = ? WHERE id = ? AND state = 'pending'",
                [to_text(again_at), notice_id],
            )


def all_put_off(ledger: Ledger, moments: Mapping[int, datetime]) -> None:
    """There was nothing to say yet: look again then, by place. What was owed anew meanwhile has another place, and is due."""
    with ledger.write(Topic.OTHER) as db:
        for seq, again_at in moments.items():
            db.execute(
                "UPDATE notices SET next_offer_at = ? WHERE seq = ? AND state = 'pending'",
                [to_text(again_at), seq],
            )


def offer_again(ledger: Ledger, now: datetime, *consumers: str) -> None:
    """Make what is pending for these `consumers` due at once: a broker, or one of them, came back."""
    with ledger.write(Topic.DELIVERIES) as db:
        db.execute(
            """UPDATE notices SET next_offer_at = :now
               WHERE state = 'pending' AND consumer IN (SELECT value FROM json_each(:consumers))""",
            {"now": to_text(now), "consumers": json.dumps(consumers)},
        )


def offer_anew_in(db: Database, consumer: str, notice_id: str, now: datetime) -> bool:
    """`consumer` has lost a notice and may still have it: owe it once more, last, under the same id. False when there is none.

    Not the word on a task that another one has followed. Medical information whose consent is over by now is told to be so,
    without its content.
    """
    row = db.execute(
        f"""SELECT 1 FROM notices WHERE id = :id AND consumer = :consumer AND EXISTS (
               SELECT 1 FROM consumer_extras WHERE consumer_extras.consumer = :consumer
               AND extra = CASE kind WHEN 'task' THEN 'tasks' ELSE 'medical' END
               AND (kind = 'task' OR scope = 'all' OR {_ASKED_ITSELF}))
           AND (kind != 'task' OR revision = (SELECT revision FROM tasks WHERE tasks.id = notices.subject))""",
        {"id": notice_id, "consumer": consumer},
    ).fetchone()
    if row is not None:
        _owe_anew(db, notice_id, now)
    return row is not None


def expired(ledger: Ledger, notice_id: str, now: datetime) -> None:
    """Its content may not be handed over any more; that much the consumer is still told."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "UPDATE notices SET expired_at = ? WHERE id = ? AND expired_at IS NULL", [to_text(now), notice_id]
        )


def acknowledge(ledger: Ledger, notice_id: str, consumer: str, now: datetime) -> bool:
    """`consumer` has it. True when this changed something; False for a repeat or a foreign id.

    That medical information was taken goes into the audit trail with it.
    """
    known = find(ledger, notice_id)
    if known is None or known.consumer != consumer:
        return False
    with ledger.write(Topic.OTHER) as db:
        row = db.execute(
            """UPDATE notices SET state = 'acknowledged', acknowledged_at = ?
               WHERE id = ? AND consumer = ? AND state = 'pending' RETURNING kind, expired_at""",
            [to_text(now), notice_id, consumer],
        ).fetchone()
        if row is not None and row["kind"] == NoticeKind.MEDICAL and row["expired_at"] is None:
            asked = db.execute(
                "SELECT of, ask FROM medical_questions WHERE id = ?", [known.subject]
            ).fetchone()
            audit.insert(db, consumer, "medical-taken", asked["of"], now, asked["ask"])
        return row is not None


def notice_of(row: Any) -> Notice:
    """A row of `notices`."""
    return Notice(
        id=row["id"],
        consumer=row["consumer"],
        kind=NoticeKind(row["kind"]),
        subject=row["subject"],
        revision=row["revision"],
        state=NoticeState(row["state"]),
        tries=row["tries"],
        acknowledged_at=from_text(row["acknowledged_at"]) if row["acknowledged_at"] else None,
        expired_at=from_text(row["expired_at"]) if row["expired_at"] else None,
        seq=row["seq"],
        given_up_at=from_text(row["given_up_at"]) if row["given_up_at"] else None,
        reason_code=row["reason_code"],
    )
