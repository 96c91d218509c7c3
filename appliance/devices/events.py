"""What the watcher tells: one frozen class an event. Every arrival is followed by its going, even when pcscd dies."""

from dataclasses import dataclass

from appliance.devices.readers import ReaderKey


@dataclass(frozen=True)
class ReaderArrived:
    """A reader is there. `key` lasts, `name` is what pcscd calls it until it goes."""

    key: ReaderKey
    name: str


@dataclass(frozen=True)
class ReaderGone:
    """The reader was unplugged, or pcscd went; its card was told gone before."""

    key: ReaderKey
    name: str


@dataclass(frozen=True)
class CardPresent:
    """A card lies on the reader; `open_card(name)` takes it."""

    key: ReaderKey
    name: str


@dataclass(frozen=True)
class CardGone:
    """The card was taken away, or changed for another one (then `CardPresent` follows at once)."""

    key: ReaderKey
    name: str


@dataclass(frozen=True)
class ServiceUp:
    """pcscd answers."""


@dataclass(frozen=True)
class ServiceDown:
    """pcscd does not answer. Told once; the watcher keeps trying."""


WatcherEvent = ReaderArrived | ReaderGone | CardPresent | CardGone | ServiceUp | ServiceDown
