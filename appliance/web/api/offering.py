"""What is owed to a consumer, as it is given: in the order in which it became owed, until it is acknowledged."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol

from appliance.eligibility.trouble import Trouble
from appliance.ledger import dead_letters, dead_notices, deliveries, notices
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.messages import message_of
from appliance.ledger.notice_messages import NoticeMessage, handed_over
from appliance.ledger.notice_messages import message_of as notice_message_of
from appliance.ledger.notices import Notice
from appliance.web.api import answers

MOST_BYTES = 4 * 1024 * 1024
"""Of one answer; a part of a run with 500 people alone may be half a megabyte."""

_AT_ONCE = 50
_ATTEMPT = re.compile(rb'"attempt":[0-9]+')
"""The first one is the message's own: before it stand ids alone, and within a text the quotes have backslashes."""


@dataclass(frozen=True)
class Offer:
    """One message: its delivery id, its turn among all that is owed, the name of its schema."""

    id: str
    turn: int
    word: str
    payload: bytes = field(repr=False)
    notice: NoticeMessage | None = None


class Owed(Protocol):
    """One kind of what is owed to one consumer."""

    def offers(self, after: int, limit: int, now: datetime) -> tuple[Offer, ...]:
        """The next ones after the turn `after`, at least one if there is any, together no more than `MOST_BYTES`."""

    def given(self, offered: Sequence[Offer], now: datetime) -> None:
        """These are going out."""


@dataclass(frozen=True)
class OwedDeliveries:
    """Results, and how requests ended."""

    ledger: Ledger
    consumer: str

    def offers(self, after: int, limit: int, now: datetime) -> tuple[Offer, ...]:
        """As of `Owed`. What cannot be made into a message is given up: no other try would help."""
        found = deliveries.in_turn(self.ledger, self.consumer, after, limit)
        return _some(made for one in found if (made := self._made(one, now)))

    def _made(self, delivery: Delivery, now: datetime) -> Offer | None:
        try:
            word, payload = message_of(self.ledger, delivery)
        except Trouble as trouble:
            # A consumer that reads on would not come by again: a person has to look.
            dead_letters.delivery_failed(self.ledger, delivery.id, trouble.code, now, 1, now)
            return None
        return Offer(delivery.id, delivery.turn, word, payload)

    def given(self, offered: Sequence[Offer], _now: datetime) -> None:
        """Count them."""
        if offered:
            deliveries.all_given(self.ledger, [one.id for one in offered])


@dataclass(frozen=True)
class OwedNotices:
    """Tasks and medical information."""

    ledger: Ledger
    consumer: str
    institution_code: str

    def offers(self, after: int, limit: int, now: datetime) -> tuple[Offer, ...]:
        """As of `Owed`. Medical information whose consent is over says only that; what is no message is given up."""
        return _some(islice(self._made(after, now), limit))

    def _made(self, after: int, now: datetime) -> Iterator[Offer]:
        for notice in self._pending(after):
            try:
                message = notice_message_of(self.ledger, notice, self.institution_code, now)
            except Trouble as trouble:
                dead_notices.give_up(self.ledger, notice.id, trouble.code, now)
                continue
            if message is not None:
                yield Offer(notice.id, notice.seq, notice.kind, message.payload, message)

    def _pending(self, after: int) -> Iterator[Notice]:
        """All of it, some at a time: what says nothing yet must not stand before what does."""
        while found := notices.in_turn(self.ledger, self.consumer, after, _AT_ONCE):
            yield from found
            after = found[-1].seq

    def given(self, offered: Sequence[Offer], now: datetime) -> None:
        """Count them, with a row in the audit trail for medical information."""
        for one in offered:
            if one.notice is not None:
                handed_over(self.ledger, one.notice, now)
        if offered:
            notices.all_offered(self.ledger, {one.id: now for one in offered})


def _some(made: Iterable[Offer]) -> tuple[Offer, ...]:
    found: list[Offer] = []
    size = 0
    for one in made:
        size += len(one.payload)
        if found and size > MOST_BYTES:
            break
        found.append(one)
    return tuple(found)


def tag(offered: Sequence[Offer], cursor: int) -> str:
    """Another one whenever there is something else to take; how often it was offered makes no difference."""
    each = (part for one in offered for part in parts_of(one.turn, one.payload))
    return answers.tag_of([str(cursor).encode(), *each])


def parts_of(turn: int, payload: bytes) -> tuple[bytes, bytes]:
    """What makes one message another: that it is owed once more, or anything that it says but how often it was offered.

    The same result may be said in another form, and of medical information less is said when a consent has ended.
    """
    return str(turn).encode(), _ATTEMPT.sub(b"", payload, count=1)
