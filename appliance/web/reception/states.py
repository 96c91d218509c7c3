"""How a check stands, in reception's words: one word, one tone, one icon, and whether a person is needed."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.codes import TABLES, UNKNOWN_CODE_LABEL, QualificationValidity
from appliance.eligibility.said import said
from appliance.ledger import dead_letters
from appliance.ledger.checks import Check, CheckState


class Tone(StrEnum):
    """The colour family of a state; the word and the icon say the same without it."""

    GOOD = "good"
    STOP = "stop"
    WAIT = "wait"
    BUSY = "busy"
    MUTE = "mute"


@dataclass(frozen=True)
class State:
    """What stands in large letters on a row."""

    word: str
    tone: Tone
    icon: str
    needs_person: bool = False


_OPEN = {
    CheckState.RECEIVED: State("照会待ち", Tone.BUSY, "turn"),
    CheckState.ASKING: State("照会中", Tone.BUSY, "turn"),
    CheckState.REFUSED: State("照会エラー", Tone.STOP, "cross", needs_person=True),
    CheckState.WITHDRAWN: State("取り下げ", Tone.MUTE, "dash"),
}
_GIVEN_UP = {
    dead_letters.GIVEN_UP: State("照会できず", Tone.STOP, "cross", needs_person=True),
    dead_letters.NOTE_NEEDED: State("照会不可", Tone.STOP, "cross", needs_person=True),
}
_OFFLINE = State("照会待ち（オフライン）", Tone.WAIT, "clock")
_PUT_OFF = State("照会待ち", Tone.WAIT, "clock")
_TONES: dict[str, tuple[Tone, str]] = {
    QualificationValidity.VALID: (Tone.GOOD, "check"),
    QualificationValidity.VALID_UNREGISTERED: (Tone.GOOD, "check"),
    QualificationValidity.SEVERAL: (Tone.STOP, "several"),
    QualificationValidity.NONE: (Tone.STOP, "question"),
}


def state_of(check: Check) -> State:
    """The state of `check` as reception sees it."""
    if check.state is CheckState.WAITING:
        return _OFFLINE if _is_line_down(check) else _PUT_OFF
    if check.state is CheckState.ANSWERED:
        return _answered(check.qualification_validity)
    if check.given_up_at is not None:
        return _GIVEN_UP.get(check.trouble_code or "", _OPEN[check.state])
    return _OPEN[check.state]


def needs_person_now(check: Check) -> bool:
    """Whether somebody still has to deal with this answer."""
    return check.seen_at is None and state_of(check).needs_person


def _is_line_down(check: Check) -> bool:
    entry = CATALOGUE.get(check.trouble_code or "")
    return check.deferred and (entry is None or entry.fault is Fault.LINE)


def _answered(validity: str | None) -> State:
    if not validity:
        return State("結果を確認", Tone.STOP, "question", needs_person=True)
    word = TABLES["OQSCD006"].get(
        validity,
        said("{unknown_code_label}（{validity}）", unknown_code_label=UNKNOWN_CODE_LABEL, validity=validity),
    )
    tone, icon = _TONES.get(validity, (Tone.STOP, "cross"))
    return State(word, tone, icon, needs_person=tone is Tone.STOP)
