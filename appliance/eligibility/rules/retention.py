"""How many years something is kept before whole months of it go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import said

TRAIL = "audit-trail"
FEWEST_YEARS = 5
"""No row makes it less."""


@dataclass(frozen=True, kw_only=True)
class RetentionRow(Rule):
    """What is called `subject` is kept for so many years."""

    kind: ClassVar[str] = "retentions"
    title: ClassVar[str] = "保存する年数"

    subject: str
    label: str
    years: int

    def decides(self) -> tuple[Key, ...]:
        return ((self.subject,),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.years < FEWEST_YEARS:
            yield "years", f"years は {FEWEST_YEARS} 以上にしてください"

    def words(self) -> str:
        return said("{label}: {years}年", label=self.label, years=self.years)


def years_kept(book: Rulebook, subject: str, day: date) -> int | None:
    """The years of the row on `day`; None without one, when nothing may go."""
    row = book.find(RetentionRow, day, subject)
    return row.years if row else None
