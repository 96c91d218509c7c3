"""`madoguchi line`: look, hold, release, history, report."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999", center_url="https://localhost:1")).close()
    return box


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--state", str(box.root)])


def as_json(box: Box, *words: str) -> Any:
    return json.loads(run(box, *words, "--json").stdout)


def test_a_look_names_the_first_layer_that_failed_and_ends_with_status_1(box: Box) -> None:
    done = run(box, "line", "check", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["verdict"]["code"], found["verdict"]["layer"]) == ("LINE-016", "tcp")
    outcomes = {one["layer"]: one["outcome"] for one in found["findings"]}
    assert outcomes["dns"] == "ok"
    assert {outcomes[layer] for layer in ("tls", "service", "clock")} == {"skipped"}
    words = run(box, "line", "check").stdout
    assert "原因は「センター」です" in words


def test_hold_and_release_are_seen_in_status_history_and_audit(box: Box) -> None:
    assert as_json(box, "status")["line"]["phase"] == "unknown"
    assert "停止扱いにしました" in run(box, "line", "hold").stdout
    assert "すでに" in run(box, "line", "hold").stdout
    assert as_json(box, "status")["line"] | {"since": ""} == {
        "phase": "held",
        "label": "停止扱い",
        "trouble_code": "LINE-010",
        "since": "",
        "by": "command",
    }
    assert "停止扱い LINE-010 command" in run(box, "status").stdout
    assert "やめました" in run(box, "line", "release").stdout
    assert "停止扱いではありません" in run(box, "line", "release").stdout
    assert [one["phase"] for one in as_json(box, "line", "history")] == ["confirming", "held"]
    ledger = Ledger.of(box)
    assert [row.action for row in audit.latest(ledger, 5)] == ["release-line", "hold-line"]
    ledger.close()


def test_the_months_report_and_a_month_that_is_none(box: Box) -> None:
    assert as_json(box, "line", "report", "--month", "2026-11")["checks"] == 0
    assert "20秒以内の回答: 記録なし" in run(box, "line", "report").stdout
    wrong = run(box, "line", "report", "--month", "November")
    assert wrong.exit_code == 1
    assert "INPUT-001" in wrong.stderr
