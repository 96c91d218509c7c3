"""How a consumer's own things stand: each of its requests, and what of its results and checks was given up."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.consumer_requests import Operation
from appliance.ledger import dead_letters, dead_notices, deliveries
from appliance.ledger.checks import CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import from_text


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One request. `state`, `answered_at` and `trouble_code` are its check's, None where it opened none.

    `delivery_id` is the result's for this consumer, once there is one; `count`, `next_cursor` and `more` are a replay's.
    """

    request_id: str
    operation: Operation
    digest: str = field(repr=False)
    taken_at: datetime
    check_id: str | None
    state: CheckState | None
    answered_at: datetime | None
    trouble_code: str | None
    delivery_id: str | None
    delivery_state: DeliveryState | None
    count: int | None
    next_cursor: str | None
    more: bool


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """What could not be handed over (with `delivery_id`), or a check of the consumer's own that was given up."""

    delivery_id: str | None
    check_id: str
    request_id: str | None
    trouble_code: str
    reason_code: str | None
    given_up_at: datetime


def standing_of(db: Database, consumer: str, request_id: str) -> Standing | None:
    """How the request stands that `consumer` made under this id; None when there is none."""
    row = db.execute(
        """SELECT asked.*, checks.state, checks.answered_at, checks.trouble_code,
                  deliveries.id AS made_delivery, deliveries.state AS delivery_state
           FROM consumer_requests AS asked
           LEFT JOIN checks ON checks.id = asked.check_id
           LEFT JOIN deliveries ON deliveries.consumer = asked.consumer
                AND (deliveries.check_id = asked.check_id OR deliveries.id = asked.delivery_id)
           WHERE asked.consumer = ? AND asked.request_id = ?""",
        [consumer, request_id],
    ).fetchone()
    return _standing(row) if row else None


def _standing(row: Any) -> Standing:
    return Standing(
        request_id=row["request_id"],
        operation=Operation(row["operation"]),
        digest=row["digest"],
        taken_at=from_text(row["taken_at"]),
        check_id=row["check_id"],
        state=CheckState(row["state"]) if row["state"] else None,
        answered_at=from_text(row["answered_at"]) if row["answered_at"] else None,
        trouble_code=row["trouble_code"],
        # What was offered in its place since has another id.
        delivery_id=row["made_delivery"] or row["delivery_id"],
        delivery_state=DeliveryState(row["delivery_state"]) if row["delivery_state"] else None,
        count=row["count"],
        next_cursor=row["next_cursor"],
        more=bool(row["more"]),
    )


def dead_letters_of(ledger: Ledger, consumer: str) -> tuple[DeadLetter, ...]:
    """What of this consumer's was given up and still is, results first, each newest first, `AT_MOST` of each.

    A result that somebody at the desk gave up for good is not among them; a check that somebody has looked at still is.
    """
    results = deliveries.where(
        ledger,
        "consumer = ? AND given_up_at IS NOT NULL ORDER BY seq DESC LIMIT ?",
        [consumer, dead_letters.AT_MOST],
    )
    notices = dead_notices.given_up(ledger, consumer)
    rows = ledger.read.execute(_GIVEN_UP, [consumer, dead_letters.AT_MOST])
    return (
        *(
            DeadLetter(
                delivery_id=one.id,
                check_id=one.check_id,
                request_id=one.request_id,
                trouble_code=one.trouble_code or dead_letters.NOT_HANDED_OVER,
                reason_code=one.reason_code,
                given_up_at=one.given_up_at,
            )
            for one in results
            if one.given_up_at is not None
        ),
        *(
            DeadLetter(
                delivery_id=one.id,
                check_id=dead_notices.check_of(ledger, one),
                request_id=None,
                trouble_code=dead_notices.NOT_HANDED_OVER,
                reason_code=one.reason_code,
                given_up_at=one.given_up_at,
            )
            for one in notices
            if one.given_up_at is not None
        ),
        *(
            DeadLetter(
                delivery_id=None,
                check_id=row["id"],
                request_id=row["request_id"],
                trouble_code=row["trouble_code"] or dead_letters.GIVEN_UP,
                reason_code=row["reason_code"],
                given_up_at=from_text(row["given_up_at"]),
            )
            for row in rows
        ),
    )


_GIVEN_UP = """SELECT checks.id, checks.trouble_code, checks.reason_code, checks.given_up_at, asked.request_id
               FROM checks INDEXED BY checks_given_up
               JOIN consumer_requests AS asked ON asked.check_id = checks.id AND asked.consumer = ?
               WHERE checks.given_up_at IS NOT NULL AND asked.operation != 'cancel' ORDER BY checks.seq DESC LIMIT ?"""
