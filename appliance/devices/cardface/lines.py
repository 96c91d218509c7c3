"""Lines of print in one region of a flat card."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area

_TALLEST, _LOWEST = 50, 16
_WIDEST_GAP = 40
_SPECK = 10


def even(region: MatLike) -> MatLike:
    """The region in grey on an even white ground, whatever pattern and shadow it is printed on."""
    ground = cv2.medianBlur(cv2.dilate(region, np.ones((15, 15), np.uint8)), 41)
    return cv2.divide(region, np.maximum(ground, 1), scale=250)


def ink_of(evened: MatLike) -> MatLike:
    """255 where there is print."""
    _, ink = cv2.threshold(evened, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return ink


def glyphs_of(ink: MatLike) -> list[Area]:
    """Connected pieces of print, from left to right; specks are none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = [
        Area(left, top, left + width, top + height)
        for left, top, width, height, size in stats[1:].tolist()
        if size >= _SPECK and height <= _TALLEST
    ]
    return sorted(found, key=lambda one: one.left)


def lines_of(glyphs: list[Area]) -> list[Area]:
    """Pieces level with and near each other, as lines; what is too low for the print looked for is left out."""
    lines: list[Area] = []
    for one in sorted(glyphs, key=lambda one: one.left):
        for at, line in enumerate(lines):
            if line.is_level_with(one) and one.left - line.right < _WIDEST_GAP:
                lines[at] = Area(
                    min(line.left, one.left),
                    min(line.top, one.top),
                    max(line.right, one.right),
                    max(line.bottom, one.bottom),
                )
                break
        else:
            lines.append(one)
    return [line for line in lines if _LOWEST <= line.height <= _TALLEST]
