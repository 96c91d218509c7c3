"""What is accepted from a paper: right check digits, days that exist, nothing that only one reading saw."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.devices.paper.judging import judge_dates, judge_number, judge_ratio
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.papers import Check, PaperField, PaperKind, papers

TODAY = date(2026, 11, 22)
KINDS = {kind.name: kind for kind in papers().kinds}
FIELDS: dict[str, tuple[PaperField, PaperKind]] = {
    field.name: (field, kind) for kind in KINDS.values() for field in kind.fields
}
CHECKED = [name for name, (field, _) in FIELDS.items() if field.kind.has_check_digit]


def number(text: str, name: str, kind: str = "") -> str | None:
    field, of = FIELDS[name]
    return judge_number(text, field, KINDS[kind] if kind else of, TODAY).value


@given(text=st.text("0123456789", max_size=14), name=st.sampled_from(CHECKED))
def test_every_accepted_number_has_the_right_check_digit_and_length(text: str, name: str) -> None:
    found = number(text, name)
    if found is not None:
        assert found == text
        assert has_valid_check_digit(text)
        assert len(text) in FIELDS[name][0].lengths


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("insurer_number", "06139992"),
        ("insurer_number", "139998"),
        ("payer_number", "80139991"),
        ("recipient_number", "0000018"),
    ],
)
def test_one_wrong_digit_is_always_refused(name: str, text: str) -> None:
    assert number(text, name, "public" if name == "payer_number" else "") == text
    for place in range(len(text)):
        for digit in set("0123456789") - {text[place]}:
            wrong = text[:place] + digit + text[place + 1 :]
            assert number(wrong, name, "public" if name == "payer_number" else "") is None


@pytest.mark.parametrize("text", ["77777777", "77777779", "06489995", "99139994"])
def test_numbers_that_no_paper_can_bear(text: str) -> None:
    assert number(text, "insurer_number") is None


def test_a_ticket_bears_the_law_of_tickets() -> None:
    assert number("12139994", "payer_number", "ticket") == "12139994"
    assert number("54139993", "payer_number", "ticket") is None
    assert number("54139993", "payer_number", "public") == "54139993"


def test_twelve_digits_are_never_taken() -> None:
    assert number("123456789018", "number") is None


def test_what_has_no_check_digit_says_so() -> None:
    field, kind = FIELDS["number"]
    assert judge_number("0045", field, kind, TODAY).check is Check.NONE


def day(name: str, *texts: str, label: str = "有効期間") -> str | None:
    return judge_dates(texts, FIELDS[name][0], label, TODAY).value


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("昭和54年3月5日", "昭和 54 年 3 月 5 日"), "1979-03-05"),
        (("平成元年1月8日女", "平成元年1月8H女"), "1989-01-08"),
        (("昭和54年3月5日", "昭和54年3月6日"), None),
        (("昭和64年1月8日",) * 2, None),
        (("令和8年2月30日",) * 2, None),
        (("令和9年3月5日",) * 2, None),
        (("明治6年1月1日",) * 2, None),
        (("昭和54年3月58",) * 2, None),
        (("54年3月5日",) * 2, None),
        (("",) * 2, None),
    ],
)
def test_birth_dates(texts: tuple[str, str], value: str | None) -> None:
    assert day("birthdate", *texts) == value


def test_a_period_has_a_first_and_a_last_day_in_order() -> None:
    text = "令和8年8月1日から令和9年7月31日まで"
    assert day("valid_from", text, text) == "2026-08-01"
    assert day("valid_until", text, text) == "2027-07-31"
    assert day("valid_from", "令和8年8月1日", "令和8年8月1日") is None
    assert day("valid_until", "令和8年12月1日", "令和8年12月1日", label="有効期限") == "2026-12-01"
    back = "令和9年8月1日から令和8年7月31日まで"
    assert day("valid_until", back, back) is None


@pytest.mark.parametrize(
    "text", ["自令和8年8月1日至今和9年7月31日", "令和8年8月1日から", "令和8年8月1日から9.7.31"]
)
def test_one_readable_date_of_two_is_not_the_other(text: str) -> None:
    assert day("valid_from", text, text) is None
    assert day("valid_until", text, text) is None


@pytest.mark.parametrize(
    ("texts", "value"),
    [(("2割", "２ 割"), "2割"), (("2割", "3割"), None), (("4割", "4割"), None), (("2割又は3割",) * 2, None)],
)
def test_ratios(texts: tuple[str, str], value: str | None) -> None:
    assert judge_ratio(texts).value == value
