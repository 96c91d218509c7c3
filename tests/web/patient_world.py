"""A box with one reader and a hatch that collects touches: what the patient screen's tests stand on."""

import contextlib
import itertools
import queue
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase
from appliance.hatch import HatchServer, Touch
from appliance.ledger import accounts, maintenance, readers
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.app import create_app
from appliance.web.guard import COOKIE
from tests.web.page_server import page_server

KEY = "serial-1"
PASSWORD = "a long enough password"
ORIGIN = "https://localhost"
_numbers = itertools.count(1)


@dataclass
class World:
    """`touches` holds what came through the hatch; `refusal` is the code devices would refuse with, if any.

    Passwords are slow to hash, so many tests may share a world; each begins with `next_patient`.
    """

    box: Box
    ledger: Ledger
    settings: Settings
    app: Flask
    touches: "queue.Queue[Touch]" = field(default_factory=queue.Queue)
    refusal: str = ""
    visit: str = "visit-0"
    cookies: dict[Role, str] = field(default_factory=dict)

    def take(self, touch: Touch) -> None:
        self.touches.put(touch)
        if self.refusal:
            raise Trouble(self.refusal)

    def next_patient(self) -> None:
        """Forget what was before: another visit, no touches, an idle reader."""
        self.visit = f"visit-{next(_numbers)}"
        self.touches = queue.Queue()
        self.refusal = ""
        readers.show(self.ledger, KEY, utc_now(), phase=Phase.IDLE)

    def restart(self) -> None:
        """Put a new web process in the place of the old one."""
        self.app.extensions["madoguchi"].hub.close()
        self.app = create_app(self.box, self.ledger, self.settings, utc_now)

    def show(self, phase: Phase, **more: Any) -> None:
        """Put the reader's row where devices would have put it."""
        visit = None if phase in (Phase.OFFLINE, Phase.IDLE) else self.visit
        readers.show(self.ledger, KEY, utc_now(), phase=phase, visit=visit, **more)

    def sign_in(self, role: Role = Role.PATIENT_SCREEN) -> str:
        """The cookie of this role's account, which is made at the first call; its second factor is given, maintenance approved."""
        if role not in self.cookies:
            accounts.add(self.ledger, role.value, role, PASSWORD, utc_now())
            if role is Role.MAINTENANCE:
                maintenance.approve(self.ledger, role.value, "点検", maintenance.MOST, "kanri", utc_now())
            self.cookies[role] = accounts.sign_in(self.ledger, role.value, PASSWORD, utc_now())
            with self.ledger.write(Topic.OTHER) as db:
                accounts.second_given(db, self.cookies[role], utc_now())
        return self.cookies[role]

    def client(self, role: Role = Role.PATIENT_SCREEN) -> "Client":
        """A signed-in Flask client."""
        flask = self.app.test_client()
        flask.set_cookie(COOKIE, self.sign_in(role), domain="localhost", secure=True)
        return Client(flask)

    def next_touch(self) -> Touch:
        """The next touch from the hatch; fails when none comes."""
        return self.touches.get(timeout=10)


@dataclass
class Client:
    """A Flask client that sends JSON as the page does."""

    flask: FlaskClient

    def get(self, path: str) -> Any:
        return self.flask.get(path, base_url=ORIGIN, headers={"Accept": "text/html"})

    def post(self, path: str, body: Any) -> Any:
        token = self.get("/patient").text.partition('name="csrf-token" content="')[2].partition('"')[0]
        headers = {"X-CSRF-Token": token}
        return self.flask.post(path, json=body, base_url=ORIGIN, headers=headers)


@contextlib.contextmanager
def a_world(**more: Any) -> Iterator[World]:
    """A world in a folder of its own with these settings, taken down again at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder,
        _world_in(Path(folder), **more) as world,
    ):
        yield world


@contextlib.contextmanager
def _world_in(root: Path, **more: Any) -> Iterator[World]:
    box = Box(root)
    box.create()
    ledger = Ledger.of(box)
    readers.adopt(ledger, KEY, utc_now())
    settings = Settings(institution_code="1319999999", clinic_name="みどり内科", **more)
    world = World(box, ledger, settings, create_app(box, ledger, settings, utc_now))
    hatch = HatchServer(box.hatch_socket, world.take)
    try:
        yield world
    finally:
        hatch.close()
        world.app.extensions["madoguchi"].hub.close()
        ledger.close()


@contextlib.contextmanager
def served(world: World, port: int = 0) -> Iterator[str]:
    """The address of the world's pages while they are served on loopback; at the end the web process is gone."""
    server = page_server(world.app, port)
    thread = threading.Thread(target=server.serve_forever, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        world.app.extensions["madoguchi"].hub.end_streams()
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def touch_display(
    browser: Browser, world: World, address: str, width: int = 1280, height: int = 800, **more: Any
) -> Iterator[Page]:
    """The patient screen of reader 1 in Chromium, signed in. Fails when the page's own code failed."""
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, **more)
    context.set_default_timeout(10_000)
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": world.sign_in(),
                "url": address.replace("http:", "https:"),
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    try:
        page.goto(f"{address}/patient/1")
        yield page
    finally:
        context.close()
    assert failures == []
