"""A disk that is really full, in the middle of a morning: said in plain words, nothing typed is lost, and it goes on by itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.clinic import ROOT
from tests.crash.small_disk import TYPED, command, why_not


@pytest.mark.timeout(240)
def test_reception_is_told_and_goes_on_when_there_is_room(box_dir: Path) -> None:
    if reason := why_not():
        pytest.skip(f"no file system can be mounted here: {reason}")
    words = command(sys.executable, "-m", "tests.crash.small_disk", str(box_dir))
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=230)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "ディスクに書き込めません" in seen["said"]
    assert "BOX-004" in seen["said"]
    assert seen["kept"] == TYPED
    assert (seen["entries while full"], seen["asked while full"]) == (1, "asking")
    assert seen["alive"]
    assert (seen["states"], seen["delivered"]) == (["answered", "answered"], 2)
