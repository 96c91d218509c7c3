"""Command APDUs as a card takes them apart, and the status words it answers with."""

from dataclasses import dataclass
from enum import IntEnum


class Status(IntEnum):
    """Status words this card uses (`reference` of the APDUs: ISO 7816-4 and public JPKI clients)."""

    OK = 0x9000
    WRONG_PIN = 0x63C0
    WRONG_LENGTH = 0x6700
    NO_CHANNELS = 0x6881
    WRONG_FILE_KIND = 0x6981
    SECURITY = 0x6982
    BLOCKED = 0x6984
    NO_FILE_SELECTED = 0x6986
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    NO_RECORD = 0x6A83
    WRONG_PARAMETERS = 0x6A86
    PAST_END = 0x6B00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00


class Refusal(Exception):  # noqa: N818 - a status word is an answer, not an error of ours
    """The card answers with a status word and no data."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"{status:04X}")


@dataclass(frozen=True)
class Command:
    """One command APDU. `data` is None without Lc, `expected` (Le in bytes) is None without Le."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | None = None
    expected: int | None = None

    @property
    def parameters(self) -> tuple[int, int]:
        """P1 and P2 together."""
        return self.p1, self.p2


def parse(apdu: bytes) -> Command:
    """Take a short or extended command APDU apart; raises `Refusal` (6700) when the lengths do not fit."""
    if len(apdu) < 4:
        raise Refusal(Status.WRONG_LENGTH)
    body = apdu[4:]
    if len(body) > 2 and body[0] == 0:
        data, expected = _lengths(body[1:], 2)
    else:
        data, expected = _lengths(body, 1)
    return Command(apdu[0], apdu[1], apdu[2], apdu[3], data, expected)


def _lengths(body: bytes, width: int) -> tuple[bytes | None, int | None]:
    """Split what follows the header, where Lc and Le are `width` bytes wide."""
    if not body:
        return None, None
    if len(body) == width:
        return None, _expected(body)
    count = int.from_bytes(body[:width], "big")
    data, rest = body[width : width + count], body[width + count :]
    if count == 0 or len(data) < count or len(rest) not in {0, width}:
        raise Refusal(Status.WRONG_LENGTH)
    return data, _expected(rest) if rest else None


def _expected(field: bytes) -> int:
    return int.from_bytes(field, "big") or 1 << (8 * len(field))
