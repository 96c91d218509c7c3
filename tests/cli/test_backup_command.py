"""`madoguchi backup`: written, checked, restored; the pass phrase comes from a person or stdin and stays nowhere."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import backups
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings

PHRASE = "three white dogs sleep"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    found = Box(tmp_path / "state")
    found.root.mkdir()
    prepare(found, Settings(institution_code="1319999999")).close()
    return found


def run(state: Path, *words: str, given: str = f"{PHRASE}\n") -> Result:
    return CliRunner().invoke(cli, ["--state", str(state), "backup", *words], input=given)


def done(state: Path, *words: str) -> Any:
    result = run(state, *words, "--passphrase-stdin")
    assert result.exit_code == 0, result.output
    assert PHRASE not in result.output
    return json.loads(result.stdout)


def test_written_checked_and_restored(box: Box, tmp_path: Path) -> None:
    file, other = tmp_path / "usb" / "box.backup", tmp_path / "other"
    file.parent.mkdir()
    made = done(box.root, "write", str(file))
    assert made["size"] == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    ledger = Ledger.of(box)
    last = backups.latest(ledger)
    assert last is not None
    assert (last.by, last.size) == ("command line", made["size"])
    ledger.close()
    seen = done(other, "check", str(file))
    assert (seen["institution_code"], seen["ledger"], seen["checks"]) == ("1319999999", "ok", 0)
    assert {"ledger.db", "box.toml"} <= seen["files"].keys()
    assert not any("clinic" in name for name in seen["files"])
    assert [one.name for one in file.parent.iterdir()] == ["box.backup"]
    assert done(other, "restore", str(file)) == seen
    assert Box(other).load() == box.load()
    again = run(other, "restore", str(file), "--passphrase-stdin")
    assert (again.exit_code, again.stderr.split()[0]) == (1, "BACKUP-005")
    assert "ください。" in again.stderr


def test_a_command_leaves_nothing_that_others_of_a_shared_box_cannot_open(box: Box, tmp_path: Path) -> None:
    box.root.chmod(0o2770)
    before = os.umask(0o022)
    try:
        done(box.root, "write", str(tmp_path / "box.backup"))
    finally:
        os.umask(before)
    assert (box.root / "backup.lock").stat().st_mode & 0o777 == 0o660


def test_a_person_types_a_new_one_twice(box: Box, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    weak = run(box.root, "write", str(file), given="short\nshort\n")
    assert weak.exit_code == 1
    assert "BACKUP-006" in weak.stderr
    assert not file.exists()
    assert run(box.root, "write", str(file), given=f"{PHRASE}\n{PHRASE}\n").exit_code == 0
    wrong = run(box.root, "check", str(file), given="another phrase\n")
    assert wrong.exit_code == 1
    assert "BACKUP-002" in wrong.stderr


def test_a_file_that_is_there_is_not_written_over(box: Box, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    file.write_bytes(b"the last one")
    assert run(box.root, "write", str(file), "--passphrase-stdin").exit_code == 1
    assert file.read_bytes() == b"the last one"


def test_there_is_no_option_for_the_pass_phrase(box: Box) -> None:
    for command in ("write", "check", "restore"):
        text = run(box.root, command, "--help").stdout
        assert "--passphrase-stdin" in text
        assert "--passphrase " not in text


def test_an_exercise_restores_all_of_it_and_leaves_nothing_but_its_row(box: Box, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    done(box.root, "write", str(file))
    there = sorted(path.name for path in box.root.iterdir())
    said = done(box.root, "drill", str(file))
    assert sorted(path.name for path in box.root.iterdir()) == there
    ledger = Ledger.of(box)
    drill = backups.latest_drill(ledger)
    ledger.close()
    assert drill is not None
    assert (drill.by, drill.files, drill.checks) == ("command line", len(said["files"]), 0)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-50])
    failed = run(box.root, "drill", str(cut), "--passphrase-stdin")
    assert (failed.exit_code, failed.stderr.split()[0]) == (1, "BACKUP-003")
    assert sorted(path.name for path in box.root.iterdir()) == there
