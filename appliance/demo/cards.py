"""Starting the card world and laying cards on its readers, for tests and for the demo's launcher."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.demo import control, namespace, paths
from appliance.demo.card_ca import CardKey
from appliance.eligibility.trouble import Trouble

_STOP_SECONDS = 5


@dataclass(frozen=True)
class Cards:
    """The control socket of a running card world, for whoever did not start it. Readers count from 1.

    Every method raises `Trouble`: DEMO-001 when the world is gone, DEMO-002 when it refuses.
    """

    state_folder: Path

    @property
    def pcscd_socket(self) -> Path:
        """The value for PCSCLITE_CSOCK_NAME. libpcsclite keeps the first one a process uses, for good."""
        return paths.pcscd_socket(self.state_folder)

    def ask(self, do: str, **members: object) -> dict[str, Any]:
        """Send one request and return the reply."""
        return control.ask(paths.cards_socket(self.state_folder), {"do": do, **members})

    def insert(self, reader: int, person: str, key: CardKey = CardKey.RSA_2048) -> None:
        """Lay the card of a person (`p01`) or an oddity (`foreign`, `phone`, `iphone`, `juki`, `mute`) on a reader."""
        self.ask("insert", reader=reader, person=person, key=key)

    def hold_phone(self, reader: int, person: str, make: str = "android") -> None:
        """Hold the phone of a person (`android` or `iphone`) to a reader, until it is removed."""
        self.ask("insert", reader=reader, person=person, phone=make)

    def remove(self, reader: int) -> None:
        """Take away what lies on a reader, if anything."""
        self.ask("remove", reader=reader)

    def kill_pcscd(self) -> None:
        """Kill pcscd; it comes back by itself within about 250 ms, with the cards still on the readers."""
        self.ask("kill-pcscd")

    def hang_pcscd(self) -> None:
        """Let pcscd stand still: it answers nobody until it is killed or restarted."""
        self.ask("hang-pcscd")

    def stick(self, reader: int, until: str) -> None:
        """Let cards on a reader answer nothing sensible until they lose their "power", or until "pcscd" is restarted."""
        self.ask("stick", reader=reader, until=until)

    def reorder_readers(self) -> None:
        """Restart pcscd with the readers plugged in the opposite order."""
        self.ask("reorder-readers")

    def unplug(self) -> None:
        """Pull all readers off the box: pcscd is there and sees none."""
        self.ask("unplug")

    def plug(self) -> None:
        """Plug the readers in again."""
        self.ask("plug")

    def set_latency(self, milliseconds: float) -> None:
        """Make every APDU on every reader take that much longer."""
        self.ask("set-latency", ms=milliseconds)

    def set_sign_time(self, milliseconds: float) -> None:
        """Make every signature take that much longer, on top of the latency."""
        self.ask("set-sign-time", ms=milliseconds)

    def die_after(self, reader: int, apdus: int | None) -> None:
        """Pull the card away at the `apdus`-th APDU from now (1 = the next one); None takes that back."""
        self.ask("die-after", reader=reader, apdus=apdus)

    def restore_pins(self, person: str) -> None:
        """Put the PIN counters of a card back to where they were when the demo was new."""
        self.ask("restore-pins", person=person)

    def state(self) -> dict[str, Any]:
        """`pcscd_starts`, `order` of reader names, and `readers[]` as `slots.Slot.state` describes them."""
        return self.ask("state")


@dataclass(frozen=True)
class CardWorldHandle(Cards):
    """A card world this process has started. It dies with the thread that started it, at the latest."""

    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the world and everything in it; returns when it is gone."""
        with contextlib.suppress(Trouble):
            self.ask("stop")
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start_card_world(state: Path, readers: int = 1) -> CardWorldHandle:
    """Start a card world with `readers` readers (1 to 16) for the demo in `state`, and wait until it is ready.

    Its log is `DIR/run/card_world.log`. vpcd has two slots a device, so PC/SC shows an even number of readers.
    Raises `Trouble` (DEMO-003) with the end of the log when it does not start.
    """
    log_file = paths.run_folder(state) / "card_world.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    world = [
        sys.executable,
        "-m",
        "appliance.demo.card_world",
        "--dir",
        str(state),
        "--readers",
        str(readers),
    ]
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [*namespace.unshare_command(), *world],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    handle = CardWorldHandle(state, process)
    if process.stdout is None or process.stdout.readline() != b"ready\n":
        handle.stop()
        raise Trouble("DEMO-003", log_file.read_text(encoding="utf-8", errors="replace")[-500:].strip())
    return handle
