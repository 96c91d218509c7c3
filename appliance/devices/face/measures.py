"""Measuring one face: how large, how lit, how sharp, how turned, how covered."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.devices.face.aligning import chip
from appliance.devices.face.finding import Face
from appliance.devices.face.picture import Picture, grey, wiped
from appliance.devices.face.results import Quality

_SIDE = 112
# Places on the chip, as rows and columns; the eyes lie at (38, 52) and (74, 52).
_FACE = (slice(40, 104), slice(28, 84))
_FOREHEAD = (slice(26, 40), slice(42, 70))
_BRIDGE = (slice(46, 56), slice(52, 60))
_MOUTH = (slice(82, 102), slice(42, 70))
_MOUTH_ROWS = (slice(78, 104), slice(42, 70))
_EYES = ((slice(46, 58), slice(30, 46)), (slice(46, 58), slice(66, 82)))
_EDGE_ROWS = 3


def measure(picture: Picture, face: Face, scale: float, *, corrected: bool) -> Quality:
    """Measures of `face` in `picture`, which shows the frame at `scale` of its size, in its own light."""
    coloured = chip(picture, face, _SIDE)
    square = grey(coloured)
    values = square.astype(np.float64)
    finest = cv2.GaussianBlur(values, (0, 0), 1.0)  # what is finer is the sensor's noise
    soft = cv2.GaussianBlur(values, (0, 0), 1.5)
    with wiped(coloured, square, values, finest, soft):
        spread = max(float(values[_FACE].std()), 1e-6)
        # Hair hides the forehead of some and glasses the bridge of the nose of others: the brighter one is skin.
        skin = max(float(np.median(soft[_FOREHEAD])), float(np.median(soft[_BRIDGE])), 1.0)
        eyes = np.concatenate([soft[place].ravel() for place in _EYES])
        yaw, roll, apart = _pose(face)
        return Quality(
            eyes_apart=apart / scale,
            brightness=float(values[_FACE].mean()),
            contrast=spread,
            surround=_surround(picture, face),
            sharpness=float(cv2.Laplacian(finest, cv2.CV_64F)[_FACE].std()) / spread,
            yaw=yaw,
            roll=roll,
            mouth_line=_deepest_line(soft[_MOUTH_ROWS].mean(axis=1)) / spread,
            mouth_light=float(np.median(soft[_MOUTH])) / skin,
            eyes_light=float(np.percentile(eyes, 80)) / skin,
            corrected=corrected,
        )


def _pose(face: Face) -> tuple[float, float, float]:
    """How far the nose stands aside (in eye distances), the roll in degrees, the distance of the eyes in pixels."""
    left, right = face.eyes
    across = right - left
    apart = max(float(np.linalg.norm(across)), 1e-6)
    aside = float((face.points[4] - (left + right) / 2) @ across) / apart**2
    return aside, math.degrees(math.atan2(across[1], across[0])), apart


def _deepest_line(rows: NDArray[np.float64]) -> float:
    """How far the darkest row lies below the brightest on either side of it: the mouth is a dark line across."""
    inner = range(_EDGE_ROWS, len(rows) - _EDGE_ROWS)
    return max(float(min(rows[:i].max(), rows[i:].max()) - rows[i]) for i in inner)


def _surround(picture: Picture, face: Face) -> float:
    """The mean light of everything outside the head."""
    seen = grey(picture)
    left, top, right, _ = face.box
    aside = (right - left) // 4
    outside = np.ones(seen.shape, bool)
    outside[max(top - 2 * aside, 0) :, max(left - aside, 0) : max(right + aside, 0)] = False
    with wiped(*(() if seen is picture else (seen,))):
        return float(seen[outside].mean()) if outside.any() else float(seen.mean())
