"""What stands on the screen of one reader: the ledger's row, reduced to what a patient may see."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.visit import Phase
from appliance.ledger.readers import Reader
from appliance.web.patient.words import STEP_OF_PHASE, Language, PhaseWords, Step, Words
from appliance.web.patient.words_ja import JAPANESE

WORDS: dict[Language, Words] = {Language.JAPANESE: JAPANESE}

_WRONG_PIN = "CARD-004"
_MOST_TRIES = 3
_LAY_AGAIN = frozenset(
    {"CARD-001", "CARD-002", "CARD-003", "CARD-004", "CARD-010", "READER-003", "VISIT-001", "VISIT-002"}
)
_WAITING = frozenset({Phase.READING, Phase.CHECKING_PIN, Phase.ASKING})
_MAY_CANCEL = frozenset({Phase.READING, Phase.PIN, Phase.CONSENTS})


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen. `visit` is "" while nobody stands there; `revision` grows with every change of the row."""

    phase: Phase
    visit: str
    tries_left: int | None
    trouble_code: str | None
    staff_called: bool
    revision: str

    @property
    def key(self) -> str:
        """Equal while the page need not be drawn anew: a call for staff alone must not clear half a PIN."""
        return f"{self.visit}|{self.phase}|{self.tries_left}|{self.trouble_code}"

    @property
    def step(self) -> Step | None:
        """Which step of the progress this is; None where there is none."""
        return STEP_OF_PHASE.get(self.phase)

    @property
    def may_cancel(self) -> bool:
        """Whether there is still something to give up."""
        return self.phase in _MAY_CANCEL

    @property
    def picture(self) -> str:
        """Which picture goes with the words."""
        return "again" if self.phase is Phase.FAILED and self.trouble_code in _LAY_AGAIN else self.phase.value

    @property
    def is_waiting(self) -> bool:
        """Whether the patient can do nothing but wait here."""
        return self.phase in _WAITING

    @property
    def pin_was_wrong(self) -> bool:
        """Whether this pad follows a wrong PIN of the same visit."""
        return self.phase is Phase.PIN and self.trouble_code == _WRONG_PIN

    def words(self, words: Words) -> PhaseWords:
        """The words of this screen."""
        return words.of_phase(self.phase, self.trouble_code)

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
        revision=_revision(reader.changed_at),
    )


def _revision(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
