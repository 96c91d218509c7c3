"""`madoguchi account second-factor`, `demo code`: who has one, forgetting it, and the demo's smartphone."""

import json
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.ledger import accounts, audit, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

SECRET = pyotp.random_base32()


def run(root: Path, *words: str) -> Any:
    return CliRunner().invoke(cli, [*words, "--state", str(root)])


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A box with a doctor who has set up one-time codes."""
    made = Box(box_dir)
    made.create()
    made.save(Settings(institution_code="1319999999"))
    ledger = Ledger.of(made)
    accounts.add(ledger, "sensei", Role.CLINICIAN, "a long enough password", utc_now())
    second_factor.install(ledger, SecondSeal.of(made), "sensei", SECRET, utc_now())
    ledger.close()
    return made


def test_it_tells_that_there_is_one_and_never_which(box: Box) -> None:
    done = run(box.root, "account", "second-factor", "sensei")
    assert json.loads(done.stdout) == {"name": "sensei", "is_set": True, "recovery_codes_left": 0}
    assert SECRET not in done.output


def test_a_reset_forgets_it_and_is_written_down(box: Box) -> None:
    done = run(box.root, "account", "second-factor", "sensei", "--reset")
    assert json.loads(done.stdout)["is_set"] is False
    ledger = Ledger.of(box)
    (row,) = [one for one in audit.latest(ledger, 9) if one.action == "second-factor-reset"]
    assert (row.actor, row.subject) == ("command line", "sensei")
    ledger.close()


def test_nobody_of_that_name(box: Box) -> None:
    done = run(box.root, "account", "second-factor", "nobody")
    assert done.exit_code == 1
    assert "INPUT-001" in done.stderr


def test_the_demo_knows_the_codes_of_its_own_accounts_alone(box: Box) -> None:
    assert "INPUT-001" in run(box.root, "demo", "code", "sensei").stderr
    facts = {"accounts": [{"name": "sensei", "second_factor": SECRET}, {"name": "kanri"}]}
    (box.root / "demo.json").write_text(json.dumps(facts))
    before, totp = utc_now(), pyotp.TOTP(SECRET)
    said = json.loads(run(box.root, "demo", "code", "sensei").stdout)
    assert said["code"] in (totp.at(before), totp.at(utc_now()))
    assert 1 <= said["seconds"] <= 30
    assert "INPUT-001" in run(box.root, "demo", "code", "kanri").stderr
