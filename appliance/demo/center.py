"""The virtual center: answers for the fictitious people over HTTPS with mutual TLS, and fails when told to.

`python -m appliance.demo.center --dir DIR` listens where DIR/box.toml expects it, or on a free port of loopback,
writes `DIR/demo/center.json` and prints `ready URL`. `--name NAME` is a further name or address by which clinics find it. Knobs on `DIR/run/center.sock`, one JSON object a line:

- `{"do": "fault", "kind": "slow", "seconds": 3, "times": 1}` — kinds in `FaultKind`, seconds and times optional
- `{"do": "heal"}`, `{"do": "delay", "ms": 200}` — stop failing; make every answer take that long
- `{"do": "bulk-delay", "seconds": 10}` — how long bulk jobs handed in from now on take
- `{"do": "disaster", "on": true, "area": "13"}` — open 災害時医療情報閲覧 for an area (empty: everywhere), `"on": false` closes it
- `{"do": "evidence-age", "seconds": 3600}` — refuse cards that were read longer ago; without seconds take all again
- `{"do": "state"}` — url, fault, delay, and what was asked and answered; `{"do": "stop"}`
"""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from appliance.demo import card_ca, center_pki, control, paths
from appliance.demo.center_desk import Desk
from appliance.demo.center_faults import Fault, FaultKind, Knobs, fault_named
from appliance.demo.center_memory import Memory
from appliance.demo.center_server import CenterServer, Parts
from appliance.eligibility.disaster import area_codes
from appliance.eligibility.trouble import Trouble
from appliance.identity import LOOPBACK
from appliance.ledger.times import utc_now
from appliance.settings import Box

HOST = "127.0.0.1"
BULK_DELAY = 3.0
"""Seconds a bulk job takes, so that a first fetch finds it still being worked on."""

_POLL = 0.02


@cache
def card_anchors(state: Path) -> tuple[x509.Certificate, ...]:
    """The CAs of the demo's card certificates; opened once, because that takes longer than answering."""
    found = card_ca.trust_anchors(paths.cards_folder(state), utc_now())
    return tuple(x509.load_pem_x509_certificate(pem) for pem in found.values())


class Center:
    """The running virtual center: a server that can be shut and opened again on the same port, and its knobs."""

    def __init__(self, state: Path, port: int, names: tuple[str, ...] = ()) -> None:
        self._files = center_pki.center_files(state, utc_now(), (*LOOPBACK, *names))
        self._memory = Memory()
        self._knobs = Knobs()
        self._bulk_delay = BULK_DELAY
        self._evidence_age: float | None = None
        self._desk = Desk(
            self._memory,
            partial(card_anchors, state),
            utc_now,
            lambda: self._bulk_delay,
            lambda: self._evidence_age,
        )
        self._turning = threading.Lock()
        self._server: CenterServer | None = None
        self._port = port
        self._port = self._open().server_port
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        """Where clinics find it."""
        return f"https://localhost:{self._port}"

    def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Obey one request of the control socket. Raises `Trouble` DEMO-002 for anything unknown."""
        match request.get("do"):
            case "fault":
                self._turn(_fault(request))
            case "heal":
                self._turn(None)
            case "delay":
                self._knobs.set_delay(_number(request, "ms") / 1000)
            case "bulk-delay":
                self._bulk_delay = _number(request, "seconds")
            case "disaster":
                self._desk.disaster.switch(_area(request))
            case "evidence-age":
                self._evidence_age = _number(request, "seconds") if "seconds" in request else None
            case "stop":
                self.stopped.set()
            case "state":
                return {**self._state(), **self._memory.counts()}
            case _:
                raise Trouble("DEMO-002", "fault heal delay bulk-delay disaster evidence-age state stop")
        return self._state()

    def close(self) -> None:
        """Shut for good."""
        with self._turning:
            self._knobs.set_fault(None)
            self._shut()

    def _state(self) -> dict[str, Any]:
        fault = self._knobs.fault
        return {
            "url": self.url,
            "fault": fault.kind.value if fault else None,
            "delay_ms": self._knobs.delay * 1000,
            "disaster": self._desk.disaster.state,
        }

    def _turn(self, fault: Fault | None) -> None:
        with self._turning:
            self._knobs.set_fault(fault)
            if fault is not None and fault.kind is FaultKind.DOWN:
                self._shut()
            elif self._server is None:
                self._open()
            elif fault is not None and fault.kind is FaultKind.WRONG_CERTIFICATE:
                self._server.cut_all()

    def _open(self) -> CenterServer:
        server = CenterServer((HOST, self._port), self._files, Parts(self._desk, self._memory, self._knobs))
        threading.Thread(target=server.serve_forever, args=(_POLL,), name="center", daemon=True).start()
        self._server = server
        return server

    def _shut(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut_all()
            self._server = None


def _fault(request: Mapping[str, Any]) -> Fault:
    seconds = _number(request, "seconds") if "seconds" in request else None
    times = int(_number(request, "times")) if "times" in request else None
    return fault_named(str(request.get("kind")), seconds, times)


def _area(request: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The codes to open 災害時 for, none for everywhere; None to close it."""
    if request.get("on") is not True:
        return None
    try:
        return area_codes(str(request.get("area", "")))
    except ValueError as error:
        raise Trouble("DEMO-002", "area") from error


def _number(request: Mapping[str, Any], name: str) -> float:
    value = request.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise Trouble("DEMO-002", name)
    return float(value)


def expected_port(state: Path) -> int:
    """The port the box in `state` looks for its center at; 0 when it has no settings yet."""
    box = Box(state)
    if not box.settings_file.exists():
        return 0
    return urlsplit(box.load().center_url).port or 0


def run(state: Path, port: int, names: tuple[str, ...] = ()) -> None:
    """Serve until told to stop by the control socket, SIGTERM or SIGINT. Raises `OSError`, `Trouble`."""
    paths.run_folder(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    center = Center(state, port, names)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: center.stopped.set())
    knobs = control.serve(paths.center_socket(state), center.handle)
    _write(paths.center_file(state), {"url": center.url})
    print(f"ready {center.url}", flush=True)
    center.stopped.wait()
    knobs.close()
    center.close()


def _write(path: Path, value: dict[str, Any]) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(value), "utf-8")
    aside.replace(path)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m appliance.demo.center", description="the virtual center")
    parser.add_argument("--dir", type=Path, required=True, help="state folder of the demo")
    parser.add_argument("--port", type=int, help="TCP port on loopback, 0 for a free one")
    parser.add_argument("--name", action="append", default=[], help="what clinics call it beside localhost")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        port = expected_port(wanted.dir) if wanted.port is None else wanted.port
        run(wanted.dir, port, tuple(wanted.name))
    except (OSError, Trouble) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
