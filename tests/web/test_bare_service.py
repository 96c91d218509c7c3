"""The web process begun in an empty folder: it makes a box on its pages and then is that box, under the same address."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import urllib3

from appliance.ledger import settings_in_use, shown_code
from appliance.ledger.database import Ledger
from appliance.settings import Box

PATIENCE = 60.0


def until(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_empty_folder_becomes_a_box(box_dir: Path, free_port: Callable[[], int]) -> None:
    box, port = Box(box_dir / "state"), free_port()
    command = [sys.executable, "-m", "appliance", "run", "web", "--state", str(box.root)]
    with subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(port)]) as process:
        try:
            until(lambda: bool(shown_code.shown(box)), process)
            http = urllib3.PoolManager(
                ca_certs=str(box.tls_dir / "ca.pem"),
                retries=urllib3.Retry(
                    total=None, connect=200, read=0, redirect=False, backoff_factor=0.1, backoff_max=0.1
                ),
            )
            url = f"https://127.0.0.1:{port}"

            def post(path: str, cookie: str = "", **fields: str) -> urllib3.BaseHTTPResponse:
                return http.request(
                    "POST", url + path, fields=fields, encode_multipart=False, headers={"Cookie": cookie}
                )

            answer = post("/start", code=shown_code.shown(box))
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            made = post("/start/clinic", cookie, institution_code="1319999999", clinic_name="みどり内科")
            assert (made.status, "装置を設定しました" in made.data.decode()) == (200, True)
            with closing(Ledger.of(box)) as ledger:
                until(lambda: "web" in settings_in_use.in_use(ledger), process)
            page = http.request("GET", f"{url}/start", headers={"Accept": "text/html"})
            assert "最初の管理者" in page.data.decode()
        finally:
            process.terminate()
