"""The web process as it runs at a clinic: gunicorn, TLS, live events, and a stop that does not hang."""

import contextlib
import signal
import socket
import ssl
import warnings

import pytest
import urllib3

from tests.web.desk_world import Desk
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
