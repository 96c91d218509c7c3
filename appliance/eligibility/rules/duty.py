"""The duty to check insurance online: for whom since when, which delays were granted until when, and what to do when setting up stands still."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import said


class DutySite(StrEnum):
    """Who is meant."""

    INSTITUTION = "institution"
    PAPER = "paper"
    NURSING = "nursing"
    PRACTICE = "practice"
    LIMITED = "limited"


SITE_LABELS = {
    DutySite.INSTITUTION: "病院・診療所・薬局",
    DutySite.PAPER: "紙レセプトで請求している医院・薬局",
    DutySite.NURSING: "訪問看護ステーション",
    DutySite.PRACTICE: "施術所（柔整・あはき）",
    DutySite.LIMITED: "資格だけを確認するところ（資格確認限定型）",
}


class Bound(StrEnum):
    """How the duty binds a site."""

    NONE = "none"
    DUTY = "duty"
    EXEMPT = "exempt"
    MAY = "may"


BOUND_LABELS = {
    Bound.NONE: "義務ではない",
    Bound.DUTY: "原則として義務",
    Bound.EXEMPT: "義務の例外",
    Bound.MAY: "選べる",
}


class Lead(StrEnum):
    """A page of ours that helps with an obstacle."""

    ASSETS = "assets"
    QUOTES = "quotes"
    LINE = "line"
    COMPARE = "compare"
    CONTACTS = "contacts"
    FALLBACK = "fallback"


@dataclass(frozen=True, kw_only=True)
class DutyRow(Rule):
    """What is asked of a kind of site."""

    kind: ClassVar[str] = "duties"
    title: ClassVar[str] = "導入の義務"

    site: DutySite
    bound: Bound
    text: str

    def decides(self) -> tuple[Key, ...]:
        return ((SITE_LABELS[self.site],),)

    def words(self) -> str:
        return said(
            "{site}: {bound}。{text}",
            site=SITE_LABELS[self.site],
            bound=BOUND_LABELS[self.bound],
            text=self.text,
        )


@dataclass(frozen=True, kw_only=True)
class GraceRow(Rule):
    """経過措置: a reason that excuses a delay. `until` is its end in words, `last` the last day where there is one for all.

    `limited`: such a site may use the form that shows the insurance alone.
    """

    kind: ClassVar[str] = "graces"
    title: ClassVar[str] = "経過措置（猶予）"

    site: DutySite
    reason: str
    until: str
    papers: str
    limited: bool = False

    def decides(self) -> tuple[Key, ...]:
        return ((SITE_LABELS[self.site], self.reason),)

    def words(self) -> str:
        return said(
            "{site}: {reason}。{until}", site=SITE_LABELS[self.site], reason=self.reason, until=self.until
        )

    def is_over(self, day: date) -> bool:
        """Whether it has ended for everybody before `day`."""
        return self.last is not None and self.last < day


@dataclass(frozen=True, kw_only=True)
class ObstacleRow(Rule):
    """Something that setting up waits for: what to do about it, in order, and which of our pages help."""

    kind: ClassVar[str] = "obstacles"
    title: ClassVar[str] = "導入が止まっているとき"

    name: str
    steps: tuple[str, ...]
    leads: tuple[Lead, ...] = ()

    def decides(self) -> tuple[Key, ...]:
        return ((self.name,),)

    def words(self) -> str:
        return self.name
