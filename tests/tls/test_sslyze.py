"""sslyze, which lives in a virtual environment of its own, over the running pages and the running broker.

`make tls` makes that environment: sslyze wants another `cryptography` than the box.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.settings import Box
from tests.conftest import free_ports
from tests.web.desk_world import desk_in
from tests.web.service_world import running

ROOT = Path(__file__).parents[2]
SSLYZE = ROOT / ".venv" / "sslyze" / "bin" / "python"
FOR_SETTING = {"1.2": "intermediate", "1.3": "modern"}


@dataclass(frozen=True)
class Served:
    """A box whose pages and broker run."""

    ca: Path
    least: str
    ports: dict[str, int]

    def scanned(self, what: str, configuration: str) -> "subprocess.CompletedProcess[str]":
        words = ["-m", "sslyze", f"--mozilla_config={configuration}", f"--certinfo_ca_file={self.ca}"]
        address = f"127.0.0.1:{self.ports[what]}"
        return subprocess.run(
            [SSLYZE, *words, address], capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture(scope="module", params=FOR_SETTING)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    web, broker = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder, desk_in(Path(folder)) as desk:
        desk.settings = replace(desk.settings, tls_least=request.param, broker_port=broker)
        with running(desk, web), broker_of(desk.box, broker):
            yield Served(desk.box.tls_dir / "ca.pem", request.param, {"web": web, "broker": broker})


@contextlib.contextmanager
def broker_of(box: Box, port: int) -> Iterator[None]:
    words = [sys.executable, "-m", "appliance", "run", "broker", "--state", str(box.root)]
    with (
        (box.log_dir / "broker.log").open("wb") as log,
        subprocess.Popen(words, stderr=log, cwd=ROOT) as process,
    ):
        try:
            while process.poll() is None:
                with (
                    contextlib.suppress(ConnectionRefusedError),
                    socket.create_connection(("127.0.0.1", port)),
                ):
                    break
            yield
        finally:
            process.terminate()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("what", ["web", "broker"])
def test_mozillas_configuration_holds(served: Served, what: str) -> None:
    found = served.scanned(what, FOR_SETTING[served.least])
    assert "OK - Compliant" in found.stdout, found.stdout[-3000:] + found.stderr[-1000:]
    assert found.returncode == 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("what", ["web", "broker"])
def test_modern_holds_where_tls_1_2_is_switched_off_and_nowhere_else(served: Served, what: str) -> None:
    found = served.scanned(what, "modern")
    assert ("FAILED - Not compliant" in found.stdout) is (served.least == "1.2"), found.stdout[-3000:]
