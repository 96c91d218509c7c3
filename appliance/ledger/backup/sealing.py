"""The format of a backup file: a readable header, then chunks under AES-256-GCM.

    magic | salt (16) | length of the header (2) | header (JSON) | tag | chunk | chunk | … | last chunk

Every tag covers the whole beginning; the first one covers nothing else and tells a wrong pass phrase from a damaged file.
A chunk's nonce is its place and whether it is the last, so that none can be changed, moved, left out or cut off unseen. The key
is of this file alone, because the salt is. Another format gets another magic.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.eligibility.trouble import Trouble
from appliance.ledger.backup.phrase import key_of
from appliance.ledger.times import from_text, to_text

MAGIC = b"madoguchi-backup 1\n"
CHUNK = 1 << 18
TAG = 16
_SALT = 16
_LENGTH = 2
_PLACE = 11


@dataclass(frozen=True)
class Header:
    """What whoever holds the file can read without the pass phrase; believed only with it. `schema`: the newest migration."""

    made_at: datetime
    schema: str
    institution_code: str


def beginning(header: Header) -> bytes:
    """The start of a new file, with a salt of its own."""
    words = {
        "made_at": to_text(header.made_at),
        "schema": header.schema,
        "institution_code": header.institution_code,
    }
    text = json.dumps(words).encode("ascii")
    return MAGIC + secrets.token_bytes(_SALT) + len(text).to_bytes(_LENGTH, "big") + text


def sealed(start: bytes, phrase: str, plain: Iterable[bytes]) -> Iterator[bytes]:
    """The whole file, piece by piece. `start` is a `beginning` that was never used before."""
    cipher = AESGCM(key_of(phrase, _salt_of(start)))
    yield start + cipher.encrypt(_nonce(0), b"", start)
    number, held = 1, bytearray()
    for piece in plain:
        held += piece
        while len(held) > CHUNK:
            yield cipher.encrypt(_nonce(number), bytes(held[:CHUNK]), start)
            number += 1
            del held[:CHUNK]
    yield cipher.encrypt(_nonce(number, is_last=True), bytes(held), start)


def sealed_size(start: bytes, plain_size: int) -> int:
    """How long that file becomes."""
    chunks = max(1, -(-plain_size // CHUNK))
    return len(start) + TAG + plain_size + chunks * TAG


def opened(stream: BinaryIO, phrase: str) -> tuple[Header, Iterator[bytes]]:
    """Its header, and what is in it, each piece once it has been found true.

    Raises `Trouble` BACKUP-001 for another kind of file, BACKUP-002 for a wrong pass phrase, and, while one reads on too,
    BACKUP-003 for a file that was changed or cut.
    """
    start = _start_of(stream)
    cipher = AESGCM(key_of(phrase, _salt_of(start)))
    tag = stream.read(TAG)
    if len(tag) < TAG:
        raise Trouble("BACKUP-003")
    try:
        cipher.decrypt(_nonce(0), tag, start)
    except InvalidTag as error:
        raise Trouble("BACKUP-002") from error
    words = json.loads(start[len(MAGIC) + _SALT + _LENGTH :])
    header = Header(from_text(words["made_at"]), words["schema"], words["institution_code"])
    return header, _unsealed(stream, cipher, start)


def _start_of(stream: BinaryIO) -> bytes:
    magic = stream.read(len(MAGIC))
    if magic != MAGIC:
        raise Trouble("BACKUP-001")
    rest = stream.read(_SALT + _LENGTH)
    length = int.from_bytes(rest[_SALT:], "big")
    text = stream.read(length)
    if len(rest) < _SALT + _LENGTH or len(text) < length:
        raise Trouble("BACKUP-003")
    return magic + rest + text


def _unsealed(stream: BinaryIO, cipher: AESGCM, start: bytes) -> Iterator[bytes]:
    number, piece = 1, stream.read(CHUNK + TAG)
    while True:
        following = stream.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, start)
        except (InvalidTag, ValueError) as error:
            raise Trouble("BACKUP-003") from error
        if not following:
            return
        number, piece = number + 1, following


def _salt_of(start: bytes) -> bytes:
    return start[len(MAGIC) : len(MAGIC) + _SALT]


def _nonce(number: int, *, is_last: bool = False) -> bytes:
    return number.to_bytes(_PLACE, "big") + bytes([is_last])
