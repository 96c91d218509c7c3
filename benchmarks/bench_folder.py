"""The shared folder: round trips beside a bare rename-and-notify, and ten thousand requests dropped at once.

The box is a process of its own (folder lane and asker, a center that answers at once); this process is the レセコン,
and in the crowd also the reception desk, which goes on asking.
"""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.demo.people import person
from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.message_xml import write
from appliance.ledger import checks, consumers
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from benchmarks.apart import child
from benchmarks.folder_world import INSTITUTION_CODE, REQUEST, RESULT, serve_bare, serve_box
from benchmarks.report import Aim, Report, Row, milliseconds

ROUND_TRIPS = 60
CROWD = 10_000
PAUSE = 0.05
"""Seconds between two round trips, so that every process sleeps again; also between two checks of the desk."""

PATIENCE = 300.0
LONGEST_DELAY_MS = 1000.0
BARE, TRIP = "a bare rename → notified → renamed back", "a request in req/ → its result in res/"
ALONE, BESIDE = "a check of the desk, nothing else going on", "a check of the desk beside the crowd"


@dataclass(frozen=True)
class Site:
    """The running box."""

    root: Path
    settings: Settings
    ledger: Ledger
    process: Connection

    def peak_memory(self) -> float:
        """The most memory its process ever had, in MiB."""
        self.process.send("memory")
        return float(self.process.recv()) / 2**20


@dataclass(frozen=True)
class Crowd:
    """How the crowd was served: seconds to drop it, until the last answer, delays of the desk's checks meanwhile."""

    dropping: float
    answered: float
    desk: tuple[float, ...]
    before_mib: float
    peak_mib: float


def run() -> Report:
    """Measure in a new state folder."""
    with tempfile.TemporaryDirectory(prefix="mdg-", ignore_cleanup_errors=True) as folder:
        box = Box(Path(folder) / "box")
        box.create()
        settings = Settings(institution_code=INSTITUTION_CODE)
        box.save(settings)
        with closing(Ledger.of(box)) as ledger:
            consumers.add(ledger, "receipt", ConsumerKind.FOLDER, utc_now())
            bare = Path(folder) / "bare"
            for name in ("req", "res"):
                (bare / name).mkdir(parents=True)
            with (
                child(serve_bare, str(bare)) as plain,
                child(serve_box, str(box.root), person("p01").qualifications) as process,
            ):
                root = box.folder_root(settings)
                _until((root / ".madoguchi-tmp").exists, 0.01)
                found = _measure(Site(root, settings, ledger, process), bare)
                plain.send("stop")
    return found


def _measure(site: Site, bare: Path) -> Report:
    trips, renames, alone = [], [], []
    for number in range(ROUND_TRIPS):
        renames.append(_round_trip(bare, number))
        trips.append(_round_trip(site.root, number))
        alone.append(_desk(site))
    return _report(site, renames, trips, alone, _serve_crowd(site))


def _round_trip(root: Path, number: int) -> float:
    time.sleep(PAUSE)
    aside, result = root / "new.tmp", root / "res" / f"{RESULT}{number:012d}.xml"
    aside.write_bytes(_request())
    begun = time.perf_counter()
    aside.rename(root / "req" / f"{REQUEST}{number:012d}.xml")
    _until(result.exists, 0.0005)
    taken = time.perf_counter() - begun
    result.unlink()
    return taken


def _desk(site: Site) -> float:
    """A check as reception's page opens it, until its answer stands in the ledger."""
    time.sleep(PAUSE)
    new = NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION_CODE, request_xml=_request())
    begun = time.perf_counter()
    check_id = checks.open_check(site.ledger, new, utc_now())
    _until(lambda: _is_answered(site, check_id), 0.001)
    return time.perf_counter() - begun


def _is_answered(site: Site, check_id: str) -> bool:
    found = checks.find(site.ledger, check_id)
    return found is not None and found.state is CheckState.ANSWERED


def _serve_crowd(site: Site) -> Crowd:
    before = site.peak_memory()
    aside = site.root / "crowd"
    aside.mkdir()
    names = [f"{REQUEST}C{number:08d}.xml" for number in range(CROWD)]
    for name in names:
        (aside / name).write_bytes(_request())
    begun = time.perf_counter()
    for name in names:
        os.rename(aside / name, site.root / "req" / name)
    dropped = time.perf_counter() - begun
    desk = []
    while len(os.listdir(site.root / "res")) < CROWD:
        assert time.perf_counter() - begun < PATIENCE
        desk.append(_desk(site))
    return Crowd(dropped, time.perf_counter() - begun, tuple(desk), before, site.peak_memory())


def _report(site: Site, renames: list[float], trips: list[float], alone: list[float], crowd: Crowd) -> Report:
    rows = (
        Row(BARE, milliseconds(renames)),
        Row(TRIP, milliseconds(trips), BARE),
        Row(ALONE, milliseconds(alone)),
        Row(BESIDE, milliseconds(crowd.desk), ALONE),
    )
    settle = 1000 * site.settings.folder_settle
    aim = Aim(
        f"a check of the desk beside {CROWD} requests is answered within {LONGEST_DELAY_MS:g} ms at p99",
        f"{rows[3].p99:.0f} ms",
        rows[3].p99 <= LONGEST_DELAY_MS,
    )
    notes = (
        f"of a round trip {settle:g} ms are the rule that a request must not have changed for so long (`folder_settle`), "
        f"up to 250 ms more until it is seen; without them {rows[1].p50 - settle:.0f} ms at the median",
        f"{CROWD} requests, dropped within {crowd.dropping:.2f} s: all answered after {crowd.answered:.1f} s, "
        f"{CROWD / crowd.answered:.0f} a second",
        f"peak memory of the box's process {crowd.peak_mib:.0f} MiB, {crowd.before_mib:.0f} MiB before the crowd came",
    )
    return Report("(e) The shared folder", rows, (aim,), notes)


def _until(holds: Callable[[], bool], pause: float) -> None:
    end = time.perf_counter() + PATIENCE
    while not holds():
        assert time.perf_counter() < end
        time.sleep(pause)


def _request() -> bytes:
    who = person("p01")
    one = who.qualifications[0]
    info = SearchInfo(
        insurer_number=one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
    )
    header = RequestHeader(medical_institution_code=INSTITUTION_CODE)
    body = RequestBody(qualification_confirm_search_info=info)
    return write(RequestMessage(message_header=header, message_body=body))
