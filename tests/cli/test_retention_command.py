"""`madoguchi retention`: the terms, removing now, and nothing while the clock is in doubt."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import visit_troubles
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.readers import adopt
from appliance.ledger.retention import clock
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    ledger = prepare(box, Settings(institution_code="1319999999", check_days=1100))
    long_ago = utc_now() - timedelta(days=401)
    reader = adopt(ledger, "serial", long_ago)
    with ledger.write() as db:
        visit_troubles.note_in(db, reader.key, "CARD-001", long_ago)
    ledger.close()
    return box


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "retention", *words])


def test_what_is_due_goes_now_and_is_told(box: Box) -> None:
    before = json.loads(run(box, "show", "--json").stdout)
    terms = {rule["id"]: rule["days"] for rule in before["rules"]}
    assert (terms["checks"], terms["log"], terms["medical"]) == (1100, 400, None)
    done = run(box, "run", "--rewrite")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert [(one["rule"], one["removed"]) for one in said["removed"]] == [("log", 1)]
    assert said["is_rewritten"]
    after = json.loads(run(box, "show", "--json").stdout)
    assert after["is_emptied"]
    assert next(rule for rule in after["rules"] if rule["id"] == "log")["removed_in_all"] == 1
    assert "1件" in run(box, "show").stdout


def test_nothing_is_removed_while_the_clock_is_in_doubt(box: Box) -> None:
    ledger = Ledger.of(box)
    clock.is_believed(ledger, utc_now() - timedelta(days=60))
    ledger.close()
    done = run(box, "run")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "RETENTION-001")
    assert "ください" in done.stderr
