"""Drain of 1,000 waiting checks after an outage, beside bare FULL commits and bare requests to the same center.

Two processes of the box's kind: the center, and sync with its asker. The backlog is asked one at a time, oldest first; what
is measured is the time from one answer in the ledger to the next.
"""

import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from appliance.demo import center_pki
from appliance.demo.center_client import RunningCenter, start_center
from appliance.demo.people import people
from appliance.eligibility import message_xml
from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.ledger import checks, consumers
from appliance.ledger.checks import Check, NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, utc_now
from appliance.settings import Box, Settings
from appliance.sync import questions
from appliance.sync.asker import Asker
from appliance.sync.web_api import WebApi
from benchmarks.report import Aim, Report, Row, milliseconds

WAITING = 1_000
BARE = {0: 200, 200: 20}
"""By the center's delay in milliseconds: how many rounds of the floors, before ours and after."""
MOST_TIMES = {0: 3.0, 200: 1.2}
BOUND = 900.0
CODE = "1319999999"
SIZE = 2_000
"""Bytes of a bare commit, about those of an answer."""
COMMIT = "a bare FULL commit"


def run() -> Report:
    """Measure with a center of its own on loopback."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        center_pki.make(box, CODE, utc_now())
        center = start_center(box.root)
        settings = Settings(institution_code=CODE, center_url=center.url)
        box.save(settings)
        try:
            return _report(_measured(box, settings, center))
        finally:
            center.stop()


def _measured(box: Box, settings: Settings, center: RunningCenter) -> tuple[Row, ...]:
    with closing(Ledger.of(box)) as ledger:
        consumers.add(ledger, "emr", ConsumerKind.MQTT, utc_now())
        commits: list[float] = []
        rows: list[Row] = []
        for delay, count in BARE.items():
            center.delay(delay)
            ids = _backlog(ledger)
            bare = Bare(box, settings, _check(ledger, ids[0]))
            # Before and after ours: what else the machine does changes from minute to minute.
            before = [bare.round() for _ in range(count)]
            begun = time.perf_counter()
            with _sync(box):
                _until_drained(ledger)
            whole = time.perf_counter() - begun
            measured = before + [bare.round() for _ in range(count)]
            bare.close()
            commits += [one.commit for one in measured]
            rows += [
                Row(request(delay), milliseconds([one.request for one in measured])),
                Row(floor(delay), milliseconds([one.both for one in measured])),
                Row(ours(delay), milliseconds(_gaps(ledger, ids)), floor(delay)),
                Row(f"{delay} ms: all {WAITING:,}, with the start of sync", milliseconds([whole])),
            ]
    return (Row(COMMIT, milliseconds(commits)), *rows)


@dataclass(frozen=True)
class Round:
    """Seconds of one round of the floors. `both` is what a check cannot do without: two commits and a request."""

    commit: float
    request: float
    both: float


class Bare:
    """Commits and requests with nothing else around them, each over one open connection."""

    def __init__(self, box: Box, settings: Settings, check: Check) -> None:
        self._check = check
        self._link = WebApi(box, settings, utc_now)
        self._file = sqlite3.connect(box.root / "bare.db", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute("CREATE TABLE IF NOT EXISTS bare (seq INTEGER PRIMARY KEY, xml BLOB)")
        self._request()

    def round(self) -> Round:
        """A commit, a request and a commit."""
        first, asked, second = self._commit(), self._request(), self._commit()
        return Round(first, asked, first + asked + second)

    def close(self) -> None:
        """Close both connections."""
        self._link.close()
        self._file.close()

    def _request(self) -> float:
        """The same question under an id of its own, so that the center works it out anew."""
        question = questions.question(replace(self._check, id=secrets.token_hex(16)))
        begun = time.perf_counter()
        self._link.ask(question)
        return time.perf_counter() - begun

    def _commit(self) -> float:
        begun = time.perf_counter()
        self._file.execute("BEGIN IMMEDIATE")
        self._file.execute("INSERT INTO bare (xml) VALUES (?)", [b"x" * SIZE])
        self._file.execute("COMMIT")
        return time.perf_counter() - begun


def request(delay: int) -> str:
    """The name of the row of bare requests."""
    return f"{delay} ms: a bare request"


def floor(delay: int) -> str:
    """The name of the row of both floors together."""
    return f"{delay} ms: the floor: a commit, a request, a commit"


def ours(delay: int) -> str:
    """The name of the row of our drain."""
    return f"{delay} ms: from one answer of the backlog to the next"


def _report(rows: tuple[Row, ...]) -> Report:
    by_name = {row.name: row.p50 for row in rows}
    aims = tuple(
        Aim(
            f"a backlog moves on within {most:g} times the floor at the median, with a center of {delay} ms",
            f"{by_name[ours(delay)]:.1f} ms against {by_name[floor(delay)]:.1f} ms, "
            f"{by_name[ours(delay)] / by_name[floor(delay)]:.2f} times",
            by_name[ours(delay)] <= most * by_name[floor(delay)],
        )
        for delay, most in MOST_TIMES.items()
    )
    note = (
        "one question at a time, because a backlog is answered oldest first; each takes two commits, one to claim it "
        "and one to close it with what is owed to the EMR"
    )
    return Report(f"A backlog of {WAITING:,} checks is drained", rows, aims, (note,))


def _backlog(ledger: Ledger) -> list[str]:
    """So many checks that an outage has put off; their ids, oldest first."""
    ids = [checks.open_check(ledger, _new(), utc_now()) for _ in range(WAITING)]
    checks.put_off_all(ledger, "LINE-001", utc_now() - timedelta(seconds=1))
    return ids


def _new() -> NewCheck:
    who = people()[0]
    one = who.qualifications[0]
    info = SearchInfo(
        insurer_number=one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
    )
    message = RequestMessage(
        message_header=RequestHeader(), message_body=RequestBody(qualification_confirm_search_info=info)
    )
    return NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=message_xml.write(message))


def _check(ledger: Ledger, check_id: str) -> Check:
    found = checks.find(ledger, check_id)
    if found is None:
        raise KeyError(check_id)
    return found


def _until_drained(ledger: Ledger) -> None:
    deadline = time.monotonic() + BOUND
    while time.monotonic() < deadline:
        # Looked at rarely: whoever looks takes time from what is measured.
        time.sleep(0.5)
        if checks.next_due(ledger) is None:
            return
    raise TimeoutError("the backlog was not drained")


def _gaps(ledger: Ledger, ids: list[str]) -> list[float]:
    rows = ledger.read.execute(
        "SELECT id, state, answered_at FROM checks WHERE seq >= (SELECT seq FROM checks WHERE id = ?) ORDER BY seq",
        [ids[0]],
    ).fetchall()
    if [row["id"] for row in rows] != ids or {row["state"] for row in rows} != {"answered"}:
        raise RuntimeError("not every check of the backlog was answered")
    moments = [from_text(row["answered_at"]) for row in rows]
    if moments != sorted(moments):
        raise RuntimeError("the backlog was not answered oldest first")
    return [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]


@contextmanager
def _sync(box: Box) -> Iterator[None]:
    command = [sys.executable, "-c", f"from benchmarks.bench_drain import serve; serve({str(box.root)!r})"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path(__file__).parents[1])
    try:
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)


def serve(root: str) -> None:
    """The asker of a sync process, until stdin closes."""
    box = Box(Path(root))
    settings, ledger = box.load(), Ledger.of(box)
    asker = Asker(settings, ledger, WebApi(box, settings, utc_now), utc_now)
    asker.start()
    sys.stdin.read()
    asker.stop()
    ledger.close()
