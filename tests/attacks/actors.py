"""Everybody who may come to the pages and to the API, and every address there is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from appliance.ledger import api_tokens, consumers
from appliance.ledger.accounts import Role
from appliance.ledger.consumers import ConsumerKind
from appliance.web.guard import COOKIE
from tests.web.desk_world import ORIGIN, Desk

JSON = {"Accept": "application/json"}
_CSRF = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')
_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_REFUSALS = {"AUTH-002", "AUTH-003", "AUTH-004", "AUTH-008", "CALL-001", "CALL-002"}


@dataclass(frozen=True)
class Route:
    """One method at one address."""

    method: str
    rule: str
    endpoint: str

    def path(self, known: Mapping[str, str] = {}) -> str:
        """The address with something in each of its places."""

        def example(place: re.Match[str]) -> str:
            return known.get(place["name"], "1" if place["kind"] == "int" else "tokens.css")

        return _PART.sub(example, self.rule)

    def __str__(self) -> str:
        return f"{self.method:<4} {self.rule}"


@dataclass
class Actor:
    """Somebody with a browser or a program. `letter` is the sign in the table of rights."""

    letter: str
    browser: FlaskClient
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, route: Route, path: str = "", **options: Any) -> Any:
        """What the box answers when this one asks, with the page's token; nothing of a stream but its begin."""
        headers = JSON | self.headers | options.pop("headers", {})
        return self.browser.open(
            path or route.path(), method=route.method, base_url=ORIGIN, headers=headers, **options
        )


def routes(app: Flask) -> list[Route]:
    """All that `app` answers, the files of its pages left out."""
    found = [
        Route(method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.endswith("static")
    ]
    return sorted(found, key=lambda one: (one.rule, one.method))


def everybody(desk: Desk, app: Flask) -> list[Actor]:
    """One of each role, one who has not given the second factor, a stranger, and two programs with tokens."""
    consumers.add(desk.ledger, "chart", ConsumerKind.API, desk.now())
    staff = {
        "R": desk.prove(desk.sign_in(Role.RECEPTION)),
        "C": desk.prove(desk.sign_in(Role.CLINICIAN)),
        "A": desk.prove(desk.sign_in(Role.ADMINISTRATOR)),
        "M": desk.prove(desk.sign_in(Role.MAINTENANCE)),
        "P": desk.sign_in(Role.PATIENT_SCREEN),
        "U": desk.sign_in(Role.CLINICIAN, "unproven"),
    }
    tokens = {
        "T": api_tokens.make(desk.ledger, "chart", "kanri", desk.now()),
        "F": api_tokens.make(desk.ledger, None, "kanri", desk.now()),
    }
    people = [signed_in(app, cookie, letter) for letter, cookie in staff.items()]
    programs = [
        Actor(letter, app.test_client(), headers={"Authorization": f"Bearer {token}"})
        for letter, token in tokens.items()
    ]
    return [*people, Actor("S", app.test_client()), *programs]


def signed_in(app: Flask, cookie: str, letter: str = "") -> Actor:
    """A browser with this sign-in, on a page whose token it knows."""
    browser = app.test_client()
    browser.set_cookie(COOKIE, cookie, domain="localhost", secure=True)
    page = browser.get("/", base_url=ORIGIN, headers={"Accept": "text/html"}, follow_redirects=True)
    token = _CSRF.search(page.text)
    assert token is not None
    return Actor(letter, browser, cookie, {"X-CSRF-Token": token[1]})


def right_of(actor: Actor, route: Route) -> str:
    """The actor's letter when it is let in, `2` when it has to give a second factor first, `.` when it is refused."""
    with actor.call(route) as answer:
        code = code_of(answer)
    return "." if code in _REFUSALS else "2" if code == "AUTH-006" else actor.letter


def code_of(answer: Any) -> str:
    """The trouble's code in an answer; empty when it is none."""
    if answer.status_code < 400 or not answer.is_json:
        return ""
    return str(answer.get_json()["error"]["code"])


def rows(desk: Desk, app: Flask) -> Iterator[str]:
    """The table of rights as it is, a line a route."""
    actors = everybody(desk, app)
    all_routes = routes(app)
    width = max(len(str(route)) for route in all_routes)
    # Who locks the pages has them locked, and who signs out is signed out: asked last.
    last = ("session.lock", "session.sign_out")
    for route in sorted(all_routes, key=lambda one: (one.endpoint in last, one.endpoint)):
        yield f"{route!s:<{width}}  " + " ".join(right_of(actor, route) for actor in actors)
