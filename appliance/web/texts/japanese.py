"""What counts as a Japanese text, and the marks between words in both languages."""

import re

_LETTERS = re.compile(r"[\u3005-\u3007\u3040-\u30fa\u30fd-\u30ff\u3400-\u9fff\uff66-\uff9d]")
_MARKS = str.maketrans(
    {
        "、": ", ",
        "。": ". ",
        "：": ": ",
        "（": " (",
        "）": ")",
        "「": "“",
        "」": "”",
        "・": " · ",
        "〜": "–",
        "～": "–",
        "／": "/",
        "－": "–",
        "\u3000": "  ",
    }
)


def is_japanese(text: str) -> bool:
    """Whether there is something to translate: kana or kanji, not marks alone."""
    return _LETTERS.search(text) is not None


def english_marks(text: str) -> str:
    """A text without words, such as 「、」, in English marks."""
    return text.translate(_MARKS)


def one_line(text: str) -> str:
    """A text of a template as the catalogue has it: line ends and indents are single spaces."""
    return " ".join(text.split())
