from collections.abc import Iterator
from enum import StrEnum

import pytest

from appliance.eligibility.codes import (
    TABLES,
    UNKNOWN_CODE_LABEL,
    CharacterCode,
    ConsentStatus,
    LimitCertificateChange,
    MedicalTreatment,
    PrescriptionIssue,
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
    is_error,
    label,
)
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, RequestMessage, ResultMessage


def all_blocks(kind: type[Block]) -> Iterator[type[Block]]:
    yield kind
    for slot in layout(kind):
        if slot.block is not None:
            yield from all_blocks(slot.block)


COUNTED = (3, 6, 8, 10, 11, 15, 16, 19, 26, 28, 31, 36, 38, 40, 42, 44)


def test_the_tables_are_those_of_the_facts() -> None:
    assert sorted(TABLES) == [f"OQSCD{number:03}" for number in range(1, 45)]
    keys = {number: " ".join(TABLES[f"OQSCD{number:03}"]) for number in COUNTED}
    assert keys == {
        3: "1 2 9",
        6: "1 2 3 4 5 6",
        8: "01 02 03 99",
        10: "01 02 03 04 05 06 07 A1",
        11: "01 02 03",
        15: "1",
        16: "0 1 2 3",
        19: "01 02 03 04 05",
        26: "0 1",
        28: "1 2 3 4",
        31: "0 1 2 3",
        36: "TSR TKK YZK SRJ SHJ",
        38: "0 1 2 3",
        40: "1 2 3 4 5 6",
        42: "",
        44: "01 02 04 08",
    }
    assert list(TABLES["OQSCD012"]) == [f"A0{n}" for n in range(1, 7)] + [f"B{n:02}" for n in range(1, 11)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1", "有効"),
        ("2", "無効"),
        ("3", "無効（新しい資格あり）"),
        ("4", "該当資格なし"),
        ("5", "複数該当"),
        ("6", "有効（未登録）"),
    ],
)
def test_the_words_reception_knows_for_a_validity(code: str, words: str) -> None:
    assert label("OQSCD006", code) == words


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (QualificationValidity, "OQSCD006"),
        (SegmentOfResult, "OQSCD003"),
        (ProcessingResultStatus, "OQSCD004"),
        (ReferenceClassification, "OQSCD002"),
        (CharacterCode, "OQSCD005"),
        (LimitCertificateChange, "OQSCD014"),
        (ConsentStatus, "OQSCD016"),
        (PrescriptionIssue, "OQSCD017"),
        (MedicalTreatment, "OQSCD028"),
    ],
)
def test_an_enum_holds_exactly_its_table(kind: type[StrEnum], table: str) -> None:
    assert {member.value for member in kind} == set(TABLES[table])


def test_the_other_way_to_say_error_is_understood() -> None:
    assert label("OQSCD003", "3") == label("OQSCD003", "9") == "異常終了"
    assert [is_error(code) for code in ("1", "2", "3", "9", "", None)] == [
        False,
        False,
        True,
        True,
        True,
        True,
    ]


def test_an_unknown_code_has_a_label_too() -> None:
    assert label("OQSCD010", "ZZ") == UNKNOWN_CODE_LABEL
    assert UNKNOWN_CODE_LABEL not in [text for table in TABLES.values() for text in table.values()]


@pytest.mark.parametrize("message", [RequestMessage, ResultMessage])
def test_every_coded_field_names_a_table_there_is(message: type[Block]) -> None:
    used = {slot.code_table for kind in all_blocks(message) for slot in layout(kind) if slot.code_table}
    assert used
    assert used <= set(TABLES)


@pytest.mark.parametrize("message", [RequestMessage, ResultMessage])
def test_no_two_fields_of_a_block_share_an_element(message: type[Block]) -> None:
    for kind in all_blocks(message):
        elements = [slot.element for slot in layout(kind)]
        assert len(set(elements)) == len(elements)
        assert all((slot.item is not None) == (slot.kind is Kind.LIST) for slot in layout(kind))
