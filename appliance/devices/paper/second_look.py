"""Text read twice more, each line by itself, from two renderings: what both agree on is taken for read."""

from dataclasses import dataclass

import cv2
from cv2.typing import MatLike

from appliance.devices.paper.areas import around
from appliance.devices.paper.page import Page
from appliance.devices.paper.regions import Region
from appliance.devices.paper.tesseract import Character, read_strips
from appliance.devices.paper.words import plain, scaled

MOST_LINES = 4


@dataclass(frozen=True)
class TextReading:
    """What each rendering read, and from 0 to 1 how sure the least sure character is."""

    texts: tuple[str, ...]
    confidence: float


def read_texts(page: Page, regions: list[Region]) -> list[TextReading]:
    """Read each region as Japanese text. Raises `Trouble` as `read_strips` does."""
    strips = [strip for region in regions for strip in _renderings(page, region)]
    read = iter(read_strips(strips, "jpn"))
    found = []
    for region in regions:
        lines = len(region.lines[:MOST_LINES])
        looks = [[one for _ in range(lines) for one in next(read)] for _ in range(2)]
        found.append(TextReading(tuple(_text(look) for look in looks), _least(looks)))
    return found


def _renderings(page: Page, region: Region) -> list[MatLike]:
    areas = [around(line).wider(3, 3, page.whole) for line in region.lines[:MOST_LINES]]
    grey = [scaled(page.cut(area), 44) for area in areas]
    ink = [page.ink[area.top : area.bottom, area.left : area.right] for area in areas]
    return grey + [scaled(cv2.GaussianBlur(cv2.bitwise_not(one), (0, 0), 1.0), 36) for one in ink]


def _text(look: list[Character]) -> str:
    return plain("".join(one.text for one in look))


def _least(looks: list[list[Character]]) -> float:
    return min((one.confidence for look in looks for one in look), default=0.0)
