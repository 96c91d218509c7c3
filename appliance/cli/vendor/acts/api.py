"""What the kit looks for in a consumer of the HTTP API, beside what it looks for in every one."""

import time

from appliance.cli.vendor.acts.results import acknowledged
from appliance.cli.vendor.api_bench import ApiBench
from appliance.cli.vendor.api_gate import Call
from appliance.cli.vendor.probes import PASSED, Outcome, Probe, Verdict, failed, not_seen

GRACE = 0.4
"""Seconds within which calls may still come that were begun before their caller heard of the refusal."""


def owed_again(bench: ApiBench, probe: Probe) -> Outcome:
    """A result that was acknowledged is owed once more, and is acknowledged once more."""
    (delivery_id,) = bench.deliver("valid")
    first = acknowledged(bench, {delivery_id: "結果"})
    if first.verdict is not Verdict.PASS:
        return first
    bench.owe_again(delivery_id)
    if bench.witness.until(lambda: bench.witness.acks(delivery_id) > 1, bench.patience):
        return PASSED
    return failed("送り直した結果に、もう一度の受領がありません")


def unchanged(bench: ApiBench, probe: Probe) -> Outcome:
    """Who brings an ETag understands 304, and takes what comes after it."""
    before = len(bench.witness.calls)
    found = _taken_twice(bench)
    if found.verdict is not Verdict.PASS:
        return found
    if not any(one.tag for one in bench.witness.calls[before:]):
        return Outcome(Verdict.NOT_OFFERED, "If-None-Match を使わない製品です")
    is_told = bench.witness.until(
        lambda: any(one.status == 304 for one in bench.witness.calls[before:]),
        bench.patience + bench.settings.api_longest_wait,
    )
    if not is_told:
        return not_seen("304 を返す機会がありませんでした")
    return acknowledged(bench, dict.fromkeys(bench.deliver("valid", "none"), "304 のあとの結果"))


def cursor(bench: ApiBench, probe: Probe) -> Outcome:
    """It brings cursors that the box gave, and none with its first call after a start."""
    before = len(bench.witness.calls)
    found = _taken_twice(bench)
    if found.verdict is not Verdict.PASS:
        return found
    if not any(one.cursor for one in _fetches(bench, before)):
        return Outcome(Verdict.NOT_OFFERED, "cursor を使わない製品です")
    if any(one.status == 422 for one in _fetches(bench, before)):
        return failed("装置が渡していない cursor です")
    bench.program.kill()
    before = len(bench.witness.calls)
    ids = bench.deliver("valid", "several")
    bench.program.start()
    bench.witness.until(lambda: bool(_fetches(bench, before)), bench.patience)
    first = next(iter(_fetches(bench, before)), None)
    if first is not None and first.cursor:
        return failed("起動したあとの最初の呼び出しに cursor が付いています")
    return acknowledged(bench, dict.fromkeys(ids, "留守の間の結果"))


def _taken_twice(bench: ApiBench) -> Outcome:
    """One result after another: what it learnt with the first shows in the calls that bring the next ones."""
    for _ in range(3):
        found = acknowledged(bench, dict.fromkeys(bench.deliver("valid"), "結果"))
        if found.verdict is not Verdict.PASS:
            return found
    return PASSED


def _fetches(bench: ApiBench, before: int) -> list[Call]:
    return [one for one in bench.witness.calls[before:] if one.is_fetch]


def too_often(bench: ApiBench, probe: Probe) -> Outcome:
    """Told to wait it waits, and then goes on."""
    before = len(bench.witness.calls)
    bench.witness.be_busy(probe.times)
    (delivery_id,) = bench.deliver("valid")

    def refused() -> list[Call]:
        return [one for one in bench.witness.calls[before:] if one.status == 429]

    # A call that waits already was let in before; the next one is refused.
    if not bench.witness.until(lambda: bool(refused()), bench.patience):
        return not_seen(f"{probe.times}秒のあいだに呼び出しがありませんでした")
    began = refused()[0].at
    bench.witness.until(lambda: time.monotonic() > began + probe.times + GRACE, probe.times + 1.0)
    too_early = [one for one in refused() if one.at - began > GRACE]
    if too_early:
        return failed(f"Retry-After の{probe.times}秒を待たずに{len(too_early)}回呼びました")
    return acknowledged(bench, {delivery_id: "待ったあとの結果"})


def revoked(bench: ApiBench, probe: Probe) -> Outcome:
    """Told that its token is good no more it does not go on calling; with a new one it takes what waits."""
    bench.revoke_tokens()
    before = len(bench.witness.calls)
    ids = bench.deliver("valid")
    seconds = bench.terms.calm
    floods = bench.witness.until(lambda: _count_refused(bench, before) > probe.times, seconds)
    bench.program.kill()
    bench.hand_out_token()
    bench.program.start()
    if floods:
        return failed(f"トークンが取り消されたあと、{seconds:.0f}秒に{probe.times}回を超えて呼びました")
    return acknowledged(bench, dict.fromkeys(ids, "新しいトークンでの結果"))


def _count_refused(bench: ApiBench, before: int) -> int:
    return sum(one.status == 401 for one in bench.witness.calls[before:])
