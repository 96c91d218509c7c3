"""What the kit looks for in a consumer that takes tasks, or medical information."""

import json
from typing import Any

from appliance.cli.vendor.acts.results import acknowledged, repeated
from appliance.cli.vendor.bench import Bench, new_id
from appliance.cli.vendor.probes import Outcome, Probe, failed
from appliance.contract_files import contract_folder

_OPEN = "open"


def raised(bench: Bench, probe: Probe) -> Outcome:
    """A new task is acknowledged."""
    return _taken(bench, bench.raise_task(), is_open=True)


def closed(bench: Bench, probe: Probe) -> Outcome:
    """The end of a task that it has is acknowledged."""
    task_id = bench.raise_task()
    found = _taken(bench, task_id, is_open=True)
    if found.remark:
        return found
    bench.close_task(task_id)
    return _taken(bench, task_id, is_open=False)


def end_alone(bench: Bench, probe: Probe) -> Outcome:
    """Of a task that was raised and closed while it was away it sees the end alone, and acknowledges that."""
    bench.program.kill()
    task_id = bench.raise_task()
    bench.close_task(task_id)
    bench.program.start()
    return _taken(bench, task_id, is_open=False)


def unknown(bench: Bench, probe: Probe) -> Outcome:
    """A task of a later version is acknowledged."""
    copy = _example("task.charge", probe.members)
    bench.offer("task", copy)
    return acknowledged(bench, {copy["delivery_id"]: "知らない種類の task"})


def again(bench: Bench, probe: Probe) -> Outcome:
    """A task that was acknowledged comes again, and is acknowledged again."""
    task_id = bench.raise_task()
    found = _taken(bench, task_id, is_open=True)
    delivery_id = _delivery_of(bench, task_id, is_open=True)
    return found if delivery_id is None else repeated(bench, "task", delivery_id, probe.times)


def medical(bench: Bench, probe: Probe) -> Outcome:
    """Medical information, none, and the word that the consent is over are acknowledged."""
    copies = {name: _example(f"medical.{name}", {}) for name in probe.answers}
    for copy in copies.values():
        bench.offer("medical", copy)
    return acknowledged(bench, {copy["delivery_id"]: f"medical（{name}）" for name, copy in copies.items()})


def _taken(bench: Bench, task_id: str, *, is_open: bool) -> Outcome:
    what = "新しい task" if is_open else "終わった task"
    bench.witness.until(lambda: _delivery_of(bench, task_id, is_open=is_open) is not None, bench.patience)
    delivery_id = _delivery_of(bench, task_id, is_open=is_open)
    if delivery_id is None:
        return failed(f"{what}を取りに来ません")
    return acknowledged(bench, {delivery_id: what})


def _delivery_of(bench: Bench, task_id: str, *, is_open: bool) -> str | None:
    for one in bench.witness.seen:
        said = one.message or {}
        if one.word == "task" and said.get("task_id") == task_id and (said.get("state") == _OPEN) is is_open:
            return one.delivery_id
    return None


def _example(name: str, members: Any) -> dict[str, Any]:
    """A message among the contract's examples, with an id of its own and these members."""
    text = (contract_folder() / "examples" / f"{name}.json").read_text("utf-8")
    return {**json.loads(text), "delivery_id": new_id(), **members}
