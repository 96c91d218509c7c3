"""Whatever goes wrong at the reader, in Chromium: what the patient reads then, what reception reads, and that no check is opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.visit import Language, Phase
from appliance.web.patient.languages import WORDS
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, at_phase, sees, type_pin
from tests.stories.seat import Seat, newest, seated, trouble_words

pytestmark = pytest.mark.timeout(120)

JAPANESE = WORDS[Language.JAPANESE]
Act = Callable[[Seat], object]


@pytest.fixture(scope="module")
def seat(browser: Browser, demo: DemoBox) -> Iterator[Seat]:
    with seated(browser, demo) as found:
        yield found


def lays(person: str) -> Act:
    return lambda seat: seat.lay(person)


def types(pin: str) -> Act:
    return lambda seat: type_pin(seat.screen, pin)


def presses(words: str) -> Act:
    return lambda seat: seat.presses(words)


def comes_to(phase: Phase) -> Act:
    return lambda seat: at_phase(seat.screen, phase)


def takes(seat: Seat) -> None:
    seat.take()


def slow_reading(seat: Seat) -> None:
    seat.cards.set_latency(400)


def slow_signing(seat: Seat) -> None:
    seat.cards.set_sign_time(3000)


def is_told_of_a_wrong_pin(seat: Seat) -> None:
    warning = seat.screen.locator(".pin .warning")
    expect(warning).to_contain_text(JAPANESE.pin.wrong, timeout=WAIT_MS)
    expect(warning).to_contain_text(JAPANESE.pin.left[2])


def calls_staff(seat: Seat) -> None:
    """The patient calls, reception sees who, looks at the pane and stops the visit."""
    seat.presses(JAPANESE.bar.staff)
    expect(seat.screen.locator("#staff")).to_have_text(JAPANESE.bar.staff_called, timeout=WAIT_MS)
    seat.says_on_tile("患者さんが係員を呼んでいます")
    seat.desk.click(f"{seat.tile} [data-act=help]")
    seat.desk.click("[data-help=cancel]")


@dataclass(frozen=True)
class Failure:
    """`acts` one after another end the visit with `code`."""

    name: str
    acts: tuple[Act, ...]
    code: str


TO_CONSENTS = (lays("p01"), types("1234"), comes_to(Phase.CONSENTS))
FAILURES = (
    Failure("a chip that says nothing", (lays("mute"),), "CARD-001"),
    Failure("another card", (lays("foreign"),), "CARD-002"),
    Failure("the card before My Number", (lays("juki"),), "CARD-002"),
    Failure("an expired certificate", (lays("p27"),), "CARD-007"),
    Failure("a locked PIN", (lays("p30"),), "CARD-006"),
    Failure("a PIN with one try left", (lays("p31"),), "CARD-005"),
    Failure(
        "a wrong PIN, twice",
        (lays("p03"), types("9876"), is_told_of_a_wrong_pin, types("5432")),
        "CARD-005",
    ),
    Failure("taken while read", (slow_reading, lays("p01"), comes_to(Phase.READING), takes), "CARD-003"),
    Failure("taken at the PIN", (lays("p01"), comes_to(Phase.PIN), takes), "CARD-003"),
    Failure(
        "taken while the PIN is checked",
        (slow_signing, lays("p01"), types("1234"), comes_to(Phase.CHECKING_PIN), takes),
        "CARD-003",
    ),
    Failure("taken at the consents", (*TO_CONSENTS, takes), "CARD-003"),
    Failure(
        "given up at the PIN", (lays("p01"), comes_to(Phase.PIN), presses(JAPANESE.bar.cancel)), "VISIT-003"
    ),
    Failure("given up at the consents", (*TO_CONSENTS, presses(JAPANESE.bar.cancel)), "VISIT-003"),
    Failure("staff called, who stop it", (lays("p01"), comes_to(Phase.PIN), calls_staff), "VISIT-003"),
)


def test_a_card_that_is_not_seen_at_all_leaves_the_help_sheet(seat: Seat) -> None:
    seat.is_idle()
    seat.presses(JAPANESE.bar.help)
    sheet = seat.screen.locator("[data-sheet=help]")
    for case in JAPANESE.help.cases.values():
        expect(sheet).to_contain_text(case.title)
        expect(sheet).to_contain_text(case.line)
    seat.presses(JAPANESE.help.close)
    expect(sheet).to_be_hidden()


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_a_failure_says_what_to_do_next_and_opens_no_check(seat: Seat, failure: Failure) -> None:
    before = len(newest(seat.demo, 50))
    try:
        for act in failure.acts:
            act(seat)
        seat.says(Phase.FAILED, trouble_words(failure.code))
        seat.says_on_tile(CATALOGUE[failure.code].title)
    finally:
        seat.take()
        seat.cards.set_latency(0)
        seat.cards.set_sign_time(0)
    assert len(newest(seat.demo, 50)) == before


def test_an_unplugged_reader_asks_nobody_for_a_card_until_it_is_back(seat: Seat) -> None:
    seat.lay("p01")
    at_phase(seat.screen, Phase.PIN)
    seat.demo.do("demo", "pcscd", "unplug")
    seat.says(Phase.OFFLINE, JAPANESE.phases[Phase.OFFLINE])
    seat.says_on_tile(CATALOGUE["READER-001"].title)
    seat.take()
    seat.demo.do("demo", "pcscd", "plug")
    seat.is_idle()
    expect(seat.desk.locator(seat.tile)).not_to_contain_text(CATALOGUE["READER-001"].title, timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("person", "fault", "word"), [("p09", "", "該当資格なし"), ("p02", "refuse", "照会エラー")]
)
def test_an_answer_that_does_not_confirm_names_no_reason_on_the_screen(
    seat: Seat, person: str, fault: str, word: str
) -> None:
    """Unknown, or a card that the center refuses: others in the waiting room read the screen too."""
    if fault:
        seat.center.fault(fault)
    seat.lay(person)
    type_pin(seat.screen, "1234")
    at_phase(seat.screen, Phase.CONSENTS)
    seat.screen.click("[data-give=none]")
    seat.says(Phase.FAILED, trouble_words("VISIT-004"))
    sees(seat.desk, newest(seat.demo, 1)[0].id, word)
    seat.take()
    if fault:
        seat.center.heal()


def test_a_card_taken_while_the_center_is_asked_loses_nothing(seat: Seat) -> None:
    seat.center.fault("slow", seconds=2)
    seat.lay("p02")
    type_pin(seat.screen, "1234")
    at_phase(seat.screen, Phase.CONSENTS)
    seat.screen.click("[data-give=all]")
    at_phase(seat.screen, Phase.ASKING)
    seat.take()
    seat.says(Phase.DONE, JAPANESE.phases[Phase.DONE])
    seat.center.heal()
    sees(seat.desk, newest(seat.demo, 1)[0].id, "有効")


def test_with_the_center_down_the_patient_is_received_and_the_answer_comes_later(seat: Seat) -> None:
    seat.center.fault("down")
    seat.lay("p12")
    type_pin(seat.screen, "1234")
    at_phase(seat.screen, Phase.CONSENTS)
    seat.screen.click("[data-give=all]")
    seat.says(Phase.DEFERRED, JAPANESE.phases[Phase.DEFERRED])
    seat.says_on_tile("照会待ち")
    (check,) = newest(seat.demo, 1)
    sees(seat.desk, check.id, "照会待ち")
    seat.take()
    seat.center.heal()
    sees(seat.desk, check.id, "有効")
