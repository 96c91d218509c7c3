"""A request in a folder is answered or comes back, whenever the power goes."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(180)
def test_no_request_is_ever_silently_gone(box_dir: Path) -> None:
    """Killed before every statement and every change of a file, then looked at and finished by a new process."""
    command = [sys.executable, "-m", "tests.crash.dying_folder", str(box_dir), "400"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 50
