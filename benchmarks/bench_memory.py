"""Memory of each daemon of a whole demo: when it has just started, and after a clinic's day of 190 checks.

PSS: what a process has for itself, and its part of what it shares with others. Processes that a daemon started count as
the daemon's.
"""

import tempfile
import threading
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

from appliance.cli.asking import wait_until_closed
from appliance.cli.hands import lay_card_and_consent
from appliance.demo.people import DEMO_PIN
from appliance.ledger.checks import CheckState
from appliance.ledger.database import Ledger
from appliance.settings import Box
from benchmarks.demo_world import BOUND, Demo, demo
from benchmarks.processes import Processes
from benchmarks.report import Aim, Report, Table

VISITS = 190
PEOPLE = ("p01", "p02", "p03")
DAEMONS = ("devices", "sync", "web", "broker")
SETTLED = 10.0
MOST_MEGABYTES = 500.0
"""All four together: a box of 1 GB must have room for the system, for disk caches and for an update."""

Memory = dict[str, float]


def run() -> Report:
    """Start a demo, look, lead the visits, look again, stop it."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        demo(Path(folder), 1) as running,
    ):
        threading.Event().wait(SETTLED)
        idle = _memory(running.root)
        _lead_visits(running)
        after = _memory(running.root)
    rows = tuple(_row(name, idle[name], after[name]) for name in DAEMONS)
    before, now = sum(idle.values()), sum(after.values())
    table = Table(
        "PSS in MB",
        ("daemon", "just started", f"after {VISITS} checks"),
        (*rows, _row("together", before, now)),
    )
    return Report(
        f"Memory of the daemons, before and after {VISITS} checks", (), _aims(before, now), (), (table,)
    )


def _row(name: str, idle: float, after: float) -> tuple[str, str, str]:
    return name, f"{idle:.1f}", f"{after:.1f}"


def _aims(idle: float, after: float) -> tuple[Aim, ...]:
    return (
        Aim(
            f"the daemons take less than {MOST_MEGABYTES:g} MB together after {VISITS} checks",
            f"{after:.0f} MB; {idle:.0f} MB when they had just started",
            after < MOST_MEGABYTES,
        ),
    )


def _lead_visits(running: Demo) -> None:
    box = Box(running.root)
    with closing(Ledger.of(box)) as ledger:
        for person in islice(cycle(PEOPLE), VISITS):
            check = lay_card_and_consent(box, ledger, person, 1, DEMO_PIN)
            if wait_until_closed(ledger, check.id, BOUND).state is not CheckState.ANSWERED:
                raise RuntimeError("a check was not answered")
            running.cards.remove(1)


def _memory(root: Path) -> Memory:
    """MB by daemon of the box in `root`."""
    return {name: one.megabytes for name, one in Processes(root, DAEMONS).counted().items()}
