"""What somebody in the clinic's network could do to the pages without an account, played against the real process."""

import contextlib
import http.client
import selectors
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.web import patience
from appliance.web.worker import MOST_FROM_ONE
from tests.conftest import free_ports
from tests.web.desk_world import PASSWORD, desk_in
from tests.web.service_world import START, Service, running

HASTY = START.replace("service.run", "patience.MOST_REQUEST = 2.0\nservice.run")
ANOTHER_PC = "127.0.0.2"
POST = "POST /sign-in HTTP/1.1\r\nHost: x\r\n"
HIDDEN = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    web, plain = free_ports(2)
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder,
        desk_in(Path(folder)) as desk,
    ):
        desk.settings = replace(desk.settings, trust_port=plain)
        accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())
        with running(desk, web, HASTY) as found:
            yield found


@pytest.fixture(autouse=True)
def _goes_on(service: Service) -> Iterator[None]:
    """Whatever was done, the next one is served."""
    yield
    assert service.http.request("GET", f"{service.url}/health").json() == {"ok": True}


@contextlib.contextmanager
def connected(service: Service, source: str = "127.0.0.1") -> Iterator[ssl.SSLSocket]:
    context = ssl.create_default_context(cafile=str(service.desk.box.tls_dir / "ca.pem"))
    with (
        socket.create_connection(("127.0.0.1", service.port), 20, (source, 0)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as found,
    ):
        yield found


def answers(connection: socket.socket) -> bytes:
    """All that comes until the box closes."""
    found = b""
    with contextlib.suppress(ConnectionResetError, ssl.SSLEOFError):
        while piece := connection.recv(65536):
            found += piece
    return found


def drips_until_closed(connection: socket.socket) -> bool:
    """Say a byte each quarter of a second; whether the box hung up before sixty."""
    connection.settimeout(0.25)
    for _ in range(60):
        try:
            connection.send(b"x")
            if not connection.recv(65536):
                return True  # after an answer that says so, or without
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /health HTTP/1.1\r\nX-Long: ",
        POST.encode()
        + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nname=",
    ],
    ids=["head", "body"],
)
def test_a_client_that_drips_keeps_no_thread(service: Service, begun: bytes) -> None:
    with connected(service) as connection:
        connection.sendall(begun)
        assert drips_until_closed(connection)


def test_a_client_that_drips_without_tls_keeps_none_either(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.desk.settings.trust_port), 20) as connection:
        connection.sendall(b"GET /trust HTTP/1.1\r\nX-Long: ")
        assert drips_until_closed(connection)


def test_a_handshake_that_stops_is_given_up(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), 20) as plain:
        plain.sendall(bytes.fromhex("16030100c8010000c40303"))
        assert answers(plain) == b""


def test_an_address_has_its_share_of_connections_and_no_more(service: Service) -> None:
    with contextlib.ExitStack() as held, selectors.DefaultSelector() as closed:
        for _ in range(300):
            one = socket.create_connection(("127.0.0.1", service.port), 20, (ANOTHER_PC, 0))
            closed.register(held.enter_context(one), selectors.EVENT_READ)
        ended = 0
        while ended < 300 - MOST_FROM_ONE:
            found = closed.select(20)
            assert found, f"only {ended} were closed"
            for key, _ in found:
                closed.unregister(key.fileobj)
            ended += len(found)
        assert service.http.request("GET", f"{service.url}/health").status == 200
    for _ in range(1000):  # until the box has seen that they are gone
        with contextlib.suppress(OSError), connected(service, ANOTHER_PC) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            if b"200 OK" in answers(connection):
                return
    pytest.fail("the address was shut out for ever")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n",
    ],
    ids=["line", "field", "count"],
)
def test_oversize_heads_are_refused(service: Service, head: bytes) -> None:
    with connected(service) as connection:
        with contextlib.suppress(OSError):  # it may hang up before the end
            connection.sendall(head)
        found = answers(connection)
    assert found.split(b" ")[1:2] != [b"200"]
    assert found.count(b"HTTP/1.1 ") <= 1


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
    ],
)
def test_a_request_hidden_in_another_is_not_answered(service: Service, lengths: str) -> None:
    with connected(service) as connection:
        connection.sendall(POST.encode() + lengths.encode() + b"\r\n0\r\n\r\n" + HIDDEN)
        found = answers(connection)
    assert b'"ok"' not in found
    assert found.count(b"HTTP/1.1 ") <= 1
    assert b" 200 " not in found.partition(b"\r\n")[0]


def plainly(service: Service, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", service.desk.settings.trust_port, timeout=20)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_without_tls_there_is_the_trust_page_alone(service: Service) -> None:
    cookie = service.sign_in()["Cookie"]
    forged = {"Cookie": cookie, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    for path in (
        "/",
        "/desk",
        "/sign-in",
        "/reception/events",
        "/api/v1/box",
        "/trustworthy",
        "/trust/../desk",
    ):
        answer = plainly(service, "GET", path, **forged)
        assert (answer.status, answer.headers["Location"]) in ((302, "/trust"), (404, None)), path
    assert plainly(service, "POST", "/sign-in", **forged).status == 403
    assert plainly(service, "GET", "/trust").status == 200
    assert plainly(service, "GET", "/trust/static/trust.css").status == 200
    assert plainly(service, "GET", "/desk/static/print.js").status == 200


def test_what_was_left_of_a_request_is_not_what_the_next_one_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, client = socket.socketpair()
    with client, patience.PatientSocket(fileno=ours.detach()) as patient:
        patient.settimeout(None)
        monkeypatch.setattr(patience, "MOST_REQUEST", 1.0)
        patient.begin()
        client.sendall(b"x")
        assert patient.recv(1) == b"x"
        assert patient.gettimeout() == patience.MOST_SILENCE
