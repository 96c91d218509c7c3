"""The card world: pcscd with virtual readers in a namespace of its own, and a person who lays cards on them.

Run as `python -m appliance.demo.card_world --dir DIR --readers N` inside `namespace.unshare_command()`;
`cards.start_card_world` does both. Prints `ready` when PC/SC clients can connect. Ends on SIGINT, SIGTERM,
the request `stop`, and when its standard input is closed.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance import wanted
from appliance.demo import control, namespace, paths
from appliance.demo.card_box import CardBox, Phone
from appliance.demo.card_ca import CardKey
from appliance.demo.pcscd import MOST_READERS, SLOTS, Pcscd, ReaderPair
from appliance.demo.slots import Slot, Slots
from appliance.eligibility.trouble import Trouble
from appliance.settings import Box

_log = logging.getLogger(__name__)

_GRANT_SECONDS = 0.2


class CardWorld:
    """What the requests on the control socket do. Readers count from 1."""

    def __init__(self, box: CardBox, pcscd: Pcscd, slots: Slots) -> None:
        self._box = box
        self._pcscd = pcscd
        self._slots = slots
        self._plugged = pcscd.pairs
        self.stopped = threading.Event()
        self.restarts = 0
        self._actions: dict[str, Callable[[control.Request], Mapping[str, Any]]] = {
            "insert": self._insert,
            "remove": self._remove,
            "kill-pcscd": self._kill_pcscd,
            "hang-pcscd": self._hang_pcscd,
            "stick": self._stick,
            "unplug": self._unplug,
            "plug": self._plug,
            "reorder-readers": self._reorder_readers,
            "set-latency": self._set_latency,
            "set-sign-time": self._set_sign_time,
            "die-after": self._die_after,
            "restore-pins": self._restore_pins,
            "state": self._state,
            "stop": self._stop,
        }

    def handle(self, request: control.Request) -> Mapping[str, Any]:
        """Answer one request; raises `Trouble` (DEMO-002) for one it does not understand."""
        action = self._actions.get(str(request.get("do")))
        if action is None:
            raise Trouble("DEMO-002", f"do is one of {', '.join(self._actions)}")
        return action(request)

    def _insert(self, request: control.Request) -> Mapping[str, Any]:
        slot = self._slots.numbered(request.get("reader"))
        who = str(request.get("person"))
        if request.get("phone"):
            return self._insert_phone(slot, who, str(request["phone"]))
        try:
            kind = CardKey(request.get("key", CardKey.RSA_2048))
        except ValueError as error:
            raise Trouble("DEMO-002", "key is rsa-2048 or p-384") from error
        card = self._box.card(who, datetime.now(UTC), kind)
        self._slots.insert(slot, who, card)
        return {"reader": slot.number}

    def _insert_phone(self, slot: Slot, who: str, make: str) -> Mapping[str, Any]:
        if make not in set(Phone):
            raise Trouble("DEMO-002", "phone is android or iphone")
        phone = self._box.phone(who, Phone(make), datetime.now(UTC))
        self._slots.insert(slot, f"{who}, {make}", phone)
        return {"reader": slot.number}

    def _remove(self, request: control.Request) -> Mapping[str, Any]:
        slot = self._slots.numbered(request.get("reader"))
        return {"reader": slot.number, "person": slot.remove()}

    def _kill_pcscd(self, _: control.Request) -> Mapping[str, Any]:
        self._pcscd.kill()
        return {}

    def _hang_pcscd(self, _: control.Request) -> Mapping[str, Any]:
        self._pcscd.hang()
        return {}

    def _stick(self, request: control.Request) -> Mapping[str, Any]:
        until = request.get("until")
        if until not in ("", "power", "pcscd"):
            raise Trouble("DEMO-002", "until is power, pcscd, or empty for not at all")
        self._slots.numbered(request.get("reader")).knobs.stuck = until
        return {}

    def grant(self, names: Sequence[str]) -> None:
        """Do what the box has wished for, as the privileged unit does on a real one."""
        if wanted.RESTART_PCSCD in names:
            for slot in self._slots:
                slot.knobs.stuck = "" if slot.knobs.stuck == "pcscd" else slot.knobs.stuck
            self.restarts += 1
            self._pcscd.kill()

    def _unplug(self, _: control.Request) -> Mapping[str, Any]:
        self._pcscd.reorder(())
        return {}

    def _plug(self, _: control.Request) -> Mapping[str, Any]:
        self._pcscd.reorder(self._plugged)
        return {}

    def _reorder_readers(self, _: control.Request) -> Mapping[str, Any]:
        self._pcscd.reorder(self._pcscd.pairs[::-1])
        return {"order": [pair.name for pair in self._pcscd.pairs]}

    def _chosen(self, request: control.Request) -> tuple[Slot, ...]:
        if "reader" in request:
            return (self._slots.numbered(request["reader"]),)
        return tuple(self._slots)

    def _set_latency(self, request: control.Request) -> Mapping[str, Any]:
        for slot in self._chosen(request):
            slot.knobs.latency_ms = _milliseconds(request)
        return {}

    def _set_sign_time(self, request: control.Request) -> Mapping[str, Any]:
        for slot in self._chosen(request):
            slot.knobs.sign_ms = _milliseconds(request)
        return {}

    def _die_after(self, request: control.Request) -> Mapping[str, Any]:
        count = request.get("apdus")
        if count is not None and (not isinstance(count, int) or count < 1):
            raise Trouble("DEMO-002", "apdus is a number from 1, or null for never")
        self._slots.numbered(request.get("reader")).knobs.die_after_apdus = count
        return {}

    def _restore_pins(self, request: control.Request) -> Mapping[str, Any]:
        self._box.restore_pins(str(request.get("person")))
        return {}

    def _state(self, _: control.Request) -> Mapping[str, Any]:
        return {
            "pcscd_starts": self._pcscd.starts,
            "pcscd_restarts_granted": self.restarts,
            "order": [pair.name for pair in self._pcscd.pairs],
            "readers": [slot.state() for slot in self._slots],
        }

    def _stop(self, _: control.Request) -> Mapping[str, Any]:
        self.stopped.set()
        return {}


def _milliseconds(request: control.Request) -> float:
    value = request.get("ms")
    if not isinstance(value, int | float) or not 0 <= value <= 60_000:
        raise Trouble("DEMO-002", "ms is a number from 0 to 60000")
    return float(value)


def _prepare_pcscd_folder(state: Path) -> None:
    """Make the folder of pcscd's socket; a short one elsewhere when `state` is too deep for a unix socket."""
    folder = paths.pcscd_folder(state)
    if len(os.fsencode(folder / paths.SOCKET_NAME)) > paths.LONGEST_SOCKET_PATH:
        folder = Path(tempfile.mkdtemp(prefix="madoguchi-pcscd-", dir="/tmp"))  # nosec B108 - a new folder for its owner alone
        paths.pcscd_pointer(state).write_text(f"{folder}\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)


def _clear_pcscd_folder(state: Path) -> None:
    """Remove what `_prepare_pcscd_folder` made outside of `state`."""
    pointer = paths.pcscd_pointer(state)
    if pointer.exists():
        shutil.rmtree(paths.pcscd_folder(state), ignore_errors=True)
        pointer.unlink()


def _end_with_parent(world: CardWorld) -> None:
    while os.read(0, 4096):  # not sys.stdin, whose lock a thread must not hold when the interpreter ends
        pass
    world.stopped.set()


def _grant_wishes(world: CardWorld, state: Path) -> None:
    folder = wanted.folder_of(Box(state).run_dir)
    while not world.stopped.wait(_GRANT_SECONDS):
        try:
            world.grant(wanted.take(folder))
        except OSError:
            _log.exception("could not look into %s", folder.name)


def run(state: Path, readers: int) -> None:
    """Run the card world until it is stopped. Raises `Trouble` (DEMO-003) when it cannot start."""
    paths.run_folder(state).mkdir(parents=True, exist_ok=True)
    _prepare_pcscd_folder(state)
    namespace.enter(state)
    pairs = [ReaderPair(index) for index in range(-(-readers // SLOTS))]
    pcscd = Pcscd(Path("/run/madoguchi"), paths.run_folder(state) / "pcscd.log", pairs)
    slots = Slots(pairs, readers)
    world = CardWorld(CardBox(paths.cards_folder(state)), pcscd, slots)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: world.stopped.set())
    threading.Thread(target=_end_with_parent, args=(world,), daemon=True).start()
    threading.Thread(target=_grant_wishes, args=(world, state), name="wishes", daemon=True).start()
    pcscd.wait_ready()
    server = control.serve(paths.cards_socket(state), world.handle)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    world.stopped.wait()
    server.close()
    slots.clear()
    pcscd.close()
    _clear_pcscd_folder(state)


def main() -> int:
    """Command line; 1 and one JSON line on stderr when the world cannot start."""
    parser = argparse.ArgumentParser(
        prog="card_world", description="virtual card readers behind a real pcscd"
    )
    parser.add_argument("--dir", type=Path, required=True, help="state folder of the demo")
    parser.add_argument("--readers", type=int, default=1, choices=range(1, MOST_READERS + 1), metavar="1..16")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        run(arguments.dir.resolve(), arguments.readers)
    except Trouble as trouble:
        sys.stderr.write(
            json.dumps({"code": trouble.code, "message": str(trouble)}, ensure_ascii=False) + "\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
