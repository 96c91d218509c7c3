"""`madoguchi support-bundle`: also where the ledger or the settings are what is broken."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings


@pytest.fixture
def box(tmp_path: Path) -> Box:
    found = Box(tmp_path / "state")
    found.root.mkdir()
    prepare(found, Settings(institution_code="1319999999")).close()
    return found


def run(box: Box, to: Path) -> Result:
    to.mkdir(exist_ok=True)
    return CliRunner().invoke(cli, ["support-bundle", "--to", str(to), "--state", str(box.root)])


def texts(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    path = Path(json.loads(result.stdout)["file"])
    assert path.stat().st_mode & 0o777 == 0o600
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_a_sound_box_is_told_and_the_making_written_down(box: Box, tmp_path: Path) -> None:
    found = texts(run(box, tmp_path / "usb"))
    assert "点検: ok" in found["06-ledger.txt"]
    assert "institution_code: 1319999999" in found["05-settings.txt"]
    ledger = Ledger.of(box)
    row = audit.latest(ledger, 1)[0]
    ledger.close()
    assert (row.actor, row.action) == ("command line", "support-bundle")


def test_a_second_one_of_the_same_minute_stands_beside_the_first(box: Box, tmp_path: Path) -> None:
    to = tmp_path / "usb"
    for _ in range(3):
        texts(run(box, to))
    assert len(list(to.iterdir())) == 3


def test_a_broken_ledger_is_when_it_is_wanted_most(box: Box, tmp_path: Path) -> None:
    box.ledger_file.write_bytes(b"not a ledger at all" * 1000)
    for beside in box.root.glob("ledger.db-*"):
        beside.unlink()
    found = texts(run(box, tmp_path / "usb"))
    assert "読めませんでした" in found["06-ledger.txt"]
    assert "読めませんでした" in found["08-queue.txt"]
    assert "カーネル" in found["02-machine.txt"]
    assert box.ledger_file.read_bytes().startswith(b"not a ledger at all")


def test_broken_settings_are_named_by_their_code_alone(box: Box, tmp_path: Path) -> None:
    box.settings_file.write_text('clinic_name = "見本 花子"\nwrong = 3\n', "utf-8")
    found = texts(run(box, tmp_path / "usb"))
    assert found["05-settings.txt"].strip() == "読めませんでした（BOX-001）。"


def test_an_empty_folder_has_something_to_say_too(tmp_path: Path) -> None:
    empty = Box(tmp_path / "nothing")
    assert "装置のID: new" in texts(run(empty, tmp_path / "usb"))["01-box.txt"]
    assert not empty.ledger_file.exists()


def test_a_folder_that_is_not_there_is_said(box: Box, tmp_path: Path) -> None:
    words = ["support-bundle", "--to", str(tmp_path / "none"), "--state", str(box.root)]
    assert CliRunner().invoke(cli, words).exit_code == 2
