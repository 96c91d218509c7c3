"""Until when the claims of a month are handed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule

CLAIM = "claim"


@dataclass(frozen=True, kw_only=True)
class DeadlineRow(Rule):
    """The last `day` of the following month, and how many days before it what is open is spoken about."""

    kind: ClassVar[str] = "deadlines"
    title: ClassVar[str] = "請求の期限"

    subject: str
    label: str
    day: int
    warn_days: int

    def decides(self) -> tuple[Key, ...]:
        return ((self.subject,),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not 1 <= self.day <= 28:
            yield "day", "day は 1〜28 の日にしてください"
        if self.warn_days >= 28:
            yield "warn_days", "warn_days は 0〜27 の日数にしてください"

    def words(self) -> str:
        return f"{self.label}: 翌月{self.day}日まで（{self.warn_days}日前からお知らせ）"


@dataclass(frozen=True)
class Deadline:
    """`last` is the last day for the claims of a month; from `warn_from` on what is open is spoken about."""

    last: date
    warn_from: date


def claim_deadline(book: Rulebook, visit: date) -> Deadline | None:
    """The deadline of the claim for a visit; None when there is no rule for its following month."""
    following = (visit.replace(day=1) + timedelta(days=31)).replace(day=1)
    row = book.find(DeadlineRow, following, CLAIM)
    if row is None:
        return None
    last = following.replace(day=row.day)
    return Deadline(last, last - timedelta(days=row.warn_days))
