"""掲示: what the 施設基準 of a 加算 ask a clinic to put up, by the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule


@dataclass(frozen=True, kw_only=True)
class PostingRow(Rule):
    """One sentence, for the 加算 of `families` (all of them when empty); `part` is which requirement it is."""

    kind: ClassVar[str] = "postings"
    title: ClassVar[str] = "掲示する文"

    part: str
    text: str
    families: tuple[str, ...] = ()

    def decides(self) -> tuple[Key, ...]:
        return tuple((self.part, family) for family in self.families or ("",))

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.text.strip():
            yield "text", "text に掲示する文を書いてください"

    def words(self) -> str:
        whose = f"（{'、'.join(self.families)}）" if self.families else ""
        return f"{self.part}{whose}: {self.text}"


def postings(book: Rulebook, day: date, families: frozenset[str]) -> tuple[PostingRow, ...]:
    """The sentences that these 加算 ask for on `day`, in the order of the table."""
    return tuple(
        row for row in book.on(PostingRow, day) if not row.families or families.intersection(row.families)
    )
