"""`madoguchi queue list` and `retry`, and what `status` says of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit, checks, consumers, dead_letters, deliveries
from appliance.ledger.checks import CheckState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from tests.ledger.desk import LEASE, NOW, after, answered, claimed, found, opened


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999", center_url="https://localhost:1")).close()
    return box


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--state", str(box.root)])


def as_json(box: Box, *words: str) -> Any:
    return json.loads(run(box, *words, "--json").stdout)


def given_up(ledger: Ledger) -> tuple[str, str]:
    """The ids of a check and of a delivery that were given up."""
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    first, second = opened(ledger, 2)
    assert checks.claim(ledger, "me", after(9), LEASE) is not None
    failed = Failed("CENTER-002", "", NOW)
    assert dead_letters.check_failed(ledger, first, "me", failed, Patience(1, after), NOW)
    claimed(ledger, now=after(9))
    assert answered(ledger, second)
    owed = next(one for one in deliveries.of_check(ledger, second) if one.consumer == "emr")
    assert dead_letters.delivery_failed(ledger, owed.id, "INPUT-005", NOW, 1, NOW)
    return first, owed.id


def test_what_was_given_up_is_listed_with_its_reason_and_tried_once_more(box: Box) -> None:
    ledger = Ledger.of(box)
    assert "ありません" in run(box, "queue", "list").stdout
    check_id, delivery_id = given_up(ledger)
    rows = as_json(box, "queue", "list")
    assert [(row["id"], row["kind"], row["reason_code"]) for row in rows] == [
        (check_id, "check", "CENTER-002"),
        (delivery_id, "delivery", "INPUT-005"),
    ]
    assert [row["tries"] for row in rows] == [1, 1]
    words = run(box, "queue", "list").stdout
    assert "CENTER-002 センターの応答を読み取れません" in words
    assert as_json(box, "status")["dead_letters"] == {"checks": 1, "deliveries": 1, "left_lying": 0}
    assert "止まっているもの: 2件" in run(box, "status").stdout
    assert run(box, "queue", "retry", check_id, delivery_id).exit_code == 0
    assert found(ledger, check_id).state is CheckState.RECEIVED
    assert as_json(box, "queue", "list") == []
    actions = {(row.actor, row.action, row.subject) for row in audit.latest(ledger, 5)}
    assert {("command", "retry-check", check_id), ("command", "retry-delivery", delivery_id)} <= actions
    ledger.close()


def test_all_of_it_at_once(box: Box) -> None:
    ledger = Ledger.of(box)
    given_up(ledger)
    done = run(box, "queue", "retry", "--all")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 2)
    ledger.close()


@pytest.mark.parametrize("words", [["nothing-of-that-id"], []])
def test_what_cannot_be_tried_is_said(box: Box, words: list[str]) -> None:
    done = run(box, "queue", "retry", *words)
    assert done.exit_code == (1 if words else 2)
    assert ("QUEUE-004" if words else "--all") in done.stderr
