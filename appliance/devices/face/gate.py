"""The quality gate: which frames may be compared at all. Pure; limits with where they come from."""

from dataclasses import dataclass

from appliance.devices.face.results import Quality, Reason


@dataclass(frozen=True)
class Limits:
    """Where a frame is turned away. Measures as in `Quality`.

    Set on ORL's plain pictures against the same ones changed (`benchmarks/bench_face.py`), except `eyes_apart`, which is a
    third of the 150 pixels the stock model works on. They are a gate against the useless, not a measure of likeness.
    """

    eyes_apart: float = 32.0
    darkest: float = 14.0
    dim: float = 60.0
    brightest: float = 215.0
    least_contrast: float = 3.0
    backlight: float = 1.8
    least_sharpness: float = 0.08
    most_yaw: float = 0.2
    most_roll: float = 25.0
    mouth_line: float = 0.2
    mouth_light: tuple[float, float] = (0.42, 0.97)
    eyes_light: float = 0.42
    may_be_cut_off: bool = False


LIMITS = Limits()
"""For frames of the camera."""

STILL_LIMITS = Limits(eyes_apart=20.0, least_sharpness=0.0, most_yaw=0.3)
"""For still pictures, which nobody can ask to come nearer."""

ANY_FACE = Limits(
    eyes_apart=0.0,
    darkest=-1.0,
    brightest=256.0,
    least_contrast=-1.0,
    least_sharpness=-1.0,
    most_yaw=9.0,
    most_roll=181.0,
    mouth_line=-1.0,
    eyes_light=-1.0,
    may_be_cut_off=True,
)
"""Whatever one face there is, as it is: the card's photo cannot be taken again at the desk."""


def complaint(quality: Quality, limits: Limits = LIMITS) -> Reason:
    """The first thing that whoever stands there can change, or GOOD."""
    checks = (
        (Reason.TOO_FAR, quality.eyes_apart < limits.eyes_apart),
        (
            Reason.BACKLIT,
            is_dim(quality, limits) and _is_hopeless(quality, limits) and is_backlit(quality, limits),
        ),
        (Reason.TOO_DARK, _is_hopeless(quality, limits)),
        (Reason.TOO_BRIGHT, quality.brightness > limits.brightest),
        (Reason.TURNED, abs(quality.yaw) > limits.most_yaw or abs(quality.roll) > limits.most_roll),
        (Reason.COVERED, is_covered(quality, limits)),
        (Reason.BLURRED, quality.sharpness < limits.least_sharpness),
    )
    return next((reason for reason, applies in checks if applies), Reason.GOOD)


def is_dim(quality: Quality, limits: Limits = LIMITS) -> bool:
    """Whether the face is so dark that its light should be evened out first."""
    return quality.brightness < limits.dim


def is_backlit(quality: Quality, limits: Limits = LIMITS) -> bool:
    """Whether what is around the face is much brighter than the face."""
    return quality.surround > limits.backlight * quality.brightness


def is_covered(quality: Quality, limits: Limits = LIMITS) -> bool:
    """Whether the mouth shows no line and is no skin, or both eyes are as dark as behind black lenses."""
    low, high = limits.mouth_light
    mouth = quality.mouth_line < limits.mouth_line and not low < quality.mouth_light < high
    return mouth or quality.eyes_light < limits.eyes_light


def _is_hopeless(quality: Quality, limits: Limits) -> bool:
    return quality.brightness < limits.darkest or quality.contrast < limits.least_contrast
