"""A whole demo for benchmark (b), and the three places where its results are awaited: MQTT, folder, pcscd."""

import ctypes
import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.demo import paths
from appliance.demo.cards import Cards
from appliance.devices.events import CardPresent, WatcherEvent
from appliance.devices.watcher import ReaderWatcher
from benchmarks.apart import child, until_closed
from benchmarks.broker_world import Account, connect

BOUND = 30.0
_IN_MOVED_TO = 0x80
_EVENT = struct.Struct("iIII")
_STOP_SECONDS = 20.0

Moments = queue.SimpleQueue[tuple[float, str]]


@dataclass(frozen=True)
class Demo:
    """A running demo; `facts` is its demo.json."""

    root: Path
    facts: dict[str, Any]

    @property
    def cards(self) -> Cards:
        """The hands that lay cards."""
        return Cards(self.root)

    def card_seconds(self) -> float:
        """How long all cards have worked so far, as they say themselves."""
        return float(sum(row["seconds"] for row in self.cards.state()["readers"]))

    @property
    def url(self) -> str:
        """Where its pages are."""
        return str(self.facts["web"]["url"])

    def account(self, role: str) -> tuple[str, str]:
        """Name and password of the account with that role."""
        row = next(row for row in self.facts["accounts"] if row["role"] == role)
        return row["name"], row["password"]


@dataclass(frozen=True)
class Sinks:
    """Moments of `time.perf_counter`: of results, with the check's id or the file's name; of cards."""

    mqtt: Moments
    folder: Moments
    cards: Connection

    def card(self) -> float:
        """When pcscd told of the next card. Raises `TimeoutError`."""
        if not self.cards.poll(BOUND):
            raise TimeoutError("no card")
        found: float = self.cards.recv()
        return found


def moment(moments: Moments) -> tuple[float, str]:
    """The next result. Raises `queue.Empty` when none comes."""
    return moments.get(timeout=BOUND)


@contextmanager
def demo(root: Path, readers: int, *options: str, within: tuple[str, ...] = ()) -> Iterator[Demo]:
    """`madoguchi demo --headless`, entered when it says ready. Raises `RuntimeError` when it does not.

    `within` is a command that executes another one in its own place.
    """
    ours = [sys.executable, "-m", "appliance", "demo", "--headless", "--readers", str(readers), *options]
    command = [*within, *ours]
    process = subprocess.Popen([*command, "--state", str(root)], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("ready "):
            raise RuntimeError("the demo does not start")
        yield Demo(root, json.loads((root / "demo.json").read_text("utf-8")))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_SECONDS)


@contextmanager
def sinks(running: Demo) -> Iterator[Sinks]:
    """Listening everywhere."""
    face, pcscd = Path(running.facts["folder"]["face"]), paths.pcscd_socket(running.root)
    with _subscribed(running) as mqtt, _watched(face) as folder, child(_watch_readers, pcscd) as cards:
        yield Sinks(mqtt, folder, cards)


def _watch_readers(said: Connection, pcscd: Path) -> None:
    """In a process that does nothing else, so that it hears of a card when the devices process does."""
    os.environ["PCSCLITE_CSOCK_NAME"] = str(pcscd)

    def tell(event: WatcherEvent) -> None:
        if isinstance(event, CardPresent):
            said.send(time.perf_counter())

    with ReaderWatcher(tell):
        until_closed(said)


@contextmanager
def _subscribed(running: Demo) -> Iterator[Moments]:
    """A second subscriber with the demo's account; it acknowledges nothing, the virtual 電子カルテ does."""
    found: Moments = queue.SimpleQueue()
    subscribed = threading.Event()

    def on_message(_client: Client, _data: Any, message: MQTTMessage) -> None:
        now = time.perf_counter()
        found.put((now, json.loads(message.payload)["check_id"]))

    facts = running.facts["mqtt"]
    account = Account(facts["host"], facts["port"], Path(facts["ca"]), facts["username"], facts["password"])
    client = connect(account, on_message)
    client.on_subscribe = lambda *_: subscribed.set()
    client.subscribe([(facts["topic"], SubscribeOptions(qos=1))])
    subscribed.wait(BOUND)
    try:
        yield found
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def _watched(folder: Path) -> Iterator[Moments]:
    """Names that appear in `folder` by renaming, as the kernel tells them."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init()
    if descriptor < 0 or libc.inotify_add_watch(descriptor, os.fsencode(folder), _IN_MOVED_TO) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    found: Moments = queue.SimpleQueue()
    threading.Thread(target=_read_names, args=(descriptor, found), daemon=True).start()
    yield found


def _read_names(descriptor: int, found: Moments) -> None:
    while data := os.read(descriptor, 4096):
        now, at = time.perf_counter(), 0
        while at < len(data):
            length = _EVENT.unpack_from(data, at)[3]
            at += _EVENT.size + length
            found.put((now, data[at - length : at].rstrip(b"\0").decode()))
