"""The patient screen's addresses: what a touch may say, where it goes, and that it leaves no trace."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.eligibility.visit import (
    ALL_CONSENTS,
    NO_CONSENTS,
    Consents,
    ConsentWay,
    Display,
    Language,
    Phase,
    Way,
)
from appliance.hatch import (
    Cancelled,
    GivenConsents,
    ShowsCard,
    StaffCalled,
    Touch,
    TypedCardNumber,
    TypedPin,
    WantedDisplay,
    WantedLanguage,
    WantedPhone,
    WantedWay,
    WentBack,
)
from appliance.ledger import readers
from appliance.ledger.accounts import Role
from appliance.ledger.readers import Manner
from appliance.ledger.times import utc_now
from appliance.web.patient.screen import TEXT_VERSION, screen_of
from tests.web.patient_world import ORIGIN, World, a_world

PIN = "4071"


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture
def world(shared_world: World) -> World:
    shared_world.next_patient()
    return shared_world


def code_of(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def test_maintenance_sees_no_patient_at_the_screen(world: World) -> None:
    assert world.client(Role.MAINTENANCE).get("/patient/1").status_code == 403


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MAINTENANCE])
def test_whoever_works_with_patients_may_open_the_screen(world: World, role: Role) -> None:
    answer = world.client(role).get("/patient/1")
    assert answer.status_code == 200
    assert "マイナンバーカードを置いてください" in answer.text


def test_a_stranger_is_sent_to_the_sign_in(world: World) -> None:
    answer = world.app.test_client().get("/patient/1", base_url=ORIGIN, headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_stranger_cannot_type_a_pin(world: World) -> None:
    world.show(Phase.PIN)
    answer = world.app.test_client().post(
        "/patient/1/pin", json={"visit": world.visit, "pin": PIN}, base_url=ORIGIN
    )
    assert code_of(answer) == "AUTH-002"
    assert world.touches.empty()


def test_a_post_without_the_token_is_refused(world: World) -> None:
    world.show(Phase.PIN)
    client = world.client()
    answer = client.flask.post("/patient/1/pin", json={"visit": world.visit, "pin": PIN}, base_url=ORIGIN)
    assert code_of(answer) == "AUTH-004"
    assert world.touches.empty()


def test_the_list_names_the_readers(world: World) -> None:
    text = world.client().get("/patient").text
    assert 'href="/patient/1"' in text
    assert "窓口1" in text


@pytest.mark.parametrize("path", ["/patient/9", "/patient/9/events", "/patient/serial-1"])
def test_an_unknown_reader_is_not_found(world: World, path: str) -> None:
    assert world.client().get(path).status_code == 404


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_page(world: World, phase: Phase) -> None:
    world.show(phase, trouble_code="CARD-001" if phase is Phase.FAILED else None)
    answer = world.client().get("/patient/1")
    assert f'data-phase="{phase}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_pin_reaches_the_hatch(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    answer = world.client().post("/patient/1/pin", {"visit": world.visit, "pin": PIN})
    assert answer.json == {"ok": True}
    touch = world.next_touch()
    assert touch == TypedPin("1", world.visit, PIN)
    assert isinstance(touch, TypedPin)
    assert touch.tries_left == 3, "a second tap after the card's answer is of another pad"


@pytest.mark.parametrize(
    "pin", ["", "407", "40711", "４０７１", "407a", 4071, None, ["4", "0", "7", "1"], "4071\n"]
)
def test_what_is_no_pin_is_refused_before_the_hatch(world: World, pin: Any) -> None:
    world.show(Phase.PIN)
    assert code_of(world.client().post("/patient/1/pin", {"visit": world.visit, "pin": pin})) == "INPUT-001"
    assert world.touches.empty()


@pytest.mark.parametrize("body", [None, [], "4071", {}, {"pin": PIN}, {"visit": None, "pin": PIN}])
def test_a_body_of_another_shape_is_refused(world: World, body: Any) -> None:
    world.show(Phase.PIN)
    assert world.client().post("/patient/1/pin", body).status_code in (409, 422)
    assert world.touches.empty()


@pytest.mark.parametrize("kind", ["pin", "consents", "cancel", "staff"])
def test_another_visit_is_refused(world: World, kind: str) -> None:
    world.show(Phase.CONSENTS if kind == "consents" else Phase.PIN)
    body = {"visit": "another visit", "pin": PIN, "consents": ALL_CONSENTS.__dict__}
    assert code_of(world.client().post(f"/patient/1/{kind}", body)) == "VISIT-001"
    assert world.touches.empty()


@pytest.mark.parametrize("kind", ["pin", "consents", "cancel", "staff"])
def test_nothing_can_be_touched_while_nobody_is_there(world: World, kind: str) -> None:
    world.show(Phase.IDLE)
    for visit in (None, ""):
        body = {"visit": visit, "pin": PIN, "consents": ALL_CONSENTS.__dict__}
        assert code_of(world.client().post(f"/patient/1/{kind}", body)) == "VISIT-001"
    assert world.touches.empty()


def test_a_pin_out_of_its_phase_is_refused(world: World) -> None:
    world.show(Phase.CONSENTS)
    assert code_of(world.client().post("/patient/1/pin", {"visit": world.visit, "pin": PIN})) == "VISIT-001"
    assert world.touches.empty()


def test_a_second_pin_of_the_same_screen_is_refused(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    client = world.client()
    client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN})
    assert code_of(client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN})) == "VISIT-001"
    assert world.touches.qsize() == 1


def test_two_pins_at_the_same_moment_cost_one_try(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    clients = [world.client() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        posts = [
            pool.submit(client.post, "/patient/1/pin", {"visit": world.visit, "pin": PIN})
            for client in clients
        ]
        statuses = sorted(post.result().status_code for post in posts)
    assert statuses == [200, 409, 409, 409]
    assert world.touches.qsize() == 1


def test_a_late_repeat_does_not_cost_the_next_try(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    client = world.client()
    page = client.get("/patient/1").text
    shown = page.partition('data-key="')[2].partition('"')[0]
    typed = {"visit": world.visit, "pin": PIN, "screen": shown}
    client.post("/patient/1/pin", typed)
    world.show(Phase.PIN, tries_left=2, trouble_code="CARD-004")
    assert code_of(client.post("/patient/1/pin", typed)) == "VISIT-001"
    assert world.touches.qsize() == 1


def test_after_a_wrong_pin_another_may_be_typed(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    client = world.client()
    client.post("/patient/1/pin", {"visit": world.visit, "pin": "0000"})
    world.show(Phase.PIN, tries_left=2, trouble_code="CARD-004")
    assert "暗証番号を間違えました。" in client.get("/patient/1").text
    assert client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN}).status_code == 200
    assert [world.next_touch(), world.next_touch()] == [
        TypedPin("1", world.visit, "0000"),
        TypedPin("1", world.visit, PIN),
    ]


def test_a_pin_that_devices_refused_may_be_typed_again(world: World) -> None:
    world.show(Phase.PIN, tries_left=3)
    client = world.client()
    world.refusal = "READER-001"
    assert code_of(client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN})) == "READER-001"
    world.refusal = ""
    assert client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN}).status_code == 200


@pytest.mark.parametrize("consents", [ALL_CONSENTS, NO_CONSENTS, Consents(True, False, True, False, True)])
def test_consents_reach_the_hatch_as_they_were_touched(world: World, consents: Consents) -> None:
    world.show(Phase.CONSENTS, manner=Manner(language=Language.KOREAN))
    body = {"visit": world.visit, "consents": consents.__dict__, "pressed": "all"}
    assert world.client().post("/patient/1/consents", body).status_code == 200
    assert world.next_touch() == GivenConsents(
        "1", world.visit, consents, ConsentWay.ALL, TEXT_VERSION, language=Language.KOREAN
    )


TOUCHES: list[tuple[Phase, str, dict[str, object], Touch]] = [
    (Phase.CHOOSE, "way", {"way": "face"}, WantedWay("1", "v", Way.FACE)),
    (Phase.PIN, "back", {}, WentBack("1", "v")),
    (Phase.CARD_NUMBER, "show", {}, ShowsCard("1", "v")),
    (Phase.CARD_NUMBER, "number", {"number": "55021720352285"}, TypedCardNumber("1", "v", "55021720352285")),
    (Phase.PIN, "language", {"language": "zh-Hant"}, WantedLanguage("1", "v", Language.CHINESE_TRADITIONAL)),
    (
        Phase.PIN,
        "display",
        {"display": {"big": True, "contrast": False, "voice": True}},
        WantedDisplay("1", "v", Display(big=True, voice=True)),
    ),
]


@pytest.mark.parametrize(("phase", "where", "body", "touch"), TOUCHES, ids=[one[1] for one in TOUCHES])
def test_a_touch_reaches_the_hatch(
    world: World, phase: Phase, where: str, body: dict[str, object], touch: Touch
) -> None:
    world.show(phase)
    assert world.client().post(f"/patient/1/{where}", {"visit": world.visit, **body}).status_code == 200
    assert world.next_touch() == replace(touch, visit=world.visit)


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("way", {"way": "magic"}),
        ("way", {}),
        ("number", {"number": "1234"}),
        ("number", {"number": 55021720352285}),
        ("language", {"language": "tlh"}),
        ("display", {"display": {"big": 1, "contrast": False, "voice": False}}),
        ("display", {"display": {}}),
    ],
)
def test_nonsense_is_refused_before_the_hatch(world: World, where: str, body: dict[str, object]) -> None:
    world.show(Phase.CARD_NUMBER)
    answer = world.client().post(f"/patient/1/{where}", {"visit": world.visit, **body})
    assert code_of(answer) == "INPUT-001"
    assert world.touches.empty()


def test_a_phone_may_be_wanted_while_nobody_is_there_and_only_then(world: World) -> None:
    assert world.client().post("/patient/1/phone", {"visit": ""}).status_code == 200
    assert world.next_touch() == WantedPhone("1", "")
    world.show(Phase.PIN, tries_left=3)
    for visit in ("", world.visit):
        assert code_of(world.client().post("/patient/1/phone", {"visit": visit})) == "VISIT-001"
    assert world.touches.empty()


def test_a_reader_for_phones_has_no_screen_of_its_own() -> None:
    with a_world() as world:
        readers.adopt(world.ledger, "serial-2", utc_now())
        readers.read_phones_for(world.ledger, "2", "1")
        client = world.client()
        assert "/patient/2" not in client.get("/patient").text
        assert client.get("/patient/2").headers["Location"] == "/patient/1"
        assert screen_of(readers.find(world.ledger, "2")).phase is Phase.OFFLINE


def test_a_language_may_be_chosen_before_a_card_is_laid(world: World) -> None:
    world.show(Phase.IDLE)
    assert world.client().post("/patient/1/language", {"visit": "", "language": "en"}).status_code == 200
    assert world.next_touch() == WantedLanguage("1", "", Language.ENGLISH)


@pytest.mark.parametrize(
    "given",
    [
        None,
        True,
        {},
        {"pharmacists_info": True},
        {**ALL_CONSENTS.__dict__, "limit_application_certificate": True},
        {**ALL_CONSENTS.__dict__, "operation_info": "true"},
        {**ALL_CONSENTS.__dict__, "operation_info": 1},
        {**ALL_CONSENTS.__dict__, "operation_info": None},
    ],
)
def test_no_consent_is_ever_guessed(world: World, given: Any) -> None:
    world.show(Phase.CONSENTS)
    answer = world.client().post("/patient/1/consents", {"visit": world.visit, "consents": given})
    assert code_of(answer) == "INPUT-001"
    assert world.touches.empty()


def test_cancel_and_staff_reach_the_hatch(world: World) -> None:
    world.show(Phase.PIN)
    client = world.client()
    client.post("/patient/1/cancel", {"visit": world.visit})
    client.post("/patient/1/staff", {"visit": world.visit})
    assert [world.next_touch(), world.next_touch()] == [
        Cancelled("1", world.visit),
        StaffCalled("1", world.visit),
    ]


def files_with(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.mark.parametrize("refusal", ["", "BOX-005", "INPUT-001"])
def test_a_pin_leaves_no_trace(world: World, caplog: pytest.LogCaptureFixture, refusal: str) -> None:
    caplog.set_level(logging.DEBUG)
    world.refusal = refusal
    world.show(Phase.PIN)
    client = world.client()
    answer = client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN})
    assert world.next_touch() == TypedPin("1", world.visit, PIN)
    assert PIN not in answer.text
    assert PIN not in client.get("/patient/1").text.partition("<body")[2]
    assert PIN not in caplog.text
    kept = "\n".join(world.ledger.read.conn.iterdump())
    assert "patient_screen" in kept
    assert not re.search(rf"\b{PIN}\b", kept)


def test_a_pin_is_in_no_file_of_the_box(world: World) -> None:
    world.show(Phase.PIN)
    # Not a real PIN but what a careless form might send: long enough to be found in the bytes of a file.
    marker = "739073907390"
    client = world.client()
    client.post("/patient/1/pin", {"visit": world.visit, "pin": marker})
    client.post("/patient/1/staff", {"visit": marker, "pin": marker})
    client.flask.post("/patient/1/pin", data=f"pin={marker}", base_url=ORIGIN)
    client.post(f"/patient/1/cancel?pin={marker}", {"visit": world.visit})
    assert world.next_touch() == Cancelled("1", world.visit)
    assert files_with(world.box.root, marker) == []
    assert files_with(world.box.root, world.visit) != []


def test_an_error_inside_says_nothing_of_the_pin(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.show(Phase.PIN)
    client = world.client()
    with world.ledger.write() as db:
        db.execute("UPDATE readers SET phase = 'no such phase'")
    answer = client.post("/patient/1/pin", {"visit": world.visit, "pin": PIN})
    assert code_of(answer) == "BOX-005"
    assert PIN not in answer.text + caplog.text
