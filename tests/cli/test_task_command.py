"""`madoguchi task` and `madoguchi month`."""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, audit, checks
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from tests.ledger.late import NONE, VALID, answer, asked, insurance


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    with closing(prepare(Box(box_dir), Settings(institution_code="1319999999"))) as opened:
        yield opened


def run(box_dir: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--state", str(box_dir)])


def as_json(box_dir: Path, *words: str) -> Any:
    return json.loads(run(box_dir, *words, "--json").stdout)


def received(ledger: Ledger, by: ClaimBy, validity: str) -> str:
    check_id = checks.open_check(ledger, asked(), utc_now())
    assert assumptions.say(ledger, check_id, by, 30, "uketsuke", utc_now())
    assert answer(ledger, check_id, validity, insurance("020"), now=utc_now())
    return check_id


def test_a_task_is_listed_and_done_once(ledger: Ledger, box_dir: Path) -> None:
    check_id = received(ledger, ClaimBy.CURRENT, VALID)
    (task,) = as_json(box_dir, "task", "list")
    assert (task["kind"], task["code"], task["subject"]) == ("difference", "charge", check_id)
    assert check_id in run(box_dir, "task", "list").stdout
    assert run(box_dir, "task", "done", task["id"], "by-itself").exit_code == 2
    assert run(box_dir, "task", "done", task["id"], "settled").exit_code == 0
    again = run(box_dir, "task", "done", task["id"], "settled")
    assert (again.exit_code, "INPUT-006" in again.stderr) == (1, True)
    assert run(box_dir, "task", "done", "nobody", "settled").exit_code == 1
    assert as_json(box_dir, "task", "list") == []
    (closed,) = as_json(box_dir, "task", "list", "--closed", "5")
    assert (closed["outcome"], closed["done_by"]) == ("settled", "command")
    assert "settled command" in run(box_dir, "task", "list", "--closed", "5").stdout
    assert [row.action for row in audit.latest(ledger, 5)] == ["end-task"]


def test_the_month_is_listed_exported_and_closed(ledger: Ledger, box_dir: Path) -> None:
    check_id = received(ledger, ClaimBy.UNKNOWN, NONE)
    found = as_json(box_dir, "month", "list")
    (visit,) = found["visits"]
    assert (visit["check_id"], visit["why"], visit["percent"]) == (check_id, "unknown", 30)
    assert found["claim_date"].endswith("-10")
    month = f"{clinic_day(utc_now()):%Y-%m}"
    assert f"不詳  0  {check_id}" in run(box_dir, "month", "list", month).stdout
    assert run(box_dir, "month", "list", "2026-13").exit_code == 2
    table = box_dir / "out.csv"
    assert run(box_dir, "month", "export", month, str(table), "--shift-jis").exit_code == 0
    assert table.stat().st_mode & 0o777 == 0o600
    with table.open(encoding="cp932", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["区分"] == "不詳"
    assert run(box_dir, "month", "close", check_id, "claimed").exit_code == 0
    assert run(box_dir, "month", "close", check_id, "claimed").exit_code == 1
    assert as_json(box_dir, "month", "list")["visits"] == []


def test_nobody_is_named_on_the_screen(ledger: Ledger, box_dir: Path) -> None:
    received(ledger, ClaimBy.UNKNOWN, NONE)
    received(ledger, ClaimBy.CURRENT, VALID)
    said = run(box_dir, "month", "list", "--json").stdout + run(box_dir, "task", "list", "--json").stdout
    assert not any(number in said for number in ("06139992", "19800217"))
