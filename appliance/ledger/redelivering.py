"""Results offered anew: one that a consumer lost, or all since a place in time, also those from before it was there.

What a consumer had before keeps its delivery's id, so that one that kept the ids stores nothing twice; what it never had gets
an id of its own. Both are marked as replayed, and come after all that is new.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.after_outage import VALID
from appliance.eligibility.consumer_requests import After, Behind, Resend, Since
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumers, deliveries, notices, tasks
from appliance.ledger.checks import Origin, touch
from appliance.ledger.consumers import Consumer
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text

MOST_AT_ONCE = 500
"""So many answers are looked through for one request; the next one goes on from `next_cursor`."""

_REPLAYED = (Family.SINGLE, Family.REFERENCE)
"""Parts of a list are not: what a list brought may have been asked anew since."""


@dataclass(frozen=True)
class Replayed:
    """How many are offered anew, where to go on (None: nothing was found yet), and whether there is more now."""

    count: int
    next_cursor: str | None
    more: bool


def resend_in(db: Database, consumer: str, wanted: Resend, now: datetime) -> str:
    """Offer one result of `consumer` again, or a notice by its delivery's id; that id.

    Raises `Trouble` REQUEST-006 when there is none of its own.
    """
    row = db.execute(
        """SELECT id, state, check_id FROM deliveries
           WHERE consumer = :consumer AND (id = :id OR check_id = :check)""",
        {"consumer": consumer, "id": wanted.delivery_id, "check": wanted.check_id},
    ).fetchone()
    if row is not None:
        _offer_anew(db, row, now)
        return str(row["id"])
    if wanted.delivery_id is not None and notices.offer_anew_in(db, consumer, wanted.delivery_id, now):
        tasks.settle_in(db, TaskKind.DEAD_LETTER, wanted.delivery_id, now)
        return wanted.delivery_id
    raise Trouble("REQUEST-006")


def _offer_anew(db: Database, row: Any, now: datetime) -> None:
    """One that was never taken is still new; it is only due at once."""
    if row["state"] == "pending":
        db.execute(
            "UPDATE deliveries SET next_offer_at = ?, tries = 0 WHERE id = ?", [to_text(now), row["id"]]
        )
        return
    db.execute(
        """UPDATE deliveries SET state = 'pending', replayed = 1, tries = 0, next_offer_at = ?, acknowledged_at = NULL,
                  own_failures = 0, failed_at = NULL, given_up_at = NULL, reason_code = NULL, trouble_code = NULL
           WHERE id = ?""",
        [to_text(now), row["id"]],
    )
    touch(db, row["check_id"])
    tasks.settle_in(db, TaskKind.DEAD_LETTER, row["id"], now)


def replay_in(db: Database, consumer: Consumer, after: After, now: datetime) -> Replayed:
    """Offer anew what was answered after that and `consumer` may have, in the order in which the box took the answers.

    Raises `Trouble` REQUEST-008 while many of an earlier replay are not taken.
    """
    waiting = db.execute(
        """SELECT count(*) FROM deliveries INDEXED BY deliveries_pending
           WHERE consumer = ? AND state = 'pending' AND replayed = 1""",
        [consumer.name],
    ).fetchone()[0]
    if waiting > MOST_AT_ONCE:
        raise Trouble("REQUEST-008")
    place = _place_of(db, after)
    rows = db.execute(_ANSWERED, [consumer.name, place, MOST_AT_ONCE + 1]).fetchall()
    looked = rows[:MOST_AT_ONCE]
    count = sum(_replay_one(db, consumer, row, now) for row in looked)
    is_somewhere = looked or not isinstance(after, Since)
    cursor = f"@{looked[-1]['place'] if looked else place}" if is_somewhere else None
    return Replayed(count, cursor, len(rows) > len(looked))


def _place_of(db: Database, after: After) -> int:
    """Behind which place to go on."""
    if isinstance(after, int):
        return after
    if isinstance(after, Behind):
        row = db.execute("SELECT place FROM result_places WHERE check_id = ?", [after.check_id]).fetchone()
        if row is not None:
            return int(row["place"])
    row = db.execute(_FIRST_SINCE, [after.moment]).fetchone()
    return int(row["place"]) - 1 if row is not None else _last_place(db)


def _last_place(db: Database) -> int:
    return int(db.execute("SELECT coalesce(max(place), 0) FROM result_places").fetchone()[0])


_FIRST_SINCE = "SELECT place FROM result_places WHERE highest >= ? ORDER BY highest, place LIMIT 1"
_ANSWERED = """SELECT result_places.place, results.check_id, results.qualification_validity,
                      checks.origin, checks.asked_by, checks.family,
                      deliveries.id, deliveries.state, deliveries.refusal
               FROM result_places CROSS JOIN results ON results.check_id = result_places.check_id
               JOIN checks ON checks.id = results.check_id
               LEFT JOIN deliveries ON deliveries.check_id = results.check_id AND deliveries.consumer = ?
               WHERE result_places.place > ? ORDER BY result_places.place LIMIT ?"""


def _replay_one(db: Database, consumer: Consumer, row: Any, now: datetime) -> bool:
    if row["family"] not in _REPLAYED or row["refusal"] is not None:
        return False
    if row["id"] is not None:
        _offer_anew(db, row, now)
        return True
    is_news = row["origin"] != Origin.FOLLOW_UP or row["qualification_validity"] in VALID
    if not is_news or not consumers.takes(consumer, row["origin"], row["asked_by"], row["family"]):
        return False
    deliveries.add(db, row["check_id"], consumer.name, now, replayed=True)
    touch(db, row["check_id"])
    return True
