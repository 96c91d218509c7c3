"""自己負担限度額: the monthly ceiling by 適用区分, always a rough figure (目安)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined, said


@dataclass(frozen=True, kw_only=True)
class CeilingRow(Rule):
    """Yen a month for the 適用区分 `codes`: `base`, and 1% of the cost above `over` where that is not 0.

    `repeated` is 多数回該当, `outpatient` the ceiling of one person's 外来, `yearly` that of August to July.
    """

    kind: ClassVar[str] = "ceilings"
    title: ClassVar[str] = "自己負担限度額（目安）"

    codes: tuple[str, ...]
    label: str
    base: int
    over: int = 0
    repeated: int | None = None
    outpatient: int | None = None
    yearly: int | None = None

    def decides(self) -> tuple[Key, ...]:
        return tuple((code,) for code in self.codes)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.codes:
            yield "codes", "codes に適用区分が1つもありません"
        if self.outpatient is not None and self.outpatient > self.base:
            yield "outpatient", "outpatient（外来）が base（世帯）より高くなっています"

    def words(self) -> str:
        extra = said("＋（医療費－{over:,}円）×1%", over=self.over) if self.over else ""
        parts = [said("{label} {base:,}円{extra}", label=self.label, base=self.base, extra=extra)]
        named = (("多数回", self.repeated), ("外来", self.outpatient), ("年間", self.yearly))
        parts += [said("{name} {yen:,}円", name=name, yen=yen) for name, yen in named if yen is not None]
        return joined("、", parts)


@dataclass(frozen=True)
class Ceiling:
    """A monthly ceiling in yen and the row it comes from."""

    yen: int
    row: CeilingRow

    def words(self) -> str:
        """「目安 87,430円」, marked when the row is not certain."""
        return said("目安 {yen:,}円{mark}", yen=self.yen, mark=self.row.mark)


def ceiling(
    book: Rulebook, code: str, day: date, cost: int, *, repeated: bool = False, outpatient: bool = False
) -> Ceiling | None:
    """The ceiling on `day` for the 適用区分 `code` and a month's whole cost in yen; None for a code without a row.

    `outpatient` asks for the ceiling of one person's 外来, where the 適用区分 has one.
    """
    row = book.find(CeilingRow, day, code)
    if row is None:
        return None
    if outpatient and row.outpatient is not None:
        return Ceiling(row.outpatient, row)
    if repeated and row.repeated is not None:
        return Ceiling(row.repeated, row)
    above = max(0, cost - row.over) if row.over else 0
    return Ceiling(row.base + (above + 50) // 100, row)
