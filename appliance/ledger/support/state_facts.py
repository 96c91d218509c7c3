"""What a support bundle says of how the box works: line, queue, readers, consumers, certificates, the audit trail. Counts and codes."""

from collections import Counter
from datetime import datetime, timedelta

from appliance.ledger import (
    backups,
    certificates,
    conditions,
    consumers,
    dead_letters,
    delivery_counts,
    gauges,
    health,
    line,
    line_checks,
    line_report,
    reader_tests,
    readers,
    tasks,
)
from appliance.ledger.conditions import Link
from appliance.ledger.database import Ledger
from appliance.ledger.delivery_counts import NONE
from appliance.ledger.support.writing import Lines, moment, rows, section
from appliance.ledger.times import JAPAN
from appliance.ledger.trail import heads

_LATEST_STATES = 100
_A_MONTH_BACK = timedelta(days=28)


def findings_told(ledger: Ledger, now: datetime) -> Lines:
    """What the self-diagnosis finds wrong now: codes and since when, and when it looked last. Its sentences stay at home."""
    found = health.picture(ledger, now)
    yield from rows(
        {"最後に見た日時": found.looked_at, "点検": "止まっています" if found.is_still else "動いています"}
    )
    yield from section(
        "いま悪いところ",
        (
            f"{one.finding.code} {one.finding.severity.value} {one.check.value} {one.finding.subject or '-'} {moment(one.since)}"
            for one in found.standing
        ),
    )


def line_told(ledger: Ledger, now: datetime) -> Lines:
    """The states of the links and of the line, and the sums of this month and the one before."""
    links = (conditions.get(ledger, one) for one in Link)
    yield from section(
        "つながり（状態、コード、いつから）",
        (
            f"{one.link.value}: {one.state.value} {one.trouble_code or '-'} {moment(one.since)}"
            for one in links
        ),
    )
    checked = line_checks.latest_done(ledger)
    yield from section(
        "最後の回線の点検", rows({"日時": checked.done_at, "コード": checked.code or "-"}) if checked else ()
    )
    yield from section(
        "回線の状態（新しい順）",
        (
            f"{moment(one.at)} {one.phase.value} {one.code or '-'}"
            for one in line.latest(ledger, _LATEST_STATES)
        ),
    )
    first_of_month = now.astimezone(JAPAN).replace(day=1)
    for month in (now.astimezone(JAPAN), first_of_month - _A_MONTH_BACK):
        report = line_report.of_month(ledger, f"{month:%Y-%m}", now)
        told = {
            "照会": report.checks,
            "時間内の割合": report.share_in_time,
            "要求": report.requests,
            "回答": report.answered,
            "回答までの中央値（秒）": report.median_seconds,
            "稼働率": report.availability,
            "停止の回数": report.outages,
        }
        causes = (
            f"{one.code}: 要求 {one.requests}、停止 {one.stopped_seconds:.0f} 秒" for one in report.causes
        )
        yield from section(f"{month:%Y-%m} のまとめ", (*rows(told), *causes))


def queue_told(ledger: Ledger) -> Lines:
    """What is open, by kind, and since when."""
    open_checks = gauges.open_checks(ledger)
    yield from section(
        "終わっていない照会", rows({**open_checks.by_state, "最も古いもの": moment(open_checks.oldest)})
    )
    stuck = dead_letters.counts(ledger)
    yield from section(
        "止まっているもの",
        rows({"照会": stuck.checks, "受け渡し": stuck.deliveries, "受け取られないまま": stuck.left_lying}),
    )
    kinds = Counter(one.kind.value for one in tasks.open_tasks(ledger))
    yield from section("人が見るもの（種類ごと）", rows(dict(sorted(kinds.items()))))


def readers_told(ledger: Ledger) -> Lines:
    """Each reader: number, model, state. Not what people called it."""
    found = readers.all_readers(ledger)
    yield from rows({"台数": len(found)})
    for one in found:
        last = reader_tests.last(ledger, one.key)
        told = {
            "使う": "はい" if one.enabled else "いいえ",
            "識別": one.key,
            "機種": one.profile or "（選ばれていません）",
            "段階": one.phase.value,
            "コード": one.trouble_code or "-",
            "回復の段": one.recovery.value,
            "変わった日時": one.changed_at,
            "最後の点検": f"{moment(last.at)} {', '.join(last.codes) or '異常なし'}"
            if last
            else "まだありません",
        }
        yield from section(f"リーダー {one.number}", rows(told))


def consumers_told(ledger: Ledger) -> Lines:
    """Each consumer: name, kind, and how much of its own waits."""
    counts = delivery_counts.by_consumer(ledger)
    for one in consumers.all_consumers(ledger):
        found = counts.get(one.name, NONE)
        told = {
            "種類": one.kind.value,
            "使う": "はい" if one.enabled else "いいえ",
            "待っている": found.waiting,
            "渡すのをやめた": found.given_up,
            "最後に受け取った": moment(found.last_taken_at),
        }
        yield from section(one.name, rows(told))


def trail_told(ledger: Ledger) -> Lines:
    """The newest signed head of the audit trail, and the trail's last row; none of its contents."""
    newest = heads.newest(ledger)
    row = ledger.read.execute("SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    yield from section(
        "最後に署名した先頭",
        rows(
            {
                "番号": newest.number,
                "署名した日時": newest.signed_at,
                "行": newest.seq,
                "ハッシュ": newest.chain,
                "公開鍵": newest.key,
            }
        )
        if newest
        else (),
    )
    yield from section("最後の行", rows({"行": row["seq"], "ハッシュ": row["chain"]}) if row else ())


def keeping_told(ledger: Ledger) -> Lines:
    """Until when certificates are valid, and when the last backup was made."""
    held = (
        f"{one.institution_code} {one.place.value}: {moment(one.not_after)} まで"
        for one in certificates.held(ledger)
    )
    yield from section("電子証明書", held)
    last, drill = backups.latest(ledger), backups.latest_drill(ledger)
    yield from section(
        "バックアップ",
        rows(
            {
                "最後に作った日時": moment(last.at if last else None),
                "最後の復元の練習": moment(drill.at if drill else None),
            }
        ),
    )
