"""Reference values of the checkups: a hint beside a value, and no judgement of a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import ClassVar
from unicodedata import normalize

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined, said

_SEXES = ("", "1", "2")
_BRACKETS = "()[] "


class Mark(StrEnum):
    """How a value lies to its reference."""

    HIGH = "high"
    LOW = "low"
    OTHER = "other"
    """A word that is not the expected one."""


@dataclass(frozen=True, kw_only=True)
class CheckupRangeRow(Rule):
    """The reference of one item: less than `below`, `at_least`, or the word `word`. Numbers are texts, as they have decimals.

    `codes` are the beginnings of the item codes (JLAC10) that it is for; `sex` 1 or 2 where it differs, else empty.
    """

    kind: ClassVar[str] = "checkup-ranges"
    title: ClassVar[str] = "健診の基準値"

    item: str
    label: str
    codes: tuple[str, ...]
    sex: str = ""
    below: str = ""
    at_least: str = ""
    word: str = ""

    def decides(self) -> tuple[Key, ...]:
        return ((self.item, self.sex),)

    def problems(self) -> Iterator[tuple[str, str]]:
        for key in ("below", "at_least"):
            if getattr(self, key) and number(getattr(self, key)) is None:
                yield key, said('{key} は数を "5.6" のように書いてください', key=key)
        if not (self.below or self.at_least or self.word):
            yield "below", "below、at_least、word のどれかが要ります"
        if self.sex not in _SEXES:
            yield "sex", 'sex は "1"（男）か "2"（女）です'

    def words(self) -> str:
        return f"{self.label}{({'1': '（男）', '2': '（女）'}).get(self.sex, '')}: {self.said}"

    @property
    def said(self) -> str:
        """As it stands beside a value."""
        parts = (
            said("{at_least}以上", at_least=self.at_least) if self.at_least else "",
            said("{below}未満", below=self.below) if self.below else "",
            self.word,
        )
        return joined("、", parts)

    def judged(self, value: str, word: str) -> Mark | None:
        """How a value lies, of which `word` is the name if it has one; None for within, and for what cannot be compared."""
        if self.word:
            return Mark.OTHER if word and _plain(word) != _plain(self.word) else None
        known = number(value)
        below, at_least = number(self.below), number(self.at_least)
        if known is not None and below is not None and known >= below:
            return Mark.HIGH
        return Mark.LOW if known is not None and at_least is not None and known < at_least else None


def number(text: str) -> Decimal | None:
    """The number that a text says; None for words, for 「3未満」 and for nothing."""
    try:
        found = Decimal(normalize("NFKC", text).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def range_for(book: Rulebook, day: date, code: str, sex: str) -> CheckupRangeRow | None:
    """The reference of an item for somebody of this sex; None when there is none, or none for every sex."""
    rows = [
        row
        for row in book.on(CheckupRangeRow, day)
        if row.sex in ("", sex) and any(code.startswith(one) for one in row.codes)
    ]
    return max(rows, key=lambda row: max(len(one) for one in row.codes if code.startswith(one)), default=None)


def _plain(word: str) -> str:
    return normalize("NFKC", word).strip(_BRACKETS).replace("−", "-").replace("‐", "-")
