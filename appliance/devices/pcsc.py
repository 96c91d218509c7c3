"""Cards through pcscd.

On the low-level calls, because those answer with a number: pyscard's classes raise from two unrelated exception
trees, and their destructors complain on stderr when pcscd has gone. `PCSCLITE_CSOCK_NAME`
chooses the socket; libpcsclite reads it at a process's first call and never again.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from smartcard import scard

from appliance.devices.connection import CardConnection
from appliance.eligibility.trouble import Trouble

_log = logging.getLogger(__name__)

_NO_SERVICE = 0x8010001D
_POLL_SECONDS = 0.45

_CODES = {
    0x80100003: "READER-002",  # invalid handle: what is left after pcscd went
    0x80100009: "READER-001",  # unknown reader
    0x8010000B: "READER-003",  # sharing violation
    0x8010000C: "CARD-003",  # no card
    0x80100013: "READER-002",  # communication with pcscd broke
    0x80100016: "CARD-003",  # not transacted
    0x80100017: "READER-001",  # reader unavailable
    _NO_SERVICE: "READER-002",
    0x8010001E: "READER-002",  # service stopped
    0x8010002E: "READER-001",  # no readers at all
    0x8010002F: "CARD-003",  # transfer broke
    0x80100066: "CARD-001",  # unresponsive
    0x80100067: "CARD-003",  # unpowered
    0x80100068: "CARD-003",  # reset by someone else
    0x80100069: "CARD-003",  # removed
    0x8010006A: "READER-002",  # access denied (polkit)
}


def call(function: Callable[..., tuple[int, Any]], *arguments: object) -> tuple[int, Any]:
    """A PC/SC function's result code and answer.

    pyscard's wrappers of the functions that answer with a list raise SystemError when pcscd vanishes within the
    call; that becomes the result code it should have been.
    """
    try:
        hresult, answer = function(*arguments)
    except SystemError:
        return _NO_SERVICE, None
    return hresult, answer


def succeeded(hresult: int) -> bool:
    """Whether a PC/SC call went well."""
    return int(hresult) == int(scard.SCARD_S_SUCCESS)


def trouble_for(hresult: int) -> Trouble:
    """The trouble a failed PC/SC call means; `CARD-001` for what the table does not know."""
    number = hresult & 0xFFFFFFFF
    return Trouble(_CODES.get(number, "CARD-001"), f"PC/SC 0x{number:08X}")


class PcscWire:
    """A card held exclusively through its own pcscd context, so that no reader waits for another.

    `reader` is the name pcscd lists. With `cold` the card loses its power first, as if it had been lifted.
    Raises `Trouble` (CARD-001, CARD-003, READER-001 to -003).
    """

    def __init__(self, reader: str, *, cold: bool = False) -> None:
        hresult, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if not succeeded(hresult):
            raise trouble_for(hresult)
        self._open = True
        self._broken = False
        self._card: int | None = None
        if cold:
            self._take_power(reader)
        hresult, card, protocol = scard.SCardConnect(
            self._context,
            reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        if not succeeded(hresult):
            self.close()
            raise trouble_for(hresult)
        self._card, self._protocol = card, protocol

    def _take_power(self, reader: str) -> None:
        # DIRECT reaches the reader even where its card gives no answer at all. What fails here fails again below.
        hresult, card, _ = scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_DIRECT, 0)
        if succeeded(hresult):
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)

    def exchange(self, apdu: bytes) -> bytes:
        """Send one command. Raises `Trouble` when the card or the way to it is gone."""
        pci = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        hresult, answer = call(scard.SCardTransmit, self._card, pci, list(apdu))
        if not succeeded(hresult):
            self._broken = True
            raise trouble_for(hresult)
        return bytes(byte & 0xFF for byte in answer)

    def close(self) -> None:
        """Reset the card (which clears its PIN state for whoever comes next) and release everything."""
        if not self._open:
            return
        self._open = False
        if self._broken:
            # Resetting a card that left before pcscd's 400 ms look noticed makes pcscd call the reader empty, and a
            # card laid down within that look stays unseen until it is lifted again (seen with 1.9.9).
            time.sleep(_POLL_SECONDS)
        if self._card is not None:
            hresult = scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
            _log.debug("card left: 0x%08X", hresult & 0xFFFFFFFF)
        scard.SCardReleaseContext(self._context)


def card_lies_on(reader: str) -> bool:
    """Whether pcscd sees a card on `reader` (the name it lists) at this moment; False when it cannot say."""
    hresult, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if not succeeded(hresult):
        return False
    try:
        asked = [(reader, scard.SCARD_STATE_UNAWARE)]
        hresult, states = call(scard.SCardGetStatusChange, context, 0, asked)
        return succeeded(hresult) and bool(states[0][1] & scard.SCARD_STATE_PRESENT)
    finally:
        scard.SCardReleaseContext(context)


def open_card(reader: str, *, cold: bool = False) -> CardConnection:
    """Take the card on `reader` (the name pcscd lists) for this process alone; `cold`: without power for a moment first.

    Raises `Trouble`: READER-003 when another program holds it, CARD-003 when it has gone already, CARD-001 when it
    does not answer, READER-001 without such a reader, READER-002 without pcscd.
    """
    return CardConnection(PcscWire(reader, cold=cold))
