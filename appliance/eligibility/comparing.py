"""Names and numbers from two sources compared as a person would, without changing either of them."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from appliance.eligibility.charset import GAP

_SMALL_TO_LARGE = str.maketrans(
    "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ", "アイウエオツヤユヨワカケあいうえおつやゆよわかけ"
)
_HYPHENS = "-‐‑‒–—―−ー─"
_FOLDED_HYPHENS = re.compile(f"[{_HYPHENS}]")
_DIVIDERS = re.compile(rf"[{_HYPHENS}・\s]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class Likeness(StrEnum):
    """What a comparison of two names finds."""

    SAME = "same"
    SAME_BUT_CHARACTERS = "same-but-characters"
    DIFFERENT = "different"


LIKENESS_LABELS = {
    Likeness.SAME: "同じ",
    Likeness.SAME_BUT_CHARACTERS: "●や異体字を除いて同じ",
    Likeness.DIFFERENT: "異なる",
}


def compare_names(left: str, right: str, variants: Mapping[str, str] | None = None) -> Likeness:
    """Two names, in kanji or kana, full or half width.

    Width, spaces, small and large kana and kinds of hyphens make no difference. ● stands for any one character, and
    with `variants` 髙 for 高: then the names are the same but for characters.
    """
    one, other = folded_name(left), folded_name(right)
    if one == other:
        return Likeness.SAME
    known = variants or {}
    alike = len(one) == len(other) and all(_alike(a, b, known) for a, b in zip(one, other, strict=True))
    return Likeness.SAME_BUT_CHARACTERS if alike else Likeness.DIFFERENT


def same_number(left: str, right: str) -> bool:
    """Whether two 記号 or 番号 mean the same.

    Width, the ends' spaces and the kind of divider (hyphens, `・`, space) make no difference; leading zeros do.
    """
    return folded_number(left) == folded_number(right)


def folded_name(text: str) -> str:
    """A name in the form in which those that are the same are equal."""
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", text)).upper().translate(_SMALL_TO_LARGE)
    return _FOLDED_HYPHENS.sub("-", "".join(plain.split()))


def folded_number(text: str) -> str:
    """A 記号 or 番号 in the form in which those that mean the same are equal."""
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", text)).strip()
    return _DIVIDERS.sub("-", plain)


def _alike(one: str, other: str, variants: Mapping[str, str]) -> bool:
    return GAP in (one, other) or variants.get(one, one) == variants.get(other, other)
