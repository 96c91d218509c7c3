"""Which reader reads phones for which other one, and the way from it to that one's desk. For the dispatcher's thread only.

Such a reader has no desk and no screen of its own; its row says only whether it is there.
"""

from collections.abc import Mapping

from appliance.devices.desk import Desk
from appliance.devices.events import CardGone, CardPresent, ReaderGone
from appliance.devices.visit_events import PhoneTaken
from appliance.eligibility.visit import Phase
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock


class PhoneReaders:
    """`desks` are those of the first readers, by key, as they come."""

    def __init__(self, ledger: Ledger, clock: Clock, desks: Mapping[str, Desk]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._desks = desks
        self._first: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def first_of(self, key: str) -> str:
        """For which reader the reader `key` reads phones at this moment; empty: for none."""
        return self._first.get(key, "")

    def __contains__(self, key: str) -> bool:
        return key in self._first

    def take(self, key: str, first: str, name: str) -> None:
        """The reader `key`, which pcscd calls `name`, is there and reads phones for the reader `first`."""
        self._first[key], self._names[key] = first, name
        readers.show(self._ledger, key, self._clock(), phase=Phase.IDLE)
        self.tell(first)

    def give_up(self, key: str, code: str | None = None) -> None:
        """It does so no more; `code` when it is gone."""
        first = self._first.pop(key)
        del self._names[key]
        readers.show(self._ledger, key, self._clock(), phase=Phase.OFFLINE, trouble_code=code)
        if first in self._desks:
            self._desks[first].phone_reader(None)

    def tell(self, first: str) -> None:
        """Let the desk of `first`, if it is there, know its reader for phones, if that is there."""
        for key, of in self._first.items():
            if of == first and first in self._desks:
                self._desks[first].phone_reader(self._names[key])

    def pass_on(self, event: CardPresent | CardGone | ReaderGone) -> None:
        """What happened at a reader for phones."""
        key = str(event.key)
        desk = self._desks.get(self._first[key])
        match event:
            case CardPresent() if desk is not None:
                desk.phone_laid()
            case CardGone() if desk is not None:
                desk.tell(PhoneTaken())
            case ReaderGone():
                self.give_up(key, "READER-001")
