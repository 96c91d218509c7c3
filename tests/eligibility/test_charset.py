from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.charset import WHY_LABELS, Why, is_claimable, odd_characters, proposal
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.variants import VariantRow, variants

VARIANTS = variants(packaged_book(), date(2026, 11, 22))


@pytest.mark.parametrize(
    "text", ["山田 太郎", "ﾔﾏﾀﾞ ﾀﾛｳ", "A-1(3)", "記号・１２－３", "凜熙槇遙瑤堯", "～∥￢￥", "嵜惠眞廣彌"]
)
def test_what_a_claim_can_carry_is_not_found(text: str) -> None:
    assert odd_characters(text, VARIANTS) == ()
    assert proposal(text, VARIANTS) == text


@pytest.mark.parametrize(
    ("character", "why", "suggestion"),
    [
        ("髙", Why.VENDOR, "高"),
        ("﨑", Why.VENDOR, "崎"),
        ("德", Why.VENDOR, "徳"),
        ("①", Why.VENDOR, "1"),
        ("㈱", Why.VENDOR, "(株)"),
        ("\ufa19", Why.VENDOR, "神"),
        ("纊", Why.VENDOR, None),
        ("俠", Why.LEVEL_3_OR_4, "侠"),
        ("𠮷", Why.UNICODE_ONLY, "吉"),
        ("𠀋", Why.LEVEL_3_OR_4, None),
        ("한", Why.UNICODE_ONLY, None),
        ("é", Why.LEVEL_3_OR_4, None),
        ("●", Why.GAP, None),
        ("\ue000", Why.PRIVATE, None),
        ("\n", Why.CONTROL, ""),
        ("\u200b", Why.CONTROL, ""),
        ("\U000e0100", Why.SELECTOR, ""),
    ],
)
def test_what_it_cannot_is_found_and_explained(character: str, why: Why, suggestion: str | None) -> None:
    (odd,) = odd_characters(f"山{character}田", VARIANTS)
    assert (odd.position, odd.character, odd.why, odd.suggestion) == (1, character, why, suggestion)
    assert odd.codepoint in odd.words()
    assert WHY_LABELS[why] in odd.words()


def test_the_words_offer_and_do_not_decide() -> None:
    (odd,) = odd_characters("髙橋", VARIANTS)
    assert odd.words() == "1文字目「髙」（U+9AD9）: 機種依存文字です。レセプトでは使えません。（候補: 高）"


def test_a_loose_voicing_mark_is_put_together_in_the_proposal_only() -> None:
    text = "か\u3099とう"
    assert [(odd.position, odd.why, odd.suggestion) for odd in odd_characters(text, VARIANTS)] == [
        (1, Why.COMBINING, "が")
    ]
    assert proposal(text, VARIANTS) == "がとう"
    assert odd_characters("\u3099", VARIANTS)[0].suggestion is None


@pytest.mark.parametrize(
    ("text", "proposed"),
    [("髙﨑 𠮷德", "高崎 吉徳"), ("渡邉●", None), ("葛\U000e0100城", "葛城"), ("纊", None)],
)
def test_a_proposal_is_whole_or_none(text: str, proposed: str | None) -> None:
    assert proposal(text, VARIANTS) == proposed


def test_what_euc_and_cp932_take_beyond_jis_x_0208_is_outside() -> None:
    assert "纊".encode("euc_jp")
    assert "髙".encode("cp932")
    assert not is_claimable("纊")
    assert not is_claimable("髙")


def test_the_kanji_inside_are_those_of_both_levels() -> None:
    inside = [chr(code) for code in range(0x4E00, 0xA000) if is_claimable(chr(code))]
    assert len(inside) == 6355 + len("仝")  # 仝 stands among the symbols


def test_every_variant_leads_from_outside_to_inside() -> None:
    pairs = [pair for row in packaged_book().all(VariantRow) for pair in row.pairs]
    assert len(pairs) > 80
    assert all(not is_claimable(pair[0]) and is_claimable(pair[1]) for pair in pairs)


@given(st.text(max_size=30))
def test_a_proposal_can_always_be_carried(text: str) -> None:
    proposed = proposal(text, VARIANTS)
    if proposed is not None:
        assert odd_characters(proposed, VARIANTS) == ()


def test_every_reason_has_words() -> None:
    assert set(WHY_LABELS) == set(Why)
