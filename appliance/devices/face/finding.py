"""Finding faces and their five points with dlib, at a size that is quick and large enough."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from appliance.devices.face.picture import Picture, grey, in_colour, wiped

LONG_SIDE = 640
"""Frames are looked at no larger: HOG costs by the pixel, and a face of 80 pixels is found."""

SHORT_OF = 400
"""Pictures smaller than this are enlarged up to three times: the card's photo, old test pictures."""


@dataclass(frozen=True)
class Face:
    """One face in the picture it was looked for in (`FoundFaces.picture`).

    `box` is left, top, right, bottom. `points` are five (x, y): outer and inner corner of the eye at the picture's right,
    outer and inner corner of the other one, base of the nose.
    """

    box: tuple[int, int, int, int]
    score: float
    points: NDArray[np.float64]

    @property
    def eyes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The middles of the eye at the picture's left and of the one at its right."""
        return self.points[2:4].mean(axis=0), self.points[0:2].mean(axis=0)


@dataclass(frozen=True)
class FoundFaces:
    """All faces of one frame; `picture` is the frame in colour at the size looked at, `scale` that size by the frame's."""

    picture: Picture
    scale: float
    faces: tuple[Face, ...]


class Finder:
    """dlib's HOG detector and 5-point predictor. Never the 68-point model, whose licence forbids selling it."""

    def __init__(self, landmarks: Path) -> None:
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(landmarks))

    def find(self, frame: Picture) -> FoundFaces:
        """Look for faces; the surest first. The result holds a copy of the frame, which whoever asks has to wipe."""
        picture, scale = _resized(frame)
        seen = grey(picture)
        with wiped(seen):
            boxes, scores, _ = self._detector.run(seen, 0, 0.0)
        faces = [self._face(picture, box, score) for box, score in zip(boxes, scores, strict=True)]
        return FoundFaces(picture, scale, tuple(sorted(faces, key=lambda face: -face.score)))

    def _face(self, picture: Picture, box: dlib.rectangle, score: float) -> Face:
        shape = self._predictor(picture, box)
        points = np.array([(point.x, point.y) for point in shape.parts()], np.float64)
        return Face((box.left(), box.top(), box.right(), box.bottom()), float(score), points)


def _resized(frame: Picture) -> tuple[Picture, float]:
    if frame.ndim == 2:
        with wiped(colour := in_colour(frame)):
            return _resized(colour)
    longest = max(frame.shape[:2])
    if longest > LONG_SIDE:
        scale, how = LONG_SIDE / longest, cv2.INTER_AREA
    elif longest < SHORT_OF:
        scale, how = min(3.0, SHORT_OF / longest), cv2.INTER_CUBIC
    else:
        return frame.copy(), 1.0
    if min(frame.shape[:2]) * scale < 1:  # a line of pixels: nothing to find, and nothing to stumble over
        return frame[:1, :1].copy(), 1.0
    resized = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=how)
    return resized.astype(np.uint8, copy=False), scale
