"""A bulk run killed before everything it writes: it goes on, nobody is lost, nothing is handed in twice."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from appliance.eligibility.bulk_outcome import Urgency
from appliance.eligibility.request_families import Family
from appliance.ledger import bulk_runs, bulk_steps, checks
from appliance.ledger.bulk_runs import RunState
from appliance.ledger.database import Ledger
from tests.crash import bulk_box
from tests.crash.dying_box import survives

MOST_STATEMENTS = 2000
STEP = 4
"""Every fourth statement, shifted by one in each of the tests: all of them together try every one."""


@pytest.mark.parametrize("shift", range(STEP))
def test_a_bulk_run_survives_a_kill_before_any_statement(tmp_path: Path, shift: int) -> None:
    made = tmp_path / "made"
    run_id = bulk_box.prepare(made)
    lives, died = 1 + shift, True
    while died and lives < MOST_STATEMENTS:
        state = tmp_path / str(lives)
        shutil.copytree(made, state)
        died = not survives(partial(bulk_box.lead, state, run_id, lives))
        assert survives(partial(bulk_box.lead, state, run_id))
        _is_whole(state, run_id)
        lives += STEP
    assert not died
    assert lives > 40


def _is_whole(state: Path, run_id: str) -> None:
    ledger = Ledger(state / "ledger.db", state / "bell")
    try:
        run = bulk_runs.find(ledger, run_id)
        assert run is not None
        assert (run.state, run.answered, run.chunks) == (RunState.DONE, 3, {"done": 2})
        found = bulk_steps.people(ledger, run_id)
        assert [one.outcome.urgency if one.outcome else None for one in found] == [Urgency.VALID] * 3
        asked = [one.family for one in checks.recent(ledger, 99)]
        assert [asked.count(one) for one in (Family.BULK, Family.BULK_FETCH)] == [2, 2]
        assert ledger.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    finally:
        ledger.close()
