"""What the kit looks for in a consumer that asks the box for something: one request, or a list of people."""

from dataclasses import dataclass, field
from typing import Any

from appliance.cli.vendor.acts.results import acknowledged
from appliance.cli.vendor.bench import Bench
from appliance.cli.vendor.probes import PASSED, Offer, Outcome, Probe, Verdict, failed, not_seen
from appliance.cli.vendor.witness import Seen
from appliance.ledger.consumer_terms import Term

BY_RESPONSE_TOPIC = "response-topic"


@dataclass(frozen=True)
class Way:
    """The words for one thing to ask: what it is, its answer, the answer's member that names what was begun, the code of too many."""

    word: str
    answer: str
    work: str
    too_many: str


REQUEST = Way("request", "answer", "check_id", "REQUEST-005")
LIST = Way("bulk-request", "bulk-answer", "run_id", "BULK-012")


@dataclass(frozen=True)
class Asked:
    """One request that came, and the answer the box gave to it (empty: none)."""

    request: Seen
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Why it was refused; empty when it was not."""
        return str((self.answer.get("trouble") or {}).get("code") or "")


def way_of(probe: Probe) -> Way:
    """Which of the two the probe is about."""
    return LIST if probe.offer is Offer.HAND_IN else REQUEST


def nothing(probe: Probe) -> Outcome:
    """What is said when the command brought no request."""
    what = "一覧" if probe.offer is Offer.HAND_IN else "依頼"
    return failed(
        f"{what}が届きません（{probe.offer.option if probe.offer else ''} のコマンドを確かめてください）"
    )


def ask(bench: Bench, way: Way) -> Asked | None:
    """Let it ask once; what came. None: nothing did."""
    request = let_ask(bench, way)
    if request is None:
        return None
    return Asked(request, _answer_to(bench, way, request))


def let_ask(bench: Bench, way: Way) -> Seen | None:
    """Let it ask once; the request, as soon as it is there, whatever becomes of it."""
    before = len(bench.witness.seen)
    bench.program.ask() if way is REQUEST else bench.program.hand_in()
    bench.witness.until(lambda: bool(_requests(bench, way, before)), bench.patience)
    return next(iter(_requests(bench, way, before)), None)


def _answer_to(bench: Bench, way: Way, request: Seen) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        place = next(number for number, one in enumerate(bench.witness.seen) if one is request)
        return [
            one.message
            for one in bench.witness.seen[place:]
            if one.message is not None
            and one.word.partition("/")[0] == way.answer
            and one.message.get("request_id") in (_id_of(request), None)
        ]

    bench.witness.until(lambda: bool(found()), bench.patience)
    return next(iter(found()), {})


def _requests(bench: Bench, way: Way, before: int) -> list[Seen]:
    return [one for one in bench.witness.seen[before:] if one.word == way.word]


def _id_of(request: Seen) -> object:
    return (request.message or {}).get("request_id")


def taken(bench: Bench, probe: Probe) -> Outcome:
    """The box takes what it asks."""
    bench.program.rest()
    one = ask(bench, way_of(probe))
    return nothing(probe) if one is None else _expect_taken(one) or PASSED


def _expect_taken(one: Asked) -> Outcome | None:
    if one.answer.get("accepted"):
        return None
    trouble = one.answer.get("trouble") or {}
    why = " ".join(str(trouble[name]) for name in ("code", "title", "member") if trouble.get(name))
    return failed(f"装置が断りました: {why}" if why else "装置の返事がありません")


def own_id(bench: Bench, probe: Probe) -> Outcome:
    """Two requests have two ids."""
    bench.program.rest()
    found = [ask(bench, way_of(probe)) for _ in range(2)]
    if None in found:
        return nothing(probe)
    first, second = (_id_of(one.request) for one in found if one is not None)
    return (
        failed("前の依頼と同じ request_id です。依頼ごとに新しくしてください") if first == second else PASSED
    )


def answered(bench: Bench, probe: Probe) -> Outcome:
    """It shows what the answer says; `word` of the probe says by which way the answer has to have come."""
    bench.program.rest()
    way, said = way_of(probe), len(bench.program.said())
    one = ask(bench, way)
    if one is None:
        return nothing(probe)
    wanted = one.request.answer_to
    if probe.word and (wanted is not None) is not (probe.word == BY_RESPONSE_TOPIC):
        return Outcome(Verdict.NOT_OFFERED, "返事を別の方法で受け取る製品です")
    if wanted is not None and not f"{wanted}/".startswith(f"{bench.own_topic}/{way.answer}/"):
        return failed(f"Response Topic が自分の {way.answer} の下ではありません")
    if (refused := _expect_taken(one)) is not None:
        return refused
    return _expect_said(bench, str(one.answer.get(way.work)), said, f"返事の {way.work}")


def _expect_said(bench: Bench, text: str, since: int, what: str) -> Outcome:
    if bench.witness.until(lambda: text in bench.program.said()[since:], bench.patience):
        return PASSED
    return failed(f"{what} がプログラムの出力に現れません")


def answer_comes(bench: Bench, probe: Probe) -> Outcome:
    """What comes of a request is acknowledged."""
    bench.program.rest()
    one = ask(bench, REQUEST)
    if one is None:
        return nothing(probe)
    if (refused := _expect_taken(one)) is not None:
        return refused
    bench.center.answer_all()
    return _of_check(bench, one, "依頼の結果")


def withdrawn(bench: Bench, probe: Probe) -> Outcome:
    """The word that reception has withdrawn the check is acknowledged."""
    bench.program.rest()
    one = ask(bench, REQUEST)
    if one is None:
        return nothing(probe)
    if (refused := _expect_taken(one)) is not None:
        return refused
    if not bench.withdraw(str(one.answer.get("check_id"))):
        return not_seen("この依頼は取り下げられません")
    return _of_check(bench, one, "outcome")


def _of_check(bench: Bench, one: Asked, what: str) -> Outcome:
    ids = bench.deliveries_of(str(one.answer.get("check_id")))
    return acknowledged(bench, dict.fromkeys(ids, what)) if ids else not_seen("結果が届く依頼ではありません")


def refused(bench: Bench, probe: Probe) -> Outcome:
    """It shows the code of a refusal, and does not go on sending what was refused."""
    bench.program.rest()
    way, said = way_of(probe), len(bench.program.said())
    bench.forbid()
    try:
        one = ask(bench, way)
        if one is None:
            return nothing(probe)
        if not one.code:
            return not_seen("断られない依頼です")
        found = _expect_said(bench, one.code, said, f"断られた理由のコード {one.code}")
        return found if found.verdict is Verdict.FAIL else _expect_calm(bench, way, probe.times)
    finally:
        bench.allow(*Term)


def _expect_calm(bench: Bench, way: Way, most: int) -> Outcome:
    seconds, before = bench.terms.calm, bench.witness.count(way.word)
    if not bench.witness.until(lambda: bench.witness.count(way.word) - before > most, seconds):
        return PASSED
    return failed(f"断られたあと、{seconds:.0f}秒のうちに{most}件を超える依頼が届きました")


def too_many(bench: Bench, probe: Probe) -> Outcome:
    """Told that it asks too much, it does not go on at once."""
    bench.program.rest()
    way = way_of(probe)
    bench.restart_box(1, 1)
    try:
        for _ in range(3):
            one = ask(bench, way)
            if one is None:
                return nothing(probe)
            if one.code == way.too_many:
                return _expect_calm(bench, way, probe.times)
        return not_seen("多すぎると断るところまで行きません")
    finally:
        bench.program.rest()
        bench.restart_box(60, 10)


def again(bench: Bench, probe: Probe) -> Outcome:
    """A request whose answer was lost with the line comes again."""
    lost = _lost(bench, probe)
    if lost is None:
        return nothing(probe)
    if _next_after(bench, way_of(probe), lost) is not None:
        return PASSED
    return failed(f"返事がないまま{bench.terms.repeat_within:.0f}秒待ちましたが、同じ依頼が届きません")


def once(bench: Bench, probe: Probe) -> Outcome:
    """What comes again is the same request under the same id, so that nothing is done twice."""
    lost = _lost(bench, probe)
    if lost is None:
        return nothing(probe)
    way = way_of(probe)
    second = _next_after(bench, way, lost)
    if second is None:
        return not_seen("返事がなくても送り直さないため見られません")
    if _id_of(second) != _id_of(lost):
        return failed("返事がなかった依頼を別の request_id で送り直しました。二重の照会になります")
    answer = _answer_to(bench, way, second)
    if answer.get("repeated"):
        return PASSED
    return _expect_taken(Asked(second, answer)) or failed("同じ依頼とみなされませんでした")


def _lost(bench: Bench, probe: Probe) -> Seen | None:
    bench.program.rest()
    with bench.lost_answers():
        return let_ask(bench, way_of(probe))


def _next_after(bench: Bench, way: Way, lost: Seen) -> Seen | None:
    """The request that follows, once the box hears again."""
    before = len(bench.witness.seen)

    def found() -> list[Seen]:
        return [one for one in _requests(bench, way, before) if one is not lost]

    bench.witness.until(lambda: bool(found()), bench.terms.repeat_within)
    return next(iter(found()), None)
