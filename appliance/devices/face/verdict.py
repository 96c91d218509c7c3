"""From several frames to one of four outcomes. Pure: the same frames and the same record give the same verdict."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from appliance.devices.face.model import ModelRecord
from appliance.devices.face.results import FrameResult, Reason

FEWEST_FRAMES = 3
"""Good frames before anything is said of a live person."""


class Outcome(StrEnum):
    """What the frames say. Only SAME opens a way without a person, and only a measured model can say it.

    LOOKS_ALIKE: below the threshold, and a named person confirms at a glance, or the PIN follows.
    """

    SAME = "same"
    LOOKS_ALIKE = "looks_alike"
    NOT_SAME = "not_same"
    NO_DECISION = "no_decision"


class Doubt(StrEnum):
    """Why an outcome is not SAME although every frame was good."""

    MODEL_NOT_MEASURED = "model_not_measured"
    CHALLENGE_NOT_PASSED = "challenge_not_passed"
    TOO_FEW_FRAMES = "too_few_frames"
    BETWEEN_THRESHOLDS = "between_thresholds"
    PERSON_CHANGED = "person_changed"


@dataclass(frozen=True)
class Verdict:
    """The outcome with what led to it: the median distance, how many frames were good, and why it is not SAME.

    `hint` is the gate's most frequent complaint about the other frames, for the patient screen.
    """

    outcome: Outcome
    distance: float | None
    frames_used: int
    doubt: Doubt | None = None
    hint: Reason | None = None


def judge(
    frames: Sequence[FrameResult],
    model: ModelRecord,
    *,
    challenge_passed: bool = False,
    fewest: int = FEWEST_FRAMES,
) -> Verdict:
    """The verdict over `frames` (oldest first) by the thresholds of `model`.

    A picture held up in front of the camera is no person: without `challenge_passed` nothing better than LOOKS_ALIKE
    comes out. `fewest` may be 1 for two still pictures.
    """
    good = [(f.distance, f.drift) for f in frames if f.reason is Reason.GOOD and f.distance is not None]
    hint = _hint(frames)
    if len(good) < max(fewest, 1):
        return Verdict(Outcome.NO_DECISION, None, len(good), Doubt.TOO_FEW_FRAMES, hint)
    middle = median(distance for distance, _ in good)
    outcome, doubt = _weighed(middle, model, challenge_passed)
    if any(drift is not None and drift >= model.different_above for _, drift in good):
        # Somebody else stepped in, or the detector slipped: the frames are not of one person.
        outcome, doubt = Outcome.NO_DECISION, Doubt.PERSON_CHANGED
    return Verdict(outcome, middle, len(good), doubt, hint)


def _weighed(distance: float, model: ModelRecord, challenge_passed: bool) -> tuple[Outcome, Doubt | None]:
    if distance >= model.different_above:
        return Outcome.NOT_SAME, None
    if distance > model.same_below:
        return Outcome.NO_DECISION, Doubt.BETWEEN_THRESHOLDS
    if not model.may_decide_alone:
        return Outcome.LOOKS_ALIKE, Doubt.MODEL_NOT_MEASURED
    if not challenge_passed:
        return Outcome.LOOKS_ALIKE, Doubt.CHALLENGE_NOT_PASSED
    return Outcome.SAME, None


def _hint(frames: Sequence[FrameResult]) -> Reason | None:
    complaints = Counter(frame.reason for frame in frames if frame.reason is not Reason.GOOD)
    return complaints.most_common(1)[0][0] if complaints else None
