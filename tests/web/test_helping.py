"""Reception's side of a visit: it sees the step, helps with a press, and every look at a patient has a name."""

from collections.abc import Iterator

import pytest

from appliance.eligibility.visit import Language, Phase, SightReason, Way
from appliance.hatch import BegunSight, Cancelled, JudgedHolder, WantedLanguage, WantedWay
from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.ledger.readers import Manner
from tests.web.patient_world import ORIGIN, World, a_world

BOTH = Manner(ways=(Way.FACE, Way.PIN), sight=True)


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture
def world(shared_world: World) -> World:
    shared_world.next_patient()
    return shared_world


def press(world: World, what: str, role: Role = Role.RECEPTION, **form: str) -> int:
    flask = world.client(role).flask
    page = flask.get("/patient", base_url=ORIGIN, headers={"Accept": "text/html"}).text
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    form = {"visit": world.visit, **form}
    answer = flask.post(f"/helping/1/{what}", data=form, base_url=ORIGIN, headers={"X-CSRF-Token": token})
    return answer.status_code


def pane(world: World, role: Role = Role.RECEPTION) -> str:
    return str(world.client(role).get("/helping/1").text)


def test_the_pane_offers_what_fits_the_step(world: World) -> None:
    world.show(Phase.PIN, manner=BOTH, tries_left=3)
    html = pane(world)
    assert 'data-way="face"' in html
    assert 'data-reason="pin_forgotten"' in html
    world.show(Phase.CONSENTS, manner=BOTH)
    html = pane(world)
    assert "data-way" not in html
    assert "data-reason" not in html
    assert 'data-help="cancel"' in html


def test_without_a_way_to_the_key_no_sight_is_offered(world: World) -> None:
    world.show(Phase.PIN, manner=Manner(ways=(Way.PIN,)), tries_left=3)
    assert "data-reason" not in pane(world)


@pytest.mark.parametrize("phase", [Phase.GLANCE, Phase.SIGHT])
def test_a_named_person_is_asked_whether_it_is_the_holder(world: World, phase: Phase) -> None:
    world.show(phase, manner=BOTH)
    assert 'data-same="yes"' in pane(world)
    assert press(world, "judge", same="yes") == 200
    assert world.next_touch() == JudgedHolder("1", world.visit, "reception", same=True)
    assert press(world, "judge", same="perhaps") == 422
    newest = audit.latest(world.ledger, 1)[0]
    assert (newest.actor, newest.action, newest.subject) == ("reception", "holder.judged-yes", world.visit)


def test_sight_begins_with_a_reason_and_a_name(world: World) -> None:
    world.show(Phase.PIN, manner=BOTH, tries_left=3)
    assert press(world, "sight", reason="pin_forgotten") == 200
    assert world.next_touch() == BegunSight("1", world.visit, "reception", SightReason.PIN_FORGOTTEN)
    assert press(world, "sight", reason="because") == 422
    newest = audit.latest(world.ledger, 1)[0]
    assert (newest.action, newest.detail) == ("sight.begun", "pin_forgotten")


def test_what_devices_refuses_is_not_written_as_done(world: World) -> None:
    world.show(Phase.CONSENTS, manner=BOTH)
    before = audit.latest(world.ledger, 1)
    world.refusal = "VISIT-001"
    assert press(world, "sight", reason="condition") == 409
    assert audit.latest(world.ledger, 1) == before


def test_way_language_and_end_reach_the_patients_screen(world: World) -> None:
    world.show(Phase.CHOOSE, manner=BOTH)
    assert press(world, "way", way="pin") == 200
    assert world.next_touch() == WantedWay("1", world.visit, Way.PIN)
    assert press(world, "language", language="ko") == 200
    assert world.next_touch() == WantedLanguage("1", world.visit, Language.KOREAN)
    assert press(world, "cancel") == 200
    assert world.next_touch() == Cancelled("1", world.visit)


def test_a_patients_display_may_not_help(world: World) -> None:
    world.show(Phase.SIGHT, manner=BOTH)
    assert press(world, "judge", Role.PATIENT_SCREEN, same="yes") == 403
    assert world.touches.empty()


def test_a_card_left_behind_alarms_every_page_of_the_staff(world: World) -> None:
    client = world.client(Role.RECEPTION)
    assert client.get("/helping/alarm").json == {"left": []}
    world.show(Phase.DONE, manner=Manner(card_left=True))
    assert client.get("/helping/alarm").json == {"left": [{"reader": "1", "label": "窓口1"}]}
    assert 'id="alarm"' in client.get("/").text
    assert 'id="alarm"' not in world.client().get("/patient/1").text
