"""Appointment lists in the shapes that reservation systems and people make."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility import appointments, list_text
from appliance.eligibility.appointments import Appointment, AppointmentList, Severity
from appliance.eligibility.trouble import Trouble

TODAY = date(2026, 11, 22)
LAWS = {"06": "組合", "39": "後期", "01": "協会"}
HEAD = "患者番号,予約時刻,氏名,保険者番号,記号,番号,枝番,生年月日"
ROW = "101,9:30,見本　太郎,06139992,架空１２,3456,01,1980/2/17"
PERSON = {
    "patient": "101",
    "time": "09:30",
    "name": "見本　太郎",
    "insurer_number": "06139992",
    "symbol": "架空１２",
    "number": "3456",
    "branch": "01",
    "birthdate": "19800217",
}


def read(text: str | bytes) -> AppointmentList:
    data = text.encode() if isinstance(text, str) else text
    return appointments.read(data, TODAY, LAWS)


def one(text: str | bytes) -> Appointment:
    found = read(text)
    assert len(found.people) == 1, found.problems
    return found.people[0]


def says(person: Appointment, **wanted: str) -> bool:
    return all(getattr(person, name) == value for name, value in wanted.items())


def errors(found: AppointmentList) -> list[tuple[int, str]]:
    return [(problem.line, problem.text) for problem in found.problems if problem.severity is Severity.ERROR]


def warnings(found: AppointmentList) -> list[tuple[int, str]]:
    return [(p.line, p.text) for p in found.problems if p.severity is Severity.WARNING]


@pytest.mark.parametrize(
    "data",
    [
        f"{HEAD}\n{ROW}\n",
        f"\ufeff{HEAD}\r\n{ROW}\r\n",
        f"{HEAD}\r{ROW}\r",
        f"{HEAD}\n{ROW}".encode("cp932"),
        f"{HEAD}\n{ROW}".replace(",", "\t").encode("utf-16"),
        f"{HEAD}\n{ROW}".replace(",", "\t"),
        f"{HEAD}\n{ROW}".replace(",", ";"),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEAD, ROW)),
        f"{HEAD}\n\n,,,,,,,\n{ROW}\n\n",
        f"カルテＮｏ．,来院予定時刻,患者氏名,保険者番号（８桁）,被保険者証記号,被保険者証番号,枝番,生年月日（西暦）\n{ROW}",
        f"{HEAD}\n１０１,９時３０分,見本　太郎,０６１３９９９２,架空１２,３４５６,１,昭和５５年２月１７日".replace(
            "１０１", "101"
        ),
        f"{HEAD}\n{ROW.replace('1980/2/17', 'S55.2.17')}",
        f"{HEAD}\n{ROW.replace('1980/2/17', '19800217')}",
        f"{HEAD}\n{ROW.replace('9:30', '2026/11/23 9:30:00')}",
        f"{HEAD}\n{ROW.replace('9:30', '午前9時30分')}",
        f"{HEAD}\n{ROW.replace('9:30', '0930')}",
        "101,06139992,架空１２,3456,01,1980/2/17,9:30,見本　太郎\n",
        "9:30\t101\t見本　太郎\t1980/2/17\t06139992\t架空１２\t3456\t01",
        "番号,記号,生年月日,枝番,患者ID,氏名,予約日時,保険者番号\n3456,架空１２,1980/2/17,01,101,見本　太郎,9:30,06139992",
    ],
)  # fmt: skip
def test_one_person_in_every_shape(data: str | bytes) -> None:
    assert says(one(data), **PERSON)


@pytest.mark.parametrize(
    ("both", "symbol", "number"),
    [
        ("架空１２・3456", "架空１２", "3456"),
        ("12-3456", "12", "3456"),
        ("12　3456", "12", "3456"),
        ("13990049", "", "13990049"),
        ("記・号・３４５６", "記・号", "3456"),
    ],
)
def test_symbol_and_number_in_one_column(both: str, symbol: str, number: str) -> None:
    found = one(f"保険者番号,記号・番号,生年月日\n06139992,{both},S55.2.17")
    assert (found.symbol, found.number) == (symbol, number)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("06139992", "", "保険者番号がありません。"),
        ("06139992", "123", "保険者番号は8桁、国保は6桁の数字です。"),
        ("06139992", "6.14E+06", "保険者番号が数字ではありません。"),
        ("3456", "", "番号がありません。"),
        ("3456", "1" * 21, "記号と番号は20文字までです。"),
        (",01,", ",1A,", "枝番は2桁の数字です（例: 01）。"),
        ("1980/2/17", "", "生年月日がありません。"),
        ("1980/2/17", "1980/2/30", "生年月日: 暦にない日付です。"),
        ("1980/2/17", "2026/11/23", "生年月日が今日より後です。"),
        ("1980/2/17", "1880/2/17", "生年月日が古すぎます。年号を確かめてください。"),
        (
            "3456",
            "1234-5678-9018",
            "12桁のマイナンバーらしい番号があります。保険の書類の番号だけを入れてください。",
        ),
    ],
)
def test_a_wrong_line_is_reported_and_the_others_are_read(before: str, after: str, text: str) -> None:
    found = read(f"{HEAD}\n{ROW}\n{ROW.replace(before, after)}\n{ROW.replace('101', '102')}")
    assert errors(found) == [(3, text)]
    assert [person.line for person in found.people] == [2, 4]
    assert (found.lines, found.left_out) == (3, 1)


@pytest.mark.parametrize(
    ("before", "after", "text", "wanted"),
    [
        (
            "06139992",
            "6139992",
            "保険者番号の先頭の0が落ちているとみなしました。",
            {"insurer_number": "06139992"},
        ),
        ("06139992", "06139993", "保険者番号: 検証番号が合いません。1桁ちがいがないかお確かめください。", {}),
        ("9:30", "25:00", "予約時刻を読めません。時刻なしで照会します。", {"time": ""}),
    ],
)
def test_a_doubtful_line_is_kept_with_a_warning(
    before: str, after: str, text: str, wanted: dict[str, str]
) -> None:
    found = read(f"{HEAD}\n{ROW.replace(before, after)}")
    assert warnings(found) == [(2, text)]
    assert says(found.people[0], **PERSON | {"insurer_number": found.people[0].insurer_number} | wanted)


def test_what_is_not_read_is_said() -> None:
    found = read(f"11月23日の予約\n{HEAD},備考\n{ROW},内視鏡\n{ROW},採血")
    assert warnings(found) == [
        (1, "見出しより前の行なので読みませんでした。"),
        (2, "使わない列があります: 備考"),
        (4, "3行目と同じ人です。両方照会します。"),
    ]
    assert "見出しの行がない" in warnings(read("101,06139992,1,2,01,S55.2.17"))[0][1]


def test_line_numbers_count_the_lines_of_the_file() -> None:
    found = read(
        f"{HEAD}\n\n{ROW.replace('見本　太郎', chr(34) + '見本' + chr(10) + '太郎' + chr(34))}\n{HEAD}"
    )
    assert [person.line for person in found.people] == [3]
    assert errors(found)[0][0] == 5


def test_a_quote_that_never_ends_swallows_nobody_silently() -> None:
    found = read(f'{HEAD}\n{ROW}\n"{ROW}\n{ROW}\n{ROW}\n{ROW}\n')
    assert (len(found.people), found.lines) == (1, 2)
    assert errors(found) == [(3, '6行目まで引用符（"）が閉じていません。')]


def test_the_last_known_insurance_of_the_list() -> None:
    found = one(f"{HEAD},負担割合,有効期限\n{ROW},３割,令和9年7月31日")
    assert (found.ratio, found.valid_until) == ("030", "20270731")


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (b"", "BULK-001", "何も"),
        (b"PK\x03\x04\x00\x00\x00", "BULK-001", "CSVで保存"),
        (b"\x81\xff\xfe\x80", "BULK-001", "文字コード"),
        (f"{HEAD}\n{ROW},x".replace("保険者番号", "ほけん").encode(), "BULK-002", "保険者番号"),
        (b"a,b,c\n1,2,3", "BULK-002", "見出し"),
        (f"{HEAD},マイナンバー\n{ROW},123456789018".encode(), "BULK-003", "マイナンバーの列"),
        (f"{HEAD},個人番号（12桁）\n{ROW},".encode(), "BULK-003", "マイナンバーの列"),
        (f"{HEAD},備考\n{ROW},1234 5678 9018".encode(), "BULK-003", "9列目"),
        (b"x" * (list_text.MOST_BYTES + 1), "BULK-004", "4MB"),
        (f"{HEAD}\n".encode() + f"{ROW}\n".encode() * (appointments.MOST_PEOPLE + 1), "BULK-004", "20000行"),
    ],
)
def test_a_list_that_cannot_be_taken(data: bytes, code: str, detail: str) -> None:
    with pytest.raises(Trouble) as caught:
        read(data)
    assert caught.value.code == code
    assert detail in caught.value.detail


def test_a_list_of_numbers_to_register_needs_no_birthdate() -> None:
    data = "患者番号,保険者番号,記号,番号\n101,06139992,1,2\n,06139992,1,3".encode()
    found = appointments.read_registrations(data, TODAY, LAWS)
    assert [(person.patient, person.birthdate) for person in found.people] == [("101", "")]
    assert errors(found) == [(3, "患者番号がありません。")]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def list_or_code(data: str | bytes) -> AppointmentList | str:
    try:
        return read(data)
    except Trouble as trouble:
        return trouble.code


@given(st.lists(st.lists(CELL | st.sampled_from([*ROW.split(","), "", "0"]), max_size=9), max_size=8))
def test_every_row_is_a_person_or_in_the_report(table: list[list[str]]) -> None:
    body = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in table)
    found = list_or_code(f"{HEAD}\n{ROW}\n{body}")
    if isinstance(found, str):
        assert found in ("BULK-001", "BULK-003")
        return
    assert len({line for line, _ in errors(found)}) == found.left_out
    assert all(p.insurer_number.isdigit() and len(p.birthdate) == 8 and p.number for p in found.people)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_trouble(data: bytes) -> None:
    found = list_or_code(data)
    if isinstance(found, str):
        assert found.startswith("BULK-")
    else:
        assert found.lines >= len(found.people)


@pytest.mark.parametrize(
    ("head", "cell", "day", "time"),
    [
        ("予約時刻", "2026/11/24 9:30", "20261124", "09:30"),
        ("予約日時", "2026-11-24T09:30:00", "20261124", "09:30"),
        ("予約日時", "2026年11月24日(火) 午後2時", "20261124", "14:00"),
        ("予約時刻", "11/24 9:30", "", "09:30"),
        ("予約日", "R8.11.24", "20261124", ""),
        ("来院日", "20261124", "20261124", ""),
    ],
)
def test_the_day_of_an_appointment_where_the_row_says_it(head: str, cell: str, day: str, time: str) -> None:
    found = one(f"{HEAD.replace('予約時刻', head)}\n{ROW.replace('9:30', cell)}")
    assert says(found, day=day, time=time)


def test_a_day_that_cannot_be_read_is_the_lists_and_said() -> None:
    found = read(f"{HEAD.replace('予約時刻', '予約日')}\n{ROW.replace('9:30', '11/24')}")
    assert found.people[0].day == ""
    assert warnings(found) == [(2, "予約日を読めません。一覧の日とみなします。")]
