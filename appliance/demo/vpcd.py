"""The reader's side of a virtual card: speaks the protocol of Debian's `vsmartcard-vpcd` driver over TCP.

Every message is two bytes of length (big endian) and a body. From pcscd: one byte for power and ATR, otherwise a
command APDU. To be connected is to lie on the reader; to close the connection is to be taken away.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from appliance.demo.virtual_card import VirtualCard

_RECONNECT_SECONDS = 0.02
_SIGN_INS = 0x2A
_STUCK = b"\x6f"


class Control(IntEnum):
    """The one-byte messages of the driver."""

    POWER_OFF = 0x00
    POWER_ON = 0x01
    RESET = 0x02
    ATR = 0x04


@dataclass
class Knobs:
    """How slow the card is (milliseconds), and after how many further APDUs it is pulled away (None = never).

    `stuck` answers every command with half a status word: "power" until the card loses its power, "pcscd" until pcscd was restarted.
    """

    latency_ms: float = 0.0
    sign_ms: float = 0.0
    die_after_apdus: int | None = None
    stuck: str = ""


class CardPulled(Exception):  # noqa: N818 - it is what happened, not a mistake
    """The card left the reader in the middle of a command."""


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = connection.recv(size - len(received))
        # The driver sends length and body in two writes; a delayed acknowledgement would cost 40 ms each time,
        # and the kernel forgets the option after every read.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not piece:
            raise ConnectionError("closed by pcscd")
        received += piece
    return received


class InsertedCard:
    """A card lying in the slot behind `port`, in its own thread, until `remove`. Survives a restart of pcscd.

    `on_pulled` is called from that thread when `Knobs.die_after_apdus` has taken the card away. The card reaches
    the reader `lands_in` seconds from now.
    """

    def __init__(
        self,
        card: VirtualCard,
        port: int,
        knobs: Knobs,
        on_pulled: Callable[[], None] = lambda: None,
        lands_in: float = 0.0,
    ) -> None:
        self.apdus = 0
        self.seconds = 0.0
        self._card = card
        self._port = port
        self._knobs = knobs
        self._on_pulled = on_pulled
        self._lands_in = lands_in
        self._gone = threading.Event()
        self._connection: socket.socket | None = None
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._lie, name=f"card-{port}", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """Whether a pcscd is on the other end at this moment."""
        return self._connected.is_set()

    def wait_connected(self, seconds: float) -> bool:
        """Wait until the driver has accepted the card; False when it has not within `seconds`."""
        return self._connected.wait(seconds)

    def remove(self) -> None:
        """Take the card away; returns when the connection is closed."""
        self._gone.set()
        self._hang_up()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def _hang_up(self) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _lie(self) -> None:
        self._gone.wait(self._lands_in)
        while not self._gone.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=5) as connection:
                    self._attach(connection)
            except CardPulled:
                if not self._gone.is_set():
                    self._gone.set()
                    self._on_pulled()
            except OSError:
                self._gone.wait(_RECONNECT_SECONDS)
            finally:
                self._connected.clear()

    def _attach(self, connection: socket.socket) -> None:
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._connected.set()
        self._card.reset()
        while not self._gone.is_set():
            size = int.from_bytes(_receive(connection, 2), "big")
            answer = self._answer(_receive(connection, size))
            if answer is not None:
                connection.sendall(len(answer).to_bytes(2, "big") + answer)

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) != 1:
            begun = time.monotonic()
            try:
                return self._transmit(message)
            finally:
                self.seconds += time.monotonic() - begun
        if message[0] == Control.ATR:
            return self._card.atr
        if message[0] == Control.POWER_OFF and self._knobs.stuck == "power":
            self._knobs.stuck = ""
        self._card.reset()
        return None

    def _transmit(self, apdu: bytes) -> bytes:
        self.apdus += 1
        if self._knobs.stuck:
            return _STUCK
        if self._knobs.die_after_apdus is not None:
            self._knobs.die_after_apdus -= 1
            if self._knobs.die_after_apdus <= 0:
                self._knobs.die_after_apdus = None
                raise CardPulled
        signs = len(apdu) > 1 and apdu[1] == _SIGN_INS
        milliseconds = self._knobs.latency_ms + (self._knobs.sign_ms if signs else 0)
        if self._gone.wait(milliseconds / 1000):
            raise CardPulled
        return self._card.transmit(apdu)
