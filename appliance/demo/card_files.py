"""What stands in the files of a card: BER-TLV records of the card face, the token, the text application."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from appliance.demo.card_pictures import portrait_jp2, text_png
from appliance.demo.people import Person

# Fails the check digit of a My Number: no real one may ever stand on a virtual card.
INVALID_MY_NUMBER = "999999999999"
TOKEN_FILE_SIZE = 160
FACE_FILE_SIZE = 0x2000


class Token(StrEnum):
    """Token information: what kind of thing carries the JPKI application."""

    CARD = "JPKIAPICCTOKEN2"
    ANDROID = "JPKIAPGPSETOKEN"
    IPHONE = "JPKIAPIOSTOKEN"
    JUKI_CARD = "JPKIAPICCTOKEN"


@dataclass(frozen=True)
class FaceKeys:
    """The card's own public key on its face, and how the issuer signs a record."""

    public_key: bytes
    sign: Callable[[bytes], bytes]


def tlv(tag: int, value: bytes) -> bytes:
    """One BER-TLV element; lengths up to 65535."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    elif size < 0x100:
        length = bytes([0x81, size])
    else:
        length = bytes([0x82]) + size.to_bytes(2, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length + value


def token_file(token: Token) -> bytes:
    """EF 0006 of the JPKI application: the token's name, padded with spaces."""
    return token.encode("ascii").ljust(TOKEN_FILE_SIZE, b" ")


def _with_offsets(tag: int, first: int, elements: list[tuple[int, bytes]]) -> bytes:
    """A record whose first element `first` lists where each following element starts, two bytes each."""
    place = len(tlv(first, bytes(2 * len(elements))))
    offsets = b""
    for number, value in elements:
        offsets += place.to_bytes(2, "big")
        place += len(tlv(number, value))
    return tlv(tag, tlv(first, offsets) + b"".join(tlv(number, value) for number, value in elements))


def birth_file(person: Person, keys: FaceKeys) -> bytes:
    """券面事項確認AP 0001: the birth date, with the card's public key and a signature."""
    birth = tlv(0xDF11, f"{person.birthdate:%Y%m%d}".encode())
    return tlv(0xFF10, birth + tlv(0xDF12, keys.public_key) + tlv(0xDF13, keys.sign(birth)))


def face_file(person: Person, keys: FaceKeys) -> bytes:
    """券面事項確認AP 0002: everything printed on the front, the photo as JPEG 2000 in DF27; filled up with FF."""
    record = [
        (0xDF22, f"{person.birthdate:%Y%m%d}".encode()),
        (0xDF23, person.sex.encode()),
        (0xDF24, keys.public_key),
        (0xDF25, text_png(person.name, (480, 48))),
        (0xDF26, text_png(person.address, (720, 32))),
        (0xDF27, portrait_jp2(person.id)),
    ]
    signature = keys.sign(b"".join(tlv(tag, value) for tag, value in record))
    rest = [
        (0xDF28, signature),
        (0xDF29, f"{person.face_expires_on:%Y%m%d}".encode()),
        (0xDF2A, text_png(person.security_code, (24, 12))),
    ]
    return _with_offsets(0xFF20, 0xDF21, record + rest).ljust(FACE_FILE_SIZE, b"\xff")


def number_picture_file(keys: FaceKeys) -> bytes:
    """券面事項確認AP 0005: the picture of the (invalid) My Number."""
    picture = text_png(INVALID_MY_NUMBER, (72, 12))
    return tlv(0xFF40, tlv(0xDF41, picture) + tlv(0xDF42, keys.public_key) + tlv(0xDF43, keys.sign(picture)))


def my_number_file() -> bytes:
    """券面入力補助AP 0001: 17 bytes with a number that is none."""
    return tlv(0xFF10, INVALID_MY_NUMBER.encode()) + b"\xff\xff"


def basic_four_file(person: Person) -> bytes:
    """券面入力補助AP 0002: name, address, birth date and sex as UTF-8 text."""
    elements = [
        (0xDF22, person.name.encode()),
        (0xDF23, person.address.encode()),
        (0xDF24, f"{person.birthdate:%Y%m%d}".encode()),
        (0xDF25, person.sex.encode()),
    ]
    return _with_offsets(0xFF20, 0xDF21, elements)


def text_signature_file(hashes: tuple[bytes, bytes], keys: FaceKeys) -> bytes:
    """券面入力補助AP 0003: the hashes of 0001 and 0002, signed."""
    first, second = hashes
    return tlv(0xFF30, tlv(0xDF31, first) + tlv(0xDF32, second) + tlv(0xDF33, keys.sign(first + second)))


def verifiable_certificate_file(keys: FaceKeys) -> bytes:
    """A card-verifiable certificate (EF 0004): issuer, subject, public key; the names say DEMO."""
    content = b"DEMO-ISSUER".ljust(16) + b"DEMO-CARD".ljust(16) + keys.public_key
    return tlv(0x7F21, tlv(0x5F4E, content) + tlv(0x5F37, keys.sign(content)))
