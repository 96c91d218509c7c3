"""What the patient screen says aloud: by the name of each prompt, in the words that stand on the screen."""

from appliance.eligibility.visit import Hint, Language, Phase
from appliance.web.patient.languages import WORDS
from appliance.web.patient.words import PhaseWords

LEFT = "left"


def hint_prompt(hint: Hint) -> str:
    """The name of the prompt for what a patient before the camera can do."""
    return f"hint-{hint}"


def prompts(language: Language) -> dict[str, str]:
    """Every prompt of a language: its name and what it says."""
    words = WORDS[language]
    said = {phase.value: _aloud(one) for phase, one in words.phases.items() if phase is not Phase.OFFLINE}
    said[Phase.FAILED.value] = _aloud(words.other_trouble)
    said[LEFT] = _aloud(words.left)
    return said | {hint_prompt(hint): text for hint, text in words.hints.items()}


def _aloud(words: PhaseWords) -> str:
    end = "" if words.title.endswith(("。", "？", "?", ".")) else "。" if _is_cjk(words.title) else "."
    return f"{words.title}{end} {words.line}".strip()


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" for letter in text)
