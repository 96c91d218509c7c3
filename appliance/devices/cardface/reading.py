"""One frame: find the card, make sure that it is its front, look at three places, read them.

The 個人番号 stands on the back: without a portrait where the front has one, nothing at all is read. Of the front only the three
regions of `flat.READ` reach the engine, by a pipe; every picture made on the way is overwritten.
"""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.cardface import flat
from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.devices.cardface.text import face_in
from appliance.devices.face.finding import Finder
from appliance.devices.face.picture import Picture, wiped

_DARK_FRAME = 60.0
"""Grey level that 19 of 20 pixels stay below."""

_BURNT, _MOST_BURNT = 250, 0.04
_LEAST_SHARP = 0.03


class CardEye:
    """Looks at frames for the front of a card. `finder` tells a portrait."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def look(self, frame: Picture) -> CardSeen:
        """Look at `frame` in colour, which stays the caller's to wipe. Raises `Trouble` PAPER-003, PAPER-004 from the engine."""
        with wiped(bright := frame.max(axis=2)):
            if float(np.percentile(bright, 95)) < _DARK_FRAME:
                return CardSeen(CardReason.TOO_DARK)
            corners = flat.corners_of(frame)
            if corners is None:
                burnt = float((bright >= _BURNT).mean()) > _MOST_BURNT
                return CardSeen(CardReason.GLARE if burnt else CardReason.NO_CARD)
        if flat.sides_of(corners)[0] < flat.LEAST_WIDTH:
            return CardSeen(CardReason.TOO_FAR)
        with (
            wiped(colour := flat.flat(frame, corners)),
            wiped(card := cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)),
        ):
            return self._looked_at(card)

    def _looked_at(self, card: MatLike) -> CardSeen:
        with wiped(turned := np.ascontiguousarray(card[::-1, ::-1])):
            upright = next((one for one in (card, turned) if self._has_portrait(one)), None)
            blurred = sharpness(card) < _LEAST_SHARP
            if upright is None:
                return CardSeen(CardReason.BLURRED if blurred else CardReason.OTHER_SIDE)
            if any(_is_burnt(flat.cut(upright, region)) for region in flat.READ):
                return CardSeen(CardReason.GLARE)
            if blurred:
                return CardSeen(CardReason.BLURRED)
            face = face_in(upright)
        return CardSeen(CardReason.UNCLEAR if face is None else CardReason.READ, face)

    def _has_portrait(self, card: MatLike) -> bool:
        with wiped(photo := np.array(flat.cut(card, flat.PHOTO), np.uint8)):
            found = self._finder.find(photo)
        with wiped(found.picture):
            return len(found.faces) == 1


def sharpness(card: MatLike) -> float:
    """How much of a flat card's contrast is in its finest detail; what is finer than print is the sensor's noise."""
    with (
        wiped(fine := card.astype(np.float64)),
        wiped(soft := cv2.GaussianBlur(fine, (0, 0), 1.5)),
        wiped(detail := cv2.Laplacian(soft, cv2.CV_64F)),
    ):
        return float(detail.std() / max(float(card.std()), 1.0))


def _is_burnt(region: MatLike) -> bool:
    return float((region >= _BURNT).mean()) > _MOST_BURNT
