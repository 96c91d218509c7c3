import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliance
from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS, Entry, Fault
from appliance.eligibility.trouble import Trouble

CODE = re.compile(r"[A-Z]+-[0-9]{3}")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
FAMILIES = {code.split("-")[0] for code in CATALOGUE}


def raised_codes(source: str) -> Iterator[str]:
    """The literal codes that a module raises `Trouble` with."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id="Trouble") | ast.Attribute(attr="Trouble"),
                args=[ast.Constant(value=str(code)), *_],
            ):
                yield code


def mentioned_codes(source: str) -> Iterator[str]:
    """Every literal that looks like one of our codes, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)) if CODE.fullmatch(text) and text.split("-")[0] in FAMILIES:
                yield text


def sources() -> dict[str, str]:
    root = Path(appliance.__file__).parent
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in sorted(root.rglob("*.py"))}


def test_every_code_raised_or_mentioned_has_a_row() -> None:
    used = {
        (name, code)
        for name, text in sources().items()
        for code in (*raised_codes(text), *mentioned_codes(text))
    }
    assert len({code for _, code in used}) > 10
    assert {(name, code) for name, code in used if code not in CATALOGUE} == set()


def test_a_code_without_a_row_would_be_found() -> None:
    source = 'raise Trouble("NEW-001", "x")\nraise trouble.Trouble("NEW-002")\ncode = "CARD-999"\nother = "SHA-256"'
    assert list(raised_codes(source)) == ["NEW-001", "NEW-002"]
    assert list(mentioned_codes(source)) == ["CARD-999"]


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_every_row_helps_reception_and_engineer_in_short_japanese(entry: Entry) -> None:
    assert CODE.fullmatch(entry.code)
    assert JAPANESE.search(entry.title)
    assert not entry.title.endswith("。")
    assert len(entry.title) <= 30
    for advice, most in ((entry.reception, 70), (entry.engineer, 100)):
        assert JAPANESE.search(advice)
        assert advice.endswith("。")
        assert advice == advice.strip()
        assert len(advice) <= most


def test_every_fault_has_a_word() -> None:
    assert set(FAULT_LABELS) == set(Fault)


def test_a_trouble_carries_its_row() -> None:
    trouble = Trouble("LINE-001", "3回")
    assert (trouble.code, trouble.fault, trouble.retryable) == ("LINE-001", Fault.LINE, True)
    assert str(trouble) == "LINE-001 センターに接続できません (3回)"
    assert str(Trouble("LINE-001")) == "LINE-001 センターに接続できません"


def test_a_code_without_a_row_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Trouble("NONE-001")
