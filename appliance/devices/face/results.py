"""What one frame showed: pure values, no picture among them."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a frame can or cannot be compared. The patient screen has one sentence for each."""

    GOOD = "good"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    CUT_OFF = "cut_off"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    BLURRED = "blurred"
    TURNED = "turned"
    COVERED = "covered"


@dataclass(frozen=True)
class Quality:
    """Measures of the one face of a frame, all taken before the light was evened out.

    `eyes_apart` in pixels of the frame as it came; `brightness` and `contrast` of the face in grey levels (mean and
    standard deviation, 0 to 255), `surround` the mean outside of it; `sharpness` is how much of the face's contrast is
    in its finest detail. `yaw` is how far the nose stands beside the middle of the eyes, in eye distances: 0 is frontal,
    positive towards the picture's right, which is the person's own left in a picture that is not mirrored. `roll` in
    degrees. `mouth_line` is how deep the line of the mouth shows, in parts of the contrast; `mouth_light` and `eyes_light`
    are the light there as part of the skin's between and above the eyes. `corrected`: the light was evened out before the face was compared.
    """

    eyes_apart: float
    brightness: float
    contrast: float
    surround: float
    sharpness: float
    yaw: float
    roll: float
    mouth_line: float
    mouth_light: float
    eyes_light: float
    corrected: bool


@dataclass(frozen=True)
class FrameResult:
    """One frame. `distance` to the card's photo and `drift` to the first good frame only where `reason` is GOOD.

    `quality` is there whenever exactly one face was found, also when it was not good enough.
    """

    reason: Reason
    faces: int
    quality: Quality | None = None
    distance: float | None = None
    drift: float | None = None
