"""After kill -9 the ledger is before or after a step, never between."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from appliance.eligibility.visit import Phase
from appliance.ledger import checks, deliveries, readers
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box
from tests.crash.dying_box import CONSENTS, CONSUMERS
from tests.ledger.desk import EVIDENCE, opened

ROOT = Path(__file__).resolve().parents[2]


def dying(state: Path, what: str, count: int) -> object:
    """What `dying_box` says at its end."""
    command = [sys.executable, "-m", "tests.crash.dying_box", str(state), what, str(count)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=55)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def is_before(ledger: Ledger, check: Check) -> bool:
    owed = deliveries.of_check(ledger, check.id)
    nothing = (check.result_xml, check.answered_at, check.qualification_validity) == (None, None, None)
    return check.state is not CheckState.ANSWERED and nothing and owed == ()


def is_after(ledger: Ledger, check: Check) -> bool:
    owed = deliveries.of_check(ledger, check.id)
    everything = (
        check.result_xml is not None and check.answered_at is not None and check.qualification_validity == "1"
    )
    return (
        check.state is CheckState.ANSWERED
        and everything
        and [one.consumer for one in owed] == list(CONSUMERS)
    )


def is_sound(ledger: Ledger) -> bool:
    said = ledger.read.execute("PRAGMA integrity_check").fetchall()
    broken = ledger.read.execute("PRAGMA foreign_key_check").fetchall()
    return [tuple(row) for row in said] == [("ok",)] and broken == []


def test_an_answer_and_what_it_owes_are_one_step(box_dir: Path) -> None:
    deaths = dying(box_dir, "record", 60)
    with closing(Ledger.of(Box(box_dir))) as ledger:
        found = checks.recent(ledger, 100)
        assert isinstance(deaths, int)
        assert deaths >= 2 + len(CONSUMERS)
        assert len(found) == deaths + 1
        assert [is_after(ledger, check) for check in found] == [True] + [False] * deaths
        assert [is_before(ledger, check) for check in found] == [False] + [True] * deaths
        assert is_sound(ledger)


def test_a_card_and_what_its_reader_shows_are_one_step(box_dir: Path) -> None:
    deaths = dying(box_dir, "visit", 60)
    with closing(Ledger.of(Box(box_dir))) as ledger:
        asking = [one.key for one in readers.all_readers(ledger) if one.phase is Phase.ASKING]
        found = checks.recent(ledger, 100)
        assert isinstance(deaths, int)
        assert deaths >= 4
        assert [check.reader for check in found] == asking == [f"reader-{deaths + 1}"]
        assert found[0].evidence == EVIDENCE
        assert found[0].consents == CONSENTS
        assert is_sound(ledger)


def test_a_new_ledger_can_be_opened_after_any_death(box_dir: Path) -> None:
    deaths = dying(box_dir, "open", 160)
    assert isinstance(deaths, int)
    assert deaths >= 10
    states = list(box_dir.iterdir())
    assert len(states) == deaths + 1
    for state in states:
        with closing(Ledger.of(Box(state))) as ledger:
            assert MIGRATIONS.pending(ledger.read) == []
            assert len(opened(ledger)) == 1
            assert is_sound(ledger)


@pytest.mark.timeout(120)
def test_kills_at_any_moment_lose_and_double_nothing(box_dir: Path) -> None:
    said = dying(box_dir, "any", 20)
    assert isinstance(said, list)
    assert len(said) >= 20
    with closing(Ledger.of(Box(box_dir))) as ledger:
        found = checks.recent(ledger, 10_000)
        assert len(said) == len(set(said))
        assert set(said) <= {check.id for check in found if is_after(ledger, check)}
        assert all(is_before(ledger, check) or is_after(ledger, check) for check in found)
        assert is_sound(ledger)
        checks.release_all(ledger)
        left = {check.state for check in checks.recent(ledger, 10_000)}
        assert left <= {CheckState.ANSWERED, CheckState.RECEIVED, CheckState.WAITING}
