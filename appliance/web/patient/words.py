"""The shape of everything the patient screen says, so that a language is one table and no template has words of its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from appliance.eligibility.visit import Hint, Phase, Way

_SENTENCE = re.compile(r"（?(?:[^。.（]|\.(?! ))+(?:。|\. ?)?")


class Step(StrEnum):
    """What the patient goes through, in order; the progress at the top of every screen."""

    CARD = "card"
    HOLDER = "holder"
    CONSENT = "consent"
    CHECK = "check"
    ACCEPTED = "accepted"


STEP_OF_PHASE: Mapping[Phase, Step] = {
    Phase.IDLE: Step.CARD,
    Phase.READING: Step.CARD,
    Phase.CHOOSE: Step.HOLDER,
    Phase.CARD_NUMBER: Step.HOLDER,
    Phase.SHOW_CARD: Step.HOLDER,
    Phase.LAY_BACK: Step.HOLDER,
    Phase.FACE: Step.HOLDER,
    Phase.GLANCE: Step.HOLDER,
    Phase.PIN: Step.HOLDER,
    Phase.CHECKING_PIN: Step.HOLDER,
    Phase.PHONE: Step.HOLDER,
    Phase.STAFF: Step.HOLDER,
    Phase.SIGHT: Step.HOLDER,
    Phase.PROVING: Step.HOLDER,
    Phase.CONSENTS: Step.CONSENT,
    Phase.ASKING: Step.CHECK,
    Phase.DONE: Step.ACCEPTED,
    Phase.DEFERRED: Step.ACCEPTED,
}


@dataclass(frozen=True)
class PhaseWords:
    """One screen: what is asked or happening, what to do meanwhile, and what comes next (empty: nothing to say)."""

    title: str
    line: str = ""
    follow: str = ""

    @property
    def sentences(self) -> list[str]:
        """The title, cut where a line may best end."""
        return _SENTENCE.findall(self.title)

    @property
    def line_sentences(self) -> list[str]:
        """The line below the title, cut likewise."""
        return _SENTENCE.findall(self.line)


@dataclass(frozen=True)
class WayWords:
    """One way on the page of choice: its name on the button, and what it takes."""

    name: str
    takes: str


@dataclass(frozen=True, kw_only=True)
class NumberWords:
    """The number on the card's face, asked for in three parts as they are printed; `parts` name and digits of each.

    `how` asks for one of `show` and `type`, which lead to the camera and to the keys; `not_kept` says what becomes of the picture.
    """

    parts: tuple[tuple[str, str], ...]
    where: str
    wrong: str
    next: str
    how: str
    show: str
    type: str
    not_kept: str


@dataclass(frozen=True, kw_only=True)
class HelpWords:
    """What may be wrong when a card was laid and nothing happens: a picture's name and its words for each."""

    title: str
    cases: Mapping[str, PhaseWords]
    close: str


@dataclass(frozen=True, kw_only=True)
class DisplayWords:
    """How the screen may be shown."""

    title: str
    language: str
    big: str
    contrast: str
    voice: str


@dataclass(frozen=True, kw_only=True)
class PinWords:
    """The PIN pad. `left` and `left_here` go by the tries the card still grants; `wrong` stands first after an error.

    The box keeps the card's last try for the patient, so fewer are left here than on the card. `erase` is cut where
    a narrow key may break it.
    """

    entered: str
    wrong: str
    left: Mapping[int, str]
    left_here: Mapping[int, str]
    forgotten: str
    erase: tuple[str, ...]
    confirm: str


@dataclass(frozen=True, kw_only=True)
class PhoneWords:
    """What is said otherwise when a phone takes the card's place. `start` stands on the button that says so.

    `phases`, `pin_left` and `troubles` hold only what differs from a visit with a card.
    """

    start: str
    phases: Mapping[Phase, PhaseWords]
    pin_left: Mapping[int, str]
    troubles: Mapping[str, PhaseWords]
    other_trouble: PhaseWords


@dataclass(frozen=True, kw_only=True)
class ConsentWords:
    """The consent screens. `labels` and `items` go by the field names of `Consents`: the data; data and purpose in a sentence."""

    all_yes: str
    item_by_item: str
    all_no: str
    labels: Mapping[str, str]
    items: Mapping[str, str]
    yes: str
    no: str
    review: str
    confirm: str


@dataclass(frozen=True)
class ChoiceWords:
    """A question beside the consents; `answers` by the value that is sent."""

    title: str
    line: str
    answers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BarWords:
    """The bar at the bottom, the same on every screen, and what the page says by itself."""

    cancel: str
    back: str
    other_way: str
    staff: str
    staff_called: str
    options: str
    help: str
    not_sent: str
    lost: str
    elapsed: str

    @property
    def as_json(self) -> str:
        """For the page's script, which draws the bar anew with every screen."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything the patient screen says in one language. `troubles` goes by catalogue code."""

    steps: Mapping[Step, str]
    phases: Mapping[Phase, PhaseWords]
    left: PhaseWords
    ways: Mapping[Way, WayWords]
    number: NumberWords
    hints: Mapping[Hint, str]
    help: HelpWords
    display: DisplayWords
    pin: PinWords
    phone: PhoneWords
    consents: ConsentWords
    choices: Mapping[str, ChoiceWords]
    bar: BarWords
    troubles: Mapping[str, PhaseWords]
    other_trouble: PhaseWords

    def of_phase(self, phase: Phase, trouble_code: str | None, *, by_phone: bool = False) -> PhaseWords:
        """What to say in `phase`; in FAILED the words for the trouble, never those meant for staff."""
        if phase is Phase.FAILED:
            return self.of_trouble(trouble_code, by_phone=by_phone)
        return self.phone.phases.get(phase, self.phases[phase]) if by_phone else self.phases[phase]

    def of_trouble(self, code: str | None, *, by_phone: bool = False) -> PhaseWords:
        """What to say of a trouble that ended a visit, or a way that did not lead on."""
        code = code or ""
        if by_phone or code in self.phone.troubles.keys() - self.troubles.keys():
            return self.phone.troubles.get(code, self.phone.other_trouble)
        return self.troubles.get(code, self.other_trouble)
