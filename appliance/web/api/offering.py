"""What is owed to a consumer, as it is given: in the order in which it became owed, until it is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger import dead_letters, deliveries
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.messages import Word, message_of
from appliance.web.api import answers

MOST_BYTES = 4 * 1024 * 1024
"""Of one answer; a part of a run with 500 people alone may be half a megabyte."""


@dataclass(frozen=True)
class Offer:
    """One delivery with its message."""

    delivery: Delivery
    word: Word
    payload: bytes


def offers(ledger: Ledger, consumer: str, after: int, limit: int, now: datetime) -> tuple[Offer, ...]:
    """The next ones after the turn `after`, at least one if there is any, together no more than `MOST_BYTES`."""
    found: list[Offer] = []
    size = 0
    for delivery in deliveries.in_turn(ledger, consumer, after, now, limit):
        made = _made(ledger, delivery, now)
        if made is None:
            continue
        size += len(made.payload)
        if found and size > MOST_BYTES:
            break
        found.append(made)
    return tuple(found)


def _made(ledger: Ledger, delivery: Delivery, now: datetime) -> Offer | None:
    try:
        return Offer(delivery, *message_of(ledger, delivery))
    except Trouble as trouble:
        # No other try can help, and a consumer that reads on would not come by again: a person has to look.
        dead_letters.delivery_failed(ledger, delivery.id, trouble.code, now, 1, now)
        return None


def given(ledger: Ledger, offered: Sequence[Offer]) -> None:
    """Count these as offered once more. When they are due stays as it is: the consumer fetches when it likes."""
    if offered:
        deliveries.all_offered(ledger, {one.delivery.id: one.delivery.next_offer_at for one in offered})


def tag(offered: Sequence[Offer], cursor: int) -> str:
    """Another one whenever there is something else to take; how often it was offered makes no difference."""
    return answers.tag_of(
        [str(cursor).encode(), *(f"{one.delivery.id} {one.delivery.turn}".encode() for one in offered)]
    )
