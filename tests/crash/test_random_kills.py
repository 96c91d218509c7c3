"""A short run of `make crash`: the long one is for whoever changes the ledger, sync or web."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20


@pytest.mark.timeout(240)
def test_twenty_kills_under_load_lose_and_double_nothing() -> None:
    command = [sys.executable, "-m", "tests.crash.random_kills", "--kills", str(KILLS), "--seed", "20261122"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=230)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == f"kills {KILLS} lost 0 twice 0"
    assert "consumer" in done.stderr.partition("killed: ")[2]
    there_was = re.search(r"(\d+) entries acknowledged .* (\d+) requests in the folder", done.stderr)
    assert there_was is not None
    assert min(int(there_was[1]), int(there_was[2])) >= KILLS
