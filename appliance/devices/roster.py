"""The readers and cards that are there, and what changed since the last look. Pure, for the watcher's thread only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from appliance.devices.events import CardGone, CardPresent, ReaderArrived, ReaderGone, WatcherEvent
from appliance.devices.readers import ReaderKey, free_key

_STATE_PRESENT = 0x20


@dataclass(frozen=True)
class _Seen:
    key: ReaderKey
    state: int = 0


class Roster:
    """Turns what pcscd reports into events."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def states(self) -> list[tuple[str, int]]:
        """Name and last known state word of each reader, as SCardGetStatusChange wants them back."""
        return [(name, seen.state) for name, seen in self._seen.items()]

    def readers(self, names: Iterable[str]) -> list[WatcherEvent]:
        """Take over the list of readers; the events for those that came and went."""
        wanted = tuple(names)
        events: list[WatcherEvent] = []
        for name in [name for name in self._seen if name not in wanted]:
            events += self._drop(name)
        for name in wanted:
            if name not in self._seen:
                key = free_key(name, [seen.key for seen in self._seen.values()])
                self._seen[name] = _Seen(key)
                events.append(ReaderArrived(key, name))
        return events

    def state(self, name: str, word: int) -> list[WatcherEvent]:
        """Take over a reader's state word (flags below, pcscd's event counter in the upper half).

        A card that was changed between two looks shows only in the counter, so that counts as gone and come.
        """
        seen = self._seen[name]
        self._seen[name] = replace(seen, state=word)
        was, now = bool(seen.state & _STATE_PRESENT), bool(word & _STATE_PRESENT)
        changed = was != now or (was and seen.state >> 16 != word >> 16)
        events: list[WatcherEvent] = []
        if was and changed:
            events.append(CardGone(seen.key, name))
        if now and changed:
            events.append(CardPresent(seen.key, name))
        return events

    def clear(self) -> list[WatcherEvent]:
        """Forget everything; the events for all that went with pcscd."""
        return self.readers(())

    def _drop(self, name: str) -> list[WatcherEvent]:
        seen = self._seen.pop(name)
        card: list[WatcherEvent] = [CardGone(seen.key, name)] if seen.state & _STATE_PRESENT else []
        return [*card, ReaderGone(seen.key, name)]
