from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.comparing import LIKENESS_LABELS, Likeness, compare_names, same_number
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.variants import variants

VARIANTS = variants(packaged_book(), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ヤマダ ショウイチ", "ﾔﾏﾀﾞ ｼﾖｳｲﾁ"),
        ("キョウ", "キヨウ"),
        ("山田　太郎", "山田 太郎"),
        ("山田太郎", " 山田 太郎 "),
        ("SMITH JOHN", "Ｓｍｉｔｈ　Ｊｏｈｎ"),
        ("リー", "ﾘ-"),
        ("ガ", "ｶﾞ"),
        ("葛\U000e0100城", "葛城"),
        ("\ufa19", "神"),
        ("", "　"),
    ],
)
def test_names_that_are_the_same(left: str, right: str) -> None:
    assert compare_names(left, right) is Likeness.SAME


@pytest.mark.parametrize(
    ("left", "right"), [("●橋 一郎", "髙橋　一郎"), ("吉田●", "吉田愛"), ("●", "𠮷"), ("●●", "髙﨑")]
)
def test_a_gap_stands_for_one_character(left: str, right: str) -> None:
    assert compare_names(left, right) is Likeness.SAME_BUT_CHARACTERS
    assert compare_names(right, left) is Likeness.SAME_BUT_CHARACTERS


@pytest.mark.parametrize(
    ("left", "right"),
    [("山田", "山本"), ("●田", "山本"), ("●", "山田"), ("●", ""), ("ハハ", "パパ"), ("髙橋", "高橋")],
)
def test_names_that_differ(left: str, right: str) -> None:
    assert compare_names(left, right) is Likeness.DIFFERENT


def test_variants_make_names_the_same_but_for_characters() -> None:
    assert compare_names("髙﨑", "高崎", VARIANTS) is Likeness.SAME_BUT_CHARACTERS
    assert compare_names("髙﨑", "髙崎", VARIANTS) is Likeness.SAME_BUT_CHARACTERS
    assert compare_names("髙田", "高山", VARIANTS) is Likeness.DIFFERENT


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("１２－３", "12-3"),
        ("12‐3", "12−3"),
        ("12・3", "12 3"),
        (" 0123 ", "0123"),
        ("ｱｲｳ", "アイウ"),
        ("公立－１", "公立ー1"),
    ],
)
def test_numbers_that_mean_the_same(left: str, right: str) -> None:
    assert same_number(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [("0123", "123"), ("12-3", "123"), ("1", "2"), ("", "0"), ("あ", "ぁ")]
)
def test_numbers_that_do_not(left: str, right: str) -> None:
    assert not same_number(left, right)


@given(st.text(max_size=15), st.text(max_size=15))
def test_comparing_knows_no_order(left: str, right: str) -> None:
    assert compare_names(left, left) is Likeness.SAME
    assert compare_names(left, right) is compare_names(right, left)
    assert same_number(left, right) is same_number(right, left)


def test_every_likeness_has_a_word() -> None:
    assert set(LIKENESS_LABELS) == set(Likeness)
