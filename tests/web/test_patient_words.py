"""What the patient screen says, for every phase and every trouble."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

import pytest

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.visit import PHONE_WAYS, Consents, Hint, Language, Phase
from appliance.ledger.readers import Manner
from appliance.web.patient.languages import WORDS
from appliance.web.patient.screen import OFFLINE, Screen
from appliance.web.patient.words import STEP_OF_PHASE, Step, Words

LANGUAGES = [pytest.param(words, id=language) for language, words in WORDS.items()]
AT_THE_READER = ("CARD-", "READER-", "VISIT-")
ON_STAFF_PAGES = {"READER-006"}


def screen(phase: Phase, trouble_code: str | None = None, tries_left: int | None = None) -> Screen:
    return Screen(
        phase=phase,
        visit="v",
        tries_left=tries_left,
        trouble_code=trouble_code,
        staff_called=False,
        revision="",
    )


def texts(value: object) -> Iterator[str]:
    """Every text in a table of words, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def test_every_language_is_there() -> None:
    assert list(WORDS) == list(Language)


@pytest.mark.parametrize("words", LANGUAGES)
def test_a_language_says_as_much_as_japanese_does_and_in_its_own_words(words: Words) -> None:
    japanese = WORDS[Language.JAPANESE]
    assert set(words.hints) == set(Hint)
    assert set(words.help.cases) == set(japanese.help.cases)
    assert [len(shape) for _, shape in words.number.parts] == [6, 4, 4]
    assert set(words.pin.left) == set(words.phone.pin_left) == set(japanese.pin.left)
    assert set(words.phone.phases) == set(japanese.phone.phases)
    assert set(words.phone.troubles) == set(japanese.phone.troubles)
    assert set(words.ways) == set(japanese.ways)
    assert "{count}" in words.pin.entered
    assert "{seconds}" in words.bar.elapsed
    if words is not japanese:
        kana = [
            text for text in texts(words) if re.search("[ぁ-んァ-ヺ]", text.replace("マイナンバーカード", ""))
        ]
        assert kana == []


@pytest.mark.parametrize("words", LANGUAGES)
def test_every_phase_has_words(words: Words) -> None:
    assert set(words.phases) == set(Phase) - {Phase.FAILED}
    assert set(words.steps) == set(Step)
    assert list(words.steps) == list(Step), "the progress follows this order"


@pytest.mark.parametrize("words", LANGUAGES)
def test_every_trouble_at_the_reader_has_words_of_its_own(words: Words) -> None:
    shown = {code for code in CATALOGUE if code.startswith(AT_THE_READER)} - ON_STAFF_PAGES
    assert set(words.troubles) == shown
    assert {code for code in CATALOGUE if code.startswith("PHONE-")} <= set(words.phone.troubles)


@pytest.mark.parametrize("words", LANGUAGES)
def test_a_trouble_is_never_told_in_the_words_for_staff(words: Words) -> None:
    for code, entry in CATALOGUE.items():
        said = words.of_phase(Phase.FAILED, code)
        assert said.title
        assert entry.reception not in (said.line, said.follow), code


@pytest.mark.parametrize("words", LANGUAGES)
def test_every_consent_names_data_and_purpose(words: Words) -> None:
    names = [field.name for field in fields(Consents)]
    assert list(words.consents.labels) == names
    assert list(words.consents.items) == names


def test_a_failure_without_a_code_still_says_what_to_do() -> None:
    said = WORDS[Language.JAPANESE].of_phase(Phase.FAILED, None)
    assert "カードをお取りください" in said.line
    assert "係員" in said.follow


def test_the_warning_counts_what_the_card_grants_and_what_is_left_here() -> None:
    words = WORDS[Language.JAPANESE]
    assert "あと2回" in screen(Phase.PIN, tries_left=2).tries_words(words)[0]
    assert "あと1回" in screen(Phase.PIN, tries_left=2).tries_words(words)[1]
    assert "3回" in screen(Phase.PIN, tries_left=3).tries_words(words)[0]
    assert screen(Phase.PIN, tries_left=None).tries_words(words) == screen(
        Phase.PIN, tries_left=3
    ).tries_words(words)


def test_only_a_wrong_pin_of_this_visit_is_called_wrong() -> None:
    assert screen(Phase.PIN, "CARD-004", 2).pin_was_wrong
    assert not screen(Phase.PIN, None, 2).pin_was_wrong
    assert not screen(Phase.FAILED, "CARD-004", 2).pin_was_wrong


def test_a_call_for_staff_does_not_draw_the_page_anew() -> None:
    calm = screen(Phase.PIN, tries_left=3)
    called = Screen(**{**calm.__dict__, "staff_called": True, "revision": "later"})
    assert calm.key == called.key
    assert calm.key != screen(Phase.PIN, tries_left=2).key


def test_a_reader_for_phones_that_comes_or_goes_changes_the_first_page_only() -> None:
    def key(phase: Phase, *, phone: bool) -> str:
        return Screen(**{**screen(phase).__dict__, "manner": Manner(phone=phone)}).key

    assert key(Phase.PIN, phone=True) == key(Phase.PIN, phone=False)
    assert key(Phase.IDLE, phone=True) != key(Phase.IDLE, phone=False)


def test_progress_only_moves_forward() -> None:
    order = list(Step)
    way = [Phase.IDLE, Phase.READING, Phase.PIN, Phase.CHECKING_PIN, Phase.CONSENTS, Phase.ASKING, Phase.DONE]
    at = [order.index(STEP_OF_PHASE[phase]) for phase in way]
    assert at == sorted(at)
    assert OFFLINE.step is None


def test_the_picture_asks_to_lay_the_card_again_only_where_that_helps() -> None:
    assert screen(Phase.FAILED, "CARD-003").picture == "again"
    assert screen(Phase.FAILED, "CARD-006").picture == "failed"


def test_a_visit_by_phone_speaks_of_the_phone_and_asks_nobody_to_take_a_card() -> None:
    words = WORDS[Language.JAPANESE]
    by_phone = replace(screen(Phase.DONE), manner=Manner(ways=PHONE_WAYS))
    assert by_phone.words(words).title == "受付が終わりました"
    assert by_phone.picture == "phone-done"
    assert screen(Phase.DONE).words(words) != by_phone.words(words)
    failed = replace(by_phone, phase=Phase.FAILED, trouble_code="CARD-008")
    assert failed.words(words) == words.phone.other_trouble
    assert replace(by_phone, phase=Phase.PIN).tries_words(words)[0] == words.phone.pin_left[3]
    # A phone on the reader for cards: the visit is one by card, the words are about phones all the same.
    assert "小さいリーダー" in screen(Phase.FAILED, "PHONE-005").words(words).title
    assert screen(Phase.FAILED, "PHONE-005").picture == "phone-hold"


def test_the_phone_is_offered_only_where_its_reader_is() -> None:
    assert replace(screen(Phase.IDLE), manner=Manner(phone=True)).offers_phone
    assert not screen(Phase.IDLE).offers_phone
    assert not replace(screen(Phase.PIN), manner=Manner(phone=True)).offers_phone
