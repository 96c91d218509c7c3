"""The shape of everything the patient screen says, so that a language is one table and no template has words of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.eligibility.visit import Phase


class Language(StrEnum):
    """Languages of the patient screen, as the page's `lang` attribute."""

    JAPANESE = "ja"


class Step(StrEnum):
    """What the patient goes through, in order; the progress at the top of every screen."""

    CARD = "card"
    PIN = "pin"
    CONSENT = "consent"
    CHECK = "check"
    ACCEPTED = "accepted"


STEP_OF_PHASE: Mapping[Phase, Step] = {
    Phase.IDLE: Step.CARD,
    Phase.READING: Step.CARD,
    Phase.PIN: Step.PIN,
    Phase.CHECKING_PIN: Step.PIN,
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
        return re.findall(r"[^。]+。?", self.title)


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


@dataclass(frozen=True, kw_only=True)
class BarWords:
    """The bar at the bottom, the same on every screen."""

    cancel: str
    back: str
    staff: str
    staff_called: str
    not_sent: str
    lost: str
    elapsed: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything the patient screen says in one language. `troubles` goes by catalogue code."""

    steps: Mapping[Step, str]
    phases: Mapping[Phase, PhaseWords]
    pin: PinWords
    consents: ConsentWords
    bar: BarWords
    troubles: Mapping[str, PhaseWords]
    other_trouble: PhaseWords

    def of_phase(self, phase: Phase, trouble_code: str | None) -> PhaseWords:
        """What to say in `phase`; in FAILED the words for the trouble, never those meant for staff."""
        if phase is Phase.FAILED:
            return self.troubles.get(trouble_code or "", self.other_trouble)
        return self.phases[phase]
