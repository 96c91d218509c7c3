"""A card reader on a machine's USB port, as QEMU emulates it, and the hand that lays our virtual cards on it.

The guest's kernel, libccid and pcscd see a CCID device. What the card says travels by libcacard's protocol (its
vscard_common.h): messages of type, reader and length (four bytes each, big endian) and a body, over a unix socket on which QEMU listens.
"""

import contextlib
import socket
import struct
import threading
from enum import IntEnum
from pathlib import Path

from appliance.demo.virtual_card import VirtualCard

_HEADER = struct.Struct(">III")
_MAGIC, _VERSION, _CAPABILITIES = b"VSCD", 2, 0
_SECONDS = 20.0


class Kind(IntEnum):
    """The messages."""

    INIT = 1
    ERROR = 2
    READER_ADD = 3
    READER_REMOVE = 4
    ATR = 5
    CARD_REMOVE = 6
    APDU = 7
    FLUSH = 8
    FLUSH_COMPLETE = 9


class UsbReader:
    """One reader: what QEMU is started with, then `connect`, then cards. Made anew for each start of the machine."""

    def __init__(self, folder: Path) -> None:
        self.apdus = 0
        self._path = folder / "card"
        self._socket = socket.socket(socket.AF_UNIX)
        self._card: VirtualCard | None = None
        self._sending = threading.Lock()
        self._is_known = threading.Event()

    @property
    def devices(self) -> tuple[str, ...]:
        """For the machine's command line."""
        chardev = f"socket,id=card,path={self._path},server=on,wait=off"
        return ("-chardev", chardev, "-device", "usb-ccid", "-device", "ccid-card-passthru,chardev=card")

    def connect(self) -> None:
        """Take QEMU's offer, once the machine runs. Raises `OSError`, `TimeoutError` when it does not speak the protocol."""
        self._socket.connect(str(self._path))
        threading.Thread(target=self._serve, name="usb-reader", daemon=True).start()
        self._send(Kind.INIT, _MAGIC + struct.pack(">II", _VERSION, _CAPABILITIES))
        self._send(Kind.READER_ADD, b"madoguchi")
        if not self._is_known.wait(_SECONDS):
            raise TimeoutError("QEMU does not take the reader")

    def lay(self, card: VirtualCard) -> None:
        """Lay a card on the reader."""
        card.reset()
        self._card = card
        self._send(Kind.ATR, card.atr)

    def take(self) -> None:
        """Take it away."""
        self._card = None
        self._send(Kind.CARD_REMOVE)

    def close(self) -> None:
        """Unplug the far end. Never raises."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self, kind: Kind, body: bytes = b"") -> None:
        with self._sending:
            self._socket.sendall(_HEADER.pack(kind, 0, len(body)) + body)

    def _serve(self) -> None:
        with contextlib.suppress(OSError), self._socket.makefile("rb") as stream:
            while len(header := stream.read(_HEADER.size)) == _HEADER.size:
                kind, _, length = _HEADER.unpack(header)
                self._hear(Kind(kind), stream.read(length))

    def _hear(self, kind: Kind, body: bytes) -> None:
        if kind is Kind.ERROR and not int.from_bytes(body[:4], "big"):
            self._is_known.set()  # so it says that all is well
        elif kind is Kind.FLUSH:
            self._send(Kind.FLUSH_COMPLETE)
        elif kind is Kind.APDU:
            self.apdus += 1
            card = self._card
            if card is not None:
                self._send(Kind.APDU, card.transmit(body))
