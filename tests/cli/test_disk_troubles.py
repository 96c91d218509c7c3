"""What the disk refuses ends as a code and an exit status, never as a traceback."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.demo.alone import alone_in
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A new box with nothing in it."""
    found = Box(tmp_path)
    prepare(found, Settings(institution_code="1319999999")).close()
    return found


def refused(*words: str) -> str:
    """What a command that must end with a trouble says on stderr."""
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.stdout) == (1, "")
    return done.stderr


def test_a_folder_that_cannot_be_made() -> None:
    assert refused("demo", "--headless", "--state", "/proc/nowhere").startswith("BOX-004")


def test_a_box_that_has_lost_a_folder(box: Box) -> None:
    box.bell_dir.rmdir()
    said = refused("status", "--state", str(box.root))
    assert said.startswith("BOX-004")
    assert "bell" in said


def test_a_ledger_that_is_none(box: Box) -> None:
    for path in box.root.glob("ledger.db*"):
        path.unlink()
    box.ledger_file.write_bytes(b"not a database at all" * 200)
    said = refused("checks", "--json", "--state", str(box.root))
    assert said.startswith("BOX-011")
    assert "SQLITE_NOTADB" in said


def test_a_second_demo_in_the_same_folder_is_refused_and_touches_nothing(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        assert refused("demo", "--headless", "--state", str(tmp_path)).startswith("DEMO-004")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]
    with alone_in(tmp_path):
        pass


def test_nobody_else_may_read_the_ledger_whatever_the_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    prepare(Box(tmp_path), Settings(institution_code="1319999999")).close()
    ledger = Ledger.of(Box(tmp_path))
    ledger.ring()
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("ledger.db*")} == {0}
    ledger.close()
