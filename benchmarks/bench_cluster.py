"""How many results a second many boxes hand over at one cluster of three nodes, RabbitMQ's and NATS'.

Nodes, boxes and the consumer share the machine: it is the least a cluster of its own machines would do.
"""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.bench_delivery import usual_answer
from benchmarks.fleet_world import fleet
from benchmarks.report import Report, Row, Skipped, Table, milliseconds
from tests.cluster import nats, rabbitmq
from tests.cluster.world import Cluster

FLEETS = (1, 4, 8)
SINGLE = 30
"""Results of one box, one at a time."""

TOGETHER = 40
"""Results of each box, committed without a pause and by all boxes at once."""

_CODES = tuple(f"{1310000000 + number}" for number in range(max(FLEETS)))
_KINDS: tuple[tuple[str, Callable[..., AbstractContextManager[Cluster]]], ...] = (
    ("RabbitMQ", rabbitmq.rabbitmq),
    ("NATS", nats.nats),
)


def run() -> Report:
    """Measure both, each in a folder of its own. Raises `Skipped` where one is not installed."""
    if rabbitmq.program() is None or nats.program() is None:
        raise Skipped("needs rabbitmq-server and nats-server; `make cluster` installs them")
    rows: list[Row] = []
    lines: list[tuple[str, ...]] = []
    for name, make in _KINDS:
        with (
            tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder,
            make(Path(folder), _CODES) as cluster,
        ):
            singles, found = _measure(cluster)
        rows.append(
            Row(f"{name}: a check opened and answered → acknowledged, one box", milliseconds(singles))
        )
        lines += [(name, str(boxes), f"{rate:.0f}", f"{rate / boxes:.0f}") for boxes, rate in found]
    heads = ("cluster", "boxes", "results/s, all boxes", "results/s a box")
    table = Table("All boxes at once, without a pause", heads, tuple(lines))
    note = "three nodes, the boxes and the one consumer of all of them are on the same machine"
    return Report("(c3) Many boxes at one cluster", tuple(rows), (), (note,), (table,))


def _measure(cluster: Cluster) -> tuple[list[float], list[tuple[int, float]]]:
    answer = usual_answer()
    singles: list[float] = []
    found = []
    for boxes in FLEETS:
        with fleet(cluster, _CODES[:boxes]) as running:
            running.deliver(3, answer)
            if boxes == 1:
                singles = [running.deliver(1, answer)[0] for _ in range(SINGLE)]
            slowest = max(running.deliver(TOGETHER, answer))
            found.append((boxes, boxes * TOGETHER / slowest))
    return singles, found
