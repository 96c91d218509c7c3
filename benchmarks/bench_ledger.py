"""The ledger after 53 days and after seventeen years: what reception and the lanes ask of it must not grow with it."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from appliance.ledger import board, checks, deliveries, history, last_answers, line_report
from appliance.ledger.checks import Check
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from benchmarks import ledger_world
from benchmarks.report import Aim, Report, Row, milliseconds

SMALL, LARGE = 53 * ledger_world.A_DAY, 5264 * ledger_world.A_DAY
TIMES = 200
SHOWN = 20
MOST_TIMES = 1.2
MOST_MILLISECONDS = 20.0
TODAY, HISTORY = "today's list", "a patient's history, the newest 20"

Query = Callable[[Ledger, Check], object]


def run() -> Report:
    """Measure on two ledgers made for this, in turns."""
    with _filled(SMALL) as (small, small_mb), _filled(LARGE) as (large, large_mb):
        rows = tuple(
            row for name, query in _queries().items() for row in _compared(name, query, small, large)
        )
    notes = (
        f"files of {small_mb:,.0f} and {large_mb:,.0f} MB; {ledger_world.A_DAY} checks a day, Sundays closed,"
        f" each patient with {ledger_world.VISITS_EACH} checks anywhere in the years",
        "all of a file that is asked for lies in the page cache after the first turns, as on a box that runs",
    )
    return Report(f"A ledger of {LARGE:,} checks", rows, _aims(rows), notes)


def _aims(rows: tuple[Row, ...]) -> tuple[Aim, ...]:
    by_name = {row.name: row for row in rows}
    aims = []
    for name in (TODAY, HISTORY):
        small, large = by_name[_named(name, SMALL)], by_name[_named(name, LARGE)]
        ratio = large.p50 / small.p50
        aims.append(
            Aim(
                f"{name} within {MOST_TIMES:g} times and under {MOST_MILLISECONDS:g} ms with a hundred times as many checks",
                f"{ratio:.2f} times, {large.p50:.1f} ms",
                ratio <= MOST_TIMES and large.p50 < MOST_MILLISECONDS,
            )
        )
    return tuple(aims)


def _named(name: str, count: int) -> str:
    return f"{name}, {count:,} checks"


@contextmanager
def _filled(count: int) -> Iterator[tuple[Ledger, float]]:
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        box.save(Settings(ledger_world.CODE))
        ledger_world.fill(box, count, utc_now())
        with closing(Ledger.of(box)) as ledger:
            yield ledger, box.ledger_file.stat().st_size / 1e6


def _queries() -> dict[str, Query]:
    now = utc_now()
    day, month = clinic_day(now), f"{clinic_day(now):%Y-%m}"
    return {
        TODAY: lambda ledger, _: board.on_board(ledger, day),
        HISTORY: lambda ledger, check: history.before(ledger, check, SHOWN),
        "what was last said about a card": lambda ledger, check: last_answers.of_mark(
            ledger.read, check.card_mark or ""
        ),
        "one check by its id": lambda ledger, check: checks.find(ledger, check.id),
        "the newest twenty": lambda ledger, _: checks.recent(ledger, 20),
        "claim with nothing due": lambda ledger, _: checks.claim(ledger, "bench", now, timedelta(seconds=1)),
        "when is the next one due": lambda ledger, _: checks.next_due(ledger),
        "does one wait that nobody asked": lambda ledger, _: checks.is_any_received(ledger),
        "what changed since": lambda ledger, _: checks.changed_since(ledger, checks.latest_revision(ledger)),
        "results due to a consumer": lambda ledger, _: deliveries.due(
            ledger, ConsumerKind.MQTT, now, consumer=ledger_world.EMR
        ),
        "the month of the line": lambda ledger, _: line_report.of_month(ledger, month, now),
    }


def _compared(name: str, query: Query, small: Ledger, large: Ledger) -> tuple[Row, Row]:
    dice = random.Random(4)  # noqa: S311
    times: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in range(TIMES):
        for count, ledger in ((SMALL, small), (LARGE, large)):
            check = _any_check(ledger, dice.randrange(count // 2, count) + 1)
            begun = time.perf_counter()
            query(ledger, check)
            times[count].append(time.perf_counter() - begun)
    first = Row(_named(name, SMALL), milliseconds(times[SMALL]))
    return first, Row(_named(name, LARGE), milliseconds(times[LARGE]), first.name)


def _any_check(ledger: Ledger, seq: int) -> Check:
    row = ledger.read.execute("SELECT id FROM checks WHERE seq = ?", [seq]).fetchone()
    found = checks.find(ledger, row["id"])
    if found is None:
        raise RuntimeError("the ledger was not filled")
    return found
