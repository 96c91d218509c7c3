"""How the deliveries to each consumer stand, counted without reading a table that grows for years."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from appliance.ledger import dead_notices
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text

LOOKED_AT = 2000
"""What is over is counted among so many of the newest deliveries."""


@dataclass(frozen=True)
class DeliveryCounts:
    """`waiting` and `given_up` are all there are; `taken` is counted among the newest, `last_taken_at` too.

    Of notices those alone that were given up.
    """

    waiting: int = 0
    given_up: int = 0
    taken: int = 0
    last_taken_at: datetime | None = None


NONE = DeliveryCounts()


def by_consumer(ledger: Ledger) -> dict[str, DeliveryCounts]:
    """The counts of each consumer that was ever owed anything lately."""
    found: dict[str, DeliveryCounts] = {}
    for name, count in _counted(ledger, "deliveries_pending", "state = 'pending'"):
        found[name] = replace(found.get(name, NONE), waiting=count)
    for name, count in _counted(ledger, "deliveries_given_up", "given_up_at IS NOT NULL"):
        found[name] = replace(found.get(name, NONE), given_up=count)
    for name, count in dead_notices.by_consumer(ledger).items():
        known = found.get(name, NONE)
        found[name] = replace(known, given_up=known.given_up + count)
    for row in ledger.read.execute(_TAKEN, [LOOKED_AT]):
        found[row["consumer"]] = replace(
            found.get(row["consumer"], NONE),
            taken=row["found"],
            last_taken_at=from_text(row["at"]) if row["at"] else None,
        )
    return found


_TAKEN = """SELECT consumer, count(*) AS found, max(acknowledged_at) AS at
    FROM (SELECT consumer, state, acknowledged_at FROM deliveries ORDER BY seq DESC LIMIT ?)
    WHERE state = 'acknowledged' GROUP BY consumer"""


def _counted(ledger: Ledger, index: str, condition: str) -> list[Any]:
    # Named, so that a lost index is an error and not a slow page.
    return ledger.read.execute(
        f"SELECT consumer, count(*) FROM deliveries INDEXED BY {index} WHERE {condition} GROUP BY consumer"
    ).fetchall()
