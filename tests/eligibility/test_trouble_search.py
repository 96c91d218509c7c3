"""Words of the desk find the right row, however they are typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.eligibility.catalogue import KNOWLEDGE, Entry
from appliance.eligibility.trouble_notes import with_additions
from appliance.eligibility.trouble_search import search


def codes(words: str, most: int = 5) -> list[str]:
    return [entry.code for entry in search(words)[:most]]


@pytest.mark.parametrize("code", KNOWLEDGE)
def test_every_code_finds_its_row_first(code: str) -> None:
    assert codes(code, 1) == [code]


@pytest.mark.parametrize(
    "typed", ["CARD-001", "card-001", "ＣＡＲＤ－００１", "card001", "CARD‐001", "CARDー001", " card-001 "]
)
def test_a_code_is_found_in_any_width_case_and_hyphen(typed: str) -> None:
    assert codes(typed, 1) == ["CARD-001"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("暗証番号 忘れた", "SYM-002"),
        ("暗証番号を忘れた", "SYM-002"),
        ("顔認証ができない", "SYM-001"),
        ("顔 マスク", "SYM-001"),
        ("取り忘れ", "SYM-006"),
        ("カードを取り忘れました", "SYM-006"),
        ("センターが止まった", "SYM-040"),
        ("停電", "SYM-040"),
        ("エラー 分からない", "SYM-060"),
        ("新しい資格", "SYM-021"),
        ("文字化け", "SYM-052"),
        ("生活保護 未登録", "SYM-029"),
        ("黒丸", "SYM-026"),
        ("●", "SYM-026"),
        ("すまほ", "SYM-015"),
        ("ｽﾏｰﾄﾌｫﾝ", "SYM-015"),
        ("音が鳴らない", "SYM-005"),
        ("取り込めない 電子カルテ", "SYM-050"),
        ("24時間", "SYM-033"),
        ("IPv6", "SYM-044"),
        ("返戻", "SYM-039"),
        ("サイバー攻撃", "SYM-066"),
        ("残り1回", "SYM-003"),
        ("複数該当", "SYM-024"),
        ("負担割合が違う", "SYM-025"),
        ("IPv6 回線認証", "SYM-043"),
        ("同意画面が出ない", "SYM-012"),
        ("目視のまま", "SYM-013"),
        ("照会が遅い", "SYM-045"),
        ("電子証明書の期限 医療機関", "SYM-046"),
        ("端末だけ通信できない", "SYM-042"),
        ("公費が出ない", "SYM-030"),
        ("全国 障害", "SYM-041"),
        ("自衛官", "SYM-032"),
    ],
)
def test_what_people_say_finds_the_row_meant(words: str, code: str) -> None:
    assert code in codes(words, 3)


def test_every_word_must_be_found() -> None:
    both = set(codes("暗証番号 ロック", 99))
    assert both
    assert both < set(codes("暗証番号", 99))
    assert search("暗証番号 ぬぬぬぬ") == []


def test_part_of_a_word_is_enough_and_a_whole_word_comes_first() -> None:
    assert "CARD-006" in codes("ロック", 99)
    assert codes("取り忘", 1) == ["SYM-006"]
    found = search("期限")
    assert "期限" in found[0].words
    assert "期限" not in found[-1].words


def test_an_ending_does_not_hide_a_row() -> None:
    assert set(codes("読めません", 99)) >= {"CARD-001", "001"}
    assert "LINE-001" in codes("切れました", 99)


@pytest.mark.parametrize("nothing", ["", "   ", "\u3000", "-", "、"])
def test_nothing_asked_finds_nothing(nothing: str) -> None:
    assert search(nothing) == []


def test_a_note_is_searched_too() -> None:
    entries, _ = with_additions({"a": '[[note]]\ncode = "CARD-003"\ntext = "ぬいぐるみをどける"\n'})
    assert [entry.code for entry in search("ヌイグルミ", entries.values())] == ["CARD-003"]
    assert search("ヌイグルミ") == []


@pytest.mark.parametrize("entry", KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_every_word_of_a_row_finds_it(entry: Entry) -> None:
    for word in entry.words:
        assert entry in search(word), word


def test_a_compound_is_found_by_its_parts() -> None:
    assert "SYM-012" in codes("同意画面", 3)
    assert "SYM-012" not in codes("同意画伯", 99)


def test_an_endless_question_is_answered_like_any_other() -> None:
    assert search("カード" * 50_000) == []
    assert search("期限 " * 50_000)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_can_be_searched(text: str) -> None:
    assert {entry.code for entry in search(text)} <= set(KNOWLEDGE)
