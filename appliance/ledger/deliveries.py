"""Deliveries: what has to be handed to which consumer, and whether the consumer said it has it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.ledger.bell import Topic
from appliance.ledger.checks import touch
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


class DeliveryState(StrEnum):
    """pending until the consumer acknowledged it, or dead when it was given up."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One result for one consumer. `id` stays the same however often it is offered."""

    id: str
    check_id: str
    consumer: str
    kind: ConsumerKind
    state: DeliveryState
    tries: int
    next_offer_at: datetime
    acknowledged_at: datetime | None
    trouble_code: str | None
    reason_code: str | None = None
    given_up_at: datetime | None = None
    refusal: str | None = None
    """The trouble by which the folder gets its own request back, or the 電子カルテ that asked is told: no answer."""
    request_id: str | None = None
    """The consumer's own id of the request by which it asked for this."""
    replayed: bool = False
    """Whether it is offered anew: taken before, or answered before this consumer was there."""
    turn: int = 0
    """Its place among all that became owed; another one when it is owed once more."""


_SELECT = """SELECT deliveries.*, consumers.kind,
                    (SELECT request_id FROM consumer_requests AS asked
                     WHERE asked.check_id = deliveries.check_id AND asked.consumer = deliveries.consumer
                     ORDER BY asked.seq LIMIT 1) AS request_id
             FROM deliveries
             JOIN consumers ON consumers.name = deliveries.consumer """


def add(
    db: Database,
    check_id: str,
    consumer: str,
    now: datetime,
    refusal: str | None = None,
    *,
    replayed: bool = False,
) -> None:
    """Owe the result of `check_id` to `consumer`; inside the transaction that writes the result.

    With `refusal`, a trouble's code, the folder's own request is owed to it, or the word that there is no answer. A folder
    is owed one of the two, and once: whoever was told that there is no answer must not find one.
    """
    db.table("deliveries").insert(
        {
            "id": secrets.token_hex(16),
            "check_id": check_id,
            "consumer": consumer,
            "state": DeliveryState.PENDING,
            "next_offer_at": to_text(now),
            "refusal": refusal,
            "replayed": int(replayed),
        },
        ignore=True,
    )


def forget_refusal(db: Database, check_id: str, consumer: str) -> None:
    """There is an answer where `consumer` was told that there is none: what is owed now is another thing, under an id of its own."""
    db.execute(
        "DELETE FROM deliveries WHERE check_id = ? AND consumer = ? AND refusal IS NOT NULL",
        [check_id, consumer],
    )


def of_check(ledger: Ledger, check_id: str) -> tuple[Delivery, ...]:
    """All deliveries of one check, oldest first."""
    rows = ledger.read.execute(_SELECT + "WHERE check_id = ? ORDER BY seq", [check_id])
    return tuple(_delivery(row) for row in rows)


def where(ledger: Ledger, condition: str, values: Iterable[Any]) -> tuple[Delivery, ...]:
    """The deliveries for which `condition` holds, in SQL over `deliveries` and `consumers`."""
    return tuple(_delivery(row) for row in ledger.read.execute(f"{_SELECT} WHERE {condition}", list(values)))


def due(
    ledger: Ledger,
    kind: ConsumerKind,
    now: datetime,
    limit: int = 100,
    consumer: str | None = None,
    *,
    fast_lane_first: bool = False,
) -> tuple[Delivery, ...]:
    """Pending deliveries to consumers of `kind`, or to one `consumer`, that may be offered now, oldest first.

    What is only offered anew comes after all that is new.

    `fast_lane_first` puts those first whose check is of a faster lane.
    """
    lane = "(SELECT lane FROM checks WHERE checks.id = check_id), " if fast_lane_first else ""
    # Left to itself SQLite reads all that was ever delivered, in order, to be spared sorting the few that are due.
    rows = ledger.read.execute(
        _SELECT.replace("FROM deliveries", "FROM deliveries INDEXED BY deliveries_pending")
        + f"""WHERE deliveries.state = 'pending' AND kind = ? AND enabled = 1 AND next_offer_at <= ?
             AND (? IS NULL OR consumer = ?) ORDER BY {lane}replayed, seq LIMIT ?""",
        [kind, to_text(now), consumer, consumer, limit],
    )
    return tuple(_delivery(row) for row in rows)


def in_turn(ledger: Ledger, consumer: str, after: int, limit: int) -> tuple[Delivery, ...]:
    """What is pending for `consumer` and became owed after the turn `after`, in the order in which it did.

    When it is due is nothing to who fetches: by a clock that was set back since, it would be passed over.
    """
    rows = ledger.read.execute(
        _SELECT.replace("FROM deliveries", "FROM deliveries INDEXED BY deliveries_in_turn")
        + """WHERE deliveries.state = 'pending' AND consumer = ? AND enabled = 1 AND turn > ?
             ORDER BY turn LIMIT ?""",
        [consumer, after, limit],
    )
    return tuple(_delivery(row) for row in rows)


def of_consumer(ledger: Ledger, delivery_id: str, consumer: str) -> Delivery | None:
    """The delivery with this id, if it is one of `consumer`."""
    return next(iter(where(ledger, "deliveries.id = ? AND consumer = ?", [delivery_id, consumer])), None)


def offered(ledger: Ledger, delivery_id: str, next_offer_at: datetime) -> None:
    """Note that a delivery was offered and when to offer it again if no acknowledgement comes."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "UPDATE deliveries SET tries = tries + 1, next_offer_at = ? WHERE id = ? AND state = 'pending'",
            [to_text(next_offer_at), delivery_id],
        )


def all_given(ledger: Ledger, delivery_ids: Iterable[str]) -> None:
    """Count these as offered once more. When they are due stays as it is: their consumer fetches when it likes."""
    with ledger.write(Topic.OTHER) as db:
        db.conn.executemany(
            "UPDATE deliveries SET tries = tries + 1 WHERE id = ? AND state = 'pending'",
            [(delivery_id,) for delivery_id in delivery_ids],
        )


def all_offered(ledger: Ledger, moments: Mapping[str, datetime]) -> None:
    """`offered` for several deliveries in one commit: when to offer each again, by delivery id."""
    with ledger.write(Topic.OTHER) as db:
        for delivery_id, next_offer_at in moments.items():
            db.execute(
                "UPDATE deliveries SET tries = tries + 1, next_offer_at = ? WHERE id = ? AND state = 'pending'",
                [to_text(next_offer_at), delivery_id],
            )


def acknowledge(ledger: Ledger, delivery_id: str, consumer: str, now: datetime) -> bool:
    """`consumer` has the delivery. True when this changed something; False for a repeat or a foreign id."""
    with ledger.write(Topic.CHECKS) as db:
        row = db.execute(
            """UPDATE deliveries SET state = 'acknowledged', acknowledged_at = ?, trouble_code = NULL
               WHERE id = ? AND consumer = ? AND state = 'pending' RETURNING check_id""",
            [to_text(now), delivery_id, consumer],
        ).fetchone()
        if row is not None:
            touch(db, row["check_id"])
        return row is not None


def all_placed(ledger: Ledger, consumer: str, files: Mapping[str, str], now: datetime) -> None:
    """The files of these deliveries lie in the folder of `consumer`, which is what it takes: acknowledged in one commit.

    `files` says by delivery id which file it is, as text that `placed_before` gives back.
    """
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
        for delivery_id, placed in files.items():
            row = db.execute(
                """UPDATE deliveries SET state = 'acknowledged', acknowledged_at = ?, trouble_code = NULL, placed = ?
                   WHERE id = ? AND consumer = ? AND state = 'pending' RETURNING check_id""",
                [to_text(now), placed, delivery_id, consumer],
            ).fetchone()
            if row is not None:
                touch(db, row["check_id"])


def placed_before(ledger: Ledger, consumer: str, moment: datetime, limit: int = 100) -> dict[str, str]:
    """Files placed in the folder of `consumer` up to `moment` and not cleared away, oldest first, by delivery id."""
    rows = ledger.read.execute(
        """SELECT id, placed FROM deliveries
           WHERE consumer = ? AND placed IS NOT NULL AND cleared_at IS NULL AND acknowledged_at <= ?
           ORDER BY acknowledged_at LIMIT ?""",
        [consumer, to_text(moment), limit],
    )
    return {row["id"]: row["placed"] for row in rows}


def last_placed_at(ledger: Ledger, consumer: str) -> datetime | None:
    """When the newest file that may still lie in the folder of `consumer` was placed there."""
    row = ledger.read.execute(
        """SELECT max(acknowledged_at) FROM deliveries
           WHERE consumer = ? AND placed IS NOT NULL AND cleared_at IS NULL""",
        [consumer],
    ).fetchone()
    return from_text(row[0]) if row[0] else None


def all_cleared(ledger: Ledger, delivery_ids: Iterable[str], now: datetime) -> None:
    """Nobody needs to look after the files of these deliveries any more."""
    with ledger.write(Topic.OTHER) as db:
        for delivery_id in delivery_ids:
            db.execute("UPDATE deliveries SET cleared_at = ? WHERE id = ?", [to_text(now), delivery_id])


def failed(ledger: Ledger, delivery_id: str, code: str, next_offer_at: datetime) -> None:
    """A delivery could not be handed over because of trouble `code`; try again at `next_offer_at`."""
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES) as db:
        row = db.execute(
            """UPDATE deliveries SET tries = tries + 1, next_offer_at = ?, trouble_code = ?
               WHERE id = ? AND state = 'pending' RETURNING check_id""",
            [to_text(next_offer_at), code, delivery_id],
        ).fetchone()
        if row is not None:
            touch(db, row["check_id"])


def offer_again(ledger: Ledger, kind: ConsumerKind, now: datetime, *consumers: str) -> int:
    """Make pending deliveries due at once: a broker, or these `consumers`, came back; none named: all of a kind. How many."""
    with ledger.write(Topic.DELIVERIES) as db:
        done = db.execute(
            """UPDATE deliveries SET next_offer_at = :now WHERE state = 'pending'
               AND consumer IN (SELECT name FROM consumers WHERE kind = :kind)
               AND (:all OR consumer IN (SELECT value FROM json_each(:consumers)))""",
            {"now": to_text(now), "kind": kind, "all": not consumers, "consumers": json.dumps(consumers)},
        )
        return int(done.rowcount)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row["id"],
        check_id=row["check_id"],
        consumer=row["consumer"],
        kind=ConsumerKind(row["kind"]),
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        next_offer_at=from_text(row["next_offer_at"]),
        acknowledged_at=from_text(row["acknowledged_at"]) if row["acknowledged_at"] else None,
        trouble_code=row["trouble_code"],
        reason_code=row["reason_code"],
        given_up_at=from_text(row["given_up_at"]) if row["given_up_at"] else None,
        refusal=row["refusal"],
        request_id=row["request_id"],
        replayed=bool(row["replayed"]),
        turn=row["turn"] or 0,
    )
