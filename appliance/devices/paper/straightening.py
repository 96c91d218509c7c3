"""The paper in the picture laid flat, and turned until its lines are level."""

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper.corners import LOOK_SIDE, frame_corners, paper_corners

LONG_SIDE = 2200
"""Pixels of the longer side that everything after this works with."""

_MOST_SKEW = 12.0
_MOST_STRETCH = 1.6


def flattened(picture: MatLike) -> MatLike:
    """The paper of `picture` seen from straight above, in colour, its longer side `LONG_SIDE` pixels, lines level.

    A white paper on a white desk shows no corners: then its ruled frame tells from where it was seen. Without a frame the
    whole picture is taken for the paper, as a scan is.
    """
    laid = _laid(picture)
    factor = LONG_SIDE / max(laid.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return _levelled(cv2.resize(laid, None, fx=factor, fy=factor, interpolation=way))


def _laid(picture: MatLike) -> MatLike:
    corners = paper_corners(picture)
    if corners is not None:
        return _laid_flat(picture, corners)
    frame = frame_corners(picture)
    return picture if frame is None else _seen_from_above(picture, frame)


def _laid_flat(picture: MatLike, corners: MatLike) -> MatLike:
    view, width, height = _view(corners)
    return cv2.warpPerspective(
        picture, view, (round(width), round(height)), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _view(corners: MatLike) -> tuple[MatLike, float, float]:
    """The view that makes a rectangle of `corners`, and its width and height."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    goal = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return cv2.getPerspectiveTransform(corners.astype(np.float32), goal), width, height


def _seen_from_above(picture: MatLike, frame: MatLike) -> MatLike:
    """The whole picture in the view that makes `frame` a rectangle; as it is when that would stretch it too far."""
    height, width = picture.shape[:2]
    view, _, _ = _view(frame)
    whole = np.array([[(0, 0), (width, 0), (width, height), (0, height)]], np.float32)
    goal = cv2.perspectiveTransform(whole, view)[0]
    left, top = goal.min(axis=0)
    size = goal.max(axis=0) - goal.min(axis=0)
    if not (0.5 < size[0] / width < _MOST_STRETCH and 0.5 < size[1] / height < _MOST_STRETCH):
        return picture
    moved = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1)], np.float64) @ view
    return cv2.warpPerspective(
        picture,
        moved,
        (round(float(size[0])), round(float(size[1]))),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
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
    factor = LOOK_SIDE / max(paper.shape[:2])
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
