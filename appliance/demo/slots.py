"""The readers' slots, as people see them: numbered from 1, each with at most one card on it."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from appliance.demo.pcscd import SLOTS, ReaderPair
from appliance.demo.virtual_card import VirtualCard
from appliance.demo.vpcd import InsertedCard, Knobs
from appliance.eligibility.trouble import Trouble

# pcscd looks at its readers every 400 ms. If a card breaks off a conversation and another one lies there before it
# has looked, pcscd 1.9.9 takes the reader for empty until that card is gone as well. No hand is that quick.
_HAND_SECONDS = 0.5


class Slot:
    """One slot. Its knobs stay when cards come and go; `apdus` and `seconds` count over all cards."""

    def __init__(self, number: int, pair: ReaderPair, slot: int) -> None:
        self.number = number
        self.knobs = Knobs()
        self.who: str | None = None
        self._pair = pair
        self._slot = slot
        self._card: InsertedCard | None = None
        self._earlier_apdus = 0
        self._earlier_seconds = 0.0
        self._empty_since = -_HAND_SECONDS
        self._lock = threading.Lock()

    def insert(self, who: str, card: VirtualCard) -> None:
        """Lay a card on the reader; the one that lies there is taken away first, half a second earlier."""
        with self._lock:
            self._take()
            self.who = who
            lands_in = max(0.0, self._empty_since + _HAND_SECONDS - time.monotonic())
            port = self._pair.port + self._slot
            self._card = InsertedCard(card, port, self.knobs, self._pulled, lands_in)

    def remove(self) -> str | None:
        """Take the card away and say whose it was; None when there was none."""
        with self._lock:
            return self._take()

    def state(self) -> dict[str, Any]:
        """Reader number and name, the slot, whose card lies there, whether pcscd has it, APDUs seen, seconds in them, knobs."""
        card, knobs = self._card, self.knobs
        return {
            "reader": self.number,
            "name": self._pair.name,
            "slot": self._slot,
            "person": self.who,
            "connected": card is not None and card.connected,
            "apdus": self._earlier_apdus + (card.apdus if card else 0),
            "seconds": self._earlier_seconds + (card.seconds if card else 0.0),
            "latency_ms": knobs.latency_ms,
            "sign_ms": knobs.sign_ms,
            "die_after_apdus": knobs.die_after_apdus,
        }

    def _take(self) -> str | None:
        who, card = self.who, self._card
        self.who, self._card = None, None
        if card is not None:
            card.remove()
            self._earlier_apdus += card.apdus
            self._earlier_seconds += card.seconds
            self._empty_since = time.monotonic()
        return who

    def _pulled(self) -> None:
        self.who = None
        self._empty_since = time.monotonic()


class Slots:
    """All slots of one card world."""

    def __init__(self, pairs: Sequence[ReaderPair], readers: int) -> None:
        places = [(pair, slot) for pair in pairs for slot in range(SLOTS)][:readers]
        self._slots = [Slot(number, pair, slot) for number, (pair, slot) in enumerate(places, start=1)]

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def numbered(self, number: object) -> Slot:
        """The slot with that number; raises `Trouble` (DEMO-002) when there is none."""
        if isinstance(number, int) and 1 <= number <= len(self._slots):
            return self._slots[number - 1]
        raise Trouble("DEMO-002", f"reader is a number from 1 to {len(self._slots)}")

    def insert(self, slot: Slot, who: str, card: VirtualCard) -> None:
        """Lay a card into `slot`. A card exists once: it is taken from another reader if it lies there."""
        for other in self._slots:
            if other is not slot and other.who == who:
                other.remove()
        slot.insert(who, card)

    def clear(self) -> None:
        """Take all cards away."""
        for slot in self._slots:
            slot.remove()
