"""Bulk of 10,000 people: from the file to every outcome in the ledger, beside the same requests sent bare.

Three processes, as on the box: the center, the sync process (asker and bulk lane), and whoever uploads. While the run goes
a patient at the desk is checked again and again: the fastest lane must not feel it.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from appliance.demo import center_pki
from appliance.demo.center_client import RunningCenter, start_center
from appliance.demo.people import Person, people
from appliance.eligibility import appointments, bulk_requests, message_xml
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.request_families import Family
from appliance.ledger import bulk_runs, bulk_steps, checks
from appliance.ledger.bulk_runs import NewRun, RunKind, RunState
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from appliance.sync.asker import Asker
from appliance.sync.bulk_lane import BulkLane
from appliance.sync.bulk_results import reception_number
from appliance.sync.center_link import Question
from appliance.sync.web_api import WebApi
from benchmarks.report import Aim, Report, Row, milliseconds

PEOPLE = 10_000
CHECKS = 40
BOUND = 600.0
MOST_TIMES_BARE = 3.0
MOST_TIMES_QUIET = 2.0
MOST_MEGABYTES = 150.0
CODE = "1319999999"

READ, STORED = "the list read and checked", "the run written down"
BARE, WHOLE = "the same requests, bare, one after the other", "released → every outcome in the ledger"
QUIET, BUSY = "a check at the desk, nothing else to do", "a check at the desk while the run goes"


def run() -> Report:
    """Measure with a center of its own on loopback."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        center_pki.make(box, CODE, utc_now())
        center = start_center(box.root)
        center.ask("bulk-delay", seconds=0)
        settings = Settings(institution_code=CODE, center_url=center.url, bulk_poll=0.2)
        box.save(settings)
        try:
            return _measured(box, settings, center)
        finally:
            center.stop()


def _measured(box: Box, settings: Settings, center: RunningCenter) -> Report:
    with closing(Ledger.of(box)) as ledger:
        data = _list()
        begun = time.perf_counter()
        found = appointments.read(data, clinic_day(utc_now()), {})
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        new = NewRun(
            kind=RunKind.APPOINTMENTS, made_by="bench", people=found.people, chunk_size=settings.bulk_people
        )
        run_id = bulk_runs.create(ledger, new, utc_now()) or ""
        stored = time.perf_counter() - begun
        bare = _bare(box, settings, ledger, run_id)
        with _sync(box):
            quiet = [_desk_check(ledger) for _ in range(CHECKS)]
            begun = time.perf_counter()
            bulk_runs.release(ledger, run_id, at_night=False)
            busy = list(_desk_checks_while_it_goes(ledger, run_id))
            whole = time.perf_counter() - begun
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = (
        Row(READ, milliseconds([read])),
        Row(STORED, milliseconds([stored])),
        Row(BARE, milliseconds([bare])),
        Row(WHOLE, milliseconds([whole]), BARE),
        Row(QUIET, milliseconds(quiet)),
        Row(BUSY, milliseconds(busy), QUIET),
    )
    return Report(f"A bulk run of {PEOPLE:,} people", rows, _aims(rows, megabytes))


def _aims(rows: tuple[Row, ...], megabytes: float) -> tuple[Aim, ...]:
    by_name = {row.name: row.p50 for row in rows}
    return (
        Aim(
            f"{PEOPLE:,} people asked about, compared and stored within {MOST_TIMES_BARE:g} times the bare requests",
            f"{by_name[WHOLE] / by_name[BARE]:.1f} times, {by_name[WHOLE] / 1000:.1f} s",
            by_name[WHOLE] < MOST_TIMES_BARE * by_name[BARE],
        ),
        Aim(
            f"a check at the desk takes at most {MOST_TIMES_QUIET:g} times as long while the run goes, at the median",
            f"{by_name[BUSY] / by_name[QUIET]:.1f} times, {by_name[BUSY]:.1f} ms; the center has the same cores",
            by_name[BUSY] < MOST_TIMES_QUIET * by_name[QUIET],
        ),
        Aim(
            f"the sync process never takes more than {MOST_MEGABYTES:g} MB",
            f"{megabytes:.0f} MB, at its largest",
            megabytes < MOST_MEGABYTES,
        ),
    )


def _list() -> bytes:
    """A list of the fictitious people, over and over, each time with another patient's number."""
    able = [one for one in people() if one.qualifications and one.qualifications[0].insurer_number]
    lines = ["患者番号,保険者番号,記号,番号,枝番,生年月日"]
    lines += [_line(able[number % len(able)], number) for number in range(PEOPLE)]
    return "\n".join(lines).encode("cp932")


def _line(who: Person, number: int) -> str:
    one = who.qualifications[0]
    return ",".join(
        (
            f"{number:06d}",
            (one.insurer_number or "").strip(),
            one.insured_card_symbol or "",
            one.insured_identification_number or "",
            one.insured_branch_number or "",
            f"{who.birthdate:%Y/%m/%d}",
        )
    )


def _bare(box: Box, settings: Settings, ledger: Ledger, run_id: str) -> float:
    """Seconds for handing in and fetching every chunk with nothing else, from messages made before."""
    link = WebApi(box, settings, utc_now)
    header = RequestHeader(medical_institution_code=CODE)
    everybody = [one.asked for one in bulk_steps.people(ledger, run_id) if one.asked]
    size = settings.bulk_people
    chunks = [list(enumerate(everybody[at : at + size])) for at in range(0, len(everybody), size)]
    asked = [message_xml.write(bulk_requests.hand_in(Family.BULK, header, one, {})) for one in chunks]
    begun = time.perf_counter()
    for number, xml in enumerate(asked):
        receipt = link.ask(Question(f"a{number}", Ask.BULK, xml, None))
        fetch = message_xml.write(bulk_requests.fetch(header, reception_number(receipt)))
        link.ask(Question(f"b{number}", Ask.BULK_FETCH, fetch, None))
    seconds = time.perf_counter() - begun
    link.close()
    return seconds


def _desk_check(ledger: Ledger) -> float:
    who = people()[0]
    one = who.qualifications[0]
    info = SearchInfo(
        insurer_number=one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.insured_identification_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
    )
    xml = message_xml.write(
        RequestMessage(
            message_header=RequestHeader(), message_body=RequestBody(qualification_confirm_search_info=info)
        )
    )
    new = NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=xml)
    begun = time.perf_counter()
    deadline = begun + 30
    check_id = checks.open_check(ledger, new, utc_now())
    with ledger.listen() as ear:
        while time.perf_counter() < deadline:
            found = checks.find(ledger, check_id)
            if found is not None and found.state is CheckState.ANSWERED:
                return time.perf_counter() - begun
            ear.wait(0.2)
    raise TimeoutError("a check at the desk was not answered")


def _desk_checks_while_it_goes(ledger: Ledger, run_id: str) -> Iterator[float]:
    end = utc_now() + timedelta(seconds=BOUND)
    while utc_now() < end:
        found = bulk_runs.find(ledger, run_id)
        if found is not None and found.state.is_over:
            if found.state is not RunState.DONE or found.answered != PEOPLE:
                raise RuntimeError(f"the run ended as {found.state} with {found.answered} answers")
            return
        yield _desk_check(ledger)
    raise TimeoutError("the run did not end")


@contextmanager
def _sync(box: Box) -> Iterator[None]:
    command = [sys.executable, "-c", f"from benchmarks.bench_bulk import serve; serve({str(box.root)!r})"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path(__file__).parents[1])
    try:
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)


def serve(root: str) -> None:
    """The sync process: asker and bulk lane until stdin closes."""
    box = Box(Path(root))
    settings, ledger = box.load(), Ledger.of(box)
    lanes = (
        Asker(settings, ledger, WebApi(box, settings, utc_now), utc_now),
        BulkLane(settings, ledger, utc_now),
    )
    for lane in lanes:
        lane.start()
    sys.stdin.read()
    for lane in reversed(lanes):
        lane.stop()
    ledger.close()
