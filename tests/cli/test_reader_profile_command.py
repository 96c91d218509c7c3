"""`madoguchi reader set`, `show` and `profile`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.pcsc_socket import point_at


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A box with one reader."""
    made = Box(box_dir)
    made.create()
    made.save(Settings("1319999999"))
    ledger = Ledger.of(made)
    readers.adopt(ledger, "first", utc_now())
    ledger.close()
    return made


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "reader", *words])


def test_a_described_reader_shows_model_and_warranty(box: Box) -> None:
    words = ("set", "1", "--profile", "cps-100w", "--label", "小児科", "--delivered", "2025-04-10")
    assert run(box, *words).exit_code == 0
    found = json.loads(run(box, "show", "1", "--json").stdout)
    assert (found["label"], found["profile"], found["warranty_end"]) == ("小児科", "cps-100w", "2026-10-10")
    said = run(box, "show", "1").stdout
    assert "その端末のフォルダーだけ" in said
    assert "言語: -" in said
    assert run(box, "set", "1", "--label", "内科").exit_code == 0
    assert json.loads(run(box, "show", "1", "--json").stdout)["profile"] == "cps-100w"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "9", "--label", "x"), "INPUT-005"),
        (("set", "1", "--profile", "none-such"), "INPUT-005"),
        (("set", "1", "--label", " "), "INPUT-001"),
        (("show", "9"), "INPUT-005"),
        (("profile", "show", "none-such"), "INPUT-005"),
    ],
)
def test_what_is_not_there_is_refused(box: Box, words: tuple[str, ...], code: str) -> None:
    refused = run(box, *words)
    assert (refused.exit_code, refused.stderr[:9]) == (1, code)


def test_a_place_is_measured(box: Box) -> None:
    place = ("--width", "100", "--depth", "200", "--height", "300")
    found = json.loads(run(box, "profile", "fit", "uft-s190s", *place, "--json").stdout)
    assert [one["fits"] for one in found["outcomes"]] == [True]
    assert "わかりません" in run(box, "profile", "fit", "rc-s300-p", *place).stdout
    assert len(json.loads(run(box, "profile", "list", "--json").stdout)) == 20


def test_a_test_that_finds_something_says_so_by_its_exit_status(box: Box, tmp_path: Path) -> None:
    point_at(tmp_path / "nothing")
    found = run(box, "test", "--json")
    assert (found.exit_code, json.loads(found.stdout)) == (1, [{"reader": "1", "codes": ["READER-002"]}])
    assert "READER-002" in run(box, "test").stdout
    status = CliRunner().invoke(cli, ["--state", str(box.root), "status", "--json"])
    assert json.loads(status.stdout)["readers"][0]["test"]["codes"] == ["READER-002"]
