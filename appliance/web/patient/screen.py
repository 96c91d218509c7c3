"""What stands on the screen of one reader: the ledger's row, reduced to what a patient may see."""

from dataclasses import asdict, dataclass
from datetime import datetime

from appliance.eligibility.visit import Language, Phase, Way
from appliance.ledger.readers import Manner, Reader
from appliance.web.patient.languages import WORDS
from appliance.web.patient.prompts import (
    LEFT,
    WRONG_NUMBER,
    WRONG_PIN,
    failed_prompt,
    hint_prompt,
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
_WAITING = frozenset({Phase.READING, Phase.CHECKING_PIN, Phase.PROVING, Phase.ASKING})
_TO_HOLDER = frozenset(
    {Phase.CHOOSE, Phase.CARD_NUMBER, Phase.FACE, Phase.GLANCE, Phase.PIN, Phase.STAFF, Phase.SIGHT}
)
_MAY_CANCEL = _TO_HOLDER | {Phase.READING, Phase.CONSENTS}
_WITH_ANOTHER_WAY = frozenset({Phase.CARD_NUMBER, Phase.FACE, Phase.GLANCE, Phase.PIN, Phase.STAFF})


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
        shown = f"{manner.language}|{manner.display}|{manner.hint}|{manner.card_left}|{','.join(manner.ways)}"
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
    def ways(self) -> tuple[Way, ...]:
        """What the patient may choose from."""
        return self.manner.ways

    @property
    def picture(self) -> str:
        """Which picture goes with the words."""
        if self.manner.card_left:
            return "left"
        return "again" if self.phase is Phase.FAILED and self.trouble_code in _LAY_AGAIN else self.phase.value

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
        if self.phase is Phase.FACE and self.manner.hint:
            return hint_prompt(self.manner.hint)
        if self.pin_was_wrong or self.number_was_wrong:
            return WRONG_PIN if self.pin_was_wrong else WRONG_NUMBER
        if self.phase is Phase.FAILED:
            return failed_prompt(self.trouble_code)
        if self.phase is Phase.PIN:
            return pin_prompt(self.trouble_code)
        return "" if self.phase is Phase.OFFLINE else self.phase.value

    def words(self, words: Words) -> PhaseWords:
        """The words of this screen."""
        return words.left if self.manner.card_left else words.of_phase(self.phase, self.trouble_code)

    def tries_words(self, words: Words) -> tuple[str, str]:
        """How many tries the card still grants, and how many of them can be had here; "" where that need not be said."""
        left = _MOST_TRIES if self.tries_left is None else self.tries_left
        return words.pin.left.get(left, ""), words.pin.left_here.get(left, "")


OFFLINE = Screen(
    phase=Phase.OFFLINE, visit="", tries_left=None, trouble_code=None, staff_called=False, revision=""
)


def screen_of(reader: Reader | None) -> Screen:
    """The screen of `reader`; of one that is gone, the offline screen."""
    if reader is None:
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
