"""Four corners in a picture: of a paper that differs from its desk, or of the ruled frame on a paper that does not."""

from collections.abc import Callable, Iterable

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.face.picture import wiped

LOOK_SIDE = 700
"""Pixels of the longer side of the small picture that is enough for looking."""

_SMALLEST = 0.12
_MOST_OF_PICTURE = 0.97
_LEAST_CONTRAST = 14.0
"""Levels of 255 by which a paper must differ from what it lies on."""


def paper_corners(picture: MatLike, smallest: float = _SMALLEST, bridged: int = 9) -> MatLike | None:
    """The corners of a paper from the upper left clockwise, in pixels of `picture`; None when no edge is to be seen.

    `smallest` is the share of the picture that it takes at least; dark bands up to `bridged` pixels of `LOOK_SIDE` do not cut it.
    """
    small, factor = _small(picture)
    with (
        wiped(small, plain := cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)),
        wiped(grey := cv2.GaussianBlur(plain, (7, 7), 0)),
    ):
        _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        edges = cv2.dilate(cv2.Canny(grey, 30, 90), np.ones((5, 5), np.uint8))
        masks = (cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((bridged, bridged), np.uint8)), edges)
        return _largest(masks, factor, lambda four: _differs_from_desk(four, small), smallest)


def frame_corners(picture: MatLike) -> MatLike | None:
    """The corners of the largest ruled frame, as `paper_corners` gives them."""
    small, factor = _small(picture)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    return _largest((cv2.dilate(ink, np.ones((3, 3), np.uint8)),), factor, lambda _: True)


def _small(picture: MatLike) -> tuple[MatLike, float]:
    factor = min(1.0, LOOK_SIDE / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor


def _largest(
    masks: Iterable[MatLike], factor: float, fits: Callable[[MatLike], bool], smallest: float = _SMALLEST
) -> MatLike | None:
    best: MatLike | None = None
    most = 0.0
    for mask in masks:
        whole = mask.shape[0] * mask.shape[1]
        most = max(most, whole * smallest)
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            hull = cv2.convexHull(outline)
            size = cv2.contourArea(hull)
            if not most < size < whole * _MOST_OF_PICTURE:
                continue
            four = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
            if _is_rectangle(four, size) and fits(four):
                best, most = four, size
    return None if best is None else _ordered(best.reshape(4, 2).astype(np.float32) / factor)


def _is_rectangle(four: MatLike, size: float) -> bool:
    """Four corners, hardly less than the outline they stand for, and no splinter."""
    if len(four) != 4 or not cv2.isContourConvex(four) or cv2.contourArea(four) < 0.93 * size:
        return False
    points = four.reshape(4, 2).astype(np.float32)
    sides = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    return bool(min(sides) * 4 > max(sides))


def _differs_from_desk(four: MatLike, small: MatLike) -> bool:
    """Whether inside and outside differ along the edge: a ruled frame has paper on both sides."""
    filled = cv2.fillPoly(np.zeros(small.shape[:2], np.uint8), [four], (255,))
    inner, outer = cv2.erode(filled, _ring(5)), cv2.dilate(filled, _ring(5))
    inside = np.median(small[(inner > 0) & (cv2.erode(inner, _ring(12)) == 0)], axis=0)
    around = small[(outer == 0) & (cv2.dilate(outer, _ring(12)) > 0)]
    return len(around) > 0 and float(np.abs(inside - np.median(around, axis=0)).max()) > _LEAST_CONTRAST


def _ring(reach: int) -> MatLike:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)


def _ordered(points: MatLike) -> MatLike:
    middle = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    around = points[np.argsort(angles)]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0)
