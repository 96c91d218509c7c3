"""10,000 wrong passwords in a row: they cost a bounded number of hashes, and shut nobody else out.

The first twenty of each address come over HTTP; the rest go to the same application without the line between, which costs most.
"""

import contextlib
import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from appliance.ledger import accounts, audit
from appliance.ledger.accounts import Role
from appliance.web.session.attempt import MOST_BY_STRANGERS, MOST_FROM_ONE_PLACE
from tests.web.desk_world import ORIGIN, PASSWORD, Desk
from tests.web.page_server import page_server

ATTEMPTS = 10_000
PLACES = tuple(f"127.0.0.{last}" for last in range(11, 21))
HERS = "127.0.0.99"
SENT = 20
"""Over HTTP, from each of these addresses."""


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the box has spent argon2, by name."""
    names: Counter[str] = Counter()
    real = accounts.check_password

    def counting(ledger: Any, name: str, password: str) -> None:
        names[name] += 1
        real(ledger, name, password)

    monkeypatch.setattr(accounts, "check_password", counting)
    return names


def given(app: Flask, guesses: list[tuple[str, str]]) -> Iterator[int]:
    """The status of each guess, handed to the application as if those addresses had sent them in turn."""
    browser = app.test_client()
    for at, (name, password) in enumerate(guesses):
        place = {"REMOTE_ADDR": PLACES[at % len(PLACES)]}
        form = {"name": name, "password": password}
        yield browser.post("/sign-in", base_url=ORIGIN, data=form, environ_base=place).status_code


def tried(address: str, place: str, *guesses: tuple[str, str]) -> list[int]:
    """The status of each guess, sent from that address over one connection after the other."""
    host = urlsplit(address).netloc
    found = []
    with contextlib.closing(http.client.HTTPConnection(host, source_address=(place, 0))) as line:
        for name, password in guesses:
            body = urlencode({"name": name, "password": password})
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            line.request("POST", "/sign-in", body, headers)
            answer = line.getresponse()
            answer.read()
            found.append(answer.status)
    return found


@contextlib.contextmanager
def answering(app: Flask) -> Iterator[str]:
    """The address of that app while it is served on loopback."""
    server = page_server(app)
    thread = threading.Thread(target=server.serve_forever, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.timeout(300)
def test_ten_thousand_guesses_cost_few_hashes_and_shut_nobody_out(desk: Desk, hashed: Counter[str]) -> None:
    for name in ("sakura", "momiji"):
        accounts.add(desk.ledger, name, Role.RECEPTION, PASSWORD, desk.now())
    # Every other one at an account there is, the rest at names that somebody makes up.
    guesses = [("sakura" if at % 2 else f"staff{at}", f"guess {at}") for at in range(ATTEMPTS)]
    app = desk.app()
    said: Counter[int] = Counter()
    with answering(app) as address:
        for at, place in enumerate(PLACES):
            said.update(tried(address, place, *guesses[at * SENT : (at + 1) * SENT]))
        said.update(given(app, guesses[len(PLACES) * SENT :]))
        assert tried(address, HERS, ("momiji", PASSWORD)) == [303]
    assert sum(said.values()) == ATTEMPTS
    assert set(said) == {401, 429}
    assert hashed["sakura"] <= MOST_BY_STRANGERS
    assert sum(hashed.values()) - hashed["momiji"] <= MOST_FROM_ONE_PLACE * len(PLACES)
    refused = [row for row in audit.latest(desk.ledger, ATTEMPTS) if row.action == "sign-in-refused"]
    assert len(refused) <= 2 * MOST_FROM_ONE_PLACE * len(PLACES)
