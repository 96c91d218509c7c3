"""`madoguchi paper read`: what stands on a paper as JSON and as text, and exit status 1 for what cannot be read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.common import Exit
from appliance.cli.main import cli
from tests.papers.distortion import SCAN, pictured
from tests.papers.layouts import Paper, paper

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def printed() -> Paper:
    """A card with every number on it."""
    return paper("certificate", 0)


@pytest.fixture(scope="module")
def image(printed: Paper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its scan."""
    file = tmp_path_factory.mktemp("paper") / "scan.jpg"
    file.write_bytes(pictured(printed.sheet.image, SCAN, 0))
    return file


def test_as_json(printed: Paper, image: Path) -> None:
    done = CliRunner().invoke(cli, ["paper", "read", str(image), "--json"])
    assert done.exit_code == Exit.OK
    found = json.loads(done.stdout)
    assert found["document"] == "certificate"
    fields = {one["name"]: one for one in found["fields"]}
    assert fields["insurer_number"]["value"] == printed.truth["insurer_number"]
    assert fields["insurer_number"]["check"] == "passed"
    assert 0.7 < fields["insurer_number"]["confidence"] <= 1
    assert fields["name"]["value"] is None
    assert "氏名" in fields["name"]["reason"]


def test_as_text(printed: Paper, image: Path) -> None:
    done = CliRunner().invoke(cli, ["paper", "read", str(image)])
    assert done.stdout.startswith("資格確認書\n")
    assert printed.truth["insurer_number"] in done.stdout
    assert "氏名: 採りません" in done.stdout


def test_what_is_no_picture_ends_with_status_1(tmp_path: Path) -> None:
    file = tmp_path / "note.jpg"
    file.write_text("a note", "utf-8")
    done = CliRunner().invoke(cli, ["paper", "read", str(file), "--json"])
    assert done.exit_code == Exit.TROUBLE
    assert done.stdout == ""
    assert "PAPER-001" in done.stderr
