"""加算 of a month: what each visit may bring, what it lacked, the sum for so many first and repeat visits, and a simulation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.points import (
    FACT_LABELS,
    Fact,
    PointsCase,
    PointsRow,
    VisitKind,
    additions,
    rate_level,
)
from appliance.eligibility.said import said
from appliance.eligibility.statistics.counted import BY_MYNA, Counted

YEN_A_POINT = 10


@dataclass(frozen=True)
class Site:
    """What the clinic has, and its use rate in percent (official or, without it, ours); None for not known."""

    facts: frozenset[Fact]
    use_rate: float | None


@dataclass(frozen=True)
class Lack:
    """A 加算 that was not reached, with what was missing; each is a sentence's part."""

    name: str
    points: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A 加算 that may be claimed once in `months` calendar months; its name says when its row is not certain."""

    name: str
    family: str
    points: int
    months: int


@dataclass(frozen=True)
class Worth:
    """What a visit of one kind may claim, and the better ones it lacked something for."""

    claims: tuple[Claim, ...]
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class VisitPoints:
    """One visit with its worth as 初診 and as 再診. Families in `used` were open to the same patient's earlier visit."""

    visit: Counted
    first: Worth
    repeat: Worth
    used_first: frozenset[str]
    used_repeat: frozenset[str]

    def points(self, kind: VisitKind) -> int:
        """What this visit may bring when the earlier ones of the patient were claimed."""
        worth, used = (
            (self.first, self.used_first) if kind is VisitKind.FIRST else (self.repeat, self.used_repeat)
        )
        return sum(claim.points for claim in worth.claims if claim.family not in used)


class PointsOfMonth:
    """The points of visits by the rules of their days; what is the same for many visits is worked out once."""

    def __init__(self, book: Rulebook, site: Site) -> None:
        self._book = book
        self._site = site
        self._known: dict[tuple[date, frozenset[Fact], VisitKind], Worth] = {}

    def of(self, visits: Sequence[Counted], since: date) -> Iterator[VisitPoints]:
        """The visits from `since` on; those before it only tell what was claimed already. In the order of their days."""
        claimed: dict[tuple[str, str, VisitKind], int] = {}
        for visit in visits:
            worths = {kind: self.worth(visit.day, facts_of(visit), kind) for kind in VisitKind}
            used = {kind: frozenset(_used(claimed, visit, kind, worths[kind])) for kind in VisitKind}
            if visit.day >= since:
                yield VisitPoints(
                    visit,
                    worths[VisitKind.FIRST],
                    worths[VisitKind.REPEAT],
                    used[VisitKind.FIRST],
                    used[VisitKind.REPEAT],
                )
            for kind, worth in worths.items():
                for claim in worth.claims:
                    if claim.family not in used[kind]:
                        claimed[visit.person, claim.family, kind] = _month(visit.day)

    def worth(self, day: date, facts: frozenset[Fact], kind: VisitKind) -> Worth:
        """What a visit with these facts may claim on `day`, beside what the clinic has."""
        key = (day, facts, kind)
        if key not in self._known:
            self._known[key] = _worth(self._book, self._site, *key)
        return self._known[key]


def facts_of(visit: Counted) -> frozenset[Fact]:
    """What the box saw of a visit. A consent stands for the information being obtained: whether it was opened is not known."""
    facts = {Fact.CARD} if visit.means in BY_MYNA else set()
    return frozenset(facts | {Fact.OBTAINED} if visit.has_consent else facts)


def _worth(book: Rulebook, site: Site, day: date, facts: frozenset[Fact], kind: VisitKind) -> Worth:
    case = PointsCase(day=day, visit=kind, facts=facts | site.facts, use_rate=site.use_rate)
    rows = [one.row for one in additions(book, case)]
    claims = tuple(Claim(row.name + row.mark, row.family, row.points, row.months) for row in rows)
    best = {row.family: row.points for row in rows}
    lacks = [
        Lack(row.name + row.mark, row.points, missing)
        for row in book.on(PointsRow, day)
        if row.visit is kind
        and row.points > best.get(row.family, 0)
        and (missing := tuple(_missing(book, row, case)))
    ]
    return Worth(claims, tuple(lacks))


def _missing(book: Rulebook, row: PointsRow, case: PointsCase) -> Iterator[str]:
    yield from (FACT_LABELS[fact] for fact in row.needs if fact not in case.facts)
    for fact in row.lacks:
        if fact in case.facts:
            yield said("「{fact}」ではないこと", fact=FACT_LABELS[fact])
    level = rate_level(book, case.day, case.use_rate, pediatric=Fact.PEDIATRIC in case.facts)
    if row.rate_level and not 0 < level <= row.rate_level:
        yield (
            said("利用率の水準{rate_level}", rate_level=row.rate_level)
            if case.use_rate is not None
            else "利用率（入力がありません）"
        )


def _used(
    claimed: dict[tuple[str, str, VisitKind], int], visit: Counted, kind: VisitKind, worth: Worth
) -> Iterator[str]:
    for claim in worth.claims:
        before = claimed.get((visit.person, claim.family, kind))
        if before is not None and _month(visit.day) - before < claim.months:
            yield claim.family


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Income:
    """Points and yen (10割) for so many visits of one kind; `each` is the mean of the visits that were seen."""

    kind: VisitKind
    visits: int
    each: float
    points: int

    @property
    def yen(self) -> int:
        """What these points are in yen, the patient's share included."""
        return self.points * YEN_A_POINT


def income(found: Iterable[VisitPoints], kind: VisitKind, visits: int) -> Income:
    """What `visits` of a kind bring, when they are mixed as the visits that were seen are; cut, never rounded up."""
    worths = [one.points(kind) for one in found]
    each = sum(worths) / len(worths) if worths else 0.0
    points = sum(worths) * visits // len(worths) if worths else 0
    return Income(kind, visits, each, points)


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a month brings at one use rate: points, yen (10割), and what is left after the running cost."""

    percent: int
    points: int
    yen: int
    left: int


def simulate(
    book: Rulebook, site: Site, day: date, visits: dict[VisitKind, int], consents: float, cost: int
) -> tuple[Simulated, ...]:
    """A month by the rules of `day`, when 0, 10, … 100 % use the card and `consents` (0 to 1) of these consent.

    Every patient comes once: limits of once a month are not reached. The use rate of the 加算 with levels is the simulated one.
    """
    return tuple(
        _simulated(book, site, day, visits, consents, cost, percent) for percent in range(0, 101, 10)
    )


def _simulated(
    book: Rulebook,
    site: Site,
    day: date,
    visits: dict[VisitKind, int],
    consents: float,
    cost: int,
    percent: int,
) -> Simulated:
    month = PointsOfMonth(book, Site(site.facts, float(percent)))
    by_card = percent / 100
    shares = {
        frozenset({Fact.CARD, Fact.OBTAINED}): by_card * consents,
        frozenset({Fact.CARD}): by_card * (1 - consents),
        frozenset[Fact](): 1 - by_card,
    }
    total = sum(
        share * count * sum(claim.points for claim in month.worth(day, facts, kind).claims)
        for kind, count in visits.items()
        for facts, share in shares.items()
    )
    points = int(total + 1e-6)
    return Simulated(
        percent=percent, points=points, yen=points * YEN_A_POINT, left=points * YEN_A_POINT - cost
    )
