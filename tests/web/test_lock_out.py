"""Guessing stops whoever guesses: not the right person at her own PC, and it costs the box next to nothing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit
from appliance.ledger.accounts import Role
from appliance.web import brake, known_device
from appliance.web.brake import MOST_FAILURES, REST, Brake, Budget
from appliance.web.session.attempt import MOST_BY_STRANGERS, MOST_FROM_ONE_PLACE, MOST_WAITING, Lane
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Desk


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names whose passwords the box has spent argon2 on."""
    names: list[str] = []
    real = accounts.sign_in

    def counting(ledger: Any, name: str, *given: Any) -> str:
        names.append(name)
        return real(ledger, name, *given)

    monkeypatch.setattr(accounts, "sign_in", counting)
    return names


@pytest.fixture
def known(desk: Desk) -> FlaskClient:
    """The PC that sakura signs in at."""
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())
    accounts.add(desk.ledger, "momiji", Role.RECEPTION, PASSWORD, desk.now())
    browser = desk.app().test_client()
    assert sign_in(browser).status_code == 303
    return browser


def sign_in(
    browser: FlaskClient, name: str = "sakura", password: str = PASSWORD, place: str = "192.0.2.1"
) -> Any:
    data = {"name": name, "password": password}
    return browser.post(
        "/sign-in", base_url=ORIGIN, data=data, headers=HTML, environ_base={"REMOTE_ADDR": place}
    )


def test_a_flood_from_many_places_does_not_stop_her(
    desk: Desk, known: FlaskClient, judged: list[str]
) -> None:
    stranger = known.application.test_client()
    for number in range(100):
        sign_in(stranger, password="wrong", place=f"192.0.2.{number % 250}")
    assert len(judged) == MOST_BY_STRANGERS
    refused = [row for row in audit.latest(desk.ledger, 500) if row.action == "sign-in-refused"]
    assert len(refused) == MOST_BY_STRANGERS + 1
    assert sign_in(stranger, place="192.0.2.254").status_code == 429
    assert sign_in(known).status_code == 303
    assert sign_in(stranger, "momiji", place="192.0.2.254").status_code == 303
    desk.shift += REST
    assert sign_in(stranger).status_code == 303


def test_a_flood_of_names_from_one_place_costs_few_hashes(
    desk: Desk, known: FlaskClient, judged: list[str]
) -> None:
    stranger = known.application.test_client()
    for number in range(MOST_FROM_ONE_PLACE + 20):
        sign_in(stranger, f"nobody-{number}", "wrong")
    assert len(judged) == MOST_FROM_ONE_PLACE
    assert sign_in(known).status_code == 303  # the same place, as behind one router
    assert sign_in(stranger, "momiji", place="192.0.2.2").status_code == 303


def test_her_own_pc_is_no_way_to_guess_without_end(desk: Desk, known: FlaskClient, judged: list[str]) -> None:
    for _ in range(MOST_FAILURES + 5):
        refused = sign_in(known, password="wrong")
    assert (refused.status_code, len(judged)) == (429, MOST_FAILURES)
    desk.shift += REST
    assert sign_in(known).status_code == 303


@pytest.mark.parametrize("value", ["", "x", "x.y", "name.ä", "."])
def test_a_made_up_device_is_a_stranger(known: FlaskClient, judged: list[str], value: str) -> None:
    for _ in range(MOST_FAILURES):
        stranger = known.application.test_client()
        stranger.set_cookie(known_device.cookie_of("sakura"), value, domain="localhost", secure=True)
        sign_in(stranger, password="wrong")
    assert sign_in(known.application.test_client()).status_code == 429
    assert sign_in(known).status_code == 303


def test_the_cookie_of_one_account_says_nothing_of_another(known: FlaskClient) -> None:
    mine = known.get_cookie(known_device.cookie_of("sakura"), domain="localhost")
    assert mine is not None
    with known.application.test_request_context(
        base_url=ORIGIN, headers={"Cookie": f"{mine.key}={mine.value}"}
    ):
        assert known_device.of("sakura") is not None
        assert known_device.of("momiji") is None
    foreign = {"Cookie": f"{known_device.cookie_of('momiji')}={mine.value}"}
    with known.application.test_request_context(base_url=ORIGIN, headers=foreign):
        assert known_device.of("momiji") is None


def test_nobody_waits_behind_a_crowd() -> None:
    lane, begun, go_on = Lane(), threading.Barrier(2), threading.Event()
    refused: list[str] = []

    def holding() -> None:
        with lane.turn():
            begun.wait(10)
            go_on.wait(10)

    def waiting() -> None:
        with lane.turn():
            pass

    first = threading.Thread(target=holding)
    first.start()
    begun.wait(10)
    crowd = [threading.Thread(target=waiting) for _ in range(MOST_WAITING)]
    for one in crowd:
        one.start()
    while lane._places._value:  # all of the crowd have come as far as the door
        pass
    try:
        waiting()
    except Trouble as trouble:
        refused.append(trouble.code)
    go_on.set()
    for one in (first, *crowd):
        one.join(10)
    assert refused == ["AUTH-013"]
    waiting()


def test_a_flood_of_keys_pushes_out_the_oldest_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "_MOST_KEYS", 50)
    found, now = Brake(), desk.now()

    def fail() -> None:
        raise Trouble("AUTH-001")

    def failed(name: str) -> str:
        with pytest.raises(Trouble) as caught:
            found.spend((Budget((name, "")),), now, fail, lambda _: None)
        return caught.value.code

    for _ in range(MOST_FAILURES):
        failed("sakura")
    for number in range(49):
        failed(f"nobody-{number}")
    assert failed("sakura") == "AUTH-005"


def test_a_clock_that_was_set_back_keeps_nobody_out(desk: Desk) -> None:
    def failing() -> None:
        raise Trouble("AUTH-001")

    one, budget = Brake(), (Budget(("sakura", "device 1")),)
    ahead = desk.now() + timedelta(days=1)
    for _ in range(MOST_FAILURES):
        with pytest.raises(Trouble):
            one.spend(budget, ahead, failing, lambda _: None)
    with pytest.raises(Trouble, match="AUTH-005"):
        one.spend(budget, ahead, lambda: None, lambda _: None)
    one.spend(budget, desk.now(), lambda: None, lambda _: None)


def test_a_key_that_cannot_be_read_keeps_nobody_out_who_needs_no_second_factor(
    desk: Desk, known: FlaskClient
) -> None:
    path = desk.box.second_factor_key
    path.unlink()
    path.mkdir()  # as a file of another user: root itself may read any
    assert sign_in(known).status_code == 303
    assert known.get("/", base_url=ORIGIN, headers=HTML).status_code == 200


def test_a_pc_of_very_many_accounts_forgets_the_oldest(known: FlaskClient) -> None:
    names = [f"{known_device.PREFIX}{number:016x}" for number in range(70)]
    for name in names:
        known.set_cookie(name, "x" * 87, domain="localhost", secure=True)
    given = sign_in(known)
    gone = [one for one in given.headers.getlist("Set-Cookie") if one.startswith(known_device.PREFIX)]
    assert len([one for one in gone if "Max-Age=0" in one]) == 39
    kept = [name for name in names if known.get_cookie(name, domain="localhost")]
    assert kept == names[39:]
    assert known.get_cookie(known_device.cookie_of("sakura"), domain="localhost") is not None
