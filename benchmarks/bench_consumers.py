"""(c2) From before a result's commit until all its consumers have acknowledged it, for 1, 10 and 50, and results a second.

The floor of the same run: a bare publish to each of the same consumers over the same broker, until each has answered with a
bare publish.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_delivery import usual_answer
from benchmarks.broker_world import INSTITUTION_CODE
from benchmarks.committing import answer, opened, until_acknowledged
from benchmarks.crowd_world import Crowd, crowd
from benchmarks.report import Report, Row, Table, milliseconds

CROWDS = {1: (100, 300), 10: (100, 100), 50: (100, 30)}
"""By consumers: results measured one at a time, and results committed one after another without waiting."""

WARM_UP = 5
PAUSE = 0.01
SIZE = 2000
"""Bytes of a bare message: about those of a result."""


@dataclass(frozen=True)
class Measured:
    """Seconds of each round, and results a second while they were committed without a pause."""

    count: int
    floor: list[float]
    ours: list[float]
    sustained: float


def run() -> Report:
    """Measure each crowd in a state folder and with a broker of its own."""
    found = [_measure(count, *rounds) for count, rounds in CROWDS.items()]
    rows: list[Row] = []
    for one in found:
        floor = f"{one.count}: bare publishes → all answered"
        rows.append(Row(floor, milliseconds(one.floor)))
        rows.append(Row(f"{one.count}: commit → all acknowledged", milliseconds(one.ours), floor))
    table = Table(
        "Checks opened and answered without a pause",
        ("consumers", "results/s", "acknowledged deliveries/s"),
        tuple((str(one.count), f"{one.sustained:.0f}", f"{one.sustained * one.count:.0f}") for one in found),
    )
    note = (
        "consumers are connections of their own in one process; every acknowledgement is a commit of its own"
    )
    return Report("(c2) A result reaches many consumers", tuple(rows), (), (note,), (table,))


def _measure(count: int, single: int, sustained: int) -> Measured:
    xml = usual_answer()
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder,
        crowd(Path(folder), count) as running,
    ):
        rounds = [_round(running, xml) for _ in range(WARM_UP + single)][WARM_UP:]
        begun = time.perf_counter()
        for _ in range(sustained):
            answer(running.ledger, opened(running.ledger, INSTITUTION_CODE), xml)
        took = until_acknowledged(running.ledger) - begun
    return Measured(count, [one for one, _ in rounds], [one for _, one in rounds], sustained / took)


def _round(running: Crowd, xml: bytes) -> tuple[float, float]:
    time.sleep(PAUSE)
    floor = running.bystander.round(running.names, SIZE)
    check_id = opened(running.ledger, INSTITUTION_CODE)
    time.sleep(PAUSE)
    begun = time.perf_counter()
    answer(running.ledger, check_id, xml)
    return floor, until_acknowledged(running.ledger) - begun
