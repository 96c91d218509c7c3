"""What the patient screen says aloud: by the name of each prompt, in the words that stand on the screen."""

from appliance.eligibility.visit import Hint, Language, Phase
from appliance.web.patient.languages import WORDS
from appliance.web.patient.words import PhaseWords

LEFT = "left"
WRONG_PIN, WRONG_NUMBER, PHONE_WRONG_PIN = "pin-wrong", "number-wrong", "phone-pin-wrong"
_TRIES_AFTER_ONE = 2


def hint_prompt(hint: Hint) -> str:
    """The name of the prompt for what a patient before the camera can do."""
    return f"hint-{hint}"


def has_phone_prompt(phase: Phase) -> bool:
    """Whether something else is said in `phase` when a phone takes the card's place."""
    return phase is Phase.FAILED or phase in WORDS[Language.JAPANESE].phone.phases


def phone_prompt(phase: Phase) -> str:
    """The name of that prompt."""
    return f"phone-{phase}"


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
    return said | {hint_prompt(hint): text for hint, text in words.hints.items()}


def _aloud(words: PhaseWords) -> str:
    end = "" if words.title.endswith(("。", "？", "?", ".")) else "。" if _is_cjk(words.title) else "."
    return f"{words.title}{end} {words.line}".strip()


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" for letter in text)
