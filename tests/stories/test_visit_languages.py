"""Whole visits in each language, two patients at two readers step by step, and those who walk away. All in Chromium."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.people import person
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Consents, ConsentWay, Language, Phase
from appliance.settings import Box
from appliance.web.patient.languages import WORDS
from appliance.web.patient.words import Words
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, at_phase, row, sees, type_pin
from tests.stories.seat import Seat, end_devices, newest, seated, trouble_words, without_space

pytestmark = pytest.mark.timeout(120)

PAGES_SEEN = Path(__file__).with_name("pages_seen.js")
LONG_ENOUGH_TO_BE_SEEN = 300
ON_THE_WAY = (
    Phase.READING,
    Phase.PIN,
    Phase.CHECKING_PIN,
    Phase.CONSENTS,
    Phase.ASKING,
    Phase.DONE,
)


@pytest.fixture(scope="module")
def seats(browser: Browser, demo: DemoBox) -> Iterator[tuple[Seat, Seat]]:
    with ExitStack() as stack:
        first, second = (stack.enter_context(seated(browser, demo, reader)) for reader in (1, 2))
        yield first, second


def gives(screen: Page, way: ConsentWay) -> Consents:
    """Answer the consents this way; what was agreed to."""
    if way is not ConsentWay.EACH:
        screen.click(f"[data-give={way}]")
        return ALL_CONSENTS if way is ConsentWay.ALL else NO_CONSENTS
    screen.click("[data-go=next]")
    for count in range(5):
        answer = "yes" if count % 2 == 0 else "no"
        screen.click(f"[data-consent=item]:visible [data-answer={answer}]")
    screen.click("[data-give=chosen]")
    return Consents(True, False, True, False, True)


def expected(words: Words, phase: Phase) -> list[str]:
    """What the page of `phase` says, with the progress above it."""
    page = words.phases[phase]
    more: dict[Phase, list[str]] = {
        Phase.PIN: [words.pin.left[3], words.pin.forgotten, words.pin.confirm, *words.pin.erase],
        Phase.CONSENTS: [
            *words.consents.labels.values(),
            *words.consents.items.values(),
            words.consents.all_yes,
            words.consents.item_by_item,
            words.consents.all_no,
            words.consents.yes,
            words.consents.no,
            words.consents.review,
            words.consents.confirm,
        ],
    }
    return [page.title, page.line, page.follow, *words.steps.values(), *more.get(phase, [])]


@pytest.mark.parametrize(
    ("language", "way"),
    list(zip(Language, [*ConsentWay, ConsentWay.ALL, ConsentWay.NONE], strict=True)),
)
def test_a_whole_visit_speaks_one_language(
    seats: tuple[Seat, Seat], language: Language, way: ConsentWay
) -> None:
    seat, screen, words = seats[0], seats[0].screen, WORDS[language]
    seat.is_idle()
    if language is not Language.JAPANESE:
        seat.chooses(language)
    screen.evaluate(PAGES_SEEN.read_text("utf-8"))
    seat.cards.set_latency(LONG_ENOUGH_TO_BE_SEEN / 5)
    seat.cards.set_sign_time(LONG_ENOUGH_TO_BE_SEEN)
    seat.center.fault("slow", seconds=0.5)
    seat.lay("p01")
    type_pin(screen, "1234")
    at_phase(screen, Phase.CONSENTS)
    consents = gives(screen, way)
    seat.says(Phase.DONE, words.phases[Phase.DONE])
    expect(screen.locator("#options")).to_contain_text(words.bar.options)
    pages = {phase: (lang, without_space(text)) for phase, lang, text in screen.evaluate("pagesSeen")}
    seat.cards.set_latency(0)
    seat.cards.set_sign_time(0)
    seat.center.heal()
    seat.take()
    for phase in ON_THE_WAY:
        lang, text = pages[phase]
        assert lang == language
        assert [said for said in expected(words, phase) if without_space(said) not in text] == []
    (check,) = newest(seat.demo, 1)
    assert check.consents == consents
    assert check.consent_record is not None
    assert (check.consent_record.language, check.consent_record.pressed) == (language, way)
    seat.is_idle()
    expect(screen.locator(".stage:lang(ja)")).to_be_visible(timeout=WAIT_MS)


def test_two_patients_at_two_readers_step_by_step_get_their_own_answers(seats: tuple[Seat, Seat]) -> None:
    first, second = seats
    first.lay("p01")
    second.lay("p09")
    for seat in seats:
        at_phase(seat.screen, Phase.PIN)
    for digit in "1234":
        for seat in seats:
            seat.screen.click(f"[data-digit='{digit}']")
    second.screen.click("[data-confirm]")
    at_phase(second.screen, Phase.CONSENTS)
    at_phase(first.screen, Phase.PIN)
    for seat, word in ((first, "暗証番号を入力中"), (second, "同意を確認中")):
        for desk in (first.desk, second.desk):
            expect(desk.locator(seat.tile)).to_contain_text(word, timeout=WAIT_MS)
    first.screen.click("[data-confirm]")
    at_phase(first.screen, Phase.CONSENTS)
    second.screen.click("[data-give=none]")
    first.screen.click("[data-give=all]")
    first.says(Phase.DONE, WORDS[Language.JAPANESE].phases[Phase.DONE])
    second.says(Phase.FAILED, trouble_words("VISIT-004"))
    found = {check.reader: check for check in newest(first.demo, 2)}
    assert {name: check.consents for name, check in found.items()} == {"1": ALL_CONSENTS, "2": NO_CONSENTS}
    for desk in (first.desk, second.desk):
        sees(desk, found["1"].id, "有効")
        sees(desk, found["1"].id, person("p01").name)
        sees(desk, found["2"].id, "該当資格なし")
        expect(row(desk, found["2"].id)).not_to_contain_text(person("p01").name)
    second.take()
    second.is_idle()
    at_phase(first.screen, Phase.DONE)
    first.take()
    first.is_idle()


@pytest.fixture(scope="module")
def impatient(seats: tuple[Seat, Seat]) -> Seat:
    """The second seat, after the box was told to wait for nobody longer than two seconds."""
    seat = seats[1]
    box = Box(seat.demo.root)
    box.save(replace(box.load(), visit_timeout=2.0, visit_left=1.0, visit_ending=2.0))
    seat.is_idle()
    end_devices(seat.demo)
    at_phase(seat.screen, Phase.OFFLINE)
    seat.is_idle()
    return seat


def test_a_language_chosen_by_somebody_who_walks_away_is_not_the_next_patients(impatient: Seat) -> None:
    impatient.chooses(Language.KOREAN)
    expect(impatient.screen.locator(".stage:lang(ja)[data-phase=idle]")).to_be_visible(timeout=WAIT_MS)


def test_a_page_that_nobody_touches_ends_and_tells_how_to_begin_again(impatient: Seat) -> None:
    impatient.lay("p01")
    at_phase(impatient.screen, Phase.PIN)
    impatient.says(Phase.FAILED, trouble_words("VISIT-002"))
    impatient.take()
    impatient.is_idle()


def test_a_card_left_behind_is_said_at_the_reader_and_on_the_board_until_it_is_taken(
    impatient: Seat,
) -> None:
    alarm = impatient.desk.locator("#alarm")
    expect(alarm).to_be_hidden()
    impatient.lay("p30")
    at_phase(impatient.screen, Phase.FAILED)
    expect(impatient.screen.locator("[data-left=yes]")).to_be_visible(timeout=WAIT_MS)
    impatient.says(Phase.FAILED, WORDS[Language.JAPANESE].left)
    expect(alarm).to_contain_text("窓口2にカードが置かれたままです", timeout=WAIT_MS)
    impatient.says_on_tile("カードが置かれたままです")
    impatient.take()
    impatient.is_idle()
    expect(alarm).to_be_hidden(timeout=WAIT_MS)
    expect(impatient.desk.locator(impatient.tile)).not_to_contain_text("カードが置かれたままです")
