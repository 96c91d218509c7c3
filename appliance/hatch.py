"""The hatch: the local socket through which a PIN and the other touches of a patient reach the devices process.

Nothing that passes is stored or logged. One JSON line asks, one JSON line answers; the socket is the owner's
alone. Phases, tries left and troubles do not pass here: they are no secret and stand in the ledger.
"""

import contextlib
import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args, get_type_hints

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import (
    Choices,
    Consents,
    ConsentWay,
    Display,
    Language,
    PrescriptionForm,
    SightReason,
    Way,
)
from appliance.own_socket import OwnSocketServer
from appliance.unix_address import short_address

_LOG = logging.getLogger(__name__)
LINE_LIMIT = 4096
ANSWER_TIMEOUT = 5.0


@dataclass(frozen=True)
class TypedPin:
    """The PIN a patient typed. It is in no repr, so it can stand in no log.

    `tries_left` is what stood on the pad it was typed on: a second tap that comes after the card's answer fits no more.
    """

    reader: str
    visit: str
    pin: str = field(repr=False)
    tries_left: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GivenConsents:
    """What the patient agreed to on the consent page, and the language it stood there in (None: the visit's).

    Reception may change the visit's language while the touch is on its way; what was read is what is recorded.
    """

    reader: str
    visit: str
    consents: Consents
    pressed: ConsentWay = ConsentWay.EACH
    text_version: str = ""
    choices: Choices = field(default_factory=Choices)
    language: Language | None = None


@dataclass(frozen=True)
class Cancelled:
    """The patient, or staff for them, stopped the visit."""

    reader: str
    visit: str


@dataclass(frozen=True)
class StaffCalled:
    """The patient pressed 「係員を呼ぶ」."""

    reader: str
    visit: str


@dataclass(frozen=True)
class WantedPhone:
    """The patient wants to be received with a phone; there is no visit yet."""

    reader: str
    visit: str


@dataclass(frozen=True)
class WantedWay:
    """How to go on, chosen by the patient or by reception for them."""

    reader: str
    visit: str
    way: Way


@dataclass(frozen=True)
class WentBack:
    """The patient wants another way."""

    reader: str
    visit: str


@dataclass(frozen=True)
class TypedCardNumber:
    """照合番号B: 14 digits from the card's face. It opens the photo, so it is in no repr."""

    reader: str
    visit: str
    number: str = field(repr=False)


@dataclass(frozen=True)
class ShowsCard:
    """The patient wants to show the card to the camera instead of typing its number."""

    reader: str
    visit: str


@dataclass(frozen=True)
class WantedLanguage:
    """The screen shall speak `language`; without a visit while nobody has laid a card yet."""

    reader: str
    visit: str
    language: Language


@dataclass(frozen=True)
class WantedDisplay:
    """The screen shall look or sound as `display` says; without a visit as `WantedLanguage`."""

    reader: str
    visit: str
    display: Display


@dataclass(frozen=True)
class BegunSight:
    """The account `by` starts 目視確認 for this visit alone, because of `reason` (a value of `SightReason`)."""

    reader: str
    visit: str
    by: str
    reason: SightReason


@dataclass(frozen=True)
class JudgedHolder:
    """The account `by` has compared the patient with the card: the same person, or not."""

    reader: str
    visit: str
    by: str
    same: bool


Touch = (
    TypedPin
    | GivenConsents
    | Cancelled
    | StaffCalled
    | WantedPhone
    | WantedWay
    | WentBack
    | TypedCardNumber
    | ShowsCard
    | WantedLanguage
    | WantedDisplay
    | BegunSight
    | JudgedHolder
)
_KINDS: dict[str, type[Touch]] = {kind.__name__: kind for kind in get_args(Touch)}


class HatchServer:
    """The devices' side. `take` is called with each touch, in a thread of its own; it raises `Trouble` to refuse."""

    def __init__(self, path: Path, take: Callable[[Touch], None]) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        with short_address(path) as address:
            self._server = _Server(address, _Handler)
        self._server.take = take
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="hatch", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._path.unlink(missing_ok=True)


def pass_through(path: Path, touch: Touch) -> None:
    """Hand `touch` to the devices process. Raises `Trouble`: BOX-003 when it does not answer, or its own refusal."""
    request = {"kind": type(touch).__name__, **asdict(touch)}
    try:
        with socket.socket(socket.AF_UNIX) as connection, short_address(path) as address:
            connection.settimeout(ANSWER_TIMEOUT)
            connection.connect(address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            code = json.loads(connection.makefile("rb").readline(LINE_LIMIT))["code"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Trouble("BOX-003", type(error).__name__) from error
    if code:
        raise Trouble(code)


class _Server(OwnSocketServer):
    request_queue_size = 64
    """Several screens may be touched at once; over a full queue connecting would fail at once."""
    take: Callable[[Touch], None]


class _Handler(socketserver.StreamRequestHandler):
    timeout = ANSWER_TIMEOUT
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            code = self._code(self.rfile.readline(LINE_LIMIT))
            self.wfile.write(json.dumps({"code": code}).encode() + b"\n")

    def _code(self, line: bytes) -> str:
        try:
            touch = _touch(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return "INPUT-001"
        try:
            self.server.take(touch)
        except Trouble as trouble:
            return trouble.code
        except Exception as error:
            # Only its kind: a text or a traceback might hold the PIN.
            _LOG.error("BOX-005 %s", type(error).__name__)
            return "BOX-005"
        return ""


def _touch(values: Any) -> Touch:
    if not isinstance(values, dict):
        raise TypeError("not an object")
    kind = _KINDS[values.pop("kind")]
    kinds = get_type_hints(kind)
    return kind(**{name: _value(kinds[name], value) for name, value in values.items()})


def _value(kind: Any, value: Any) -> Any:
    if kind in (Consents, Display):
        if not all(isinstance(one, bool) for one in value.values()):
            raise TypeError("a consent is true or false, nothing that looks like it")
        return kind(**value)
    if kind is Choices:
        return _choices(**value)
    if kind == int | None:
        return _whole(value)
    if kind == Language | None:
        return None if value is None else Language(value)
    wanted = bool if kind is bool else str
    if not isinstance(value, wanted):
        raise TypeError("of another kind")
    return kind(value)


def _whole(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError("not a whole number")
    return value


def _choices(prescription: str, medical_subsidy: object) -> Choices:
    if medical_subsidy is not None and not isinstance(medical_subsidy, bool):
        raise TypeError("a choice is true, false or not made")
    return Choices(PrescriptionForm(prescription), medical_subsidy)
