"""The web process as it runs at a clinic: gunicorn, TLS, live events, and a stop that does not hang."""

import contextlib
import signal
import socket
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.web.service import server_files
from tests.web.desk_world import PASSWORD, Desk

START = """
import sys
from pathlib import Path
from appliance.settings import Box
from appliance.web import service
service.run(Box(Path(sys.argv[1])))
"""


class Service:
    """The running process and a client that trusts the box's CA."""

    def __init__(self, desk: Desk, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"https://127.0.0.1:{port}"
        patience = urllib3.Retry(
            total=None, connect=200, read=0, redirect=False, backoff_factor=0.1, backoff_max=0.1
        )
        self.http = urllib3.PoolManager(
            ca_certs=str(desk.box.tls_dir / "ca.pem"), retries=patience, timeout=20, maxsize=4
        )
        assert self.http.request("GET", f"{self.url}/health").status == 200

    def sign_in(self) -> dict[str, str]:
        fields = {"name": "sakura", "password": PASSWORD}
        answer = self.http.request("POST", f"{self.url}/sign-in", fields=fields, encode_multipart=False)
        assert answer.status == 303
        return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}

    def events(self, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        return self.http.request(
            "GET", f"{self.url}/reception/events?after=0", headers=headers, preload_content=False
        )


@pytest.fixture
def service(desk: Desk, free_port: Callable[[], int]) -> Iterator[Service]:
    port = free_port()
    server_files(desk.box)
    desk.box.save(replace(desk.settings, web_port=port))
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(desk.box.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield Service(desk, process, port)
    finally:
        process.terminate()
        process.communicate(timeout=20)


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
