"""法別番号: what the first two digits of an insurer's or a public payer's number mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule


class LawSide(StrEnum):
    """保険者 or 公費負担者."""

    INSURER = "insurer"
    PUBLIC = "public"


LAW_SIDE_LABELS = {LawSide.INSURER: "保険者", LawSide.PUBLIC: "公費"}


@dataclass(frozen=True, kw_only=True)
class LawRow(Rule):
    """One or several 法別番号 with one name."""

    kind: ClassVar[str] = "laws"
    title: ClassVar[str] = "法別番号"

    side: LawSide
    codes: tuple[str, ...]
    name: str

    def decides(self) -> tuple[Key, ...]:
        return tuple((LAW_SIDE_LABELS[self.side], code) for code in self.codes)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.codes or not all(len(c) == 2 and c.isascii() and c.isdigit() for c in self.codes):
            yield "codes", 'codes は ["06"] のように2桁の数字を1つ以上書いてください'

    def words(self) -> str:
        return f"{LAW_SIDE_LABELS[self.side]} {'・'.join(self.codes)} {self.name}"


def laws(book: Rulebook, side: LawSide, day: date) -> Mapping[str, str]:
    """Name by 法別番号, on `day`."""
    return {code: row.name for row in book.on(LawRow, day) if row.side == side for code in row.codes}
