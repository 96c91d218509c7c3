"""The web process as it runs at a clinic: gunicorn, TLS, live events, and a stop that does not hang."""

import contextlib
import signal
import socket
import ssl
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3
from argon2 import PasswordHasher

from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.web.brake import MOST_FAILURES
from appliance.web.service import THREADS
from tests.web.desk_world import PASSWORD, Desk
from tests.web.service_world import Service


def read_until(stream: urllib3.BaseHTTPResponse, text: str) -> str:
    seen = ""
    while text not in seen:
        chunk = stream.read1()
        assert chunk, f"the stream ended before {text!r}"
        seen += chunk.decode()
    return seen


def test_it_is_healthy_and_trusted_by_its_own_ca(service: Service) -> None:
    answer = service.http.request("GET", f"{service.url}/health")
    assert (answer.status, answer.json()) == (200, {"ok": True})


def test_a_commit_of_another_process_is_on_the_open_page(desk: Desk, service: Service) -> None:
    stream = service.events(service.sign_in())
    read_until(stream, "event: day")
    check_id = desk.person("p01")
    assert check_id in read_until(stream, "有効")


def test_it_stops_at_once_with_open_streams_and_prints_nothing(desk: Desk, service: Service) -> None:
    headers = service.sign_in()
    streams = [service.events(headers) for _ in range(3)]
    for stream in streams:
        read_until(stream, "event: day")
    service.process.send_signal(signal.SIGTERM)
    for stream in streams:
        # A stream that was cut off instead of ended would raise here.
        assert b"event: row" not in stream.read()
    output, _ = service.process.communicate(timeout=20)
    assert (service.process.returncode, output) == (0, "")


@pytest.mark.parametrize(
    ("version", "is_taken"), [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)]
)
def test_old_tls_is_refused(desk: Desk, service: Service, version: ssl.TLSVersion, is_taken: bool) -> None:
    context = ssl.create_default_context(cafile=desk.box.tls_dir / "ca.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", service.port)) as plain:
        expected = contextlib.nullcontext() if is_taken else pytest.raises(ssl.SSLError)
        with expected, context.wrap_socket(plain, server_hostname="localhost") as secure:
            assert secure.version() == "TLSv1.2"


def test_a_worker_whose_master_was_killed_ends_too(service: Service) -> None:
    stream = service.events(service.sign_in())
    read_until(stream, "event: day")
    service.process.kill()
    assert b"event: row" not in stream.read()
    # The worker holds the other end of this pipe until it is gone.
    service.process.communicate(timeout=20)


HALF_A_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\nname="
)


def test_more_silent_clients_than_threads_do_not_shut_others_out(desk: Desk, service: Service) -> None:
    context = ssl.create_default_context(cafile=str(desk.box.tls_dir / "ca.pem"))
    with contextlib.ExitStack() as open_ones:
        for _ in range(THREADS + 10):
            raw = open_ones.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=20))
            wrapped = open_ones.enter_context(context.wrap_socket(raw, server_hostname="127.0.0.1"))
            wrapped.sendall(HALF_A_FORM)
        assert service.http.request("GET", f"{service.url}/health").status == 200


def test_guesses_sent_all_at_once_do_not_slip_past_the_brake(
    desk: Desk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher())  # slow as in life, so that they meet
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())

    def guess(number: int) -> int:
        fields = {"name": "sakura", "password": str(number)}
        url = f"{service.url}/sign-in"
        return service.http.request("POST", url, fields=fields, encode_multipart=False).status

    with ThreadPoolExecutor(MOST_FAILURES + 7) as guessers:
        answers = list(guessers.map(guess, range(MOST_FAILURES + 7)))
    assert answers.count(401) == MOST_FAILURES
    assert answers.count(429) == 7
