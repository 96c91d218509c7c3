"""Sign-ins as somebody else would use them: stolen, old, planted, led astray."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from appliance.ledger import account_list, accounts
from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE
from tests.attacks.actors import Actor, Route, everybody, routes, signed_in
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Desk

BOARD = Route("GET", "/", "reception.start")
ELSEWHERE = "elsewhere.example"


def reaches(actor: Actor) -> bool:
    """Whether the board opens."""
    return bool(actor.call(BOARD).status_code == 200)


@pytest.fixture
def thief(desk: Desk) -> Actor:
    """Another device with the cookie and the token of a page of 「reception」."""
    return signed_in(desk.app(), desk.sign_in(Role.RECEPTION))


def test_a_stolen_cookie_ends_when_its_owner_signs_out(desk: Desk, thief: Actor) -> None:
    owner = signed_in(desk.app(), thief.cookie)
    assert reaches(thief)
    assert owner.call(Route("POST", "/sign-out", "")).status_code == 303
    assert not reaches(thief)
    assert thief.call(Route("POST", "/reception/leave", "")).status_code == 401


@pytest.mark.parametrize("what", ["password", "disabled"])
def test_and_when_the_administrator_changes_the_account(desk: Desk, thief: Actor, what: str) -> None:
    desk.sign_in(Role.ADMINISTRATOR, "kanri")
    now, name = desk.now(), Role.RECEPTION.value
    match what:
        case "password":
            account_list.set_password(desk.ledger, name, "quite another password 7", "kanri", now)
        case "disabled":
            account_list.disable(desk.ledger, name, "kanri", now)
    assert not reaches(thief)


def test_a_planted_cookie_does_not_become_somebodys_sign_in(desk: Desk) -> None:
    desk.sign_in(Role.RECEPTION)
    planted = "A" * 43
    browser = with_cookie(desk, planted)
    answer = sign_in(browser)
    assert answer.status_code == 303
    given = cookie_of(browser)
    assert given != planted
    assert accounts.account_of(desk.ledger, planted, desk.now()) is None


def test_who_signs_in_again_leaves_no_sign_in_behind(desk: Desk) -> None:
    before = desk.sign_in(Role.RECEPTION)
    browser = with_cookie(desk, before)
    assert sign_in(browser).status_code == 303
    assert accounts.account_of(desk.ledger, before, desk.now()) is None
    assert accounts.account_of(desk.ledger, cookie_of(browser), desk.now()) is not None


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "ä" * 10, "A" * 10_000, "' OR 1=1 --"])
def test_a_cookie_that_is_none_is_a_strangers(desk: Desk, cookie: str) -> None:
    answer = (
        desk.app()
        .test_client()
        .get("/", base_url=ORIGIN, headers={"Accept": "application/json", "Cookie": f"{COOKIE}={cookie}"})
    )
    assert answer.status_code == 401


LED_ASTRAY = pytest.mark.parametrize(
    "then",
    [
        f"https://{ELSEWHERE}/",
        f"//{ELSEWHERE}/",
        f"/\\{ELSEWHERE}/",
        f"/%2f{ELSEWHERE}/",
        f"/desk//{ELSEWHERE}",
        f"/desk/../..//{ELSEWHERE}",
        f"/\t/{ELSEWHERE}",
        f"/desk\r\nLocation: https://{ELSEWHERE}/",
        f"https:{ELSEWHERE}",
        "javascript:alert(1)",
        f"/@{ELSEWHERE}",
    ],
)


@LED_ASTRAY
def test_nobody_is_led_elsewhere(desk: Desk, then: str) -> None:
    desk.sign_in(Role.RECEPTION)
    answer = sign_in(desk.app().test_client(), then=then)
    assert answer.headers["Location"] == "/"


@LED_ASTRAY
def test_nor_by_the_choice_of_a_language(desk: Desk, then: str) -> None:
    data = {"then": then, "language": "en"}
    answer = desk.app().test_client().post("/language", base_url=ORIGIN, data=data, headers=HTML)
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert there == "/" or (there == then and urlsplit(there).netloc == "")


def test_the_name_that_a_browser_calls_the_box_by_stands_in_no_answer(desk: Desk) -> None:
    app = desk.app()
    asking = [actor for actor in everybody(desk, app) if actor.letter in "RS"]
    wrong = set()
    for route in routes(app):
        if route.method == "GET":
            for actor in asking:
                headers = HTML | {
                    "Host": ELSEWHERE,
                    "X-Forwarded-Host": ELSEWHERE,
                    "Forwarded": f"host={ELSEWHERE}",
                }
                with actor.call(route, headers=headers) as answer:
                    is_stream = answer.mimetype == "text/event-stream"
                    said = str(answer.headers) + ("" if is_stream else answer.data.decode("utf-8", "replace"))
                if ELSEWHERE in said:
                    wrong.add(str(route))
    assert wrong == set()


def test_no_page_may_be_framed_or_kept(desk: Desk) -> None:
    app = desk.app()
    actors = {actor.letter: actor for actor in everybody(desk, app)}
    for route in routes(app):
        with actors["A"].call(route) as answer:
            headers = answer.headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], route
        assert headers["Cache-Control"] == "no-store", route
        assert headers["X-Content-Type-Options"] == "nosniff", route


def test_no_file_outside_of_the_pages_is_given_away(desk: Desk) -> None:
    app = desk.app()
    actor = signed_in(app, desk.sign_in(Role.ADMINISTRATOR))
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith("static")]
    assert len(rules) > 10
    for rule in rules:
        before = rule.partition("<")[0]
        for name in (
            "../app.py",
            "..%2fapp.py",
            "....//app.py",
            "%2e%2e/guard.py",
            "/etc/passwd",
            "\\..\\app.py",
        ):
            with actor.call(Route("GET", rule, ""), before + name, follow_redirects=True) as answer:
                assert answer.status_code == 404, before + name


def with_cookie(desk: Desk, value: str) -> FlaskClient:
    browser = desk.app().test_client()
    browser.set_cookie(COOKIE, value, domain="localhost", secure=True)
    return browser


def sign_in(browser: FlaskClient, **more: str) -> Any:
    given = {"name": Role.RECEPTION.value, "password": PASSWORD} | more
    return browser.post("/sign-in", base_url=ORIGIN, data=given, headers=HTML)


def cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie(COOKIE, domain="localhost")
    assert found is not None
    return found.value
