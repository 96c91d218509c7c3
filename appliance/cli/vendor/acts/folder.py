"""What the kit looks for in a consumer with a shared folder: what it writes, what it takes, and what it leaves alone."""

from collections.abc import Iterable
from pathlib import PurePath

from appliance.cli.vendor.acts.asking import nothing
from appliance.cli.vendor.folder_bench import LISTS, FolderBench
from appliance.cli.vendor.folder_watch import APPEARED, BEGUN
from appliance.cli.vendor.probes import PASSED, Outcome, Probe, Verdict, failed, not_seen
from appliance.eligibility.file_names import ERR
from appliance.sync.folder_lists import REPORT, RESULT
from appliance.sync.folder_names import request_name


def face_taken(bench: FolderBench, probe: Probe) -> Outcome:
    """Each card result is taken."""
    return _faces_taken(bench, bench.deliver(*probe.answers), "face")


def face_again(bench: FolderBench, probe: Probe) -> Outcome:
    """A card result that was taken comes back, as after a crash of the box: it is known, and imported once."""
    (delivery_id,) = bench.deliver("valid")
    found = _faces_taken(bench, [delivery_id], "face")
    if found.verdict is not Verdict.PASS:
        return found
    place = bench.placed([delivery_id])[delivery_id]
    if not bench.lay_again(delivery_id, place):
        return not_seen("同じファイルをもう一度置けませんでした")
    # Whoever takes one after it, and then another, has looked at all that lay there before.
    for scenario in ("none", "several"):
        found = _faces_taken(bench, bench.deliver(scenario), "もう一度置いたあとの face")
        if found.verdict is not Verdict.PASS:
            return found
    count = bench.program.stored().count(PurePath(place).name)
    return PASSED if count == 1 else failed(f"同じファイルが{count}回取り込まれています")


def consumer_restarts(bench: FolderBench, probe: Probe) -> Outcome:
    """Killed and started again, it takes what was laid meanwhile."""
    bench.program.kill()
    ids = bench.deliver(*probe.answers)
    bench.placed(ids)
    bench.program.start()
    return _faces_taken(bench, ids, "留守の間の face")


def box_restarts(bench: FolderBench, probe: Probe) -> Outcome:
    """What was answered while the box looked away is taken when it is back."""
    bench.stop_box()
    ids = bench.deliver(*probe.answers)
    bench.start_box()
    return _faces_taken(bench, ids, "装置が動き出したあとの face")


def request(bench: FolderBench, probe: Probe) -> Outcome:
    """The box takes what it writes into req/."""
    name = _ask(bench)
    return nothing(probe) if name is None else _expect_question(bench, name) or _tidied(bench)


def own_name(bench: FolderBench, probe: Probe) -> Outcome:
    """Two requests of which none is answered have two names."""
    first = _ask(bench)
    second = _ask(bench)
    if first is None or second is None:
        return nothing(probe)
    if first == second:
        return failed("答えを待たずに、同じ名前で次の依頼を書きました")
    return _tidied(bench)


def whole(bench: FolderBench, probe: Probe) -> Outcome:
    """A request appears under its name by a rename, not bit by bit."""
    before = len(bench.witness.seen)
    name = _ask(bench)
    if name is None:
        return nothing(probe)
    is_in_place = name in bench.witness.names("req", BEGUN, since=before)
    _tidied(bench)
    if is_in_place:
        return failed("依頼が書きかけのまま現れました。別の名前で書き終えてから、名前を変えてください")
    return PASSED


def result_taken(bench: FolderBench, probe: Probe) -> Outcome:
    """The answer in res/ is taken."""
    name = _ask(bench)
    if name is None:
        return nothing(probe)
    if (wrong := _expect_question(bench, name)) is not None:
        return wrong
    bench.center.answer_all()
    answer = name.replace("req_", "res_", 1)
    if not _appears(bench, answer):
        return not_seen("答えを置けませんでした")
    return _taken(bench, [f"res/{answer}"], "依頼の答え（res）")


def withdrawn(bench: FolderBench, probe: Probe) -> Outcome:
    """A request that reception withdraws comes back; it shows why."""
    said, name = len(bench.program.said()), _ask(bench)
    if name is None:
        return nothing(probe)
    if (wrong := _expect_question(bench, name)) is not None:
        return wrong
    if not bench.withdraw(bench.check_of(name) or ""):
        return not_seen("この依頼は取り下げられません")
    return _expect_shown(bench, name, "FOLDER-006", said)


def refused(bench: FolderBench, probe: Probe) -> Outcome:
    """A request that the box gives back: it shows the code of the `.err`, and does not go on sending."""
    bench.as_another_clinic(is_so=True)
    try:
        said, name = len(bench.program.said()), _ask(bench)
        if name is None:
            return nothing(probe)
        found = _expect_shown(bench, name, "INPUT-004", said)
        return found if found.verdict is not Verdict.PASS else _expect_calm(bench, probe)
    finally:
        bench.as_another_clinic(is_so=False)


def _expect_shown(bench: FolderBench, name: str, code: str, since: int) -> Outcome:
    error = f"{PurePath(name).stem}.{ERR}"
    if not _appears(bench, error):
        return not_seen(f"{error} を置けませんでした")
    if bench.witness.until(lambda: code in bench.program.said()[since:], bench.patience):
        return PASSED
    return failed(f".err のコード {code} がプログラムの出力に現れません")


def _expect_calm(bench: FolderBench, probe: Probe) -> Outcome:
    before = len(bench.witness.seen)

    def is_flooded() -> bool:
        return len(bench.witness.names("req", APPEARED, BEGUN, since=before)) > probe.times

    if bench.witness.until(is_flooded, bench.terms.calm):
        return failed(
            f"戻された依頼のあと、{bench.terms.calm:.0f}秒のうちに{probe.times}件を超える依頼を書きました"
        )
    return PASSED


def list_taken(bench: FolderBench, probe: Probe) -> Outcome:
    """A list is taken in, and what comes of it is taken."""
    name = _hand_in(bench)
    if name is None:
        return nothing(probe)
    stem = PurePath(name).stem
    if not _appears(bench, f"{stem}{REPORT}"):
        return failed("一覧を受け取れません（大きさが変わり続けているか、名前が .csv などではありません）")
    if not bench.has_run(stem):
        return failed("一覧が戻されました（res の report.txt を見てください）")
    bench.center.finish_lists()
    if not _appears(bench, f"{stem}{RESULT}"):
        return not_seen("一覧の結果を置けませんでした")
    return _taken(bench, [f"res/{stem}{REPORT}", f"res/{stem}{RESULT}"], "一覧の報告と結果")


def once(bench: FolderBench, probe: Probe) -> Outcome:
    """Nothing was imported twice."""
    stored = bench.program.stored()
    twice = len(stored) - len(set(stored))
    return failed(f"{twice}件が二重に取り込まれています") if twice else PASSED


def others(bench: FolderBench, probe: Probe) -> Outcome:
    """Files that are somebody else's lie where they lay."""
    missing = bench.missing_bystanders()
    return failed(f"ほかのファイルが消えたか、変わりました: {'、'.join(missing)}") if missing else PASSED


def _ask(bench: FolderBench) -> str | None:
    """Let it write one request; the file's name, as soon as it appears."""
    bench.program.rest()
    before = len(bench.witness.seen)
    bench.program.ask()

    def names() -> list[str]:
        found = bench.witness.names("req", APPEARED, BEGUN, since=before)
        return [name for name in found if request_name(name) is not None]

    bench.witness.until(lambda: bool(names()), bench.patience)
    return next(iter(names()), None)


def _hand_in(bench: FolderBench) -> str | None:
    bench.program.rest()
    before = len(bench.witness.seen)
    bench.program.hand_in()

    def names() -> list[str]:
        found = bench.witness.names(LISTS, APPEARED, BEGUN, since=before)
        return [name for name in found if name.lower().endswith((".csv", ".tsv", ".txt", ".zip"))]

    bench.witness.until(lambda: bool(names()), bench.patience)
    return next(iter(names()), None)


def _expect_question(bench: FolderBench, name: str) -> Outcome | None:
    """None when the request became a question; else why not."""
    error = f"{PurePath(name).stem}.{ERR}"
    bench.witness.until(lambda: bench.check_of(name) is not None or error in _laid(bench), bench.patience)
    if bench.check_of(name) is not None:
        return None
    code = bench.error_of(error) if error in _laid(bench) else ""
    return failed(
        f"装置が断りました: {code}"
        if code
        else "依頼が受け取られません（書き終わっていないか、名前が違います）"
    )


def _tidied(bench: FolderBench) -> Outcome:
    """Answer what was only asked to be seen, so that the next probe begins without it."""
    bench.witness.until(lambda: bench.center.answer_all() > 0, 1.0)
    return PASSED


def _appears(bench: FolderBench, name: str) -> bool:
    return bench.witness.until(lambda: name in _laid(bench), bench.patience)


def _laid(bench: FolderBench) -> list[str]:
    return bench.witness.names("res", APPEARED)


def _faces_taken(bench: FolderBench, ids: list[str], what: str) -> Outcome:
    places = bench.placed(ids)
    if len(places) < len(ids):
        return not_seen("結果を置けませんでした")
    return _taken(bench, places.values(), what)


def _taken(bench: FolderBench, places: Iterable[str], what: str) -> Outcome:
    left = [place for place in places if not bench.is_taken(place, bench.patience)]
    return failed(f"{what} の{len(left)}件が取り込まれません") if left else PASSED
