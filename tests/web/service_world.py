"""The web process as a real one, with a client that trusts the box's CA."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.web.service import server_files
from tests.web.desk_world import PASSWORD, Desk

MOST_LOOKS = 600
START = """
import sys
from pathlib import Path
from appliance.settings import Box
from appliance.web import patience, service
patience.MOST_SILENCE = 3
service.run(Box(Path(sys.argv[1])))
"""


class Service:
    """The running process and a client that trusts the box's CA."""

    def __init__(self, desk: Desk, process: "subprocess.Popen[str]", port: int) -> None:
        self.desk = desk
        self.process = process
        self.port = port
        self.url = f"https://127.0.0.1:{port}"
        patience = urllib3.Retry(
            total=None, connect=200, read=0, redirect=False, backoff_factor=0.1, backoff_max=0.1
        )
        self.http = urllib3.PoolManager(
            ca_certs=str(desk.box.tls_dir / "ca.pem"), retries=patience, timeout=20, maxsize=4
        )
        self._until_it_answers()

    def _until_it_answers(self) -> None:
        """Returns with the first answer; fails at once, and with all that it said, when the process ends without one."""
        for _ in range(MOST_LOOKS):
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                assert self.http.request("GET", f"{self.url}/health", retries=False).status == 200
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
                break
        self.process.kill()
        raise AssertionError(self.process.communicate()[0])

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
    accounts.add(desk.ledger, "sakura", Role.RECEPTION, PASSWORD, desk.now())
    with running(desk, free_port()) as found:
        yield found


@contextlib.contextmanager
def running(desk: Desk, port: int, start: str = START) -> Iterator[Service]:
    """The web process of `desk` at this port, until the end. `start` is what the process runs."""
    server_files(desk.box)
    desk.box.save(replace(desk.settings, web_port=port))
    process = subprocess.Popen(
        [sys.executable, "-c", start, str(desk.box.root)],
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
