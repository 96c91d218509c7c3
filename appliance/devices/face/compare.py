"""Two still pictures beside each other: what `madoguchi face compare` shows."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.devices.face import gate
from appliance.devices.face.embedding import distance
from appliance.devices.face.looking import Eye, Looked
from appliance.devices.face.model import ModelRecord
from appliance.devices.face.picture import MOST_BYTES, Picture, decode, wiped
from appliance.devices.face.results import FrameResult, Quality, Reason
from appliance.devices.face.verdict import Doubt, Outcome, Verdict, judge
from appliance.eligibility.trouble import Trouble
from appliance.own_memory import keep_memory_private


@dataclass(frozen=True)
class Comparison:
    """Faces found on each picture, the measures of each, the gate's word on each, and what the distance says."""

    faces: tuple[int, int]
    quality: tuple[Quality | None, Quality | None]
    complaints: tuple[Reason, Reason]
    verdict: Verdict

    @property
    def match(self) -> bool | None:
        """Below the lower threshold, above the upper one, or None: between them, or nothing to compare."""
        return {
            Outcome.SAME: True,
            Outcome.LOOKS_ALIKE: True,
            Outcome.NOT_SAME: False,
            Outcome.NO_DECISION: None,
        }[self.verdict.outcome]

    @property
    def reason(self) -> str:
        """The first complaint about a picture, else the doubt, else the outcome."""
        for complaint in self.complaints:
            if complaint is not Reason.GOOD:
                return complaint.value
        doubt = self.verdict.doubt
        if doubt is None or doubt is Doubt.CHALLENGE_NOT_PASSED:
            return self.verdict.outcome.value
        return doubt.value


def compare_files(one: Path, other: Path, record: ModelRecord) -> Comparison:
    """Compare two picture files. Raises `Trouble` FACE-001 to FACE-004 and FACE-007."""
    keep_memory_private()
    eye = Eye(record)
    looked = []
    for file in (one, other):
        picture = read_picture(file)
        with wiped(picture):
            looked.append(eye.look(picture, gate.ANY_FACE))
    return _comparison(looked[0], looked[1], record)


def read_picture(file: Path) -> Picture:
    """A picture file in colour. Raises `Trouble` FACE-003 and FACE-004."""
    try:
        with file.open("rb") as stream:
            data = bytearray(stream.read(MOST_BYTES + 1))
    except OSError as error:
        raise Trouble("FACE-003", f"{file.name}: {error.strerror}") from error
    with wiped(data):
        return decode(data)


def _comparison(one: Looked, other: Looked, record: ModelRecord) -> Comparison:
    frame = FrameResult(Reason.NO_FACE, 0)
    if one.embedding is not None and other.embedding is not None:
        frame = FrameResult(Reason.GOOD, 1, None, distance(one.embedding, other.embedding))
    return Comparison(
        (one.faces, other.faces),
        (one.quality, other.quality),
        (_complaint(one), _complaint(other)),
        judge([frame], record, fewest=1),
    )


def _complaint(looked: Looked) -> Reason:
    if looked.reason is not Reason.GOOD or looked.quality is None:
        return looked.reason
    return gate.complaint(looked.quality, gate.STILL_LIMITS)


def as_values(comparison: Comparison, record: ModelRecord) -> dict[str, Any]:
    """The comparison as JSON holds it."""
    one, other = comparison.quality
    verdict = comparison.verdict
    return {
        "faces_a": comparison.faces[0],
        "faces_b": comparison.faces[1],
        "distance": None if verdict.distance is None else round(verdict.distance, 4),
        "match": comparison.match,
        "quality": {
            "a": _rounded(one) | {"complaint": comparison.complaints[0].value},
            "b": _rounded(other) | {"complaint": comparison.complaints[1].value},
        },
        "reason": comparison.reason,
        "outcome": verdict.outcome.value,
        "decides_alone": record.may_decide_alone,
        "model": {
            "name": record.name,
            "same_below": record.same_below,
            "different_above": record.different_above,
            "measured_on": record.measured_on,
        },
    }


def _rounded(quality: Quality | None) -> dict[str, Any]:
    if quality is None:
        return {}
    return {
        name: value if isinstance(value, bool) else round(value, 3) for name, value in asdict(quality).items()
    }
