"""`madoguchi audit`: the trail of some days, as JSON lines and as FHIR; and whether it is as it was written."""

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fhir.resources.R4B.auditevent import AuditEvent

from appliance.cli.main import cli
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import clinic_day, utc_now
from appliance.ledger.trail import heads
from appliance.settings import Box, Settings
from tests.ledger.trail_world import tampered

CODE = "1319999999"


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A box on which something was done yesterday and today."""
    found = Box(box_dir / "state")
    ledger = prepare(found, Settings(institution_code=CODE, broker_port=0))
    audit.write(ledger, "keeper", "consumer-set", "emr", utc_now() - timedelta(days=1), "mqtt -")
    audit.write(ledger, "reception", "check-seen", "ab" * 16, utc_now())
    ledger.close()
    return found


def export(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "audit", "export", *words])


def rows(done: Result) -> list[Any]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_todays_rows_and_the_export_itself(box: Box) -> None:
    found = rows(export(box))
    assert [one["action"] for one in found] == ["check-seen", "audit-exported"]
    assert found[0] | {"seq": 0, "at": ""} == {
        "seq": 0,
        "at": "",
        "actor": "reception",
        "action": "check-seen",
        "subject": "ab" * 16,
        "detail": "",
    }


def test_some_days_as_fhir(box: Box) -> None:
    yesterday = clinic_day(utc_now()) - timedelta(days=1)
    found = rows(export(box, "--from", f"{yesterday}", "--fhir"))
    assert [one["type"]["code"] for one in found] == ["consumer-set", "check-seen", "audit-exported"]
    for one in found:
        AuditEvent.model_validate(one)
        assert one["source"]["observer"]["identifier"]["value"] == CODE
    assert found[0]["entity"][0]["description"] == "mqtt -"


@pytest.mark.parametrize(
    "words", [("--from", "someday"), ("--from", "20260401", "--to", "20260331"), ("--from", "20200101")]
)
def test_days_that_will_not_do(box: Box, words: tuple[str, ...]) -> None:
    done = export(box, *words)
    assert done.exit_code == 1
    assert "INPUT-001" in done.stderr


def verify(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "audit", "verify", *words])


def test_a_whole_trail_and_one_with_a_row_changed(box: Box, tmp_path: Path) -> None:
    with closing(Ledger.of(box)) as ledger:
        heads.sign(ledger, box, utc_now())
    copy = tmp_path / "copy"
    copy.write_bytes(box.audit_heads.read_bytes())
    done = verify(box, "--heads", str(copy))
    assert done.exit_code == 0, done.output
    assert "記録は無事です" in done.stdout
    tampered(box, "UPDATE audit SET actor = 'nobody' WHERE seq = 2")
    done = verify(box)
    assert done.exit_code == 1
    assert "AUDIT-001" in done.stdout
    assert "記録 2 が" in done.stdout
    told = json.loads(verify(box, "--json").stdout)
    assert told["sound"] is False
    assert told["findings"] == [{"fault": "changed", "seq": 2, "detail": ""}]
