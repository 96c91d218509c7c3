"""What the kit does to a consumer that takes results, and what it looks for."""

import time
from collections.abc import Iterable
from typing import Any

from appliance.cli.vendor.bench import Bench, new_id
from appliance.cli.vendor.mqtt_bench import MqttBench
from appliance.cli.vendor.probes import PASSED, Outcome, Probe, Verdict
from appliance.cli.vendor.witness import Seen


def hello(bench: Bench, probe: Probe) -> Outcome:
    """It has said hello since it first connected."""
    found = bench.witness.until(lambda: bench.witness.count("hello") > 0, bench.patience)
    return PASSED if found else Outcome(Verdict.FAIL, "hello が届きません。購読のたびに送ってください")


def deliver(bench: Bench, probe: Probe) -> Outcome:
    """Each answer is acknowledged."""
    wanted = dict(zip(bench.deliver(*probe.answers), probe.answers, strict=True))
    return acknowledged(bench, wanted)


def altered(bench: Bench, probe: Probe) -> Outcome:
    """A copy of the last result with other members is acknowledged under its own id."""
    return acknowledged(bench, {_offer_copy(bench, probe.members): probe.id})


def repeat(bench: Bench, probe: Probe) -> Outcome:
    """A result that was acknowledged comes again, and each time is acknowledged again."""
    (delivery_id,) = bench.deliver("valid")
    return repeated(bench, "eligibility", delivery_id, probe.times)


def repeated(bench: Bench, word: str, delivery_id: str, times: int) -> Outcome:
    """Say once more what was acknowledged, so many times, and expect an acknowledgement for each."""
    if not bench.witness.until(lambda: bench.witness.acks(delivery_id) > 0, bench.patience):
        return Outcome(Verdict.FAIL, "最初の ack が届きません")
    before = bench.witness.acks(delivery_id)
    message = bench.witness.newest(word, delivery_id)
    for number in range(times):
        bench.offer(word, {**message, "attempt": number + 2})
    again = bench.witness.until(lambda: bench.witness.acks(delivery_id) >= before + times, bench.patience)
    seen = bench.witness.acks(delivery_id) - before
    return PASSED if again else Outcome(Verdict.FAIL, f"{times}回の再送に ack が{seen}回だけです")


def disorder(bench: Bench, probe: Probe) -> Outcome:
    """Results come the youngest first."""
    moments = [f"2026-11-22T0{9 - number}:00:00.000Z" for number in range(probe.times)]
    return acknowledged(
        bench, {_offer_copy(bench, {"answered_at": moment}): "古い結果" for moment in moments}
    )


def nonsense(bench: MqttBench, probe: Probe) -> Outcome:
    """After what nobody can read, an ordinary result is acknowledged."""
    for payload in (b"", b"{", b"\xff\xfe", b"[]", b'{"schema": "urn:madoguchi:1:eligibility"}'):
        bench.witness.say("eligibility", payload)
    return deliver(bench, probe)


def box_restarts(bench: Bench, probe: Probe) -> Outcome:
    """What was answered while the box was away from its broker comes when it is back."""
    bench.stop_box()
    ids = bench.deliver(*probe.answers)
    bench.start_box()
    return acknowledged(bench, dict(zip(ids, probe.answers, strict=True)))


def broker_restarts(bench: MqttBench, probe: Probe) -> Outcome:
    """The consumer comes back by itself after the broker died, and gets what was answered meanwhile."""
    bench.kill_broker()
    ids = bench.deliver(*probe.answers)
    bench.restart_broker()
    found = acknowledged(bench, dict(zip(ids, probe.answers, strict=True)))
    if found.verdict is Verdict.FAIL:
        return Outcome(Verdict.FAIL, f"ブローカーの再起動のあと、{found.remark}")
    return found


def hello_again(bench: MqttBench, probe: Probe) -> Outcome:
    """It says hello after a reconnect too. Twice, because whoever is quicker than the witness is not heard."""
    if _is_greeted(bench) or _is_greeted(bench):
        return PASSED
    return Outcome(Verdict.FAIL, "つなぎ直したあとの hello が届きません。購読のたびに送ってください")


def _is_greeted(bench: MqttBench) -> bool:
    bench.kill_broker()
    before = bench.witness.count("hello")
    bench.restart_broker()
    return bench.witness.until(lambda: bench.witness.count("hello") > before, bench.patience)


def consumer_restarts(bench: Bench, probe: Probe) -> Outcome:
    """Killed and started again, it gets what was answered meanwhile."""
    bench.program.kill()
    ids = bench.deliver(*probe.answers)
    bench.program.start()
    return acknowledged(bench, dict(zip(ids, probe.answers, strict=True)))


def killed_at_work(bench: Bench, probe: Probe) -> Outcome:
    """Killed in the middle of many results, it has stored each that it acknowledged; then it gets the rest."""
    ids = bench.deliver(*probe.answers * probe.times)
    bench.witness.until(lambda: _count(bench, ids) >= len(ids) // 3, bench.patience)
    bench.program.kill()
    taken = {one for one in ids if bench.witness.acks(one)}
    lost = taken - set(bench.program.stored())
    bench.program.start()
    if lost:
        return Outcome(Verdict.FAIL, f"ack を返した{len(taken)}件のうち{len(lost)}件が保存されていません")
    found = acknowledged(bench, dict.fromkeys(ids, "再起動の前後の結果"))
    if found.verdict is Verdict.PASS and not taken:
        return Outcome(Verdict.NOT_SEEN, "落とす前に ack が1件もありませんでした")
    return found


def many(bench: Bench, probe: Probe) -> Outcome:
    """Many at once; slow is allowed, deaf is not."""
    began = time.monotonic()
    found = acknowledged(
        bench, dict.fromkeys(bench.deliver(*probe.answers * probe.times), "続けて届いた結果")
    )
    seconds = max(time.monotonic() - began, 0.01)
    if found.verdict is Verdict.PASS:
        return Outcome(Verdict.PASS, f"毎秒{probe.times / seconds:.0f}件")
    return found


def stored_once(bench: Bench, probe: Probe) -> Outcome:
    """Whatever was acknowledged is stored, and once."""
    stored = bench.program.stored()
    twice = len(stored) - len(set(stored))
    if twice:
        return Outcome(Verdict.FAIL, f"{twice}件が二重に保存されています")
    lost = {one for one in bench.witness.offers() if bench.witness.acks(one)} - set(stored)
    if lost:
        return Outcome(Verdict.FAIL, f"ack を返した{len(lost)}件が保存されていません")
    return PASSED


def only_known(bench: Bench, probe: Probe) -> Outcome:
    """In all that was seen, no acknowledgement came before its result, and each was well-formed."""
    offered: set[str] = set()
    for one in bench.witness.seen:
        if one.word == "ack":
            if one.delivery_id is None:
                return Outcome(Verdict.FAIL, f"ack が {{'delivery_id': …}} の形ではありません: {_start(one)}")
            if one.delivery_id not in offered:
                return Outcome(Verdict.FAIL, "届いていない delivery_id に ack が返りました")
        elif one.delivery_id:
            offered.add(one.delivery_id)
    return PASSED if bench.witness.count("ack") else Outcome(Verdict.NOT_SEEN, "ack がありません")


def acknowledged(bench: Bench, wanted: dict[str, str]) -> Outcome:
    """Whether every delivery id of `wanted` is acknowledged; its values say in the remark what it was."""
    if bench.witness.until(lambda: _count(bench, wanted) == len(wanted), bench.patience):
        return PASSED
    missing = {name: None for one, name in wanted.items() if not bench.witness.acks(one)}
    count = len(wanted) - _count(bench, wanted)
    return Outcome(Verdict.FAIL, f"{count}件に ack が返りません（{'、'.join(list(missing)[:4])}）")


def _count(bench: Bench, ids: Iterable[str]) -> int:
    acked = {one.delivery_id for one in bench.witness.seen if one.word == "ack"}
    return sum(one in acked for one in ids)


def _offer_copy(bench: Bench, members: Any) -> str:
    """Offer a copy of a result with an id of its own, of which the box knows nothing; the id."""
    last = next(iter(bench.witness.offers().values()), None)
    message = (last.message or {}) if last else {}
    copy_id = new_id()
    bench.offer(
        "eligibility", {**message, "delivery_id": copy_id, "check_id": new_id(), "attempt": 1, **members}
    )
    return copy_id


def _start(seen: Seen) -> str:
    return seen.payload[:40].decode("utf-8", "replace")
