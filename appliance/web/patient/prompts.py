"""What the patient screen says aloud: by the name of each prompt, in the words that stand on the screen."""

from appliance.eligibility.visit import Hint, Language, Phase
from appliance.web.patient.languages import WORDS
from appliance.web.patient.words import PhaseWords, Words

LEFT = "left"
WRONG_PIN, WRONG_NUMBER, PHONE_WRONG_PIN = "pin-wrong", "number-wrong", "phone-pin-wrong"
_TRIES_AFTER_ONE = 2
_MENDED_BY_PATIENT = (
    "CARD-001",
    "CARD-002",
    "CARD-003",
    "CARD-004",
    "CARD-010",
    "PHONE-005",
    "READER-003",
    "READER-004",
    "VISIT-001",
    "VISIT-002",
    "VISIT-003",
)
"""Failures with a sentence of their own, because it tells the patient what to do. Of the others one says: staff will help."""
_MENDED_WITH_PHONE = (
    "CARD-001",
    "PHONE-001",
    "PHONE-004",
    "PHONE-006",
    "VISIT-001",
    "VISIT-002",
    "VISIT-003",
)
"""The same of a visit by phone; of the others one says: a card, or staff."""
_PIN_INSTEAD = ("CARD-014", "VISIT-005", "VISIT-006", "VISIT-008")
"""Why the PIN is asked for after all."""


def hint_prompt(hint: Hint) -> str:
    """The name of the prompt for what a patient before the camera can do."""
    return f"hint-{hint}"


def failed_prompt(code: str | None) -> str:
    """The name of the prompt for a visit that ended with that trouble."""
    return f"{Phase.FAILED}-{code}" if code in _MENDED_BY_PATIENT else Phase.FAILED.value


def pin_prompt(code: str | None) -> str:
    """The name of the prompt for the PIN page, which says first why the other way did not lead on."""
    return f"{Phase.PIN}-{code}" if code in _PIN_INSTEAD else Phase.PIN.value


def has_phone_prompt(phase: Phase) -> bool:
    """Whether something else is said in `phase` when a phone takes the card's place."""
    return phase is Phase.FAILED or phase in WORDS[Language.JAPANESE].phone.phases


def phone_prompt(phase: Phase, code: str | None = None) -> str:
    """The name of that prompt; `code` is the trouble that a visit ended with."""
    is_mended = phase is Phase.FAILED and code in _MENDED_WITH_PHONE
    return f"phone-{phase}-{code}" if is_mended else f"phone-{phase}"


def prompts(language: Language) -> dict[str, str]:
    """Every prompt of a language: its name and what it says."""
    words = WORDS[language]
    said = {phase.value: _aloud(one) for phase, one in words.phases.items() if phase is not Phase.OFFLINE}
    said[Phase.FAILED.value] = _aloud(words.other_trouble)
    said |= {phone_prompt(phase): _aloud(one) for phase, one in words.phone.phases.items()}
    said[phone_prompt(Phase.FAILED)] = _aloud(words.phone.other_trouble)
    said[LEFT] = _aloud(words.left)
    said[PHONE_WRONG_PIN] = f"{words.pin.wrong} {words.phone.pin_left[_TRIES_AFTER_ONE]}"
    said[WRONG_PIN] = f"{words.pin.wrong} {words.pin.left[_TRIES_AFTER_ONE]}"
    said[WRONG_NUMBER] = words.number.wrong
    said |= {failed_prompt(code): _aloud(words.of_trouble(code)) for code in _MENDED_BY_PATIENT}
    said |= {
        phone_prompt(Phase.FAILED, code): _aloud(words.phone.troubles[code]) for code in _MENDED_WITH_PHONE
    }
    pin = said[Phase.PIN.value]
    said |= {pin_prompt(code): f"{_ended(words.troubles[code].title)} {pin}" for code in _PIN_INSTEAD}
    return said | _consents(words) | {hint_prompt(hint): text for hint, text in words.hints.items()}


def _consents(words: Words) -> dict[str, str]:
    """The pages within the consents, under the names that `consents.html` gives them."""
    page = words.phases[Phase.CONSENTS]
    said = {Phase.CONSENTS.value: f"{_aloud(page)} {page.follow}", "consents-review": words.consents.review}
    said |= {f"consent-{name}": text for name, text in words.consents.items.items()}
    return said | {f"choice-{name}": f"{_ended(one.title)} {one.line}" for name, one in words.choices.items()}


def _aloud(words: PhaseWords) -> str:
    return f"{_ended(words.title)} {words.line}".strip()


def _ended(title: str) -> str:
    if title.endswith(("。", "？", "?", ".")):
        return title
    return title + ("。" if _is_cjk(title) else ".")


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" for letter in text)
