"""A smart card as a pure state machine: command bytes in, response bytes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appliance.demo.card_apdu import Command, Refusal, Status, parse
from appliance.demo.card_pins import TryCounters

CONTACTLESS_ATR = bytes.fromhex("3B888001000041E0B381A1003B")


@dataclass(frozen=True)
class Pin:
    """A PIN file: the name of its counter, the secret, and how many tries it has when fresh."""

    name: str
    secret: bytes = field(repr=False)
    tries: int


@dataclass(frozen=True)
class File:
    """A transparent file, made when first read. `opened_by` are PIN files one of which must be verified."""

    content: Callable[[], bytes]
    opened_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Records:
    """A file of records, counted from 1."""

    records: tuple[bytes, ...]


@dataclass(frozen=True)
class Key:
    """A private key: what it makes of a payload (raises `ValueError`), and the PIN file that opens it."""

    sign: Callable[[bytes], bytes]
    opened_by: int


Element = Pin | File | Records | Key


@dataclass(frozen=True)
class Application:
    """One application of a card: its files by EF id.

    `opens` is the PIN file that our own command 80 F7 counts as verified. No real card knows that command.
    """

    elements: Mapping[int, Element]
    opens: int | None = None


class VirtualCard:
    """A card holding `applications` by AID. Answers anything with at least a status word, never raises."""

    def __init__(
        self,
        applications: Mapping[bytes, Application],
        counters: TryCounters,
        atr: bytes = CONTACTLESS_ATR,
    ) -> None:
        self.atr = atr
        self._applications = applications
        self._counters = counters
        self.reset()

    def reset(self) -> None:
        """Power lost or reset: nothing selected, no PIN verified. Counters stay."""
        self._application: Application | None = None
        self._verified: set[int] = set()
        self._current: int | None = None

    def transmit(self, apdu: bytes) -> bytes:
        """Answer one command APDU: data, then two bytes of status."""
        try:
            command = parse(apdu)
            data = self._handler(command)(command)
        except Refusal as refusal:
            return refusal.status.to_bytes(2, "big")
        return data + int(Status.OK).to_bytes(2, "big")

    def _handler(self, command: Command) -> Callable[[Command], bytes]:
        if command.cla in {1, 2, 3}:
            raise Refusal(Status.NO_CHANNELS)
        handlers = {
            0x00: {0xA4: self._select, 0xB0: self._read, 0xB2: self._read_record, 0x20: self._verify},
            0x80: {0x2A: self._sign, 0xF7: self._open_without_pin},
        }
        if command.cla not in handlers:
            raise Refusal(Status.UNKNOWN_CLA)
        if command.ins not in handlers[command.cla]:
            raise Refusal(Status.UNKNOWN_INS)
        return handlers[command.cla][command.ins]

    def _select(self, command: Command) -> bytes:
        if command.parameters == (0x04, 0x0C):
            self._select_application(command.data or b"")
        elif command.parameters == (0x02, 0x0C):
            self._select_file(int.from_bytes(command.data or b"", "big"))
        else:
            raise Refusal(Status.WRONG_PARAMETERS)
        return b""

    def _select_application(self, aid: bytes) -> None:
        if aid not in self._applications:
            raise Refusal(Status.NOT_FOUND)
        self.reset()
        self._application = self._applications[aid]

    def _select_file(self, number: int) -> None:
        if self._application is None or number not in self._application.elements:
            raise Refusal(Status.NOT_FOUND)
        self._current = number

    def _element(self) -> Element:
        if self._application is None or self._current is None:
            raise Refusal(Status.NO_FILE_SELECTED)
        return self._application.elements[self._current]

    def _read(self, command: Command) -> bytes:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            self._select_file(command.p1 & 0x1F)
            offset = command.p2
        content = self._readable()
        if command.expected is None:
            raise Refusal(Status.WRONG_LENGTH)
        if offset >= len(content):
            raise Refusal(Status.PAST_END)
        return content[offset : offset + command.expected]

    def _readable(self) -> bytes:
        element = self._element()
        if not isinstance(element, File):
            raise Refusal(Status.WRONG_FILE_KIND)
        if element.opened_by and not element.opened_by & self._verified:
            raise Refusal(Status.SECURITY)
        return element.content()

    def _read_record(self, command: Command) -> bytes:
        element = self._element()
        if not isinstance(element, Records):
            raise Refusal(Status.WRONG_FILE_KIND)
        if command.p2 != 0x04:
            raise Refusal(Status.WRONG_PARAMETERS)
        if not 1 <= command.p1 <= len(element.records):
            raise Refusal(Status.NO_RECORD)
        return element.records[command.p1 - 1][: command.expected or 256]

    def _verify(self, command: Command) -> bytes:
        if command.parameters != (0x00, 0x80):
            raise Refusal(Status.WRONG_PARAMETERS)
        pin = self._element()
        if not isinstance(pin, Pin) or self._current is None:
            raise Refusal(Status.WRONG_FILE_KIND)
        left = self._counters.left(pin.name, pin.tries)
        if command.data is None:
            raise Refusal(Status.WRONG_PIN | left)
        if left == 0:
            raise Refusal(Status.BLOCKED)
        self._try(pin, self._current, left - 1, command.data)
        return b""

    def _try(self, pin: Pin, number: int, left: int, secret: bytes) -> None:
        """Compare as a chip does: count the try first, so that pulling the card gives nothing away."""
        self._counters.set(pin.name, left)
        if secret != pin.secret:
            self._verified.discard(number)
            raise Refusal(Status.WRONG_PIN | left)
        self._counters.set(pin.name, pin.tries)
        self._verified.add(number)

    def _open_without_pin(self, command: Command) -> bytes:
        """Stands for what a certified terminal does, of which nothing public is known."""
        if command.parameters != (0x00, 0x00):
            raise Refusal(Status.WRONG_PARAMETERS)
        if self._application is None or self._application.opens is None:
            raise Refusal(Status.UNKNOWN_INS)
        self._verified.add(self._application.opens)
        return b""

    def _sign(self, command: Command) -> bytes:
        if command.parameters != (0x00, 0x80):
            raise Refusal(Status.WRONG_PARAMETERS)
        key = self._element()
        if not isinstance(key, Key):
            raise Refusal(Status.WRONG_FILE_KIND)
        if key.opened_by not in self._verified:
            raise Refusal(Status.SECURITY)
        try:
            return key.sign(command.data or b"")
        except ValueError as error:
            raise Refusal(Status.WRONG_LENGTH) from error
