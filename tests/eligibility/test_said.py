"""Sentences that remember what they were made of: Japanese to everybody, another language to who asks."""

import copy
import json
from dataclasses import asdict, dataclass

import pytest

from appliance.eligibility.said import joined, reworded, said
from appliance.eligibility.wording import spoken_date, spoken_ratio

ENGLISH = {
    "残り{count}回": "{count} tries left",
    "{name}を{what}": "{what} {name}",
    "受付": "reception",
    "開く": "open",
    "、": ", ",
    "{day}（{western}）": "{western} ({day})",
    "{era}{year}年{month}月{day}日": "{letter}{number}/{month}/{day}",
    "{tenths}割": "{tenths}0%",
}


def words(text: str, /) -> str:
    return ENGLISH.get(text, text)


def test_it_is_the_japanese_sentence_wherever_text_is_wanted() -> None:
    sentence = said("残り{count}回", count=2)
    assert sentence == "残り2回"
    assert json.dumps([sentence], ensure_ascii=False) == '["残り2回"]'
    assert {sentence: 1}["残り2回"] == 1


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        (said("残り{count}回", count=2), "2 tries left"),
        (said("{name}を{what}", name="受付", what="開く"), "open reception"),
        (said("{name}を{what}", name=said("残り{count}回", count=1), what="見る"), "見る 1 tries left"),
        (joined("、", ("受付", None, "", "開く")), "reception, open"),
        (joined("、", ("受付",)), "reception"),
        (joined("、", ()), ""),
        (spoken_date("19790305"), "1979/3/5 (S54/3/5)"),
        (spoken_date("20190501"), "2019/5/1 (R1/5/1)"),
        (spoken_ratio("030"), "30%"),
        ("知らない言葉", "知らない言葉"),
    ],
)
def test_another_language_turns_form_and_places_around(sentence: str, english: str) -> None:
    assert reworded(sentence, words) == english


def test_what_is_no_text_stays() -> None:
    assert reworded(3, words) == 3
    assert reworded(None, words) is None


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        said("残り{count}回")


@dataclass(frozen=True)
class Row:
    says: str


@pytest.mark.parametrize("sentence", [said("残り{count}回", count=2), joined("、", ("受付", "開く"))])
def test_a_copy_still_knows(sentence: str) -> None:
    before = reworded(sentence, words)
    for made in (copy.deepcopy(sentence), asdict(Row(sentence))["says"]):
        assert reworded(made, words) == before
