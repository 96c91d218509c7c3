"""The applications of the cards by AID: which files each has and which PIN opens them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from appliance.demo import card_files as files
from appliance.demo.people import Person
from appliance.demo.virtual_card import Application, Element, File, Key, Pin, Records

JPKI_AID = bytes.fromhex("D392F000260100000001")
FACE_AID = bytes.fromhex("D3921000310001010402")
TEXT_AID = bytes.fromhex("D3921000310001010408")
JUKI_AID = bytes.fromhex("D3921000310001010401")
COMMON_AID = bytes.fromhex("D3921000310001010100")

AUTH_PIN, SIGN_PIN = 0x0018, 0x001B
SIGN_PASSWORD = b"DEMO1234"
AUTH_PIN_NAME = "auth"
"""Name of the 利用者証明用 PIN's counter."""

_CERTIFICATE_FILE_SIZE = 0x0800


@dataclass(frozen=True)
class Credential:
    """One of a card's two key pairs: certificate and CA certificate as DER, made when first read; and the key."""

    certificate: Callable[[], bytes]
    authority: Callable[[], bytes]
    sign: Callable[[bytes], bytes]


def _fixed(content: bytes) -> File:
    return File(lambda: content)


def _certificate(read: Callable[[], bytes], *pins: int) -> File:
    return File(lambda: read().ljust(_CERTIFICATE_FILE_SIZE, b"\xff"), frozenset(pins))


def _authentication(credential: Credential, pin: str, *, guarded: bool) -> dict[int, Element]:
    guard = (AUTH_PIN,) if guarded else ()
    return {
        0x000A: _certificate(credential.certificate, *guard),
        0x000B: _certificate(credential.authority),
        0x0017: Key(credential.sign, AUTH_PIN),
        AUTH_PIN: Pin(AUTH_PIN_NAME, pin.encode(), 3),
    }


def _signature(credential: Credential) -> dict[int, Element]:
    return {
        0x0001: _certificate(credential.certificate, SIGN_PIN),
        0x0002: _certificate(credential.authority),
        0x001A: Key(credential.sign, SIGN_PIN),
        SIGN_PIN: Pin("sign", SIGN_PASSWORD, 5),
    }


def jpki(auth: Credential, sign: Credential, pin: str) -> Application:
    """公的個人認証AP of a My Number card: both certificates, 利用者証明用 readable without a PIN."""
    token = {0x0006: _fixed(files.token_file(files.Token.CARD)), 0x0008: _fixed(bytes.fromhex("8F8F00"))}
    elements = {**token, **_authentication(auth, pin, guarded=False), **_signature(sign)}
    return Application(elements, opens=AUTH_PIN)


def phone_jpki(auth: Credential, sign: Credential, pin: str, token: files.Token) -> Application:
    """The same on a phone: the token differs, and the 利用者証明用 certificate needs its PIN."""
    tokens = {0x0006: _fixed(files.token_file(token)), 0x0008: _fixed(bytes.fromhex("8F8F00"))}
    return Application({**tokens, **_authentication(auth, pin, guarded=True), **_signature(sign)})


def old_juki_jpki(sign: Credential) -> Application:
    """The application of the old 住基カード: it knew the 署名用 certificate only."""
    token = {0x0006: _fixed(files.token_file(files.Token.JUKI_CARD))}
    return Application({**token, **_signature(sign)})


def face(person: Person, keys: files.FaceKeys) -> Application:
    """券面事項確認AP. 照合番号A is the invalid number of `files`, 照合番号B follows from the card face."""
    pins = {
        0x0011: Pin("face-birth", person.verification_number_b[:6].encode(), 10),
        0x0012: Pin("face-b", person.verification_number_b.encode(), 10),
        0x0013: Pin("face-a", files.INVALID_MY_NUMBER.encode(), 10),
    }
    return Application(
        {
            0x0001: File(lambda: files.birth_file(person, keys), frozenset({0x0011})),
            0x0002: File(lambda: files.face_file(person, keys), frozenset({0x0012, 0x0013})),
            0x0003: _fixed(bytes(32)),
            0x0004: File(lambda: files.verifiable_certificate_file(keys)),
            0x0005: File(lambda: files.number_picture_file(keys), frozenset({0x0013})),
            **pins,
        }
    )


def text(person: Person, keys: files.FaceKeys, pin: str) -> Application:
    """券面入力補助AP: A opens the (invalid) number, B the four facts, the PIN both."""
    number, facts = files.my_number_file(), files.basic_four_file(person)
    hashes = (hashlib.sha256(number).digest(), hashlib.sha256(facts).digest())
    everyone = frozenset({0x0011, 0x0014, 0x0015})
    return Application(
        {
            0x0001: File(lambda: number, frozenset({0x0011, 0x0014})),
            0x0002: File(lambda: facts, frozenset({0x0011, 0x0015})),
            0x0003: File(lambda: files.text_signature_file(hashes, keys), everyone),
            0x0004: File(lambda: files.verifiable_certificate_file(keys)),
            0x0005: _fixed(bytes(32)),
            0x0011: Pin("text", pin.encode(), 3),
            0x0014: Pin("text-a", files.INVALID_MY_NUMBER.encode(), 10),
            0x0015: Pin("text-b", person.verification_number_b.encode(), 10),
        }
    )


def juki(pin: str) -> Application:
    """住基AP: its PIN alone, nothing public says what else is there."""
    return Application({0x001C: Pin("juki", pin.encode(), 3)})


def common(person: Person) -> Application:
    """共通カードAP: one record with serial number, municipality (made up) and expiry."""
    serial = f"DEMO{person.certificate_serial:012d}"
    record = f"{serial}999999{person.face_expires_on:%Y%m%d}"
    return Application({0x0001: Records((record.encode("ascii"),))})
