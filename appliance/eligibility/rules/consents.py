"""Which consents are asked, and where."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule


class Where(StrEnum):
    """On the card reader's screen, or by word of mouth at the desk."""

    READER = "reader"
    DESK = "desk"


WHERE_LABELS = {Where.READER: "リーダーの画面", Where.DESK: "窓口で口頭"}


@dataclass(frozen=True, kw_only=True)
class ConsentRow(Rule):
    """One thing a patient is asked. `item` is the field's name in the messages where there is one.

    `hours` is how long the consent opens the information; 0 where it opens none.
    """

    kind: ClassVar[str] = "consents"
    title: ClassVar[str] = "同意の項目"

    item: str
    label: str
    where: Where
    needs_card: bool
    hours: int = 0

    def decides(self) -> tuple[Key, ...]:
        return ((self.item, WHERE_LABELS[self.where]),)

    def words(self) -> str:
        card = "カードが必要" if self.needs_card else "カードなしでも可"
        hours = f"、{self.hours}時間有効" if self.hours else ""
        return f"{self.label}: {WHERE_LABELS[self.where]}、{card}{hours}"


def consent_items(
    book: Rulebook, day: date, where: Where, *, has_card: bool = True
) -> tuple[ConsentRow, ...]:
    """What may be asked on `day` at that place."""
    rows = book.on(ConsentRow, day)
    return tuple(row for row in rows if row.where == where and (has_card or not row.needs_card))
