"""A ledger of any earlier version, with rows in all its tables, comes to the newest one whenever the power goes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.dying_migration import versions

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(180)
def test_every_migration_survives_a_kill_before_any_statement(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crash.dying_migration", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr[-3000:]
    deaths = json.loads(done.stdout)
    assert list(deaths) == versions()[1:]
    assert min(deaths.values()) >= 5
