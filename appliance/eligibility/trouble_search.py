"""Finding a row of the catalogue by a code or by the words somebody says.

Everything is compared folded: NFKC, one case, hiragana for katakana, large kana for small; long-vowel marks, hyphens and
spaces dropped. So `ＣＡＲＤ００１`, `card-001` and `CARD‐001` are one code, and リーダ finds カードリーダー.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from appliance.eligibility.catalogue import FAULT_LABELS, KNOWLEDGE, Entry

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SMALL = dict(zip(map(ord, "ぁぃぅぇぉっゃゅょゎ"), "あいうえおつやゆよわ", strict=True))
_DROPPED = dict.fromkeys(map(ord, "ー-‐‑‒–—―−・/、。（）()「」『』[]【】・,.?!"))
_PIECES = re.compile(r"[一-鿿々〆ヶ]+|[ァ-ヴー]+|[A-Za-z0-9]+")
_ENDING = re.compile(
    r"(ませんでした|なくなりました|なくなった|なかった|ません|ました|れます|ます|ない|です|なりました|った|いた|した|た|る|い|ん)$"
)
_SHORTEST_STEM = 2
_LONGEST_COMPOUND = 12
_LONGEST_QUESTION = 200

_EXACT_CODE, _CODE_BEGINS, _EXACT_WORD, _IN_WORD, _IN_TITLE, _IN_CODE, _IN_FAULT, _IN_ADVICE = (
    200,
    100,
    40,
    25,
    20,
    10,
    8,
    4,
)


def folded(text: str) -> str:
    """`text` as it is compared."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.translate(_KATAKANA).translate(_SMALL).translate(_DROPPED)


def search(words: str, entries: Iterable[Entry] = KNOWLEDGE.values()) -> list[Entry]:
    """The rows in which every one of `words` (separated by spaces) is found, the best first.

    A word that is not found as it stands is tried without its ending (切れました finds 切れ), then by its kanji, katakana
    and Latin parts (暗証番号を忘れた finds 暗証番号 and 忘), which counts less. No words find nothing; only the first 200 characters are looked at.
    """
    asked = unicodedata.normalize("NFKC", words[:_LONGEST_QUESTION]).split()
    scored = [(_score(entry, asked), entry) for entry in entries] if asked else []
    return [entry for score, entry in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _score(entry: Entry, asked: list[str]) -> float:
    scores = [_word_score(entry, word) for word in asked]
    return sum(scores) if all(scores) else 0.0


def _word_score(entry: Entry, word: str) -> float:
    if whole := _weight(entry, folded(word)):
        return whole
    stem = folded(_ENDING.sub("", word))
    if len(stem) >= _SHORTEST_STEM and (found := _weight(entry, stem)):
        return found * 0.8
    parts = [_piece_weight(entry, folded(part)) for part in _PIECES.findall(word)]
    return min(parts) * 0.5 if parts and all(parts) else 0.0


def _piece_weight(entry: Entry, piece: str) -> float:
    """A compound may be found in its parts: 同意画面 by 同意 and 画面."""
    if whole := _weight(entry, piece):
        return whole
    if len(piece) > _LONGEST_COMPOUND:
        return 0.0
    for cut in (2, 3):
        if len(piece) >= cut + 2 and (head := _weight(entry, piece[:cut])):
            rest = _piece_weight(entry, piece[cut:])
            if rest:
                return min(head, rest) * 0.5
    return 0.0


def _weight(entry: Entry, word: str) -> int:
    """How well one folded word fits; 0 when it is not found."""
    if not word:
        return 0
    code, words, title, fault, advice = _index(entry)
    if word == code:
        return _EXACT_CODE
    if code.startswith(word):
        return _CODE_BEGINS
    if word in words:
        return _EXACT_WORD
    if any(word in known for known in words):
        return _IN_WORD
    places = ((title, _IN_TITLE), (code, _IN_CODE), (fault, _IN_FAULT), (advice, _IN_ADVICE))
    return next((weight for text, weight in places if word in text), 0)


@lru_cache(maxsize=4096)
def _index(entry: Entry) -> tuple[str, tuple[str, ...], str, str, str]:
    advice = " ".join(
        (entry.reception, entry.engineer, entry.developer, *(note.text for note in entry.notes))
    )
    return (
        folded(entry.code),
        tuple(map(folded, entry.words)),
        folded(entry.title),
        folded(FAULT_LABELS[entry.fault]),
        folded(advice),
    )
