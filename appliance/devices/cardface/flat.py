"""A card in a frame: where it lies, and it laid flat at 300 dpi, its long side across."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.areas import Area
from appliance.devices.paper.corners import paper_corners

WIDTH, HEIGHT = 1012, 638
"""85.6 by 54 mm."""

LEAST_WIDTH = 430
"""Pixels of a frame across the card, below which a digit of 2.5 mm has less than a dozen rows."""

_SHAPE = WIDTH / HEIGHT
_MOST_SKEWED = 1.22
_SMALLEST = 0.04
_STRIPE = 61

# Where things are printed, in pixels of a flat card and with room around: read off the sample pictures that are public.
PHOTO = Area(20, 190, 320, 570)
BIRTH = Area(300, 245, 780, 340)
EXPIRY = Area(300, 325, 780, 425)
CODE = Area(30, 560, 310, 628)
READ = (BIRTH, EXPIRY, CODE)
"""All that is ever looked at for text."""


def corners_of(picture: MatLike) -> MatLike | None:
    """The corners of what has a card's shape, from the upper left clockwise, its long side first; None when there is none."""
    # The back has a dark stripe along its upper edge, which would else be taken for the end of the card.
    for bridged in (9, _STRIPE):
        found = paper_corners(picture, _SMALLEST, bridged)
        card = None if found is None else _as_card(found)
        if card is not None:
            return card
    return None


def _as_card(found: MatLike) -> MatLike | None:
    """The corners with the long side first, when they have a card's shape."""
    across, down = sides_of(found)
    if across < down:
        found, across, down = np.roll(found, -1, axis=0), down, across
    return found if _SHAPE / _MOST_SKEWED < across / down < _SHAPE * _MOST_SKEWED else None


def sides_of(corners: MatLike) -> tuple[float, float]:
    """The longer one of each two opposite sides, in pixels."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))


def flat(picture: MatLike, corners: MatLike) -> MatLike:
    """The card seen from straight above."""
    goal = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    view = cv2.getPerspectiveTransform(corners.astype(np.float32), goal)
    return cv2.warpPerspective(picture, view, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


def cut(card: MatLike, area: Area) -> MatLike:
    """The part of a flat card."""
    return card[area.top : area.bottom, area.left : area.right]
