"""The photo in the card's surface application (券面事項確認AP), opened with 照合番号B: 14 digits from the card's face.

Nothing else of the face is read: elements before the photo are stepped over by their heads. 照合番号A, which is the
個人番号, is never used. Where the photo lies and what opens it comes from public implementations, like all of `codes.py`.
"""

from appliance.devices import apdu
from appliance.devices.codes import Application, StatusWord, SurfaceFile, tries_in
from appliance.devices.connection import CardConnection, Response
from appliance.devices.holder_ways import WrongNumber
from appliance.eligibility.trouble import Trouble

NUMBER_LENGTH = 14
_LAST_TRY = 1
_FACE_RECORD = b"\xff\x20"
_PHOTO_TAG = 0xDF27
_END = 0x7FFF
_HEAD = 6
_MOST_ELEMENTS = 16
_READ_OK = (StatusWord.OK, StatusWord.END_OF_FILE)


def read_photo(connection: CardConnection, number: str) -> bytearray:
    """The card's photo as it stands there (JPEG 2000), the caller's to overwrite.

    Leaves the surface application selected: `MyNumberSession.come_back` goes back. Raises `Trouble`: `WrongNumber`
    (CARD-013); CARD-014 when one try or none is left, without sending anything; INPUT-001 for anything but 14 digits;
    FACE-010 when there is no photo; and what a broken transport raises.
    """
    if len(number) != NUMBER_LENGTH or not (number.isascii() and number.isdecimal()):
        raise Trouble("INPUT-001", "照合番号Bは数字14桁です")
    _expect_ok(connection.transmit(apdu.select_application(Application.SURFACE)), "券面APの選択")
    _verify(connection, number)
    _expect_ok(connection.transmit(apdu.select_file(SurfaceFile.FACE)), "0002の選択")
    place, length = _find_photo(connection)
    return _read(connection, place, length)


def _verify(connection: CardConnection, number: str) -> None:
    _expect_ok(connection.transmit(apdu.select_file(SurfaceFile.NUMBER_B)), "0012の選択")
    sw = connection.transmit(apdu.ask_tries()).sw
    tries = tries_in(sw)
    if tries is None and sw != StatusWord.OK:
        raise Trouble("FACE-010", f"照合番号Bの残り回数: SW {sw:04X}")
    if tries is not None and tries <= _LAST_TRY:
        raise Trouble("CARD-014", f"残り{tries}回")
    sw = _present(connection, number)
    if sw == StatusWord.OK:
        return
    left = tries_in(sw)
    if left is None:
        raise Trouble("FACE-010", f"VERIFY: SW {sw:04X}")
    raise WrongNumber(left)


def _present(connection: CardConnection, number: str) -> int:
    try:
        return connection.transmit(apdu.verify(number.encode("ascii"))).sw
    except Trouble as trouble:
        failure = Trouble(trouble.code, trouble.detail)
    # A new trouble, outside the handler: the old one's frames hold the command with the number in it.
    raise failure


def _find_photo(connection: CardConnection) -> tuple[int, int]:
    """Where the photo begins in the file and how long it is."""
    head = bytes(_read(connection, 0, _HEAD))
    if head[:2] != _FACE_RECORD:
        raise Trouble("FACE-010", "券面の記録がありません")
    length, at = _length(head, 2)
    end = min(at + length, _END)
    for _ in range(_MOST_ELEMENTS):
        if at + _HEAD > end:
            break
        head = bytes(_read(connection, at, _HEAD))
        length, start = _length(head, 2)
        if int.from_bytes(head[:2], "big") == _PHOTO_TAG:
            if not 0 < length <= end - at - start:
                raise Trouble("FACE-010", "写真の長さが正しくありません")
            return at + start, length
        at += start + length
    raise Trouble("FACE-010", "DF27がありません")


def _length(head: bytes, at: int) -> tuple[int, int]:
    """The BER length at `at`, and where the value begins."""
    first = head[at]
    if first < 0x80:
        return first, at + 1
    octets = first & 0x7F
    if octets not in {1, 2}:
        raise Trouble("FACE-010", "長さの形が正しくありません")
    return int.from_bytes(head[at + 1 : at + 1 + octets], "big"), at + 1 + octets


def _read(connection: CardConnection, place: int, length: int) -> bytearray:
    found = bytearray()
    while len(found) < length:
        wanted = min(apdu.LARGEST_READ, length - len(found))
        response = connection.transmit(apdu.read_binary(place + len(found), wanted))
        if response.sw not in _READ_OK or not response.data:
            raise Trouble("FACE-010", f"READ BINARY: SW {response.sw:04X}")
        found += response.data[:wanted]
    return found


def _expect_ok(response: Response, what: str) -> None:
    if response.sw != StatusWord.OK:
        raise Trouble("FACE-010", f"{what}: SW {response.sw:04X}")
