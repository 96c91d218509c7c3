"""A card as one operation: command bytes in, data and status word out."""

import logging
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from appliance.devices.apdu import get_response, with_le
from appliance.eligibility.trouble import Trouble

_log = logging.getLogger("appliance.devices.apdu")

_MOST_PARTS = 64


class Wire(Protocol):
    """What carries the bytes: PC/SC on the box, the virtual card itself in fast tests."""

    def exchange(self, apdu: bytes) -> bytes:
        """Send one command; the answer with its status word. Raises `Trouble` when the way is broken."""

    def close(self) -> None:
        """Reset the card and let it go. May be called twice; never raises."""


@dataclass(frozen=True)
class Response:
    """The card's answer: `data` without the status word, `sw` from 0x0000 to 0xFFFF."""

    data: bytes = field(repr=False)
    sw: int


class CardConnection:
    """One card, for as long as it lies still; a context manager that always leaves the card reset.

    After any failure of the transport the connection is dead for good. The card may have been swapped unnoticed,
    and whether a PIN try was counted is unknown, so nothing is ever sent again: the caller opens a new connection
    and starts from the certificate.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._ended: str | None = None

    def transmit(self, apdu: bytes) -> Response:
        """Send one short-form command and fetch the whole answer (61xx and 6Cxx are dealt with here).

        Raises `Trouble` (CARD-001, CARD-003, READER-001 to -003) when the transport fails, and the same code again
        on every later call.
        """
        response = self._exchange(apdu)
        if response.sw >> 8 == 0x6C and (again := with_le(apdu, response.sw & 0xFF)) is not None:
            response = self._exchange(again)
        return self._rest_of(response) if response.sw >> 8 == 0x61 else response

    def close(self) -> None:
        """Leave the card, reset. May be called twice; never raises."""
        self._ended = self._ended or "CARD-003"
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rest_of(self, response: Response) -> Response:
        data = response.data
        for _ in range(_MOST_PARTS):
            response = self._exchange(get_response(response.sw & 0xFF))
            data += response.data
            if response.sw >> 8 != 0x61:
                return Response(data, response.sw)
        raise self._end(Trouble("CARD-001", "61xxが終わりません"))

    def _exchange(self, apdu: bytes) -> Response:
        if self._ended is not None:
            raise Trouble(self._ended, "この接続はすでに終わっています")
        try:
            answer = self._wire.exchange(apdu)
        except Trouble as trouble:
            self._end(trouble)
            raise
        except BaseException:
            self._ended = "CARD-003"
            raise
        if len(answer) < 2:
            raise self._end(Trouble("CARD-003", "応答にステータスワードがありません"))
        response = Response(answer[:-2], int.from_bytes(answer[-2:], "big"))
        _note(apdu, response)
        return response

    def _end(self, trouble: Trouble) -> Trouble:
        self._ended = trouble.code
        return trouble


def _note(apdu: bytes, response: Response) -> None:
    """Log header and lengths only: the bodies are PINs, certificates and signatures."""
    ins, p1, p2 = apdu[1:4]
    _log.debug(
        "ins=%02X p1=%02X p2=%02X sent=%d got=%d sw=%04X",
        ins,
        p1,
        p2,
        len(apdu),
        len(response.data),
        response.sw,
    )
