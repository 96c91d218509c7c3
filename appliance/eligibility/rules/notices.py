"""When to speak about a certificate that ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import said

CLINIC_CERTIFICATE = "clinic-certificate"


@dataclass(frozen=True, kw_only=True)
class NoticeRow(Rule):
    """The days before its end on which `subject` is spoken about, from which day before it can be renewed, and for how much."""

    kind: ClassVar[str] = "notices"
    title: ClassVar[str] = "期限のお知らせ"

    subject: str
    label: str
    days: tuple[int, ...]
    renewable_days: int
    fee_yen: int = 0

    def decides(self) -> tuple[Key, ...]:
        return ((self.subject,),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.days:
            yield "days", "days に日数が1つもありません"

    def words(self) -> str:
        days = "・".join(str(day) for day in sorted(self.days, reverse=True))
        return said(
            "{label}: {days}日前にお知らせ、更新は{renewable_days}日前から",
            label=self.label,
            days=days,
            renewable_days=self.renewable_days,
        )


@dataclass(frozen=True)
class Notice:
    """What to say. `step` is the day of the row that was reached last: a new step is a new notice."""

    days_left: int
    step: int
    sentence: str

    @property
    def expired(self) -> bool:
        """Whether the last day is over."""
        return self.days_left < 0


def notice(book: Rulebook, subject: str, expires: date, day: date) -> Notice | None:
    """The notice due on `day` for something whose last day is `expires`; None while it is too early."""
    row = book.find(NoticeRow, day, subject)
    left = (expires - day).days
    if row is None or left > max(row.days):
        return None
    step = min((days for days in row.days if days >= left), default=0)
    return Notice(left, step, _sentence(row, left))


def _sentence(row: NoticeRow, left: int) -> str:
    if left < 0:
        return said(
            "{label}の期限が切れています。資格確認と請求ができません。すぐに更新してください。",
            label=row.label,
        )
    when = "今日まで" if left == 0 else said("あと{left}日", left=left)
    if left > row.renewable_days:
        return said(
            "{label}の期限は{when}です。{renewable_days}日前から更新できます。",
            label=row.label,
            when=when,
            renewable_days=row.renewable_days,
        )
    return said("{label}の期限は{when}です。更新してください。", label=row.label, when=when)
