"""What one frame showed of a card: pure values, no picture among them."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.eligibility.card_face import CardFace


class CardReason(StrEnum):
    """Why a frame could or could not be read. The patient screen has one sentence for each."""

    READ = "read"
    NO_CARD = "no_card"
    OTHER_SIDE = "other_side"
    TOO_FAR = "too_far"
    TOO_DARK = "too_dark"
    GLARE = "glare"
    BLURRED = "blurred"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class CardSeen:
    """One frame. `face` only where `reason` is READ; it opens the photo, so it is in no repr."""

    reason: CardReason
    face: CardFace | None = field(default=None, repr=False)
