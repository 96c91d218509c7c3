"""What is typed from a 公費の証: errors stop, odd numbers are only mentioned, a slip of one digit is named."""

from datetime import date

import pytest

from appliance.eligibility.local_certificate import (
    LocalFacts,
    TypedLocal,
    errors_of,
    facts_of,
    read,
    warnings_of,
)
from appliance.eligibility.number_hints import hinted_warnings
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.structures import NumberKind

TODAY = date(2026, 11, 22)
GOOD = {
    "programme": "こども医療費",
    "payer_number": "８１１３９９９２",
    "beneficiary_number": "1234566",
    "valid_from": "R8.4.1",
    "valid_until": "令和9年3月31日",
    "pays": "1回500円",
}


def warned(typed: TypedLocal) -> dict[str, tuple[str, ...]]:
    return warnings_of(typed, laws(packaged_book(), LawSide.PUBLIC, TODAY), TODAY)


def test_what_is_right_becomes_the_facts() -> None:
    typed = read(GOOD | {"payer_number": "８０１３９９９１"})
    assert errors_of(typed) == {}
    assert warned(typed) == {}
    assert facts_of(typed) == LocalFacts(
        "こども医療費", "80139991", "1234566", date(2026, 4, 1), date(2027, 3, 31), "1回500円"
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("programme", "", "制度の名前"),
        ("payer_number", "", "公費負担者番号を入力"),
        ("beneficiary_number", "", "受給者番号を入力"),
        ("beneficiary_number", "123456789018", "マイナンバーは入力できません"),
        ("pays", "1234 5678 9018", "マイナンバーは入力できません"),
        ("pays", "あ" * 41, "40文字まで"),
        ("beneficiary_number", "1" * 31, "30字まで"),
        ("payer_number", "8013999１あ", "英数字"),
        ("valid_until", "", "有効期限を入力"),
        ("valid_until", "R8.3.31", "始まりより前"),
        ("valid_from", "そのうち", "日付の書き方"),
    ],
)
def test_what_stops(name: str, value: str, text: str) -> None:
    assert text in errors_of(read(GOOD | {name: value}))[name]


def test_what_is_only_mentioned() -> None:
    typed = read(
        GOOD | {"payer_number": "80139992", "beneficiary_number": "1234567", "valid_until": "R8.10.31"}
    )
    found = warned(typed)
    assert set(found) == {"payer_number", "beneficiary_number", "valid_until"}
    assert "検証番号が合いません" in found["payer_number"][0]
    # Numbers of towns may have any length.
    assert "beneficiary_number" not in warned(read(GOOD | {"beneficiary_number": "12345678901"}))


def test_the_likeliest_slip_is_named_and_nothing_is_put_right() -> None:
    known = laws(packaged_book(), LawSide.INSURER, TODAY)
    right = "06139992"
    worn = right.replace("3", "5")
    found = hinted_warnings(NumberKind.INSURER, worn, known)
    assert "4桁目は 5 ではなく 3 ではありませんか。" in found
    assert len(found) <= 3 + len([one for one in found if "一覧" in one or "都道府県" in one])
    assert hinted_warnings(NumberKind.INSURER, right, known) == ()
