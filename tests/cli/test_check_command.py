"""`madoguchi check`: what it takes in, and what it must never take in."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import checks
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings

MY_NUMBER = "123456789018"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A new box without a center: every question stays open."""
    found = Box(tmp_path)
    prepare(found, Settings(institution_code="1319999999")).close()
    return found


def asked(box: Box, **numbers: str) -> Result:
    document = {"insurer-number": "02139996", "number": "3232", "birthdate": "S64.1.7"} | numbers
    words = [word for name, value in document.items() for word in (f"--{name}", value)]
    return CliRunner().invoke(cli, ["--state", str(box.root), "check", "--wait", "0", *words])


def questions(box: Box) -> list[str]:
    ledger = Ledger.of(box)
    found = [(check.request_xml or b"").decode() for check in checks.recent(ledger, 10)]
    ledger.close()
    return found


def test_an_open_question_has_a_status_of_its_own(box: Box) -> None:
    assert asked(box).exit_code == 3
    assert len(questions(box)) == 1


@pytest.mark.parametrize("field", ["insurer-number", "symbol", "number", "branch"])
@pytest.mark.parametrize("text", [MY_NUMBER, "1234-5678-9018", "１２３４５６７８９０１８"])
def test_my_number_is_not_taken_in_and_not_repeated(box: Box, field: str, text: str) -> None:
    refused = asked(box, **{field: text})
    assert refused.exit_code == 1
    assert refused.stderr.startswith("INPUT-001")
    assert text not in refused.output
    assert questions(box) == []


@pytest.mark.parametrize("number", ["12345", "あ", "1234567", ""])
def test_an_insurer_number_that_cannot_be_one_is_not_asked(box: Box, number: str) -> None:
    refused = asked(box, **{"insurer-number": number})
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "8桁" in refused.stderr
    assert questions(box) == []


def test_full_width_digits_are_understood(box: Box) -> None:
    assert (
        asked(box, **{"insurer-number": "０２１３９９９６", "birthdate": "昭和６４年１月７日"}).exit_code == 3
    )
    assert "<InsurerNumber>02139996</InsurerNumber>" in questions(box)[0]
