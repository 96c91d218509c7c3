"""The virtual center as a process: ready, side by side, obedient, gone with its parent."""

import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from appliance.demo import center_pki, paths
from appliance.demo.center_client import RunningCenter, start_center
from appliance.demo.center_faults import FaultKind, Knobs, fault_named
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.demo.card_evidence import INSTITUTION


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCenter]:
    box = Box(tmp_path_factory.mktemp("center"))
    box.create()
    center_pki.make(box, INSTITUTION, utc_now())
    running = start_center(box.root)
    yield running
    running.stop()


def refused(center: RunningCenter, do: str, **members: object) -> str:
    with pytest.raises(Trouble) as caught:
        center.ask(do, **members)
    return caught.value.code


def test_its_address_is_told(center: RunningCenter) -> None:
    told = json.loads(paths.center_file(center.state_folder).read_text("utf-8"))
    assert told == {"url": center.url}
    assert center.url.startswith("https://localhost:")


def test_nobody_gets_in_without_a_clinics_certificate(center: RunningCenter) -> None:
    ca = next(Box(center.state_folder).center_trust_dir.glob("*.pem"))
    with (
        urllib3.PoolManager(ca_certs=str(ca), retries=False, timeout=5) as pool,
        pytest.raises((urllib3.exceptions.HTTPError, ssl.SSLError)),
    ):
        pool.request("GET", f"{center.url}/health")


def test_knobs_are_obeyed_and_nonsense_is_refused(center: RunningCenter) -> None:
    assert center.ask("fault", kind="slow", seconds=2)["fault"] == "slow"
    assert refused(center, "fault", kind="explode") == "DEMO-002"
    assert refused(center, "fault", kind="slow", seconds="long") == "DEMO-002"
    assert refused(center, "fault", kind="drop", times=0) == "DEMO-002"
    assert refused(center, "delay", ms=True) == "DEMO-002"
    assert refused(center, "dance") == "DEMO-002"
    assert center.ask("delay", ms=250)["delay_ms"] == 250
    center.delay(0)
    assert center.ask("heal")["fault"] is None
    assert center.counts("no such check") == {"asked": 0, "worked_out": 0, "answered": 0}


def test_two_centers_live_side_by_side(center: RunningCenter, tmp_path: Path) -> None:
    other = start_center(tmp_path)
    try:
        center.fault("down")
        assert other.ask("state")["fault"] is None
        assert other.url != center.url
    finally:
        center.heal()
        other.stop()
    assert other.process.returncode == 0


def test_it_listens_where_the_box_looks_for_it(center: RunningCenter, tmp_path: Path, box_dir: Path) -> None:
    free = start_center(tmp_path)
    free.stop()
    Box(box_dir).create()
    Box(box_dir).save(Settings(INSTITUTION, center_url=free.url))
    command = (sys.executable, "-m", "appliance.demo.center", "--dir", str(box_dir))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {free.url}\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_taken_port_is_said(center: RunningCenter, tmp_path: Path) -> None:
    port = int(center.url.rsplit(":", 1)[1])
    with pytest.raises(Trouble) as caught:
        start_center(tmp_path, port)
    assert caught.value.code == "DEMO-003"


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from appliance.demo.center_client import start_center; "
        "print(start_center(pathlib.Path(sys.argv[1])).process.pid, flush=True); sys.stdin.read()"
    )
    command = (sys.executable, "-c", script, str(tmp_path))
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watch = subprocess.Popen(["tail", f"--pid={child}", "-s", "0.05", "-f", "/dev/null"])
        parent.kill()
        assert watch.wait(10) == 0


def test_a_fault_heals_by_itself_after_so_many_requests() -> None:
    knobs = Knobs()
    knobs.set_fault(fault_named("drop", times=2))
    assert [fault.kind if (fault := knobs.take()) else None for _ in range(3)] == [
        FaultKind.DROP,
        FaultKind.DROP,
        None,
    ]


@pytest.mark.parametrize(("kind", "seconds"), [("slow", 5.0), ("drip", 1.0), ("out-of-hours", 1.0)])
def test_a_fault_has_a_usual_duration(kind: str, seconds: float) -> None:
    assert fault_named(kind).seconds == seconds
