"""The paper in the picture: its four corners found, laid flat, and turned until its lines are level."""

import cv2
import numpy as np
from cv2.typing import MatLike

LONG_SIDE = 2200
"""Pixels of the longer side that everything after this works with."""

_LOOK_SIDE = 700
_SMALLEST_PAPER = 0.12
_MOST_OF_PICTURE = 0.97
_MOST_SKEW = 12.0
_LEAST_CONTRAST = 14.0
"""Levels of 255 by which a paper must differ from what it lies on."""


def flattened(picture: MatLike) -> MatLike:
    """The paper of `picture` seen from straight above, in colour, its longer side `LONG_SIDE` pixels, lines level.

    Without corners to be found the whole picture is taken for the paper, as a scan is.
    """
    corners = _corners(picture)
    laid = picture if corners is None else _laid_flat(picture, corners)
    factor = LONG_SIDE / max(laid.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return _levelled(cv2.resize(laid, None, fx=factor, fy=factor, interpolation=way))


def _corners(picture: MatLike) -> MatLike | None:
    """Four corners from the upper left clockwise, in pixels of `picture`."""
    factor = min(1.0, _LOOK_SIDE / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    whole = small.shape[0] * small.shape[1]
    best: MatLike | None = None
    most = whole * _SMALLEST_PAPER
    for mask in _masks(small):
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            hull = cv2.convexHull(outline)
            size = cv2.contourArea(hull)
            if not most < size < whole * _MOST_OF_PICTURE:
                continue
            four = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
            if len(four) == 4 and cv2.contourArea(four) > 0.93 * size and _looks_like_paper(four, small):
                best, most = four, size
    return None if best is None else _ordered(best.reshape(4, 2).astype(np.float32) / factor)


def _masks(small: MatLike) -> list[MatLike]:
    """Ways to tell paper from desk: what is bright, and what edges enclose."""
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (7, 7), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edges = cv2.dilate(cv2.Canny(grey, 30, 90), np.ones((5, 5), np.uint8))
    return [cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), edges]


def _looks_like_paper(four: MatLike, small: MatLike) -> bool:
    """No splinter, and unlike what lies around it: a ruled frame has paper on both sides."""
    points = four.reshape(4, 2).astype(np.float32)
    sides = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    if not cv2.isContourConvex(four) or min(sides) * 4 < max(sides):
        return False
    filled = cv2.fillPoly(np.zeros(small.shape[:2], np.uint8), [four], 255)
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


def _laid_flat(picture: MatLike, corners: MatLike) -> MatLike:
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    goal = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    view = cv2.getPerspectiveTransform(corners.astype(np.float32), goal)
    return cv2.warpPerspective(
        picture, view, (round(width), round(height)), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _levelled(paper: MatLike) -> MatLike:
    angle = _skew(paper)
    if abs(angle) < 0.05:
        return paper
    return _turned(paper, angle)


def _turned(paper: MatLike, angle: float) -> MatLike:
    height, width = paper.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(
        paper, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _skew(paper: MatLike) -> float:
    """Degrees to turn by, so that rows of ink and rows of air differ the most."""
    factor = _LOOK_SIDE / max(paper.shape[:2])
    small = cv2.resize(paper, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    coarse = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.1, 1.0), key=lambda angle: _contrast(ink, angle))
    fine = np.arange(coarse - 1.0, coarse + 1.01, 0.1)
    return float(max(fine, key=lambda angle: _contrast(ink, angle)))


def _contrast(ink: MatLike, angle: float) -> float:
    turned = _turned(ink, float(angle))
    rows = turned.sum(axis=1, dtype=np.float64)
    columns = turned.sum(axis=0, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum() + np.square(np.diff(columns)).sum())
