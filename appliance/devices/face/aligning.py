"""The face brought to one place and size, from its five points."""

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.devices.face.finding import Face
from appliance.devices.face.picture import Picture

_LEFT_EYE, _RIGHT_EYE, _NOSE = (38.3, 51.6), (73.6, 51.6), (56.0, 77.0)
_SIDE = 112.0
"""Eyes where models of 112 x 112 pixels expect them; the five points give no corners of the mouth, so the nose stands in."""


def chip(picture: Picture, face: Face, size: int) -> Picture:
    """The face as a square of `size` pixels: eyes level, at fixed places."""
    wanted = np.array([_LEFT_EYE, _RIGHT_EYE, _NOSE], np.float64) * (size / _SIDE)
    seen = np.array([*face.eyes, face.points[4]], np.float64)
    turned = cv2.warpAffine(picture, similarity(seen, wanted), (size, size), flags=cv2.INTER_LINEAR)
    return turned.astype(np.uint8, copy=False)


def similarity(seen: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The turn, size and shift (2 x 3) that bring `seen` nearest to `wanted` in the mean square.

    OpenCV's own estimate draws lots, so that the same picture would not always give the same distance.
    """
    from_middle, to_middle = seen.mean(axis=0), wanted.mean(axis=0)
    a = _complex(seen - from_middle)
    b = _complex(wanted - to_middle)
    factor = (np.conj(a) * b).sum() / max((np.abs(a) ** 2).sum(), 1e-9)
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([turn, to_middle - turn @ from_middle])


def _complex(points: NDArray[np.float64]) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]
