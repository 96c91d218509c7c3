"""The tables of a month."""

from collections import Counter

from appliance.eligibility.catalogue import FAULT_LABELS
from appliance.eligibility.said import joined, said
from appliance.eligibility.statistics.counted import MEANS_LABELS, Ending
from appliance.eligibility.statistics.month_sums import Spread
from appliance.eligibility.statistics.use_rate import UseRate
from appliance.ledger.figures import Figure
from appliance.web.line.words import lasting
from appliance.web.statistics.causes import Cause
from appliance.web.statistics.month_facts import MonthFacts
from appliance.web.statistics.tables import Table, count, percent, seconds

_ENDING_LABELS = {
    Ending.VALID: "有効",
    Ending.NOT_VALID: "有効ではない（無効・該当なしなど）",
    Ending.REFUSED: "照会エラー",
    Ending.OPEN: "まだ回答がない",
}
RATE_SAYS = {
    Figure.OFFICIAL_CHECKS: (
        "件数で数える",
        "受付での資格確認のうち、マイナ保険証（カードとスマートフォン）の件数の割合です。予約の一括照会は入れません。",
    ),
    Figure.OFFICIAL_CLAIMS: (
        "患者で数える",
        "来院した患者のうち、一度でもマイナ保険証を使った方の割合です。レセプト件数ベースの値に近い推定です。",
    ),
}


def media(facts: MonthFacts) -> Table:
    """By what patients were asked about."""
    total = facts.sums.visits
    rows = [
        (MEANS_LABELS[means], count(number), percent(100 * number / total if total else None))
        for means, number in facts.sums.means.items()
    ]
    rows.append(("合計", count(total), percent(100.0 if total else None)))
    rows.append(("（別）予約の一括照会の人数", count(facts.bulk_people), "－"))
    return Table(
        "media",
        "資格確認の件数",
        ("確認のしかた", "件数", "割合"),
        tuple(rows),
        "取り消した照会と、同じ方の再照会は数えません。",
    )


def use_rates(facts: MonthFacts) -> Table:
    """Both ways of counting, ours beside the official figures."""
    ours = {Figure.OFFICIAL_CHECKS: facts.by_checks, Figure.OFFICIAL_CLAIMS: facts.by_patients}
    rows = [_rate_row(facts, figure, rate) for figure, rate in ours.items()]
    return Table(
        "use-rate",
        "マイナ保険証の利用率",
        ("数え方", "この装置の数（推定）", "内訳", "公式の値", "説明"),
        tuple(rows),
        "加算に使うのは公式の値です。支払基金のメールか、ポータルサイトで確かめて入力してください。",
    )


def _rate_row(facts: MonthFacts, figure: Figure, rate: UseRate) -> tuple[str, ...]:
    name, says = RATE_SAYS[figure]
    official = facts.figures.get(figure)
    form = "{card} / {all}件" if figure is Figure.OFFICIAL_CHECKS else "{card} / {all}人"
    parts = said(form, card=count(rate.card), all=count(rate.all))
    return (name, percent(rate.percent), parts, percent(official.value) if official else "未入力", says)


def endings(facts: MonthFacts) -> Table:
    """How the questions ended."""
    rows = [(_ENDING_LABELS[ending], count(number)) for ending, number in facts.sums.endings.items()]
    rows.append(("（うち）あとから有効な資格がわかった", count(facts.sums.found_later)))
    return Table("endings", "照会の結果", ("結果", "件数"), tuple(rows))


def failures(found: list[Cause]) -> Table:
    """What failed, by whose fault."""
    rows = tuple(
        (
            one.fault,
            one.title,
            one.code or "－",
            one.where,
            count(one.count),
            lasting(one.stopped) if one.stopped else "－",
        )
        for one in found
    )
    return Table(
        "failures",
        "うまくいかなかったこと（原因ごと）",
        ("原因", "内容", "コード", "どこで", "回数", "回線の停止"),
        rows,
        said(
            "原因は {join} のどれかです。同じ照会を何度か送り直すと、その回数だけ数えます。",
            join=joined("・", FAULT_LABELS.values()),
        ),
    )


def how_long(facts: MonthFacts) -> Table:
    """How long it took: the whole, the center's part, the box's own."""
    report = facts.report
    center = Spread(
        report.answered, report.median_seconds, report.slowest_twentieth_seconds, report.longest_seconds
    )
    parts = {
        "受付から回答まで（後回しになった分を除く）": facts.sums.wait,
        "　うちセンターの応答": center,
        "　うちこの装置": facts.own_seconds,
    }
    rows = tuple(
        (name, count(one.count), seconds(one.middle), seconds(one.slow), seconds(one.longest))
        for name, one in parts.items()
    )
    return Table(
        "how-long",
        "かかった時間",
        ("区間", "件数", "中央の値", "遅い5%の境", "最長"),
        rows,
        "センターの応答は、接続の確認や一括照会も入れた照会1回ごとの時間です。この装置の時間は、1回で回答が来た照会だけで数えます。記録は400日残ります。",
    )


def saved(facts: MonthFacts) -> Table:
    """The time saved and the time lost, with what was assumed."""
    time, assumed = facts.time, facts.assumed
    rows = (
        (
            "手で確かめた場合にかかった時間",
            lasting(time.saved),
            said(
                "20秒以内に回答のあったマイナ保険証 {cards}件 × {by_hand:g}秒",
                cards=count(time.cards),
                by_hand=assumed.by_hand,
            ),
        ),
        (
            "回答を待った時間",
            said("－ {waited}", waited=lasting(time.waited)),
            "その方たちの受付から回答まで",
        ),
        (
            "うまくいかずに失った時間",
            said("－ {lost}", lost=lasting(time.lost)),
            said(
                "20秒を超えた照会とリーダーでのつまずき {failures}件 × {failure:g}秒",
                failures=count(time.failures),
                failure=assumed.failure,
            ),
        ),
        ("差し引き", signed(time.net), "プラスなら減った時間、マイナスなら増えた時間"),
    )
    return Table("time", "受付の時間", ("項目", "時間", "数え方"), rows)


def avoided(facts: MonthFacts) -> Table:
    """Claims that would have come back: only what reception really learned."""
    rows = (
        (
            "受付で「無効」「無効（新しい資格あり）」とわかった方",
            said("{ended_seen}人", ended_seen=count(facts.sums.ended_seen)),
        ),
        (
            "予約の一括照会で、前もって無効・変更とわかった方",
            said("{bulk_changed}人", bulk_changed=count(facts.bulk_changed)),
        ),
    )
    says = "返戻が何件減ったかは、この装置ではわかりません。資格の喪失や変更が、請求の前にわかった人数だけを数えます。"
    return Table("avoided", "返戻につながるところだった受付", ("内容", "人数"), rows, says)


def days(facts: MonthFacts) -> Table:
    """Visits by day."""
    late = Counter(one.day for one in facts.visits if one.is_late)
    rows = tuple(
        (f"{day.month}/{day.day}", count(number), count(late[day])) for day, number in facts.sums.days.items()
    )
    return Table("days", "日ごとの件数", ("日", "件数", "うち20秒を超えた"), rows)


def signed(value: float) -> str:
    """「－ 2時間5分」 for a time below zero."""
    return said("－ {lasting}", lasting=lasting(-value)) if value <= -1 else lasting(max(0.0, value))
