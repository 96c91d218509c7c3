"""Characters that a claim cannot carry, found and explained; a suggestion goes beside them, never in their place.

Claims are written in JIS X 0208 with ASCII and half-width katakana. Membership is asked of Python's `iso2022_jp`
codec, which switches between exactly the sets we need: a character is in JIS X 0208 when its bytes begin with the
escape `ESC $ B`. `euc_jp` would also take JIS X 0212 (three-byte codes, e.g. 纊), and `cp932` the vendors' extensions
(髙, ①), which are just the characters that come back as errors.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

GAP = "●"
_JIS_X_0208 = b"\x1b$B"
# One cell of JIS X 0208, two Unicode characters: cp932 gives the left one, the standard's table the right one.
_CP932_TWINS = str.maketrans("～－∥￠￡￢", "〜−‖¢£¬")
_HALF_WIDTH_KATAKANA = range(0xFF61, 0xFFA0)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_VOICED = {"\u3099", "\u309a"}


class Why(StrEnum):
    """Why a character is worth a look."""

    GAP = "gap"
    CONTROL = "control"
    SELECTOR = "selector"
    PRIVATE = "private"
    COMBINING = "combining"
    VENDOR = "vendor"
    LEVEL_3_OR_4 = "level-3-or-4"
    UNICODE_ONLY = "unicode-only"


WHY_LABELS = {
    Why.GAP: "センターで表せない字が●になっています。カルテの字を残してください。",
    Why.CONTROL: "改行や制御文字が混じっています。",
    Why.SELECTOR: "字形を選ぶ目に見えない符号が付いています。",
    Why.PRIVATE: "この医院だけの外字です。ほかでは表示できません。",
    Why.COMBINING: "濁点・半濁点が別の字になっています。",
    Why.VENDOR: "機種依存文字です。レセプトでは使えません。",
    Why.LEVEL_3_OR_4: "JIS第3・第4水準の字です。レセプトでは使えません。",
    Why.UNICODE_ONLY: "JISにない字です。レセプトでは使えません。",
}


@dataclass(frozen=True)
class OddCharacter:
    """One finding: index in the text, the character, why, and what could stand for it.

    `suggestion` is empty when the character can go, None when we have nothing to suggest.
    """

    position: int
    character: str
    why: Why
    suggestion: str | None

    @property
    def codepoint(self) -> str:
        """E.g. `U+9AD9`."""
        return f"U+{ord(self.character):04X}"

    def words(self) -> str:
        """「2文字目「髙」（U+9AD9）: …（候補: 高）」, for a person to decide."""
        shown = "" if self.why in (Why.CONTROL, Why.SELECTOR, Why.COMBINING) else f"「{self.character}」"
        offer = f"（候補: {self.suggestion}）" if self.suggestion else ""
        return f"{self.position + 1}文字目{shown}（{self.codepoint}）: {WHY_LABELS[self.why]}{offer}"


def is_claimable(character: str) -> bool:
    """Whether one character can stand in a claim."""
    if " " <= character <= "~" or ord(character) in _HALF_WIDTH_KATAKANA:
        return True
    try:
        return character.translate(_CP932_TWINS).encode("iso2022_jp").startswith(_JIS_X_0208)
    except UnicodeEncodeError:
        return False


def odd_characters(text: str, variants: Mapping[str, str]) -> tuple[OddCharacter, ...]:
    """Every character of `text` that a claim cannot carry, and every ●; `variants` suggests character by character."""
    return tuple(
        OddCharacter(at, character, _why(character), _suggestion(text, at, variants))
        for at, character in enumerate(text)
        if character == GAP or not is_claimable(character)
    )


def proposal(text: str, variants: Mapping[str, str]) -> str | None:
    """`text` with every suggestion taken, to be shown beside it; None when a finding is left without one, or ●."""
    letters = list(text)
    for odd in odd_characters(text, variants):
        if odd.suggestion is None:
            return None
        letters[odd.position] = odd.suggestion
        if odd.why is Why.COMBINING and odd.suggestion:
            letters[odd.position - 1] = ""
    return "".join(letters)


def _why(character: str) -> Why:
    category = unicodedata.category(character)
    if character == GAP:
        return Why.GAP
    if any(ord(character) in selectors for selectors in _SELECTORS):
        return Why.SELECTOR
    if character in _VOICED:
        return Why.COMBINING
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return Why.CONTROL
    if category == "Co":
        return Why.PRIVATE
    if _fits(character, "cp932"):
        return Why.VENDOR
    return Why.LEVEL_3_OR_4 if _fits(character, "euc_jis_2004") else Why.UNICODE_ONLY


def _suggestion(text: str, at: int, variants: Mapping[str, str]) -> str | None:
    character = text[at]
    if character in variants:
        return variants[character]
    why = _why(character)
    if why is Why.COMBINING:
        return _composed(text, at)
    if why in (Why.CONTROL, Why.SELECTOR):
        return ""
    plain = unicodedata.normalize("NFKC", character)
    usable = plain != character and all(is_claimable(one) for one in plain)
    return plain if usable and why is not Why.GAP else None


def _composed(text: str, at: int) -> str | None:
    whole = unicodedata.normalize("NFC", text[at - 1 : at + 1]) if at else ""
    return whole if len(whole) == 1 and is_claimable(whole) else None


def _fits(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
