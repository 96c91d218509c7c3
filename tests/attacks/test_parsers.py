"""Files, messages and cards made to exhaust the box are refused with a code, within little time and memory.

Pictures have more of it in tests/devices/face/test_face_pictures.py and tests/devices/test_paper_reading.py, broken messages in
tests/eligibility/test_message_fuzz.py.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ledger.accounts import Role
from tests.attacks.parsing import ATTACKS
from tests.web.desk_world import Desk, client_of, desk_in

ROOT = Path(__file__).parents[2]
REFUSED = {
    "billion laughs": "INPUT-002",
    "external entity": "INPUT-002",
    "deep XML": "INPUT-002",
    "large XML": "INPUT-002",
    "deep JSON": "REQUEST-001",
    "long number in JSON": "REQUEST-001",
    "zip bomb": "INPUT-002",
    "many in a zip": "INPUT-002",
    "greedy zip": "INPUT-002",
    "large picture": "FACE-004",
    "large paper": "PAPER-001",
    "large list": "BULK-004",
    "endless quote": "BULK-001",
    "endless answer": "CARD-001",
    "endless file": "CARD-001",
    "absurd length": "CARD-008",
    "a few bytes at a time": "CARD-001",
    "large certificate": "CARD-008",
}


def test_every_attack_is_refused_within_its_bounds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.parsing"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == REFUSED
    assert REFUSED.keys() == ATTACKS.keys()


@pytest.fixture
def desk(box_dir: Path) -> Iterator[Desk]:
    with desk_in(box_dir) as found:
        yield found


def test_lists_in_lists_without_end_are_refused_by_the_pages(desk: Desk) -> None:
    deep = "[" * 60_000
    kind = {"Content-Type": "application/json"}
    screen = client_of(desk, Role.PATIENT_SCREEN)
    screen.csrf = screen.get("/patient/1").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    touched = screen.post("/patient/1/pin", deep, **kind)
    assert (touched.status_code, "INPUT-001" in touched.text) == (422, True)
    form = {"insurer_number": "06139992", "number": "1", "birthdate": "S54.3.5", "shown": deep}
    assert client_of(desk).post("/reception/manual", form).status_code < 500


def test_a_confined_process_gets_no_memory_no_file_and_no_rights() -> None:
    script = """
import subprocess
from appliance.devices.confining import confine
confine(400 << 20, seconds=5, files=32)
for name, act in {
    "memory": lambda: bytes(600 << 20),
    "file": lambda: open("/tmp/never-written-by-madoguchi", "wb", 0).write(b"x"),
    "files": lambda: [open("/dev/null") for _ in range(40)],
}.items():
    try:
        act()
    except (MemoryError, OSError) as error:
        print(name, type(error).__name__)
print(open("/proc/self/status").read().split("NoNewPrivs:")[1].split()[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.stdout.split() == ["memory", "MemoryError", "file", "OSError", "files", "OSError", "1"], (
        done.stderr
    )
