"""The API as it runs at a clinic: over TLS, with streams and waits that are bounded and end when they have to."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import urllib3

from appliance.eligibility.visit import Phase
from appliance.ledger import api_tokens, consumer_terms, readers
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import Lists
from appliance.web.api.waits import MOST_A_TOKEN
from tests.contract.documents import README, complaints
from tests.contract.documents import ROOT as ROOT_FOLDER
from tests.web.api.vendor import ROOT, vendor_of
from tests.web.desk_world import Desk
from tests.web.service_world import Service

Events = Iterator[tuple[str, str, Any]]


class Caller:
    """A product at the running service."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, path: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        url = f"{self._service.url}{ROOT}{path}"
        return self._service.http.request(
            method, url, headers=self._headers | headers, preload_content=False, timeout=20
        )

    def events(self, answer: urllib3.BaseHTTPResponse) -> Events:
        """Name, id and data of each event."""
        name, event_id = "", ""
        for line in lines_of(answer):
            key, _, value = line.partition(": ")
            match key:
                case "event":
                    name = value
                case "id":
                    event_id = value
                case "data":
                    yield name, event_id, json.loads(value)
                    name, event_id = "", ""


def lines_of(answer: urllib3.BaseHTTPResponse) -> Iterator[str]:
    rest = b""
    while chunk := answer.read1():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in whole)


def until(events: Events, name: str) -> tuple[str, Any]:
    """Id and data of the next event of this name."""
    return next((event_id, data) for one, event_id, data in events if one == name)


@pytest.fixture
def token(desk: Desk) -> str:
    return vendor_of(desk).token


@pytest.fixture
def caller(desk: Desk, token: str, service: Service) -> Caller:
    return Caller(service, token)


def test_states_and_results_as_they_come(desk: Desk, service: Service, caller: Caller) -> None:
    """API-001, API-020, API-021, API-022, API-023: on one stream and the next, nothing missed, nothing twice."""
    first = desk.person("p01")
    stream = caller.call("/events")
    events = caller.events(stream)
    assert complaints("box-state", until(events, "box-state")[1]) == []
    assert complaints("reader-state", until(events, "reader-state")[1]) == []
    cursor, data = until(events, "eligibility")
    assert data["check_id"] == first
    second = desk.person("p02")
    cursor, data = until(events, "eligibility")
    assert (data["check_id"], complaints("eligibility", data)) == (second, [])
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.PIN)
    event_id, data = until(events, "reader-state")
    assert (event_id, data["phase"]) == ("", "pin")
    stream.close()
    third = desk.person("p03")
    later = caller.events(caller.call("/events", **{"Last-Event-ID": cursor}))
    assert until(later, "eligibility")[1]["check_id"] == third


def test_waits_are_few_and_the_others_are_served(desk: Desk, service: Service, caller: Caller) -> None:
    """API-017."""
    with ExitStack() as open_ones:
        streams = [open_ones.enter_context(caller.call("/events")) for _ in range(MOST_A_TOKEN)]
        for stream in streams:
            assert stream.status == 200
            until(caller.events(stream), "box-state")
        for path in ("/events", "/deliveries?wait=10"):
            answer = caller.call(path)
            assert (answer.status, answer.json()["error"]["code"]) == (429, "CALL-004")
            assert answer.headers["Retry-After"]
        assert caller.call("/deliveries").status == 200
        assert Caller(service, vendor_of(desk, "other").token).call("/deliveries?wait=1").status == 200


def test_a_stream_ends_with_its_token(desk: Desk, caller: Caller, token: str) -> None:
    """API-003."""
    stream = caller.call("/events")
    events = caller.events(stream)
    until(events, "box-state")
    api_tokens.revoke(desk.ledger, token.partition(".")[0], "engineer", desk.now())
    assert "eligibility" not in [name for name, _, _ in events]  # reads to its end


def test_a_place_is_free_again_when_its_client_went_away(caller: Caller) -> None:
    for _ in range(MOST_A_TOKEN * 2):
        answer = caller.call("/events", "HEAD")
        assert answer.status == 200
        answer.drain_conn()


def test_it_stops_at_once_with_streams_and_waits_open(service: Service, caller: Caller) -> None:
    stream = caller.call("/events")
    until(caller.events(stream), "box-state")
    service.process.terminate()
    list(lines_of(stream))
    service.process.communicate(timeout=10)
    assert service.process.returncode == 0


def test_what_was_not_acknowledged_survives_a_crash(desk: Desk, service: Service, caller: Caller) -> None:
    """API-012."""
    check_id = desk.person("p01")
    (given,) = caller.call("/deliveries").json()["deliveries"]
    service.process.kill()
    (again,) = vendor_of(desk).pending()
    assert (again["check_id"], again["delivery_id"]) == (check_id, given["delivery_id"])
    assert (given["attempt"], again["attempt"]) == (1, 2)


LINES = re.findall(r"^curl .*$", README, re.MULTILINE)


def pasted(desk: Desk, service: Service, token: str, line: str) -> "subprocess.Popen[str]":
    environment = {
        "PATH": "/usr/bin:/bin",
        "BOX_URL": service.url,
        "BOX_CA": str(desk.box.tls_dir / "ca.pem"),
        "TOKEN": token,
    }
    command = ["bash", "-c", f"exec {line} --silent --fail-with-body"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT_FOLDER)


def test_the_lines_to_paste_work(desk: Desk, service: Service) -> None:
    """Each line of the prose, as pasted, with a real delivery id and the code of this house."""
    token = vendor_of(desk, "chart", Lists.NIGHT).token
    consumer_terms.allow(desk.ledger, "chart", [Term.CHECK])
    desk.person("p01")
    (given,) = Caller(service, token).call("/deliveries").json()["deliveries"]
    assert len(LINES) >= 5
    for line in LINES:
        process = pasted(desk, service, token, re.sub(r"[0-9a-f]{32}", given["delivery_id"], line))
        assert process.stdout is not None
        if line.endswith('/events"'):
            assert any("event: box-state" in said for said in process.stdout)
            process.terminate()
            process.communicate(timeout=20)
            continue
        said, _ = process.communicate(timeout=20)
        # The list of the examples is that of another house, which is an answer of the box too.
        assert process.returncode == 0 or "INPUT-004" in said, (line, said)
