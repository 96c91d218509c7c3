"""Requests that no page of ours sends: every route asked in every wrong way, as somebody who may use it."""

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.web.app import LARGEST_REQUEST
from appliance.web.guard import SAFE_METHODS
from benchmarks.every_page_world import Visitor, disaster_examples, examples_of, filled
from benchmarks.page_examples import EXAMPLES, PIECES
from tests.attacks.actors import Actor, Route, code_of, routes, signed_in
from tests.web.desk_world import Desk

CHECKS = 40
WEB = Path(__file__).parents[2] / "appliance" / "web"
# Nobody is signed in there; what is typed is a password or a code of its own.
PUBLIC = {"session.sign_in", "session.pair", "session.begin", "texts.choose"}
ITS_TRAIL = {"audit", "sqlite_sequence"}
SIGNS_OUT = {"session.sign_out"}
TAKES_FILES = {"reception.read_paper", "bulk.take_list", "desk.offer"}
# What needs a process that does not run here, and says so.
ANSWERS_LATER = {"AUTH-009", "PAPER-003", "PAPER-004", "CERT-010", "DISASTER-004", "BOX-003"}
NASTY = {
    "nothing": "",
    "long": "x" * 200,
    "control": "\x00\x01\x1b]0;x\x07\r\nX-Injected: 1",
    "path": "../../../../etc/passwd",
    "number": "99999999999999999999999999",
    "negative": "-1",
    "no number": "nan",
    "sql": "' OR 1=1 --",
    "template": "{{7*7}}${7*7}{count}%s%(x)s",
    "markup": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "surrogate": "\ufffd\U0001f600\u202e\u2066",
    "date": "2026-13-45",
}


@dataclass
class World:
    """A box with something of everything, and who uses it."""

    desk: Desk
    app: Flask
    known: dict[str, str]
    routes: list[Route]

    def actor_for(self, route: Route) -> Actor:
        """Somebody who may."""
        roles = getattr(self.app.view_functions[route.endpoint], "allowed_roles", frozenset(Role))
        order = (Role.ADMINISTRATOR, Role.CLINICIAN, Role.RECEPTION)
        return self.actors[next(role for role in order if role in roles)]

    def __post_init__(self) -> None:
        self.actors = {
            role: signed_in(self.app, self.desk.prove(self.desk.sign_in(role)))
            for role in (Role.ADMINISTRATOR, Role.CLINICIAN, Role.RECEPTION)
        }

    def changing(self) -> Iterator[tuple[Route, Actor]]:
        """Each route of the pages that changes something."""
        for route in self.routes:
            if route.method not in SAFE_METHODS and not route.endpoint.startswith("api."):
                yield route, self.actor_for(route)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    desk = filled(Box(tmp_path_factory.mktemp("box")), CHECKS, utc_now())
    with closing(desk.ledger):
        newest = desk.ledger.read.execute("SELECT id FROM checks ORDER BY seq DESC LIMIT 1").fetchone()["id"]
        examples = examples_of(desk, newest) | disaster_examples(desk)
        app = desk.app()
        yield World(desk, app, examples, routes(app))


def test_reading_changes_nothing_but_the_audit_trail(world: World) -> None:
    visitor = Visitor(world.app, world.desk)
    changed = {}
    with closing(sqlite3.connect(world.desk.box.ledger_file)) as db:
        before = contents(db)
        for endpoint, path in EXAMPLES.items():
            answer = visitor.get(endpoint, path.format(**world.known), is_piece=endpoint in PIECES)
            assert answer.status in (200, 204), endpoint
            now = contents(db)
            changed[endpoint] = {name for name in now if now[name] != before.get(name)} - ITS_TRAIL
            before = now
    assert {endpoint: names for endpoint, names in changed.items() if names} == {}


def contents(db: sqlite3.Connection) -> dict[str, Any]:
    """Everything in the ledger, by table."""
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: hash(tuple(db.execute(f"SELECT * FROM {name}"))) for name in names}


def test_nothing_is_done_without_the_pages_token(world: World) -> None:
    done = {}
    for route, actor in world.changing():
        if route.endpoint not in PUBLIC:
            for token in ("", "0" * 64):
                answer = actor.call(route, headers={"X-CSRF-Token": token})
                done[f"{route} {token[:1]}"] = code_of(answer)
    assert {what: code for what, code in done.items() if code != "AUTH-004"} == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_nothing_is_done_for_another_site(world: World, headers: dict[str, str]) -> None:
    done = {str(route): code_of(actor.call(route, headers=headers)) for route, actor in world.changing()}
    assert {route: code for route, code in done.items() if code != "AUTH-004"} == {}


def test_no_other_method_does_anything(world: World) -> None:
    wrong = {}
    for path in {route.path(world.known) for route in world.routes}:
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            actor = world.actors[Role.ADMINISTRATOR]
            wrong[f"{method} {path}"] = actor.call(Route(method, path, ""), path).status_code
    assert {what: status for what, status in wrong.items() if status != 405} == {}


def test_no_request_is_larger_than_is_read(world: World) -> None:
    taken = {}
    for route, actor in world.changing():
        if route.endpoint not in TAKES_FILES | SIGNS_OUT:
            body = b"name=" + b"x" * LARGEST_REQUEST
            kind = "application/x-www-form-urlencoded"
            # Without its header the token is looked for in the form.
            answer = actor.call(route, headers={"X-CSRF-Token": ""}, data=body, content_type=kind)
            taken[str(route)] = answer.status_code
    assert {route: status for route, status in taken.items() if status != 413} == {}


BODIES: dict[str, Callable[[], tuple[bytes, str]]] = {
    "JSON": lambda: (b'{"name": [1, {"a": null}]}', "application/json"),
    "no JSON": lambda: (b"{", "application/json"),
    "deep JSON": lambda: (b"[" * 20_000, "application/json"),
    "text": lambda: (b"x", "text/plain"),
    "no multipart": lambda: (b"--x\r\nno end", "multipart/form-data; boundary=x"),
    "no boundary": lambda: (b"x", "multipart/form-data"),
    "a wrong charset": lambda: (b"name=\xff\xfe", "application/x-www-form-urlencoded; charset=utf-7"),
    "a program": lambda: (b"MZ\x90\x00" * 50, "application/x-msdownload"),
    "a script as a picture": lambda: (b"<svg onload='x()'/>", "image/png"),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_another_kind_is_refused_in_words(
    world: World, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    data, kind = BODIES[body]()
    with caplog.at_level(logging.ERROR):
        failed = {
            str(route): code_of(actor.call(route, route.path(world.known), data=data, content_type=kind))
            for route, actor in world.changing()
            if route.endpoint not in SIGNS_OUT
        }
    assert {route for route, code in failed.items() if code == "BOX-005"} == set()
    assert caplog.text == ""


@pytest.mark.parametrize("kind", NASTY)
def test_nothing_that_is_typed_breaks_a_page(
    world: World, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    typed = dict.fromkeys(sorted(names_of_fields()), NASTY[kind])
    assert len(typed) > 60
    with caplog.at_level(logging.ERROR):
        broken = {}
        for route, actor in world.changing():
            if route.endpoint not in SIGNS_OUT:
                answer = actor.call(route, route.path(world.known), data=typed)
                broken[str(route)] = (answer.status_code, code_of(answer))
                assert "X-Injected" not in answer.headers
    fine = {route for route, (status, code) in broken.items() if status < 500 or code in ANSWERS_LATER}
    assert broken.keys() - fine == set()
    assert caplog.text == ""


@pytest.mark.parametrize("kind", NASTY)
def test_nothing_in_an_address_breaks_a_page(
    world: World, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = dict.fromkeys(sorted(names_of_parameters()), NASTY[kind])
    places = dict.fromkeys(
        ("run_id", "check_id", "tab", "fingerprint", "name", "token_id", "key"), NASTY[kind]
    )
    with caplog.at_level(logging.ERROR):
        broken = {}
        for route in world.routes:
            if route.method == "GET" and not route.endpoint.startswith("api."):
                for path in {route.path(world.known), route.path(places)}:
                    with world.actor_for(route).call(route, path, query_string=asked) as answer:
                        broken[str(route)] = answer.status_code
                        assert "X-Injected" not in answer.headers
    assert {route for route, status in broken.items() if status >= 500} == set()
    assert caplog.text == ""


def names_of_fields() -> set[str]:
    """Every name that a form of ours has or a view asks for."""
    in_pages = (re.findall(r'name="([a-z_]+)"', page.read_text("utf-8")) for page in WEB.rglob("*.html"))
    in_views = (
        re.findall(r'form(?:\.get(?:list)?\(|\[)"([a-z_]+)"', view.read_text("utf-8"))
        for view in WEB.rglob("*.py")
    )
    return {name for found in (*in_pages, *in_views) for name in found} - {"csrf_token"}


def names_of_parameters() -> set[str]:
    """Every parameter of an address that a view asks for."""
    views = (view.read_text("utf-8") for view in WEB.rglob("*.py"))
    return {name for text in views for name in re.findall(r'(?:args|values)\.get\("([a-z_]+)"', text)}
