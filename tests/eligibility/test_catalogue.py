"""Every failure has a row, every row helps three kinds of people, and the rows are data that can be refused."""

import re
from pathlib import Path

import pytest

import appliance
from appliance.eligibility import catalogue, packaged
from appliance.eligibility.catalogue import (
    CATALOGUE,
    FAULT_LABELS,
    KIND_LABELS,
    KNOWLEDGE,
    Entry,
    Fault,
    Kind,
    entry_of,
)
from appliance.eligibility.toml_rows import Refusal, rows_of
from appliance.eligibility.trouble import Trouble
from tests.eligibility.raised_codes import CODE, mentioned_codes, raises

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]{2,}")
KNOWN_TO_RECEPTION = {"USB", "IC", "EXC", "Web"}
FOREIGN_CODE = {Kind.SYMPTOM: re.compile(r"SYM-[0-9]{3}"), Kind.CENTER: re.compile(r"\S(?:.*\S)?")}
OURS = CATALOGUE.values()
FOREIGN = [entry for entry in KNOWLEDGE.values() if entry.kind is not Kind.BOX]

# Who passes on a code that was made elsewhere, where this test has seen it.
PASSED_ON = {
    ("certificate_hatch.py", "code"),
    ("cli/hands.py", "at_consents.trouble_code or 'CARD-004'"),
    ("cli/hands.py", "at.trouble_code"),
    ("demo/control.py", "code if code in CATALOGUE else 'DEMO-003'"),
    ("devices/connection.py", "self._ended"),
    ("devices/face/worker.py", "answer.code"),
    ("devices/mynumber.py", "trouble.code"),
    ("devices/surface.py", "trouble.code"),
    ("hatch.py", "code"),
    ("paper_hatch.py", "code"),
    ("sync/center_connection.py", "'CENTER-005' if refused else otherwise"),
    ("sync/folder_out.py", "delivery.refusal"),
    ("sync/mqtt_link.py", "access.refused"),
    ("sync/mqtt_link.py", "access.unreachable"),
    ("sync/mqtt_link.py", "self._access.refused"),
    ("sync/mqtt_link.py", "self._access.unreachable"),
    ("sync/mqtt_place.py", "self.unreachable"),
    ("sync/web_api.py", "code"),
}


def sources() -> dict[str, str]:
    root = Path(appliance.__file__).parent
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in sorted(root.rglob("*.py"))}


def test_every_code_that_can_be_raised_has_a_row() -> None:
    raised = {
        (name, code) for name, text in sources().items() for place in raises(text) for code in place.codes
    }
    assert len({code for _, code in raised}) > 40
    assert {(name, code) for name, code in raised if code not in CATALOGUE} == set()


def test_every_code_that_is_written_anywhere_has_a_row() -> None:
    written = {(name, code) for name, text in sources().items() for code in mentioned_codes(text)}
    assert {(name, code) for name, code in written if code not in KNOWLEDGE} == set()


def test_only_codes_made_elsewhere_cannot_be_followed() -> None:
    unseen = {(name, place.unseen) for name, text in sources().items() for place in raises(text)}
    assert {(name, what) for name, what in unseen if what} == PASSED_ON


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('raise Trouble("NEW-001", "x")', {"NEW-001"}),
        ('raise trouble.Trouble("NEW-002")', {"NEW-002"}),
        ('raise LinkTrouble("NEW-003", "", None)', {"NEW-003"}),
        ('Trouble("NEW-004" if a else "NEW-005")', {"NEW-004", "NEW-005"}),
        ('code = "NEW-006"\nif x:\n    code = "NEW-007"\nraise Trouble(code)', {"NEW-006", "NEW-007"}),
        ('_T = {1: "NEW-008", 2: "NEW-009"}\ndef f(n): raise Trouble(_T[n])', {"NEW-008", "NEW-009"}),
        (
            '_T: X = {1: "NEW-010"}\nTrouble(_T.get(n, "NEW-011" if n else _D))\n_D = "NEW-012"',
            {"NEW-010", "NEW-011", "NEW-012"},
        ),
        ('Trouble(code := "NEW-013")', {"NEW-013"}),
    ],
)
def test_a_code_is_followed_to_where_it_is_made(source: str, codes: set[str]) -> None:
    assert [(place.codes, place.unseen) for place in raises(source)] == [(frozenset(codes), "")]


@pytest.mark.parametrize(
    "source",
    [
        "def f(code): raise Trouble(code)",
        "Trouble(self.code)",
        "for code in codes: Trouble(code)",
        "a = b\nb = a\nTrouble(a)",
        'code, other = "NEW-001", 2\nTrouble(code)',
        "Trouble(table())",
    ],
)
def test_a_code_that_cannot_be_followed_is_told(source: str) -> None:
    (place,) = raises(source)
    assert place.unseen
    assert not place.codes


def test_a_mentioned_code_is_found_and_other_names_are_not() -> None:
    source = 'code = "CARD-999"\nput_off(d, "QUITE-001")\nother = "SHA-256", "CARD-1", "see CARD-001"'
    assert list(mentioned_codes(source)) == ["CARD-999", "QUITE-001"]


@pytest.mark.parametrize("entry", OURS, ids=CATALOGUE)
def test_a_code_of_ours_is_raised_where_its_row_says(entry: Entry) -> None:
    assert CODE.fullmatch(entry.code)
    assert entry.source.startswith("appliance/")
    place = Path(appliance.__file__).parents[1] / entry.source
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert any(entry.code in mentioned_codes(file.read_text("utf-8")) for file in files)


@pytest.mark.parametrize("entry", FOREIGN, ids=[entry.code for entry in FOREIGN])
def test_what_is_not_ours_has_a_code_of_its_own_and_cannot_be_raised(entry: Entry) -> None:
    assert FOREIGN_CODE[entry.kind].fullmatch(entry.code)
    assert JAPANESE.search(entry.source)
    assert not entry.source.startswith("appliance")
    with pytest.raises(KeyError):
        Trouble(entry.code)


@pytest.mark.parametrize("entry", KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_every_row_helps_everybody_in_short_japanese(entry: Entry) -> None:
    assert JAPANESE.search(entry.title)
    assert not entry.title.endswith("。")
    assert len(entry.title) <= 30
    for advice, most in ((entry.reception, 70), (entry.engineer, 100), (entry.developer, 100)):
        assert JAPANESE.search(advice)
        assert advice.endswith("。")
        assert advice == advice.strip()
        assert len(advice) <= most
    assert len({entry.reception, entry.engineer, entry.developer}) == 3
    assert entry.words
    assert len(set(entry.words)) == len(entry.words)


@pytest.mark.parametrize("entry", KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_reception_reads_plain_polite_words(entry: Entry) -> None:
    assert set(LATIN.findall(entry.reception)) <= KNOWN_TO_RECEPTION
    for sentence in entry.reception.removesuffix("。").split("。"):
        assert sentence.endswith(("ください", "ます", "ません", "です")), sentence


def test_every_fault_and_kind_has_a_word_and_rows() -> None:
    assert set(FAULT_LABELS) == set(Fault) == {entry.fault for entry in KNOWLEDGE.values()}
    assert set(KIND_LABELS) == set(Kind) == {entry.kind for entry in KNOWLEDGE.values()}
    assert {code for code, entry in KNOWLEDGE.items() if entry.kind is Kind.BOX} == set(CATALOGUE)


def test_every_foreign_code_that_has_been_seen_has_a_row() -> None:
    seen = {"001", "002", "OQC-OWSE0900000", "EPSB0052E", "EPSB1032W", "SegmentOfResult 9", ".err"}
    assert seen <= {entry.code for entry in FOREIGN if entry.kind is Kind.CENTER}


RIGHT = """
[[box]]
code = "X-001"
fault = "box"
retryable = false
title = "題"
reception = "受付。"
engineer = "保守。"
developer = "開発。"
words = ["言葉"]
source = "出典"
"""


def test_a_right_row_is_an_entry() -> None:
    (row,) = rows_of(RIGHT, "x.toml")
    assert entry_of(row) == Entry(
        "X-001", Fault.BOX, False, "題", "受付。", "保守。", "開発。", ("言葉",), "出典"
    )


@pytest.mark.parametrize(
    ("right", "wrong", "refusal"),
    [
        ('fault = "box"', 'fault = "nobody"', "x.toml 4行目: fault の値"),
        ("retryable = false", 'retryable = "no"', "x.toml 5行目: retryable の値"),
        ('title = "題"', 'title = " "', "x.toml 6行目: title の値"),
        ('reception = "受付。"', "reception = 3", "x.toml 7行目: reception の値"),
        ('words = ["言葉"]', 'words = "言葉"', "x.toml 10行目: words の値"),
        ('words = ["言葉"]', "words = [1]", "x.toml 10行目: words の値"),
        ('words = ["言葉"]', 'word = ["言葉"]', "x.toml 10行目: 知らない項目です: word"),
        ('source = "出典"', "", "x.toml 2行目: source がありません"),
        ("[[box]]", "[[bax]]", "x.toml 2行目: 知らない表です: bax"),
    ],
)
def test_a_wrong_row_is_refused_with_line_and_reason(right: str, wrong: str, refusal: str) -> None:
    (row,) = rows_of(RIGHT.replace(right, wrong), "x.toml")
    refused = entry_of(row)
    assert isinstance(refused, Refusal)
    assert str(refused).startswith(refusal)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (RIGHT + RIGHT, "troubles.toml 14行目: 同じコードの行があります: X-001"),
        (RIGHT.replace("box", "bax"), "troubles.toml 2行目: 知らない表です"),
    ],
)
def test_a_package_with_a_wrong_row_does_not_start(
    text: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "text_of", lambda _: text)
    with pytest.raises(ValueError, match=refusal):
        catalogue._packaged()


def test_a_trouble_carries_its_row() -> None:
    trouble = Trouble("LINE-001", "3回")
    assert (trouble.code, trouble.fault, trouble.retryable) == ("LINE-001", Fault.LINE, True)
    assert str(trouble) == "LINE-001 センターに接続できません (3回)"
    assert str(Trouble("LINE-001")) == "LINE-001 センターに接続できません"


def test_a_code_without_a_row_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Trouble("NONE-001")
