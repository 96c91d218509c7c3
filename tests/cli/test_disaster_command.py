"""`madoguchi disaster`: open, extend, end, status."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import JAPAN, from_text, utc_now
from appliance.settings import Box, Settings

OPEN = ("disaster", "open", "--area", "架空県", "--reason", "大雨", "--notice", "第1号")


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999", center_url="https://localhost:1")).close()
    return box


def run(box: Box, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, [*words, "--state", str(box.root)], input=typed)


def as_json(done: Result) -> Any:
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def day(days: int) -> str:
    return f"{utc_now().astimezone(JAPAN) + timedelta(days=days):%Y-%m-%dT18:00}"


def test_open_extend_and_end_with_the_audit(box: Box) -> None:
    assert as_json(run(box, "disaster", "status", "--json")) == {"on": False, "mode": None}
    opened = as_json(run(box, *OPEN, "--until", day(3), "--codes", "13 17201", "--yes", "--json"))
    assert (opened["on"], opened["mode"]["codes"], opened["looks"]) == (True, ["13", "17201"], [])
    extended = as_json(run(box, "disaster", "extend", "--until", day(9), "--yes", "--json"))
    assert from_text(extended["mode"]["ends_at"]).astimezone(JAPAN).hour == 18
    assert extended["mode"]["ends_at"] > opened["mode"]["ends_at"]
    assert "架空県" in run(box, "disaster", "status").stdout
    ended = as_json(run(box, "disaster", "end", "--json"))
    assert (ended["on"], ended["mode"]["ended_by"]) == (False, "command")
    ledger = Ledger.of(box)
    actions = [row.action for row in audit.latest(ledger, 3)]
    ledger.close()
    assert actions == ["end-disaster-mode", "extend-disaster-mode", "open-disaster-mode"]


def test_it_asks_again_unless_told_not_to(box: Box) -> None:
    refused = run(box, *OPEN, "--until", day(3), typed="n\n")
    assert refused.exit_code == 1
    assert as_json(run(box, "disaster", "status", "--json"))["mode"] is None
    warned = run(box, *OPEN, "--until", day(3), "--codes", "17", typed="y\n")
    assert "都道府県が、地域のコードにありません" in warned.stderr
    assert as_json(run(box, "disaster", "status", "--json"))["on"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*OPEN, "--until", "あした", "--yes"), "DISASTER-008"),
        ((*OPEN, "--until", "2020-01-01T00:00", "--yes"), "DISASTER-008"),
        ((*OPEN, "--until", "2999-01-01T00:00", "--yes"), "DISASTER-008"),
        ((*OPEN, "--until", day(3), "--codes", "99", "--yes"), "DISASTER-008"),
        (("disaster", "extend", "--until", day(3), "--yes"), "DISASTER-001"),
        (("disaster", "end"), "DISASTER-001"),
    ],
)
def test_what_cannot_be_done_says_why(box: Box, words: tuple[str, ...], code: str) -> None:
    done = run(box, *words)
    assert done.exit_code == 1
    assert code in done.stderr


def test_a_second_one_is_refused(box: Box) -> None:
    assert run(box, *OPEN, "--until", day(3), "--yes").exit_code == 0
    assert "DISASTER-002" in run(box, *OPEN, "--until", day(4), "--yes").stderr
