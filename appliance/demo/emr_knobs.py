"""The knobs of the virtual EMR, kept out of the example: everything a consumer may do wrong, on request."""

import argparse
import json
import signal
import threading
from pathlib import Path
from typing import Any

from appliance.demo import control
from appliance.demo.emr import Credentials, Emr, Inbox
from appliance.eligibility.trouble import Trouble

CA_LOOKS_EVERY = 0.2


def credentials_file(state: Path) -> Path:
    """Written by the launcher: the members of `Credentials` as JSON."""
    return state / "demo" / "emr.json"


def control_socket(state: Path) -> Path:
    """Where the knobs are turned."""
    return state / "run" / "emr.sock"


def load(path: Path) -> Credentials:
    """Raises `OSError`, `ValueError`, `KeyError` when the file is not there or not whole."""
    values = json.loads(path.read_text("utf-8"))
    return Credentials(**{name: values[name] for name in Credentials.__dataclass_fields__})


class KnobbedEmr(Emr):
    """An EMR that can be told to misbehave. Call `answer` from any thread."""

    def __init__(self, credentials: Credentials, inbox: Inbox) -> None:
        super().__init__(credentials, inbox)
        self._paused = False
        self._held: list[str] = []
        self._slow = 0.0
        self._ending = threading.Event()
        self._lock = threading.Lock()

    def take(self, payload: bytes) -> None:
        """Store and acknowledge, after a pause when told to be slow."""
        self._ending.wait(self._slow)
        super().take(payload)

    def acknowledge(self, delivery_id: str) -> None:
        """Acknowledge, or keep it for later."""
        with self._lock:
            if self._paused:
                self._held.append(delivery_id)
                return
        super().acknowledge(delivery_id)

    def answer(self, request: control.Request) -> dict[str, Any]:
        """One request of the control socket. Raises `Trouble` DEMO-002 for an unknown one."""
        match request.get("do"):
            case "pause-acks":
                self._paused = True
            case "resume-acks":
                self._resume()
            case "disconnect":
                self.stop()
            case "connect":
                self.stop()
                self.start()
            case "slow":
                self._slow = float(request.get("seconds", 2.0))
            case "fast":
                self._slow = 0.0
            case "stop":
                self._ending.set()
            case "received":
                pass
            case _:
                raise Trouble("DEMO-002", "pause-acks resume-acks disconnect connect slow fast received stop")
        return self.received()

    def received(self) -> dict[str, Any]:
        """What has come in: `count` results, `seen` messages with all repeats, ids in the order of arrival."""
        messages = self.inbox.messages()
        return {
            "connected": self.is_connected,
            "acknowledging": not self._paused,
            "count": len(messages),
            "seen": self.seen,
            "delivery_ids": [message["delivery_id"] for message in messages],
            "check_ids": [message["check_id"] for message in messages],
        }

    def run(self, state: Path) -> None:
        """Serve until told to stop; the broker may make its CA later than we start."""
        server = control.serve(control_socket(state), self.answer)
        try:
            while not Path(self._credentials.ca).exists():
                if self._ending.wait(CA_LOOKS_EVERY):
                    return
            self.start()
            self._ending.wait()
        finally:
            server.close()
            self.stop()

    def end(self) -> None:
        """Make `run` return."""
        self._ending.set()

    def _resume(self) -> None:
        with self._lock:
            self._paused = False
            held, self._held = self._held, []
        for delivery_id in held:
            super().acknowledge(delivery_id)


def main() -> None:
    """`python -m appliance.demo.emr --dir DIR`."""
    parser = argparse.ArgumentParser(prog="python -m appliance.demo.emr", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="the state folder of the demo")
    state = parser.parse_args().dir
    emr = KnobbedEmr(load(credentials_file(state)), Inbox(state / "demo" / "emr" / "inbox.db"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: emr.end())
    emr.run(state)
