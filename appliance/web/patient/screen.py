"""What stands on the screen of one reader: the ledger's row, reduced to what a patient may see."""

from dataclasses import asdict, dataclass
from datetime import datetime

from appliance.eligibility.visit import Hint, Language, Phase, Way, is_by_phone
from appliance.ledger.readers import Manner, Reader
from appliance.web.patient.languages import WORDS
from appliance.web.patient.prompts import (
    LEFT,
    PHONE_WRONG_PIN,
    WRONG_NUMBER,
    WRONG_PIN,
    failed_prompt,
    has_phone_prompt,
    hint_prompt,
    phone_prompt,
    pin_prompt,
)
from appliance.web.patient.words import STEP_OF_PHASE, PhaseWords, Step, Words


def words_of(screen: "Screen") -> Words:
    """All words in the language of `screen`."""
    return WORDS[screen.language]


TEXT_VERSION = "2026-11"
"""Which texts the patients consent to; another one whenever a consent's words change in any language."""

_WRONG_PIN, _WRONG_NUMBER = "CARD-004", "CARD-013"
_MOST_TRIES = 3
_LAY_AGAIN = frozenset(
    {"CARD-001", "CARD-002", "CARD-003", "CARD-004", "CARD-010", "READER-003", "VISIT-001", "VISIT-002"}
)
_HOLD_AGAIN = frozenset({"CARD-001", "PHONE-004", "PHONE-005", "VISIT-001", "VISIT-002", "VISIT-003"})
_PHONE_ON_CARD_READER = "PHONE-005"
_ANOTHER_CARD = frozenset({"PHONE-001", "PHONE-006"})
_PHONE_PICTURES = {
    Phase.PHONE: "hold",
    Phase.DONE: "done",
    Phase.DEFERRED: "deferred",
    Phase.ASKING: "asking",
}
_WAITING = frozenset({Phase.READING, Phase.CHECKING_PIN, Phase.PROVING, Phase.ASKING})
_TO_HOLDER = frozenset(
    {
        Phase.CHOOSE,
        Phase.CARD_NUMBER,
        Phase.FACE,
        Phase.GLANCE,
        Phase.PIN,
        Phase.PHONE,
        Phase.STAFF,
        Phase.SIGHT,
    }
)
_SHOWING = frozenset({Phase.SHOW_CARD, Phase.LAY_BACK})
_MAY_CANCEL = _TO_HOLDER | _SHOWING | {Phase.READING, Phase.CONSENTS}
_BEFORE_CAMERA = (Phase.FACE, Phase.SHOW_CARD)
_WITH_ANOTHER_WAY = frozenset(
    {Phase.CARD_NUMBER, Phase.FACE, Phase.GLANCE, Phase.PIN, Phase.PHONE, Phase.STAFF}
)


_PLAIN = Manner()


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen. `visit` is "" while nobody stands there; `revision` grows with every change of the row."""

    phase: Phase
    visit: str
    tries_left: int | None
    trouble_code: str | None
    staff_called: bool
    revision: str
    manner: Manner = _PLAIN

    @property
    def key(self) -> str:
        """Equal while the page need not be drawn anew: a call for staff alone must not clear half a PIN."""
        manner = self.manner
        shown = f"{manner.language}|{manner.display}|{manner.hint}|{manner.card_left}|{self.offers_phone}|{','.join(manner.ways)}"
        return f"{self.visit}|{self.phase}|{self.tries_left}|{self.trouble_code}|{shown}"

    @property
    def step(self) -> Step | None:
        """Which step of the progress this is; None where there is none."""
        return STEP_OF_PHASE.get(self.phase)

    @property
    def may_cancel(self) -> bool:
        """Whether there is still something to give up."""
        return self.phase in _MAY_CANCEL

    @property
    def may_change_way(self) -> bool:
        """Whether there is another way to choose."""
        return self.phase in _WITH_ANOTHER_WAY and len(self.manner.ways) > 1

    @property
    def fell_over(self) -> bool:
        """Whether another way was tried before and did not lead on."""
        return self.phase in _TO_HOLDER and bool(self.trouble_code) and not self.pin_was_wrong

    @property
    def by_phone(self) -> bool:
        """Whether a phone takes the card's place in this visit."""
        return is_by_phone(self.manner.ways)

    @property
    def offers_phone(self) -> bool:
        """Whether the patient may say here that there is a phone and no card."""
        return self.phase is Phase.IDLE and self.manner.phone

    @property
    def ways(self) -> tuple[Way, ...]:
        """What the patient may choose from."""
        return self.manner.ways

    @property
    def picture(self) -> str:
        """Which picture goes with the words."""
        if self.manner.card_left:
            return "left"
        if self.phase is Phase.LAY_BACK:
            return Phase.IDLE.value
        if self.phase is Phase.FAILED and (self.by_phone or self.trouble_code == _PHONE_ON_CARD_READER):
            return self._phone_failed
        if self.by_phone:
            return f"phone-{_PHONE_PICTURES.get(self.phase, 'read')}"
        return "again" if self.phase is Phase.FAILED and self.trouble_code in _LAY_AGAIN else self.phase.value

    @property
    def _phone_failed(self) -> str:
        if self.trouble_code in _ANOTHER_CARD:
            return "failed"
        return "phone-hold" if self.trouble_code in _HOLD_AGAIN else "phone-failed"

    @property
    def is_waiting(self) -> bool:
        """Whether the patient can do nothing but wait here."""
        return self.phase in _WAITING

    @property
    def pin_was_wrong(self) -> bool:
        """Whether this pad follows a wrong PIN of the same visit."""
        return self.phase is Phase.PIN and self.trouble_code == _WRONG_PIN

    @property
    def number_was_wrong(self) -> bool:
        """Whether the card refused the number typed before."""
        return self.phase is Phase.CARD_NUMBER and self.trouble_code == _WRONG_NUMBER

    @property
    def may_show_card(self) -> bool:
        """Whether the number may be shown to the camera instead of typed."""
        return self.phase is Phase.CARD_NUMBER and self.manner.hint is Hint.CARD_SHOW

    @property
    def language(self) -> Language:
        """What this screen speaks."""
        return self.manner.language

    @property
    def shows(self) -> dict[str, bool]:
        """How the patient wants this screen: big, contrast, voice."""
        return asdict(self.manner.display)

    @property
    def prompt(self) -> str:
        """The name of the spoken prompt that belongs to this screen; "" where silence is better."""
        if self.manner.card_left:
            return LEFT
        if self.phase in _BEFORE_CAMERA and self.manner.hint:
            return hint_prompt(self.manner.hint)
        if self.by_phone and (self.pin_was_wrong or has_phone_prompt(self.phase)):
            return PHONE_WRONG_PIN if self.pin_was_wrong else phone_prompt(self.phase, self.trouble_code)
        if self.pin_was_wrong or self.number_was_wrong:
            return WRONG_PIN if self.pin_was_wrong else WRONG_NUMBER
        if self.phase is Phase.FAILED:
            return failed_prompt(self.trouble_code)
        if self.phase is Phase.PIN:
            return pin_prompt(self.trouble_code)
        return "" if self.phase is Phase.OFFLINE else self.phase.value

    def words(self, words: Words) -> PhaseWords:
        """The words of this screen."""
        if self.manner.card_left:
            return words.left
        return words.of_phase(self.phase, self.trouble_code, by_phone=self.by_phone)

    def trouble_words(self, words: Words) -> PhaseWords:
        """The words for what went wrong before this page."""
        return words.of_trouble(self.trouble_code, by_phone=self.by_phone)

    def tries_words(self, words: Words) -> tuple[str, str]:
        """How many tries the card still grants, and how many of them can be had here; "" where that need not be said."""
        left = _MOST_TRIES if self.tries_left is None else self.tries_left
        of_all = words.phone.pin_left if self.by_phone else words.pin.left
        return of_all.get(left, ""), words.pin.left_here.get(left, "")


OFFLINE = Screen(
    phase=Phase.OFFLINE, visit="", tries_left=None, trouble_code=None, staff_called=False, revision=""
)


def screen_of(reader: Reader | None) -> Screen:
    """The screen of `reader`; of one that is gone, or has none because it reads phones for another, the offline screen."""
    if reader is None or reader.phone_of:
        return OFFLINE
    return Screen(
        phase=reader.phase,
        visit=reader.visit or "",
        tries_left=reader.tries_left,
        trouble_code=reader.trouble_code,
        staff_called=reader.staff_called,
        manner=reader.manner,
        revision=_revision(reader.changed_at),
    )


def _revision(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
