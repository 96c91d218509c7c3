"""Every page of the box on a ledger of 100,000 checks: what a browser loads for it, and how long the box works on it.

Weighed twice: as the page is, and as it goes over the line (packed, where that is worth it). Files to be saved are listed and no pages.
"""

import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, render_template

from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.web import guard
from appliance.web.app import create_app
from appliance.web.room import EXTENSION
from benchmarks import ledger_world
from benchmarks.every_page_world import Answer, Visitor, disaster_examples, examples_of, filled
from benchmarks.page_examples import EXAMPLES, PIECES
from benchmarks.page_weight import load_all
from benchmarks.report import Aim, Report, Row, Table, milliseconds

CHECKS = 527 * ledger_world.A_DAY
"""Just over 100,000, the last day a whole one."""

TIMES = 20
MOST_KILOBYTES = 100.0
MOST_MILLISECONDS = 200.0
FLOOR = "an empty page"
_FLOOR_PATH = "/bench/empty"
_FLOOR_ENDPOINT = "empty"
_HTML = "text/html"


@dataclass(frozen=True)
class Weight:
    """Bytes of something, and those that are sent for it."""

    plain: int
    sent: int


@dataclass(frozen=True)
class Measured:
    """One page: itself and the files it loads the first time, with the times in seconds: the first one, and those after it."""

    endpoint: str
    kind: str
    own: Weight
    files: tuple[Weight, ...]
    first: float
    times: tuple[float, ...]

    @property
    def total(self) -> Weight:
        """All that is loaded the first time."""
        parts = (self.own, *self.files)
        return Weight(sum(one.plain for one in parts), sum(one.sent for one in parts))


def run() -> Report:
    """Measure with one client of each role in one process."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        desk = filled(Box(Path(folder)), CHECKS, utc_now())
        with closing(desk.ledger):
            app = create_app(desk.box, desk.ledger, desk.settings, utc_now)
            _add_floor(app)
            visitor = Visitor(app, desk)
            floor = _measured(visitor, _FLOOR_ENDPOINT, _FLOOR_PATH)
            names = examples_of(desk, _newest(desk.ledger))
            ordinary = {endpoint: path for endpoint, path in EXAMPLES.items() if not _is_disaster(endpoint)}
            pages = [_measured(visitor, one, path.format(**names)) for one, path in ordinary.items()]
            names = disaster_examples(desk)
            rest = {endpoint: path for endpoint, path in EXAMPLES.items() if _is_disaster(endpoint)}
            pages += [_measured(visitor, one, path.format(**names)) for one, path in rest.items()]
            app.extensions[EXTENSION].hub.close()
    return _report(floor, sorted(pages, key=lambda one: one.endpoint))


def _is_disaster(endpoint: str) -> bool:
    """Asked last: once the mode is on, every page says so."""
    return endpoint.startswith("disaster.")


def _add_floor(app: Flask) -> None:
    """What every page of the staff has around it, and nothing in it."""
    app.add_url_rule(
        _FLOOR_PATH, _FLOOR_ENDPOINT, guard.allow(*guard.STAFF)(lambda: render_template("base.html"))
    )


def _newest(ledger: Ledger) -> str:
    row = ledger.read.execute("SELECT id FROM checks ORDER BY seq DESC LIMIT 1").fetchone()
    return str(row["id"])


def _measured(visitor: Visitor, endpoint: str, path: str) -> Measured:
    def ask() -> Answer:
        answer = visitor.get(endpoint, path, is_piece=endpoint in PIECES)
        if answer.status not in (200, 204):
            raise RuntimeError(f"{endpoint} {path}: {answer.status}")
        return answer

    begun = time.perf_counter()
    first = ask()
    took = time.perf_counter() - begun
    is_page = first.kind == _HTML and endpoint not in PIECES
    files: dict[str, Weight] = {}

    def fetch(at: str) -> bytes:
        found = visitor.file(at)
        if found.status != 200:
            raise RuntimeError(f"{path} loads {at}: {found.status}")
        files[at] = Weight(len(found.data), found.sent)
        return found.data

    if is_page:
        load_all(first.data, path, fetch)
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    own = Weight(len(first.data), first.sent)
    return Measured(endpoint, first.kind, own, tuple(files.values()), took, tuple(times))


def _report(floor: Measured, pages: list[Measured]) -> Report:
    rows = [Row(FLOOR, milliseconds(floor.times))]
    rows += [Row(one.endpoint, milliseconds(one.times), FLOOR) for one in pages]
    drawn = [one for one in pages if one.kind == _HTML]
    names = {one.endpoint for one in drawn}
    heavy = [one for one in drawn if one.total.sent > MOST_KILOBYTES * 1000]
    slow = [row for row in rows if row.name in names and row.p50 > MOST_MILLISECONDS]
    heaviest = max(drawn, key=lambda one: one.total.sent)
    slowest = max((row for row in rows if row.name in names), key=lambda row: row.p50)
    aims = (
        Aim(
            f"each page with all that a browser loads for it the first time under {MOST_KILOBYTES:g} KB on the line",
            f"{heaviest.endpoint}: {_kb(heaviest.total.sent)} KB; {_named(one.endpoint for one in heavy)}",
            not heavy,
        ),
        Aim(
            f"each page within {MOST_MILLISECONDS:g} ms at p50",
            f"{slowest.name}: {slowest.p50:.0f} ms; {_named(row.name for row in slow)}",
            not slow,
        ),
    )
    heads = (
        "page",
        "kind",
        "itself, KB",
        "sent",
        "with what it loads, KB",
        "sent",
        "requests",
        "first, ms",
        "p50, ms",
        "max, ms",
        "÷ empty page",
    )
    base = rows[0]
    table = Table(
        "What a browser loads the first time, and the box's work",
        heads,
        tuple(_cells(one, row, base) for one, row in zip([floor, *pages], rows, strict=True)),
    )
    return Report(f"Every page on {CHECKS:,} checks", tuple(rows), aims, tables=(table,))


def _cells(one: Measured, row: Row, base: Row) -> tuple[str, ...]:
    has_files = bool(one.files)
    return (
        row.name,
        one.kind.partition("/")[2],
        _kb(one.own.plain),
        _kb(one.own.sent),
        _kb(one.total.plain) if has_files else "",
        _kb(one.total.sent) if has_files else "",
        str(1 + len(one.files)),
        f"{1000 * one.first:.1f}",
        f"{row.p50:.1f}",
        f"{max(row.times_ms):.1f}",
        f"{row.p50 / base.p50:.1f}",
    )


def _kb(count: int) -> str:
    return f"{count / 1000:.1f}"


def _named(names: Iterable[str]) -> str:
    return "over it: " + (", ".join(names) or "none")
