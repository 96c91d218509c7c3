"""一部負担金の割合: what the age allows, and whether an answered ratio agrees with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.ages import AGE_GROUP_LABELS, AgeGroup, age_group
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined, said


@dataclass(frozen=True, kw_only=True)
class CopaymentRow(Rule):
    """The shares in percent that an age group can have."""

    kind: ClassVar[str] = "copayment"
    title: ClassVar[str] = "一部負担金の割合"

    group: AgeGroup
    percents: tuple[int, ...]

    def decides(self) -> tuple[Key, ...]:
        return ((AGE_GROUP_LABELS[self.group],),)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.percents or any(percent > 100 for percent in self.percents):
            yield "percents", "percents は 0〜100 の数を1つ以上にしてください（3割なら 30）"

    def words(self) -> str:
        return f"{AGE_GROUP_LABELS[self.group]} {spoken_percents(self.percents)}"


@dataclass(frozen=True)
class RatioAnswer:
    """The ratio of an answer beside what the age allows; `sentence` is empty when there is nothing to ask."""

    answered: int | None
    allowed: tuple[int, ...]
    sentence: str


def shares_by_age(book: Rulebook, birth: date, day: date) -> CopaymentRow | None:
    """The row for the age group of somebody born on `birth`; None on a day without one."""
    return book.find(CopaymentRow, day, AGE_GROUP_LABELS[age_group(birth, day)])


def compare_ratio(book: Rulebook, birth: date, day: date, answered: str | None) -> RatioAnswer:
    """The answered ratio (`020` is 20 percent) beside the ages' rule. A difference is asked about, never decided."""
    row = shares_by_age(book, birth, day)
    allowed = row.percents if row else ()
    percent = int(answered) if answered and answered.isascii() and answered.isdigit() else None
    if percent is None or percent in allowed or row is None:
        return RatioAnswer(percent, allowed, "")
    sentence = said(
        "センターの回答は{told}、年齢（{group}）からは{allowed}です。書類と保険者にお確かめください。{mark}",
        told=spoken_percents((percent,)),
        group=AGE_GROUP_LABELS[row.group],
        allowed=spoken_percents(allowed),
        mark=row.mark,
    )
    return RatioAnswer(percent, allowed, sentence)


def spoken_percents(percents: tuple[int, ...]) -> str:
    """`(20, 30)` as 「2割または3割」, `(10, 20, 30)` as 「1〜3割」, `(0,)` as 「負担なし」, `(100,)` as 「10割」."""
    if percents == (0,):
        return "負担なし"
    if any(percent % 10 for percent in percents):
        return joined("または", (f"{percent}%" for percent in percents))
    tenths = [percent // 10 for percent in percents]
    if len(tenths) > 2:
        return said("{least}〜{most}割", least=min(tenths), most=max(tenths))
    return joined("または", (said("{tenths}割", tenths=tenth) for tenth in tenths))
