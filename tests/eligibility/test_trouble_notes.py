"""A site's own notes stand beside the catalogue; a wrong one is refused alone, by file, line and reason."""

from datetime import date

import pytest

from appliance.eligibility.catalogue import KNOWLEDGE, Fault, Kind
from appliance.eligibility.trouble_notes import with_additions

NOTE = """
[[note]]
code = "CARD-003"
text = "2番の窓口では、下の金属の台を外すと読めます。"
by = "佐藤"
on = 2026-04-01
"""
CENTER = """
[[center]]
code = "OQSX9999E"
fault = "center"
title = "当院で見たコード"
reception = "少し待って、もう一度お試しください。"
"""
SYMPTOM = CENTER.replace("center]]", "symptom]]").replace("OQSX9999E", "LOCAL-001")


def refusals_of(**texts: str) -> list[str]:
    return [str(refusal) for refusal in with_additions(texts)[1]]


def test_without_additions_the_catalogue_is_as_it_came() -> None:
    assert with_additions({}) == (KNOWLEDGE, ())


def test_a_note_stands_with_its_code_and_changes_nothing_else() -> None:
    entries, refusals = with_additions({"a.toml": NOTE})
    assert refusals == ()
    (note,) = entries["CARD-003"].notes
    assert (note.by, note.on, note.file, note.line) == ("佐藤", date(2026, 4, 1), "a.toml", 2)
    assert "金属の台" in note.text
    assert {code for code in KNOWLEDGE if entries[code] != KNOWLEDGE[code]} == {"CARD-003"}
    assert KNOWLEDGE["CARD-003"].notes == ()


def test_own_rows_need_only_what_reception_reads() -> None:
    entries, refusals = with_additions({"a.toml": CENTER + SYMPTOM})
    assert refusals == ()
    assert (entries["OQSX9999E"].kind, entries["LOCAL-001"].kind) == (Kind.CENTER, Kind.SYMPTOM)
    assert entries["OQSX9999E"].fault is Fault.CENTER
    assert (entries["OQSX9999E"].source, entries["OQSX9999E"].engineer) == ("a.toml", "")
    assert not entries["OQSX9999E"].retryable


def test_several_notes_from_several_files_stand_in_their_order_also_on_own_rows() -> None:
    to_own = NOTE.replace("CARD-003", "OQSX9999E")
    entries, refusals = with_additions({"a.toml": to_own + to_own, "b.toml": CENTER + to_own})
    assert refusals == ()
    assert [(note.file, note.line) for note in entries["OQSX9999E"].notes] == [
        ("a.toml", 2),
        ("a.toml", 8),
        ("b.toml", 8),
    ]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (NOTE.replace("CARD-003", "CARD-999"), "a 3行目: 知らないコードです: CARD-999"),
        (NOTE.replace('by = "佐藤"', 'who = "佐藤"'), "a 5行目: 知らない項目です: who"),
        (NOTE.replace('by = "佐藤"', "by = 3"), "a 5行目: by の値が正しくありません"),
        (NOTE.replace("2026-04-01", "2026-04-01T09:00:00"), "a 6行目: on の値が正しくありません"),
        (NOTE.replace("text", "by", 1).replace('by = "佐藤"', ""), "a 2行目: text がありません"),
        (CENTER.replace('fault = "center"', ""), "a 2行目: fault がありません"),
        (CENTER.replace('"center"', '"moon"'), "a 4行目: fault の値が正しくありません"),
        (CENTER.replace("OQSX9999E", "CARD-001"), "a 3行目: CARD-001 の行はすでにあります"),
        (CENTER + CENTER, "a 9行目: OQSX9999E の行はすでにあります"),
        (SYMPTOM.replace("LOCAL-001", "SYM-900"), "a 3行目: 症状のコードは LOCAL-001 の形"),
        (CENTER.replace("center]]", "box]]"), "a 2行目: この装置のコードは加えられません"),
        (CENTER.replace("center]]", "memo]]"), "a 2行目: 知らない表です: memo"),
        ('[[note]]\ncode = "CARD-003\n', "a 2行目: TOMLとして読めません"),
        ('title = "x"\n', "a: [[行]] ではない項目があります: title"),
    ],
)
def test_a_wrong_row_or_file_is_refused_and_takes_nothing_with_it(text: str, refusal: str) -> None:
    entries, refusals = with_additions({"a": text, "b": NOTE})
    (said,) = refusals
    assert str(said).startswith(refusal)
    assert len(entries["CARD-003"].notes) == 1
    assert set(KNOWLEDGE) <= set(entries)


def test_the_right_rows_of_a_file_with_a_wrong_one_are_shown() -> None:
    wrong = NOTE.replace("CARD-003", "CARD-999")
    entries, refusals = with_additions({"a": NOTE + wrong + CENTER})
    assert [refusal.line for refusal in refusals] == [9]
    assert entries["CARD-003"].notes
    assert "OQSX9999E" in entries


def test_refusals_come_in_the_order_of_files_and_lines() -> None:
    wrong = NOTE.replace("CARD-003", "CARD-999")
    said = refusals_of(b=wrong + CENTER + CENTER, a=wrong)
    assert [text.split(":")[0] for text in said] == ["a 3行目", "b 3行目", "b 15行目"]
