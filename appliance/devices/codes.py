"""The numbers a My Number card speaks in, as tables, so that the next generation is new rows and not new code.

Nothing here is published officially. Confidence: A = law or widely used code (OpenSC and several libraries agree),
B = one careful implementation only. None of it was tried on a real card by us, only with OpenSC as a second
client of the same virtual card.
"""

from enum import Enum, IntEnum


class Application(Enum):
    """Applications (AID). JPKI and the two surface applications: A; COMMON: B.

    The sign applications' files and the 個人番号 are deliberately not listed: this box never opens them.
    """

    JPKI = bytes.fromhex("D392F000260100000001")
    SURFACE = bytes.fromhex("D3921000310001010402")
    TEXT = bytes.fromhex("D3921000310001010408")
    COMMON = bytes.fromhex("D3921000310001010100")


class JpkiFile(IntEnum):
    """Elementary files of the JPKI application that eligibility needs. All A."""

    TOKEN_INFO = 0x0006
    AUTH_CERTIFICATE = 0x000A
    AUTH_CA_CERTIFICATE = 0x000B
    AUTH_KEY = 0x0017
    AUTH_PIN = 0x0018


class SurfaceFile(IntEnum):
    """Elementary files of 券面事項確認AP that the face needs. All A. 0013 (照合番号A, the 個人番号) is left out on purpose."""

    FACE = 0x0002
    NUMBER_B = 0x0012


class CardKind(Enum):
    """What lies on the reader, by its token info. CARD, ANDROID, JUKI: A; IPHONE: B; FOREIGN is all the rest."""

    CARD = "JPKIAPICCTOKEN2"
    ANDROID = "JPKIAPGPSETOKEN"
    IPHONE = "JPKIAPIOSTOKEN"
    JUKI = "JPKIAPICCTOKEN"
    FOREIGN = ""


class StatusWord(IntEnum):
    """The two bytes that end an answer. All A except COUNTER_UNKNOWN, which the sources read differently."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    COUNTER_UNKNOWN = 0x6300
    PIN_METHOD_BLOCKED = 0x6983
    PIN_FILE_LOCKED = 0x6984
    NOT_ALLOWED = 0x6982
    FILE_NOT_FOUND = 0x6A82
    PAST_END_OF_FILE = 0x6B00


AUTH_PIN_TRIES = 3
TOKEN_INFO_LENGTH = 32


def tries_in(sw: int) -> int | None:
    """Tries left as `63Cx` tells them, 0 for a locked PIN (`6983`, `6984`), None when `sw` speaks of something else."""
    if sw in (StatusWord.PIN_METHOD_BLOCKED, StatusWord.PIN_FILE_LOCKED):
        return 0
    return sw & 0xF if sw & 0xFFF0 == 0x63C0 else None
