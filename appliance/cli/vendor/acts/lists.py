"""What the kit looks for in a consumer that hands in lists: how it takes what comes of the people."""

from appliance.cli.vendor.acts.asking import LIST, Asked, ask, nothing
from appliance.cli.vendor.acts.results import acknowledged, repeated
from appliance.cli.vendor.bench import Bench
from appliance.cli.vendor.probes import PASSED, Outcome, Probe, failed, not_seen

_DONE = "done"


def parts(bench: Bench, probe: Probe) -> Outcome:
    """Each part of what comes of a list is acknowledged."""
    ids = _finished(bench, probe)
    if isinstance(ids, Outcome):
        return ids
    if len(ids) < probe.times:
        return not_seen(f"一覧が短いため、結果が{len(ids)}つです（3人以上を載せてください）")
    return acknowledged(bench, {one: f"{number}つめの部分" for number, one in enumerate(ids, start=1)})


def part_again(bench: Bench, probe: Probe) -> Outcome:
    """A part that was acknowledged comes again, and is acknowledged again."""
    ids = _finished(bench, probe)
    if isinstance(ids, Outcome):
        return ids
    return repeated(bench, "bulk-result", ids[0], probe.times)


def progress(bench: Bench, probe: Probe) -> Outcome:
    """It shows that its list is done."""
    said = len(bench.program.said())
    ids = _finished(bench, probe)
    if isinstance(ids, Outcome):
        return ids
    if bench.witness.until(lambda: _DONE in bench.program.said()[said:], bench.patience):
        return PASSED
    return failed("一覧が終わったこと（bulk-progress の state が done）がプログラムの出力に現れません")


def _finished(bench: Bench, probe: Probe) -> list[str] | Outcome:
    """Hand in a list and let the center answer it: the deliveries of its parts, or why there are none."""
    bench.program.rest()
    one = ask(bench, LIST)
    if one is None:
        return nothing(probe)
    run_id = _run_of(one)
    if run_id is None:
        return failed(f"一覧を受け取れません: {one.code or '返事がありません'}")
    bench.center.finish_lists()
    ids = bench.parts_of(run_id)
    return ids or not_seen("結果のある一覧ではありません")


def _run_of(one: Asked) -> str | None:
    found = one.answer.get("run_id")
    return found if isinstance(found, str) else None
