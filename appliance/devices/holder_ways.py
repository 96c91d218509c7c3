"""What a desk needs to prove a holder without the PIN: an eye for the face, and a way to the card's key.

Which APDUs a certified terminal uses for the second is not public; see `docs/limits.md`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from appliance.devices.connection import CardConnection
from appliance.devices.visit_events import VisitEvent
from appliance.eligibility.trouble import Trouble

WithoutPin = Callable[[CardConnection], None]
"""Opens the 利用者証明用 key of the card, JPKI application selected, for one signature. Raises `Trouble`."""


class WrongNumber(Trouble):
    """The card refused 照合番号B; `tries_left` remain."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("CARD-013", f"残り{tries_left}回")
        self.tries_left = tries_left


class FaceWay(Protocol):
    """Compares who stands at the camera with the photo on the card. One for each reader."""

    def read_photo(self, connection: CardConnection, number: str) -> None:
        """Take the photo from the card, opened with 照合番号B. Raises `WrongNumber` and `Trouble`."""

    def watch_card(self, tell: Callable[[VisitEvent], None]) -> None:
        """Begin to look for the card's number; one `NumberSeen` or `NumberNotSeen` follows as after `watch`."""

    def take_number(self) -> str | None:
        """照合番号B as the camera has read it, once; None when there is none."""

    def watch(self, tell: Callable[[VisitEvent], None]) -> None:
        """Begin one look; one `FaceSame`, `FaceAlike` or `FaceNot` follows from another thread, unless stopped."""

    def stop(self) -> None:
        """End the look and forget number, photo and pictures; tells nothing more. Harmless at any time."""

    def close(self) -> None:
        """Let camera and model go. May be called twice."""


@dataclass(frozen=True)
class HolderWays:
    """What there is at one reader beside the PIN."""

    face: FaceWay | None = None
    without_pin: WithoutPin | None = None

    @property
    def has_face(self) -> bool:
        """Whether a face may open the card here: to know a face is of no use without a way to the key."""
        return self.face is not None and self.without_pin is not None
