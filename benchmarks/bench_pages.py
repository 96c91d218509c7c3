"""(j) From the commit of a result until a hundred browsers at reception have its row, beside a bare event to as many.

A browser holds one stream for all its pages, so these are a hundred PCs. The streams are read by one process, which costs both
sides the same; nothing is drawn.
"""

import socket
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.demo.people import person
from appliance.eligibility.message import ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.ledger import accounts, checks, results
from appliance.ledger.accounts import Role
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.guard import COOKIE
from appliance.web.service import server_files
from benchmarks.apart import child
from benchmarks.page_world import HOST, BareFile, listen, serve_bare, web_process
from benchmarks.report import Aim, Report, Row, milliseconds

PAGES = 100
ROUNDS, WARM_UP = 60, 5
PAUSE = 0.05
BLINK_MS = 100.0
INSTITUTION_CODE, OWNER, PASSWORD = "1319999999", "bench", "a long enough password"
COMMIT = "a bare FULL commit"
FLOOR = f"the floor: a bare commit, then a bare event → the last of {PAGES}"
FIRST, LAST = "the result's commit → the first browser", f"the result's commit → the last of {PAGES}"


@dataclass(frozen=True)
class Bench:
    """What one round needs; `answer` is the center's XML."""

    ledger: Ledger
    bare: BareFile
    pages: Connection
    bare_server: Connection
    bare_pages: Connection
    answer: bytes


def run() -> Report:
    """Measure in a new state folder, with a web process of its own."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = _box(Path(folder))
        with closing(Ledger.of(box)) as ledger, web_process(box):
            return _report(_measured(box, ledger))


def _measured(box: Box, ledger: Ledger) -> list[dict[str, float]]:
    accounts.add(ledger, OWNER, Role.RECEPTION, PASSWORD, utc_now())
    cookie = f"{COOKIE}={accounts.sign_in(ledger, OWNER, PASSWORD, utc_now())}"
    ca, bare_port = str(box.tls_dir / "ca.pem"), _free_port()
    path = "/reception/events?after=0"
    with (
        child(listen, box.load().web_port, ca, path, cookie, PAGES) as pages,
        child(serve_bare, str(box.root), bare_port, PAGES) as bare_server,
        child(listen, bare_port, ca, "/", "", PAGES) as bare_pages,
    ):
        bare = BareFile.at(box.root / "bare.db")
        bench = Bench(ledger, bare, pages, bare_server, bare_pages, _answer())
        return [_round(bench, number) for number in range(WARM_UP + ROUNDS)][WARM_UP:]


def _round(bench: Bench, number: int) -> dict[str, float]:
    return _bare_round(bench, number) | _our_round(bench)


def _bare_round(bench: Bench, number: int) -> dict[str, float]:
    needle = f"id: bare {number}\n".encode()
    event = needle + b"event: row\ndata: " + b"x" * 1500 + b"\n\n"
    _arm(bench.bare_pages, needle)
    begun = time.perf_counter()
    bench.bare.commit(bench.answer)
    committed = time.perf_counter()
    bench.bare_server.send(event)
    return {COMMIT: committed - begun, FLOOR: bench.bare_pages.recv()[-1] - begun}


def _our_round(bench: Bench) -> dict[str, float]:
    """Answer a check that every browser knows to be under way."""
    ledger = bench.ledger
    new = NewCheck(origin=Origin.CARD, institution_code=INSTITUTION_CODE, reader="1")
    check_id = checks.open_check(ledger, new, utc_now())
    asking = checks.claim(ledger, OWNER, utc_now(), timedelta(minutes=1))
    assert asking is not None
    time.sleep(2 * PAUSE)
    _arm(bench.pages, f"id: {asking.revision + 1}\n".encode())
    begun = time.perf_counter()
    results.record(
        ledger, check_id, OWNER, xml=bench.answer, qualification_validity="1", refusal=None, now=utc_now()
    )
    seen = bench.pages.recv()
    return {FIRST: seen[0] - begun, LAST: seen[-1] - begun}


def _arm(pages: Connection, needle: bytes) -> None:
    pages.send(needle)
    pages.recv()
    time.sleep(PAUSE)


def _report(measured: list[dict[str, float]]) -> Report:
    beside = {FLOOR: COMMIT, LAST: FLOOR}
    rows = {
        name: Row(name, milliseconds([one[name] for one in measured]), beside.get(name))
        for name in measured[0]
    }
    last = rows[LAST].p50
    aim = Aim(
        f"a committed result is at {PAGES} browsers within a blink ({BLINK_MS:g} ms) at the median",
        f"{last:.1f} ms, {last / rows[FLOOR].p50:.2f} times the floor",
        last < BLINK_MS,
    )
    return Report(f"(j) A committed result reaches {PAGES} browsers", tuple(rows.values()), (aim,))


def _box(root: Path) -> Box:
    box = Box(root)
    box.create()
    settings = replace(Settings(institution_code=INSTITUTION_CODE), web_host=HOST, web_port=_free_port())
    box.save(settings)
    server_files(box)
    return box


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def _answer() -> bytes:
    header = ResultHeader(medical_institution_code=INSTITUTION_CODE, segment_of_result="1")
    body = ResultBody(
        processing_result_status="1", qualification_validity="1", result_list=person("p01").qualifications
    )
    return write(ResultMessage(message_header=header, message_body=body))
