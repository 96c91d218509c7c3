"""A patient at a reader with a camera: by face, with another's card, and with a look by reception. All in Chromium."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo import people
from appliance.demo.camera_client import CameraKnobs
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.evidence import HolderVerification
from appliance.eligibility.visit import Hint, Language, Phase
from appliance.ledger import audit, checks
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.settings import Box
from appliance.web.patient.languages import WORDS
from tests.stories.demo_box import DemoBox, start
from tests.stories.pages import WAIT_MS, at_phase, sees, signed_in, type_pin
from tests.stories.seat import Seat, seated, trouble_words

pytestmark = pytest.mark.timeout(180)

_TURNS = {"左": 25.0, "右": -25.0}


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoBox]:
    """A demo with a camera at its reader."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        running = start(Path(folder), 1, "--face")
        yield running
        try:
            assert running.stop() == 0
        finally:
            running.close()


def choose_face(screen: Page, person: str) -> None:
    """Choose the face and type the number from the card, as it is printed there."""
    at_phase(screen, "choose")
    screen.click("[data-way=face]")
    at_phase(screen, "card_number")
    screen.click("[data-keys]")
    for digit in people.person(person).verification_number_b:
        screen.click(f"[data-digit='{digit}']")
    screen.click("[data-confirm]")


def turn_as_asked(screen: Page, demo: DemoBox) -> None:
    """Turn the head to where the screen says, and back, until it says nothing more."""
    camera = CameraKnobs(demo.root)
    at_phase(screen, "face")
    said = ""
    while screen.locator("[data-phase=face]").count():
        now = screen.locator("[data-phase] h1").first.text_content() or ""
        if now != said:
            said = now
            camera.turn(next((yaw for side, yaw in _TURNS.items() if side in now), 0.0))
        screen.wait_for_timeout(50)


def newest(demo: DemoBox) -> tuple[Check, list[tuple[str, str, str]]]:
    """The newest check, and what the audit trail says of it: actor, action, detail."""
    ledger = Ledger.of(Box(demo.root))
    try:
        check = checks.recent(ledger, 1)[0]
        rows = [row for row in audit.latest(ledger, 50) if row.subject == check.id]
        return check, [(row.actor, row.action, row.detail) for row in rows]
    finally:
        ledger.close()


def ends_well(screen: Page, desk: Page, demo: DemoBox, verified: HolderVerification) -> Check:
    """Consents, the answer on both screens, the card taken; the check, proved as it should be."""
    at_phase(screen, "consents")
    screen.click("[data-give=all]")
    at_phase(screen, "done")
    check, _ = newest(demo)
    sees(desk, check.id, "有効")
    demo.take_card()
    at_phase(screen, "idle")
    assert check.evidence is not None
    assert check.evidence.holder_verification is verified
    return check


def test_a_face_that_looks_alike_is_confirmed_by_reception(browser: Browser, demo: DemoBox) -> None:
    name, _ = demo.password("reception")
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        CameraKnobs(demo.root).show("p01")
        demo.lay_card("p01")
        choose_face(screen, "p01")
        turn_as_asked(screen, demo)
        at_phase(screen, "glance")
        expect(desk.locator("[data-reader='1']")).to_contain_text("お顔を見比べてください", timeout=WAIT_MS)
        desk.click("[data-reader='1'] [data-act=help]")
        desk.click("[data-help=judge][data-same=yes]")
        ends_well(screen, desk, demo, HolderVerification.FACE)
    _, said = newest(demo)
    assert (name, "visit.face-confirmed", "") in said


def test_the_card_is_shown_to_the_camera_and_laid_back(browser: Browser, demo: DemoBox) -> None:
    camera = CameraKnobs(demo.root)
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        camera.show("p01")
        demo.lay_card("p01")
        at_phase(screen, "choose")
        screen.click("[data-way=face]")
        at_phase(screen, "card_number")
        screen.click("[data-show]")
        at_phase(screen, "show_card")
        demo.take_card()
        camera.hold_card("p01", back=True)
        expect(screen.locator(".face h1")).to_contain_text("裏返して", timeout=WAIT_MS)
        camera.hold_card("p01")
        at_phase(screen, "lay_back")
        camera.show("p01")
        demo.lay_card("p01")
        turn_as_asked(screen, demo)
        at_phase(screen, "glance")
        desk.click("[data-reader='1'] [data-act=help]")
        desk.click("[data-help=judge][data-same=yes]")
        ends_well(screen, desk, demo, HolderVerification.FACE)
    number = people.person("p01").verification_number_b.encode()
    files = [file for file in demo.root.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if number in file.read_bytes()] == []


def test_another_card_laid_back_is_another_patient(browser: Browser, demo: DemoBox) -> None:
    camera = CameraKnobs(demo.root)
    with signed_in(browser, demo, "patient_screen", "/patient/1") as screen:
        demo.lay_card("p01")
        at_phase(screen, "choose")
        screen.click("[data-way=face]")
        at_phase(screen, "card_number")
        screen.click("[data-show]")
        at_phase(screen, "show_card")
        demo.take_card()
        camera.hold_card("p01")
        at_phase(screen, "lay_back")
        demo.lay_card("p02")
        at_phase(screen, "choose")
        screen.click("[data-way=face]")
        at_phase(screen, "card_number")
        demo.take_card()


def test_another_persons_face_leads_to_the_pin(browser: Browser, demo: DemoBox) -> None:
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        CameraKnobs(demo.root).show("p02")
        demo.lay_card("p01")
        choose_face(screen, "p01")
        turn_as_asked(screen, demo)
        at_phase(screen, "pin")
        expect(screen.get_by_role("alert")).to_contain_text("お顔を確認できませんでした", timeout=WAIT_MS)
        type_pin(screen, "1234")
        ends_well(screen, desk, demo, HolderVerification.PIN)


def test_a_look_by_reception_is_for_one_patient_with_a_reason_and_a_name(
    browser: Browser, demo: DemoBox
) -> None:
    name, _ = demo.password("reception")
    with (
        signed_in(browser, demo, "reception") as desk,
        signed_in(browser, demo, "patient_screen", "/patient/1") as screen,
    ):
        demo.lay_card("p02")
        at_phase(screen, "choose")
        desk.click("[data-reader='1'] [data-act=help]")
        desk.click("[data-reason=pin_forgotten]")
        at_phase(screen, "sight")
        desk.click("[data-help=judge][data-same=yes]")
        ends_well(screen, desk, demo, HolderVerification.VISUAL)
        _, said = newest(demo)
        assert (name, "visit.sight", "pin_forgotten") in said
        demo.lay_card("p01")
        at_phase(screen, "choose")
        demo.take_card()


@pytest.fixture(scope="module")
def seat(browser: Browser, demo: DemoBox) -> Iterator[Seat]:
    with seated(browser, demo) as found:
        yield found


def begins_sight(seat: Seat, reason: str) -> None:
    seat.desk.click(f"{seat.tile} [data-act=help]")
    seat.desk.click(f"[data-reason={reason}]")
    at_phase(seat.screen, Phase.SIGHT)


def test_what_the_patient_can_do_before_the_camera_is_said_one_thing_at_a_time(seat: Seat) -> None:
    camera, hints = CameraKnobs(seat.demo.root), WORDS[Language.JAPANESE].hints
    camera.show("p01", "p02")
    seat.lay("p01")
    choose_face(seat.screen, "p01")
    title = seat.screen.locator("[data-phase=face] .message-words h1")
    for people_there, knobs, hint in (
        (("p01", "p02"), {}, Hint.SEVERAL_FACES),
        (("p01",), {"light": "dark"}, Hint.TOO_DARK),
        (("p01",), {"wearing": "sunglasses"}, Hint.COVERED),
        (("p01",), {"distance": 2.2}, Hint.TOO_FAR),
        ((), {}, Hint.NO_FACE),
    ):
        camera.show(*people_there, **knobs)
        expect(title).to_have_text(hints[hint], timeout=WAIT_MS)
    seat.take()
    seat.says(Phase.FAILED, trouble_words("CARD-003"))


def test_a_likeness_that_reception_denies_leads_to_the_pin(seat: Seat) -> None:
    CameraKnobs(seat.demo.root).show("p01")
    seat.lay("p01")
    choose_face(seat.screen, "p01")
    turn_as_asked(seat.screen, seat.demo)
    at_phase(seat.screen, Phase.GLANCE)
    seat.desk.click(f"{seat.tile} [data-act=help]")
    seat.desk.click("[data-help=judge][data-same=no]")
    at_phase(seat.screen, Phase.PIN)
    expect(seat.screen.get_by_role("alert")).to_contain_text(trouble_words("VISIT-006").title)
    seat.take()


def test_a_locked_pin_leaves_the_face_and_a_look_by_reception(seat: Seat) -> None:
    seat.lay("p30")
    at_phase(seat.screen, Phase.CARD_NUMBER)
    begins_sight(seat, "pin_locked")
    seat.desk.click("[data-help=judge][data-same=yes]")
    ends_well(seat.screen, seat.desk, seat.demo, HolderVerification.VISUAL)


@pytest.mark.parametrize("code", ["VISIT-007", "CARD-003"])
def test_a_look_that_comes_to_nothing_opens_no_check(seat: Seat, code: str) -> None:
    """Reception says that it is somebody else; or the patient takes the card meanwhile."""
    before, _ = newest(seat.demo)
    seat.lay("p02")
    at_phase(seat.screen, Phase.CHOOSE)
    begins_sight(seat, "condition")
    if code == "CARD-003":
        seat.take()
    else:
        seat.desk.click("[data-help=judge][data-same=no]")
    seat.says(Phase.FAILED, trouble_words(code))
    seat.says_on_tile(CATALOGUE[code].title)
    seat.take()
    assert newest(seat.demo)[0].id == before.id
