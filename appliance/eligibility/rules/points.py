"""加算: which points a visit brings by its day, what the clinic has, and what was claimed before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined, said


class VisitKind(StrEnum):
    """初診 or 再診."""

    FIRST = "first"
    REPEAT = "repeat"


class Fact(StrEnum):
    """What a row may ask of the clinic or of the visit."""

    STANDARD = "standard"
    CARD = "card"
    OBTAINED = "obtained"
    DX = "dx"
    E_PRESCRIPTION = "e-prescription"
    LINKED = "linked"
    LINKED_ONE = "linked-one"
    LINKED_ALL = "linked-all"
    PEDIATRIC = "pediatric"


class RateBasis(StrEnum):
    """What the official use rate is counted by: claims or online checks."""

    CLAIMS = "claims"
    CHECKS = "checks"


VISIT_LABELS = {VisitKind.FIRST: "初診", VisitKind.REPEAT: "再診"}
FACT_LABELS = {
    Fact.STANDARD: "施設基準を満たす",
    Fact.CARD: "マイナ保険証を利用",
    Fact.OBTAINED: "診療情報等を取得（マイナ保険証、または他院からの提供）",
    Fact.DX: "医療DX推進体制整備加算を届出",
    Fact.E_PRESCRIPTION: "電子処方箋の体制あり",
    Fact.LINKED: "電子的診療情報連携体制の基本項目(1)〜(7)を満たす",
    Fact.LINKED_ONE: "(8)〜(10)のいずれかを満たす",
    Fact.LINKED_ALL: "(8)〜(10)のすべてを満たす",
    Fact.PEDIATRIC: "小児科の特例",
}
BASIS_LABELS = {RateBasis.CLAIMS: "レセプト件数ベース", RateBasis.CHECKS: "オンライン資格確認件数ベース"}


@dataclass(frozen=True, kw_only=True)
class PointsRow(Rule):
    """One 加算: `points` once in `months` calendar months when all of `needs` and none of `lacks` are so.

    Of the rows of one `family` and visit that fit, the one with the most points counts. `rate_level` (0: none)
    is the level of the use-rate table that must be reached.
    """

    kind: ClassVar[str] = "points"
    title: ClassVar[str] = "加算"

    family: str
    level: str = ""
    visit: VisitKind
    points: int
    months: int
    needs: tuple[Fact, ...] = ()
    lacks: tuple[Fact, ...] = ()
    rate_level: int = 0

    def decides(self) -> tuple[Key, ...]:
        return ((self.family, self.level, VISIT_LABELS[self.visit]),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.points < 1:
            yield "points", "points は1以上にしてください"
        if self.months < 1:
            yield "months", "months は1以上にしてください（月1回なら1、3月に1回なら3）"
        if self.rate_level > 3:
            yield "rate_level", "rate_level は0〜3です"
        if set(self.needs) & set(self.lacks):
            yield "lacks", "同じ条件が needs と lacks の両方にあります"

    @property
    def name(self) -> str:
        """The name with its level, e.g. 「医療DX推進体制整備加算３」."""
        return f"{self.family}{self.level}"

    def words(self) -> str:
        often = "月1回" if self.months == 1 else said("{months}月に1回", months=self.months)
        asked = [FACT_LABELS[fact] for fact in self.needs]
        asked += [said("{fact}ではない", fact=FACT_LABELS[fact]) for fact in self.lacks]
        asked += [said("利用率が水準{rate_level}以上", rate_level=self.rate_level)] if self.rate_level else []
        when = said("（{asked}）", asked=joined("、", asked)) if asked else ""
        return said(
            "{visit} {name} {points}点・{often}{when}",
            visit=VISIT_LABELS[self.visit],
            name=self.name,
            points=self.points,
            often=often,
            when=when,
        )


@dataclass(frozen=True, kw_only=True)
class UseRateRow(Rule):
    """The use rates in percent that 医療DX推進体制整備加算 asks; `pediatric` stands for `level3` where it applies."""

    kind: ClassVar[str] = "use-rate"
    title: ClassVar[str] = "マイナ保険証の利用率の水準"

    level1: int
    level2: int
    level3: int
    pediatric: int | None = None

    def decides(self) -> tuple[Key, ...]:
        return ((),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not 100 >= self.level1 >= self.level2 >= self.level3:
            yield "level1", "利用率は 100 以下で、level1、level2、level3 の順に下がるようにしてください"

    def words(self) -> str:
        pediatric = (
            said("、小児科の特例 {pediatric}%", pediatric=self.pediatric)
            if self.pediatric is not None
            else ""
        )
        return said(
            "水準1 {level1}%、水準2 {level2}%、水準3 {level3}%{pediatric}",
            level1=self.level1,
            level2=self.level2,
            level3=self.level3,
            pediatric=pediatric,
        )


@dataclass(frozen=True, kw_only=True)
class RateBasisRow(Rule):
    """Which months' use rate counts: the one `months_before`, or a better one of the `best_of` ending there."""

    kind: ClassVar[str] = "use-rate-basis"
    title: ClassVar[str] = "利用率の数え方"

    basis: RateBasis
    months_before: int
    best_of: int

    def decides(self) -> tuple[Key, ...]:
        return ((BASIS_LABELS[self.basis],),)

    def words(self) -> str:
        best = (
            said("を含む直近{best_of}か月でもっとも高い値", best_of=self.best_of)
            if self.best_of > 1
            else "の値"
        )
        return said(
            "{basis}、{months_before}か月前{best}",
            basis=BASIS_LABELS[self.basis],
            months_before=self.months_before,
            best=best,
        )


@dataclass(frozen=True)
class Claimed:
    """A 加算 that was claimed before."""

    family: str
    visit: VisitKind
    day: date


@dataclass(frozen=True, kw_only=True)
class PointsCase:
    """One visit: its day, what is so, the clinic's use rate in percent if known, and what was claimed before."""

    day: date
    visit: VisitKind
    facts: frozenset[Fact]
    use_rate: float | None = None
    claimed: tuple[Claimed, ...] = ()


@dataclass(frozen=True)
class Addition:
    """A 加算 whose conditions are met; `claimed_on` is the day that forbids it this time, if one does."""

    row: PointsRow
    claimed_on: date | None

    @property
    def points(self) -> int:
        """What may be claimed now."""
        return 0 if self.claimed_on else self.row.points


def additions(book: Rulebook, case: PointsCase) -> tuple[Addition, ...]:
    """The best row of each family whose conditions the visit meets, in the order of the table."""
    best: dict[str, PointsRow] = {}
    for row in book.on(PointsRow, case.day):
        if _fits(book, row, case) and (row.family not in best or row.points > best[row.family].points):
            best[row.family] = row
    return tuple(Addition(row, _forbidden_by(row, case)) for row in best.values())


def points(book: Rulebook, case: PointsCase) -> int:
    """The points of all 加算 that may be claimed for the visit."""
    return sum(addition.points for addition in additions(book, case))


def rate_level(book: Rulebook, day: date, use_rate: float | None, *, pediatric: bool = False) -> int:
    """The best level (1 is best) that `use_rate` (percent) reaches on `day`; 0 for none, or no table or rate."""
    row = book.find(UseRateRow, day)
    if row is None or use_rate is None:
        return 0
    third = row.pediatric if pediatric and row.pediatric is not None else row.level3
    return next((n for n, least in enumerate((row.level1, row.level2, third), 1) if use_rate >= least), 0)


def use_rate(book: Rulebook, day: date, basis: RateBasis, rates: Mapping[date, float]) -> float | None:
    """The use rate that counts on `day`; `rates` holds a percentage for the first day of each month known.

    None when no rate of the months that count is known, or the basis is not in force.
    """
    row = book.find(RateBasisRow, day, BASIS_LABELS[basis])
    if row is None:
        return None
    months = [_first_of(_month(day) - row.months_before - back) for back in range(row.best_of)]
    return max((rates[month] for month in months if month in rates), default=None)


def _fits(book: Rulebook, row: PointsRow, case: PointsCase) -> bool:
    level = rate_level(book, case.day, case.use_rate, pediatric=Fact.PEDIATRIC in case.facts)
    return (
        row.visit == case.visit
        and case.facts.issuperset(row.needs)
        and case.facts.isdisjoint(row.lacks)
        and (row.rate_level == 0 or 0 < level <= row.rate_level)
    )


def _forbidden_by(row: PointsRow, case: PointsCase) -> date | None:
    days = (c.day for c in case.claimed if (c.family, c.visit) == (row.family, row.visit))
    close = (day for day in days if abs(_month(case.day) - _month(day)) < row.months)
    return max(close, default=None)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
