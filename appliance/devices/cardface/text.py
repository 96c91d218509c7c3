"""The three printed things of an upright flat card, each read from three renderings that must agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
from cv2.typing import MatLike

from appliance.devices.cardface import flat
from appliance.devices.cardface.lines import even, glyphs_of, ink_of, lines_of
from appliance.devices.face.picture import wiped
from appliance.devices.paper.areas import Area
from appliance.devices.paper.tesseract import DIGITS, Character, read_strips
from appliance.devices.paper.words import plain, scaled
from appliance.eligibility.card_face import CardFace, birthdate_in, expiry_in

_PLAIN, _LARGE, _SHARPENED = 40, 56, 32
"""Heights of the three renderings. Bare black ink was tried as one of them and lost more than it caught."""

_RIM = 3
_CODE_DIGITS = 4
_CODE_SHAPE = (1.5, 3.6)
"""Four digits are so many times as wide as high. A number that is longer is not read at all."""

_LEAST_SURE, _LEAST_SURE_CODE = 0.9, 0.9
"""From 0 to 1. What was misread on rendered cards stood below it mostly; the code is confirmed by nothing else on the card."""

_MOST_LINES = 2


@dataclass(frozen=True)
class Line:
    """One line of print: its pictures, its place in the region, and the number of its connected pieces."""

    renderings: tuple[MatLike, ...]
    area: Area
    pieces: int

    @property
    def may_be_code(self) -> bool:
        """Whether it has the shape of four digits."""
        low, high = _CODE_SHAPE
        return self.pieces <= _CODE_DIGITS and low <= self.area.width / self.area.height <= high


def face_in(card: MatLike) -> CardFace | None:
    """The three things on `card`, which is grey; None unless each is there once and all readings of it agree.

    Raises `Trouble` PAPER-003, PAPER-004 as the engine does.
    """
    births, expiries, codes = (_lines(flat.cut(card, region)) for region in flat.READ)
    with wiped(*(picture for one in (*births, *expiries, *codes) for picture in one.renderings)):
        if not births or not expiries or len(codes) != 1 or not codes[0].may_be_code:
            return None
        code = _agreed(codes, "eng", _LEAST_SURE_CODE)[0]
        if len(code) != _CODE_DIGITS:
            return None
        texts = _agreed((*births, *expiries), "jpn", _LEAST_SURE)
    born = [day for text in texts if (day := birthdate_in(text))]
    ends = [day for text in texts if (day := expiry_in(text))]
    return CardFace(born[0], ends[0], code) if len(born) == len(ends) == 1 else None


def _agreed(lines: Sequence[Line], language: str, least: float) -> list[str]:
    """What all renderings of each line say; "" where they differ or the engine was not sure."""
    pictures = [picture for line in lines for picture in line.renderings]
    read = iter(read_strips(pictures, language, DIGITS if language == "eng" else None))
    found = []
    for line in lines:
        texts = [next(read) for _ in line.renderings]
        said = {plain("".join(one.text for one in text)) for text in texts}
        found.append(said.pop() if len(said) == 1 and _surety(texts) >= least else "")
    return found


def _surety(texts: Sequence[Sequence[Character]]) -> float:
    return min((one.confidence for text in texts for one in text), default=0.0)


def _lines(region: MatLike) -> list[Line]:
    """The lines of a region; none where it holds more of them than such a region does."""
    with wiped(evened := even(region), ink := ink_of(evened)):
        glyphs = glyphs_of(ink)
        lines = lines_of(glyphs)
        if len(lines) > _MOST_LINES:
            return []
        return [_line(evened, line, glyphs) for line in lines]


def _line(evened: MatLike, line: Area, glyphs: list[Area]) -> Line:
    grey = flat.cut(evened, line.wider(_RIM, _RIM, Area(0, 0, evened.shape[1], evened.shape[0])))
    with (
        wiped(soft := cv2.GaussianBlur(grey, (0, 0), 2.0)),
        wiped(sharp := cv2.addWeighted(grey, 2.0, soft, -1.0, 0)),
    ):
        pictures = (scaled(grey, _PLAIN), scaled(grey, _LARGE), scaled(sharp, _SHARPENED))
    return Line(pictures, line, sum(line.holds(one) for one in glyphs))
