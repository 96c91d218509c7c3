"""One frame: find, even out the light, measure, turn away or embed."""

from dataclasses import dataclass

from appliance.devices.cardface.reading import CardEye
from appliance.devices.cardface.results import CardSeen
from appliance.devices.face import gate
from appliance.devices.face.embedding import Embedding, open_embedder
from appliance.devices.face.finding import Face, Finder, FoundFaces
from appliance.devices.face.light import relit
from appliance.devices.face.measures import measure
from appliance.devices.face.model import ModelRecord, verify
from appliance.devices.face.picture import Picture, grey, quiet_opencv, wipe, wiped
from appliance.devices.face.results import Quality, Reason

_DARK_FRAME, _BRIGHT_FRAME = 35.0, 225.0


@dataclass(frozen=True)
class Looked:
    """What one frame showed; `embedding` only where `reason` is GOOD. No picture is kept."""

    reason: Reason
    faces: int
    quality: Quality | None = None
    embedding: Embedding | None = None


class Eye:
    """Finder and embedder of one model. Raises `Trouble` FACE-001, FACE-002, FACE-007 when it cannot be opened."""

    def __init__(self, record: ModelRecord) -> None:
        quiet_opencv()
        self.record = record
        self._finder = Finder(verify(record.landmarks))
        self._card_eye = CardEye(self._finder)
        self._embedder = open_embedder(record)

    def look(self, frame: Picture, limits: gate.Limits = gate.LIMITS, *, embed: bool = True) -> Looked:
        """Look at `frame`, which stays the caller's to wipe. With `embed` False only face and pose (for a challenge)."""
        found = self._finder.find(frame)
        with wiped(found.picture):
            if not found.faces:
                return self._look_again(found, frame, limits, embed)
            if len(found.faces) > 1:
                return Looked(Reason.SEVERAL_FACES, len(found.faces))
            return self._judged(found, found.faces[0], None, limits, embed)

    def look_at_card(self, frame: Picture) -> CardSeen:
        """Look in `frame`, which stays the caller's to wipe, for the front of a card. Raises `Trouble` PAPER-003, PAPER-004."""
        return self._card_eye.look(frame)

    def _look_again(self, found: FoundFaces, frame: Picture, limits: gate.Limits, embed: bool) -> Looked:
        """No face in the light as it is: try once more with the dark parts lifted."""
        lifted = relit(found.picture)
        with wiped(lifted):
            again = self._finder.find(lifted)
            with wiped(again.picture):
                if len(again.faces) > 1:
                    return Looked(Reason.SEVERAL_FACES, len(again.faces))
                if not again.faces:
                    return Looked(_why_none(frame), 0)
                seen = FoundFaces(found.picture, found.scale, again.faces)
                return self._judged(seen, again.faces[0], lifted, limits, embed)

    def _judged(
        self, found: FoundFaces, face: Face, lifted: Picture | None, limits: gate.Limits, embed: bool
    ) -> Looked:
        own = measure(found.picture, face, found.scale, corrected=lifted is not None)
        cut_off = not limits.may_be_cut_off and _is_cut_off(found.picture, face)
        reason = Reason.CUT_OFF if cut_off else gate.complaint(own, limits)
        if reason is not Reason.GOOD or not embed:
            return Looked(reason, 1, own)
        if lifted is not None or not gate.is_dim(own, limits):
            picture = found.picture if lifted is None else lifted
            return Looked(reason, 1, own, self._embedder.embed(picture, face))
        brighter = relit(found.picture, own.brightness)
        with wiped(brighter):
            return Looked(
                reason,
                1,
                measure(found.picture, face, found.scale, corrected=True),
                self._embedder.embed(brighter, face),
            )


def _is_cut_off(picture: Picture, face: Face) -> bool:
    """Whether a part of the five points, or an eighth of the face's box, lies outside of the frame."""
    height, width = picture.shape[:2]
    left, top, right, bottom = face.box
    spare = (right - left) / 8
    points_inside = bool(((face.points >= 0) & (face.points < (width, height))).all())
    box_inside = -spare < left and -spare < top and right < width + spare and bottom < height + spare
    return not (points_inside and box_inside)


def _why_none(frame: Picture) -> Reason:
    seen = grey(frame)
    light = float(seen.mean())
    if seen is not frame:
        wipe(seen)
    if light < _DARK_FRAME:
        return Reason.TOO_DARK
    return Reason.TOO_BRIGHT if light > _BRIGHT_FRAME else Reason.NO_FACE
