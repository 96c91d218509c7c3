"""The honest page: all that failed in a month, how long reception waited, what was to blame, what was done. Made for paper."""

from flask import render_template

from appliance.eligibility.catalogue import KNOWLEDGE
from appliance.eligibility.rules.claims import CLAIM_LABELS
from appliance.eligibility.said import said
from appliance.eligibility.statistics.counted import IN_TIME, Counted
from appliance.ledger import what_was_done
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text
from appliance.ledger.what_was_done import Done
from appliance.web import charts, guard
from appliance.web.line.words import lasting, moment
from appliance.web.room import here
from appliance.web.statistics import month_facts, month_tables
from appliance.web.statistics.area import Month, blueprint, chosen_month, shared
from appliance.web.statistics.causes import by_fault, causes
from appliance.web.statistics.kept_visits import kept_visits
from appliance.web.statistics.month_facts import MonthFacts
from appliance.web.statistics.tables import Table, count, percent, seconds

_BOUNDS = (
    (60.0, "20秒から1分"),
    (600.0, "1分から10分"),
    (3600.0, "10分から1時間"),
    (float("inf"), "1時間より長い"),
)


@blueprint.get("/failures")
@guard.allow(*guard.STAFF)
def failures_page() -> str:
    """The page, with a sheet for the vendor."""
    room = here()
    month = chosen_month()
    facts = month_facts.read(room.ledger, month, room.clock(), kept_visits())
    found = causes(facts)
    return render_template(
        "statistics/failures.html",
        **shared(month),
        facts=facts,
        sentences=sentences(facts),
        causes=found,
        fault_chart=charts.bars(
            "原因ごとの回数", [(name, float(number)) for name, number in by_fault(found)]
        ),
        tables={table.key: table for table in tables_of(facts, done_in(room.ledger, month))},
        failures=month_tables.failures(found),
        code=room.settings.institution_code,
    )


def done_in(ledger: Ledger, month: Month) -> Done:
    """What was done about it."""
    return what_was_done.in_month(ledger, month.first, month.last, to_text(month.begins), to_text(month.ends))


def sentences(facts: MonthFacts) -> list[str]:
    """The month in plain words."""
    sums, report = facts.sums, facts.report
    if not sums.visits and not facts.troubles and not facts.outages:
        return ["この月の記録はありません。"]
    share = percent(100 * sums.late / sums.visits) if sums.visits else "－"
    total = sum(one.seconds for one in facts.outages)
    found = [
        said(
            "受付での資格確認 {visits}件のうち、{in_time:.0f}秒以内に回答がなかったのは {late}件（{share}）でした。",
            visits=count(sums.visits),
            in_time=IN_TIME,
            late=count(sums.late),
            share=share,
        ),
        said(
            "カードリーダーの前でつまずいたのは {count}回でした。",
            count=count(sum(one.count for one in facts.troubles)),
        ),
        said(
            "センターへの回線の停止は {outages}回、合わせて {total}でした。",
            outages=report.outages,
            total=lasting(total),
        )
        if report.outages
        else "センターへの回線の停止はありませんでした。",
    ]
    if sums.wait.middle is not None:
        found.append(
            said(
                "ふだんの受付で回答を待った時間は、中央の値で {middle}、遅い5%は {slow}以上でした。",
                middle=seconds(sums.wait.middle),
                slow=seconds(sums.wait.slow),
            )
        )
    answered = [one.seconds for one in facts.visits if one.is_late and one.seconds is not None]
    if answered:
        found.append(
            said(
                "回答が遅れた受付でいちばん長くかかったのは {lasting}でした。", lasting=lasting(max(answered))
            )
        )
    return found


def tables_of(facts: MonthFacts, done: Done) -> tuple[Table, ...]:
    """How long reception waited, the outages, what was done."""
    return _waits(facts.visits), _outages(facts), _done(facts, done)


def _waits(visits: tuple[Counted, ...]) -> Table:
    late = [one for one in visits if one.is_late]
    known = [max(one.seconds, IN_TIME) for one in late if one.seconds is not None]
    rows, below = [], 0
    for bound, label in _BOUNDS:
        within = sum(wait <= bound for wait in known)
        rows.append((label, count(within - below)))
        below = within
    rows.append(("回答がない（いまも待っている、またはあきらめた）", count(len(late) - len(known))))
    return Table(
        "waits",
        "20秒以内に回答がなかった受付",
        ("回答までの時間", "件数"),
        tuple(rows),
        "回線が止まっている間の照会は、戻ってから自動で送ります。患者さんがその間ずっと待ったわけではありません。",
    )


def _outages(facts: MonthFacts) -> Table:
    rows = tuple(
        (moment(one.begun), moment(one.ended), lasting(one.seconds), _title(one.code))
        for one in facts.outages
    )
    return Table("outages", "回線の停止", ("始まり", "終わり", "長さ", "わかっている原因"), rows)


def _title(code: str | None) -> str:
    return said("{title}（{code}）", title=KNOWLEDGE[code].title, code=code) if code in KNOWLEDGE else "－"


def _done(facts: MonthFacts, done: Done) -> Table:
    sent_later = sum(one.was_put_off and one.seconds is not None for one in facts.visits)
    rows = [
        (
            "後回しになった照会を、自動で送り直して回答を得た",
            said("{sent_later}件", sent_later=count(sent_later)),
        ),
        (
            "障害時メモを書いた（うち照会が済んだ）",
            said(
                "{notes}件（{notes_closed}件）",
                notes=count(done.notes),
                notes_closed=count(done.notes_closed),
            ),
        ),
        *(
            (
                said("資格を確かめられないまま受け付けた: {by}", by=CLAIM_LABELS[by]),
                said("{number}件", number=count(number)),
            )
            for by, number in done.received.items()
        ),
        ("あとから照会し直した", said("{asked_again}件", asked_again=count(done.asked_again))),
        ("資格がわかった、または人が片づけた", said("{resolved}件", resolved=count(done.resolved))),
        (
            "「やること」に上がった（うちまだ残っている）",
            said("{tasks}件（{tasks_open}件）", tasks=count(done.tasks), tasks_open=count(done.tasks_open)),
        ),
    ]
    return Table("done", "したこと", ("内容", "数"), tuple(rows))
