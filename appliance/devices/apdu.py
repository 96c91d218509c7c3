"""Command bytes for the card. Short form everywhere: readers differ on the extended one, and Le 256 is enough."""

from appliance.devices.codes import Application

LARGEST_READ = 256


def select_application(application: Application) -> bytes:
    """SELECT by AID, no answer data wanted."""
    return bytes((0x00, 0xA4, 0x04, 0x0C, len(application.value))) + application.value


def select_file(file_id: int) -> bytes:
    """SELECT an elementary file of the application at hand, no answer data wanted."""
    return bytes((0x00, 0xA4, 0x02, 0x0C, 2)) + file_id.to_bytes(2, "big")


def read_binary(offset: int, length: int) -> bytes:
    """READ `length` bytes (1 to 256) from `offset` (0 to 0x7FFF) of the selected file."""
    return bytes((0x00, 0xB0, offset >> 8, offset & 0xFF, length & 0xFF))


def ask_tries() -> bytes:
    """VERIFY without data: the card answers how many tries are left and counts nothing."""
    return bytes((0x00, 0x20, 0x00, 0x80))


def verify(digits: bytes) -> bytes:
    """VERIFY `digits` against the selected PIN. Has no Le, so nothing on the way may ever repeat it."""
    return bytes((0x00, 0x20, 0x00, 0x80, len(digits))) + digits


def sign(payload: bytes) -> bytes:
    """Sign `payload` (1 to 245 bytes) with the selected key; the card pads it and hashes nothing."""
    return bytes((0x80, 0x2A, 0x00, 0x80, len(payload))) + payload + b"\x00"


def get_response(length: int) -> bytes:
    """Fetch `length` more bytes (0 stands for 256) of an answer that ended in 61xx."""
    return bytes((0x00, 0xC0, 0x00, 0x00, length))


def with_le(apdu: bytes, length: int) -> bytes | None:
    """The same command asking for `length` bytes, or None when `apdu` carries no Le (so must not be sent again)."""
    lc = apdu[4] if len(apdu) > 5 else 0
    has_le = len(apdu) == 5 or len(apdu) == 6 + lc
    return apdu[:-1] + bytes((length,)) if has_le else None
