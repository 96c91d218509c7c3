"""`madoguchi reader`: which of the house's codes each card reader asks under."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit, bulk_runs, readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.bulk_lists import as_list, row

MEDICAL, DENTAL = "1319999999", "1339999995"


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A house of two codes with two readers."""
    made = Box(box_dir)
    made.create()
    made.save(Settings(MEDICAL, other_institution_codes=(DENTAL,)))
    ledger = Ledger.of(made)
    for key in ("first", "second"):
        readers.adopt(ledger, key, utc_now())
    ledger.close()
    return made


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), *words])


def test_a_reader_is_assigned_and_back(box: Box) -> None:
    assert run(box, "reader", "assign", "2", DENTAL).exit_code == 0
    found = json.loads(run(box, "reader", "list", "--json").stdout)
    assert {one["reader"]: one["institution_code"] for one in found} == {"1": MEDICAL, "2": DENTAL}
    assert f"2   窓口2  歯科（{DENTAL}）" in run(box, "reader", "list").stdout
    status = json.loads(run(box, "status", "--json").stdout)
    assert [one["institution_code"] for one in status["readers"]] == [MEDICAL, DENTAL]
    assert run(box, "reader", "assign", "2", MEDICAL).exit_code == 0
    ledger = Ledger.of(box)
    assert [one.institution_code for one in readers.all_readers(ledger)] == ["", ""]
    assert audit.latest(ledger, 1)[0].action == "reader-assigned"
    ledger.close()


@pytest.mark.parametrize(
    ("name", "code", "trouble"),
    [("9", DENTAL, "INPUT-005"), ("1", "1399999996", "INPUT-004"), ("first", DENTAL, "INPUT-005")],
)
def test_what_is_not_there_is_refused(box: Box, name: str, code: str, trouble: str) -> None:
    refused = run(box, "reader", "assign", name, code)
    assert refused.exit_code == 1
    assert trouble in refused.stderr


def test_bulk_runs_of_the_command_line_have_a_code_too(box: Box) -> None:
    (box.root / "list.csv").write_bytes(as_list(row("p01")))
    listed = run(box, "bulk", "upload", str(box.root / "list.csv"), "--institution-code", DENTAL)
    month = run(box, "bulk", "period", "tickets", "2026-11")
    refused = run(box, "bulk", "period", "tickets", "2026-11", "--institution-code", "1399999996")
    assert (listed.exit_code, month.exit_code, refused.exit_code) == (0, 0, 1)
    ledger = Ledger.of(box)
    found = {one.id: one.institution_code for one in bulk_runs.recent(ledger, 9)}
    assert found == {listed.stdout.strip(): DENTAL, month.stdout.strip(): MEDICAL}
    ledger.close()
    shown = json.loads(run(box, "bulk", "show", listed.stdout.strip(), "--json").stdout)
    assert (shown["institution_code"], shown["consumer"]) == (DENTAL, None)


def test_who_may_hand_in_lists_and_for_whom(box: Box) -> None:
    words = ("consumer", "add", "dental", "--kind", "folder", "--root", str(box.root / "d"))
    said = json.loads(run(box, *words, "--lists", "now", "--institution-code", DENTAL).stdout)
    assert (said["lists"], said["institution_code"]) == ("now", DENTAL)
    refused = run(box, *words, "--lists", "now", "--institution-code", "1399999996")
    assert "INPUT-004" in refused.stderr


def test_a_reader_reads_phones_for_another_and_is_one_for_cards_again(box: Box) -> None:
    assert json.loads(run(box, "reader", "set", "2", "--phone-of", "1").stdout)["phone_of"] == "1"
    assert "リーダー1のスマートフォン用" in run(box, "reader", "list").stdout
    for words in (("1", "--phone-of", "2"), ("2", "--phone-of", "2"), ("1", "--phone-of", "1")):
        assert "INPUT-001" in run(box, "reader", "set", *words).stderr
    assert "INPUT-005" in run(box, "reader", "set", "2", "--phone-of", "9").stderr
    assert "INPUT-001" in run(box, "reader", "set", "2", "--phone-of", "1", "--no-phone").stderr
    # What is refused in part is refused whole.
    assert run(box, "reader", "set", "2", "--label", "別名", "--phone-of", "9").exit_code != 0
    assert "別名" not in run(box, "reader", "list").stdout
    assert json.loads(run(box, "reader", "set", "2", "--no-phone").stdout)["phone_of"] is None
    ledger = Ledger.of(box)
    assert [row.action for row in audit.latest(ledger, 1)] == ["reader-for-phones"]
    ledger.close()


def test_a_reader_has_one_reader_for_phones(box: Box) -> None:
    ledger = Ledger.of(box)
    readers.adopt(ledger, "third", utc_now())
    ledger.close()
    assert run(box, "reader", "set", "2", "--phone-of", "1").exit_code == 0
    assert "INPUT-001" in run(box, "reader", "set", "3", "--phone-of", "1").stderr
    assert "INPUT-001" in run(box, "reader", "set", "3", "--phone-of", "2").stderr
