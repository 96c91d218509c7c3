"""The tables of the 加算, and what they are made of."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.rules.points import VISIT_LABELS, VisitKind
from appliance.eligibility.rules.points_month import Income, Simulated, Site, VisitPoints
from appliance.eligibility.said import joined, said
from appliance.eligibility.statistics.counted import MEANS_LABELS
from appliance.ledger.figures import Entered, Figure
from appliance.web.statistics.area import Month
from appliance.web.statistics.tables import Table, count, percent


@dataclass(frozen=True)
class PointsFacts:
    """What the page is made of."""

    month: Month
    site: Site
    visits: tuple[VisitPoints, ...]
    incomes: tuple[Income, ...]
    figures: dict[Figure, Entered]
    cost: int
    simulated: tuple[Simulated, ...]
    consents: float


def tables_of(facts: PointsFacts, shown: date | None = None) -> tuple[Table, ...]:
    """The tables of the page; the visits stand in the file whole, on the page those of the day `shown`."""
    return (_claims(facts), _lacks(facts), _income(facts), _simulation(facts), _visits(facts, shown))


def _claims(facts: PointsFacts) -> Table:
    counts: Counter[tuple[VisitKind, str, int]] = Counter()
    limited: Counter[tuple[VisitKind, str, int]] = Counter()
    for one in facts.visits:
        for kind, worth, used in (
            (VisitKind.FIRST, one.first, one.used_first),
            (VisitKind.REPEAT, one.repeat, one.used_repeat),
        ):
            for claim in worth.claims:
                (limited if claim.family in used else counts)[kind, claim.name, claim.points] += 1
    rows = tuple(
        (VISIT_LABELS[kind], name, said("{points}点", points=points), count(counts[key]), count(limited[key]))
        for key in sorted(counts | limited)
        for kind, name, points in (key,)
    )
    return Table(
        "claims",
        "算定できる加算",
        ("区分", "加算", "点数", "算定できる受付", "回数の限度で算定できない受付"),
        rows,
        "どの受付が初診か再診かは、この装置ではわかりません。すべてが初診なら、すべてが再診なら、として数えています。",
    )


def _lacks(facts: PointsFacts) -> Table:
    counts: Counter[tuple[VisitKind, str, int, str]] = Counter()
    for one in facts.visits:
        for kind, worth in ((VisitKind.FIRST, one.first), (VisitKind.REPEAT, one.repeat)):
            for lack in worth.lacks:
                counts[kind, lack.name, lack.points, joined("、", lack.missing)] += 1
    rows = tuple(
        (VISIT_LABELS[kind], name, said("{points}点", points=points), missing, count(number))
        for (kind, name, points, missing), number in sorted(
            counts.items(), key=lambda one: (one[0][0], -one[1], one[0])
        )
    )
    return Table(
        "lacks",
        "届かなかった加算と、足りなかったもの",
        ("区分", "加算", "点数", "足りなかったもの", "受付"),
        rows,
    )


def _income(facts: PointsFacts) -> Table:
    rows = [
        (
            VISIT_LABELS[one.kind],
            said("{visits}回", visits=count(one.visits)),
            said("{each:.2f}点", each=one.each),
            said("{points}点", points=count(one.points)),
            said("{yen}円", yen=count(one.yen)),
        )
        for one in facts.incomes
    ]
    total = sum(one.yen for one in facts.incomes)
    rows.append(
        (
            "合計",
            "",
            "",
            said("{count}点", count=count(sum(one.points for one in facts.incomes))),
            said("{total}円", total=count(total)),
        )
    )
    rows.append(("毎月の費用", "", "", "", said("－ {cost}円", cost=count(facts.cost))))
    left = total - facts.cost
    rows.append(
        (
            "差し引き",
            "",
            "",
            "",
            said("{sign}{yen}円", sign="－ " if left < 0 else "", yen=count(abs(left))),
        )
    )
    return Table(
        "income",
        "加算の見込みと費用",
        ("区分", "入力した回数", "1回あたり", "点数", "金額（10割）"),
        tuple(rows),
        "入力した初診・再診の回数に、この月の受付の割合を当てはめた見込みです。実際の算定はレセコンで確かめてください。",
    )


def _simulation(facts: PointsFacts) -> Table:
    rows = tuple(
        (
            f"{one.percent}%",
            said("{points}点", points=count(one.points)),
            said("{yen}円", yen=count(one.yen)),
            said("{sign}{yen}円", sign="－ " if one.left < 0 else "", yen=count(abs(one.left))),
        )
        for one in facts.simulated
    )
    is_flat = len({one.points for one in facts.simulated}) == 1
    flat = (
        "この月の加算は、利用率だけでは点数が変わりません。利用率の条件は、医院の体制の入力で答えます。"
        if is_flat
        else ""
    )
    return Table(
        "simulation",
        "カードを使う方が増えたら",
        ("利用率", "点数", "金額（10割）", "費用を引いた残り"),
        rows,
        said(
            "この月の終わりの日の点数で、どの方も月1回として計算します。同意する方の割合は、この月と同じ {percent} とします。{flat}",
            percent=percent(100 * facts.consents),
            flat=flat,
        ),
    )


def _visits(facts: PointsFacts, shown: date | None) -> Table:
    return Table(
        "visits",
        "受付ごとの加算",
        ("日", "時刻", "確認のしかた", "初診なら", "再診なら", "足りなかったもの・回数の限度"),
        tuple(visit_row(one) for one in facts.visits if shown in (None, one.visit.day)),
    )


def visit_row(one: VisitPoints) -> tuple[str, ...]:
    """One visit: when, by what, what it may bring, what was missing. Nothing of the patient."""
    why = [
        joined(": ", (lack.name, joined("、", lack.missing)))
        for lack in (*one.first.lacks, *one.repeat.lacks)
    ]
    used = sorted(one.used_first | one.used_repeat)
    why += [
        said("{family}: 同じ方の前の受付で算定していれば、まだ算定できません", family=family)
        for family in used
    ]
    return (
        f"{one.visit.day.month}/{one.visit.day.day}",
        one.visit.clock,
        joined("・", (MEANS_LABELS[one.visit.means], "同意あり" if one.visit.has_consent else "")),
        said("{first}点", first=one.points(VisitKind.FIRST)),
        said("{repeat}点", repeat=one.points(VisitKind.REPEAT)),
        joined(" ／ ", dict.fromkeys(why)) or "－",
    )
