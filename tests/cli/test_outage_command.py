"""`madoguchi outage list`: counts and states, and nobody's name."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs
from appliance.ledger import outage_lists, outage_notes
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

FACTS = NoteFacts(
    name="徳川 花子",
    kana="トクガワ",
    sex="2",
    birthdate=date(1979, 3, 5),
    address="一番町",
    visited_on=date(2026, 4, 1),
    reason=Reason.LINE,
    reason_text="",
    received_as=ReceivedAs.DECLARATION,
    institution_code="1319999999",
)


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999")).close()
    return box


def said(box: Box, *words: str) -> str:
    done = CliRunner().invoke(cli, ["outage", "list", *words, "--state", str(box.root)])
    assert done.exit_code == 0
    return done.stdout


def test_nothing_is_said_in_zeros(box: Box) -> None:
    found = json.loads(said(box, "--json"))
    assert found == {
        "counts": {"open": 0, "listed": 0, "looked-up": 0, "closed": 0},
        "to_do": None,
        "lists": [],
    }


def test_counts_days_and_lists_without_names(box: Box) -> None:
    ledger = Ledger.of(box)
    outage_notes.write(ledger, FACTS, "sakura", utc_now())
    assert outage_lists.make(ledger, FACTS.visited_on, FACTS.visited_on, "sakura", utc_now())
    outage_notes.write(ledger, FACTS, "sakura", utc_now())
    ledger.close()
    found = json.loads(said(box, "--json"))
    assert (found["counts"]["open"], found["counts"]["listed"]) == (1, 1)
    assert found["to_do"] == {"first": "2026-04-01", "last": "2026-04-01"}
    assert [(one["number"], one["notes"]) for one in found["lists"]] == [(1, 1)]
    words = said(box)
    assert "照会前（一覧あり）: 1件" in words
    for text in (FACTS.name, FACTS.kana, FACTS.address, "1979"):
        assert text not in words + json.dumps(found, ensure_ascii=False)
