"""Archives: the subsidy for introducing online eligibility, and the payments for using it more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined, said

_ROUNDED_TO = 1000


class Site(StrEnum):
    """Who applied; hospitals by the number of readers."""

    CLINIC = "clinic"
    CHAIN_PHARMACY = "chain-pharmacy"
    HOSPITAL_1 = "hospital-1"
    HOSPITAL_2 = "hospital-2"
    HOSPITAL_3 = "hospital-3"


SITE_LABELS = {
    Site.CLINIC: "診療所・薬局",
    Site.CHAIN_PHARMACY: "大型チェーン薬局",
    Site.HOSPITAL_1: "病院（リーダー1台）",
    Site.HOSPITAL_2: "病院（リーダー2台）",
    Site.HOSPITAL_3: "病院（リーダー3台）",
}


@dataclass(frozen=True, kw_only=True)
class SubsidyRow(Rule):
    """The subsidy by the day the reader was applied for: `share` (e.g. 3/4) of the cost up to `cost_max` yen."""

    kind: ClassVar[str] = "subsidies"
    title: ClassVar[str] = "導入補助金（受付終了）"

    site: Site
    cost_max: int
    share: tuple[int, ...]
    free_readers: int

    def decides(self) -> tuple[Key, ...]:
        return ((SITE_LABELS[self.site],),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if len(self.share) != 2 or not 0 < self.share[0] <= self.share[1]:
            yield "share", "share は [3, 4] のように分子と分母を書いてください"

    def words(self) -> str:
        part = (
            "実費"
            if self.share[0] == self.share[1]
            else said("費用の{part}/{whole}", part=self.share[0], whole=self.share[1])
        )
        return said(
            "{site}: {part}（費用の上限 {cost_max:,}円）、リーダー{free_readers}台無償",
            site=SITE_LABELS[self.site],
            part=part,
            cost_max=self.cost_max,
            free_readers=self.free_readers,
        )


@dataclass(frozen=True, kw_only=True)
class IncentiveRow(Rule):
    """Yen for each use (`per_use`) or in all (`clinic_max`, `hospital_max`) when the use rate rose by `rise` points."""

    kind: ClassVar[str] = "incentives"
    title: ClassVar[str] = "利用促進の支援金（終了）"

    name: str
    rise: int = 0
    per_use: int | None = None
    clinic_max: int | None = None
    hospital_max: int | None = None

    def decides(self) -> tuple[Key, ...]:
        return ((self.name, str(self.rise)),)

    def words(self) -> str:
        parts = [f"{self.name}"]
        parts += (
            [said("利用率{rise}ポイント以上の上昇で1件{per_use}円", rise=self.rise, per_use=self.per_use)]
            if self.per_use
            else []
        )
        named = (("診療所・薬局", self.clinic_max), ("病院", self.hospital_max))
        parts += [said("{who} 最大{yen:,}円", who=who, yen=yen) for who, yen in named if yen is not None]
        return joined("、", parts)


def subsidy(book: Rulebook, site: Site, applied_on: date, cost: int) -> int | None:
    """The subsidy in yen (rounded down to 1,000 yen) for a cost in yen with tax; None on a day without one."""
    row = book.find(SubsidyRow, applied_on, SITE_LABELS[site])
    if row is None:
        return None
    paid = min(cost, row.cost_max) * row.share[0] // row.share[1]
    return paid // _ROUNDED_TO * _ROUNDED_TO


def incentive_per_use(book: Rulebook, day: date, rise: float) -> IncentiveRow | None:
    """The row with the most yen a use that a rise of the use rate (in points) reached on `day`; None for none."""
    reached = [row for row in book.on(IncentiveRow, day) if row.per_use is not None and rise >= row.rise]
    return max(reached, key=lambda row: row.rise, default=None)
