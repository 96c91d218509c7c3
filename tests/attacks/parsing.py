"""What somebody hostile hands in, parsed in a process that may use little: `python -m tests.attacks.parsing`.

Prints as JSON how each attack ended: the code of the refusal, or "taken". Whatever would unpack, nest or wait without
bound ends this process instead, by its limits of memory and processor time.
"""

import io
import json
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable

from appliance.devices.codes import CardKind
from appliance.devices.connection import CardConnection
from appliance.devices.face.picture import decode
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.paper.bounds import require_fit
from appliance.eligibility import consumer_requests, list_text, message_xml
from appliance.eligibility.trouble import Trouble
from appliance.sync import folder_zip

MOST_MEMORY = 900 << 20
MOST_SECONDS = 20


class EndlessWire:
    """A card that says what it is, and then gives `answer` to every READ BINARY; to a SELECT too, when `is_rude`."""

    def __init__(self, answer: bytes, *, is_rude: bool) -> None:
        self._answers = [CardKind.CARD.value.encode() + b"\x90\x00"]
        self._answer, self._is_rude = answer, is_rude

    def exchange(self, apdu: bytes) -> bytes:
        is_read = apdu[1] == 0xB0
        if is_read and self._answers:
            return self._answers.pop()
        return self._answer if is_read or self._is_rude or apdu[1] == 0xC0 else b"\x90\x00"

    def close(self) -> None:
        """Nothing."""


def laughs() -> bytes:
    """A billion of them."""
    lines = ['<!ENTITY l0 "ha">'] + [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<?xml version='1.0'?><!DOCTYPE X [{''.join(lines)}]><XmlMsg>&l9;</XmlMsg>".encode()


def outside() -> bytes:
    return b'<!DOCTYPE X [<!ENTITY a SYSTEM "/etc/passwd">]><XmlMsg>&a;</XmlMsg>'


def zip_of(content: bytes, packing: int = zipfile.ZIP_DEFLATED, times: int = 1) -> bytes:
    """`times` copies of a file in one archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for number in range(times):
            archive.writestr(f"{number}.xml", content)
    return target.getvalue()


def zip_bomb() -> bytes:
    """A gibibyte of nothing in a mebibyte."""
    target, piece = io.BytesIO(), bytes(1 << 20)
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("0.xml", "w") as stream,
    ):
        for _ in range(1024):
            stream.write(piece)
    return target.getvalue()


def greedy_lzma() -> bytes:
    """A ZIP whose head asks for four gigabytes to unpack it."""
    data = bytearray(zip_of(bytes(100), zipfile.ZIP_LZMA))
    at = data.find(b"\x5d\x00\x00")
    data[at + 1 : at + 5] = b"\xff\xff\xff\xff"
    return bytes(data)


def endless_card(answer: bytes, *, is_rude: bool = False) -> int:
    """Read the certificate of a card that does not end; how long it was."""
    wire = EndlessWire(answer, is_rude=is_rude)
    return len(MyNumberSession(CardConnection(wire)).certificate())


def claiming(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, of a few bytes."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = part(b"IDAT", zlib.compress(bytes(1 << 20)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + body + part(b"IEND", b"")


def rows_of(data: bytes) -> int:
    return sum(1 for _ in list_text.rows(list_text.decoded(data)))


ATTACKS: dict[str, Callable[[], object]] = {
    "billion laughs": lambda: message_xml.read_result(laughs()),
    "external entity": lambda: message_xml.read_result(outside()),
    "deep XML": lambda: message_xml.read_result(b"<a>" * 100_000),
    "large XML": lambda: message_xml.read_result(b"<XmlMsg>" + b" " * message_xml.SIZE_LIMIT),
    "deep JSON": lambda: consumer_requests.opened(b"[" * 60_000),
    "long number in JSON": lambda: consumer_requests.opened(b'{"a": ' + b"9" * 60_000 + b"}"),
    "zip bomb": lambda: folder_zip.opened(zip_bomb(), None),
    "many in a zip": lambda: folder_zip.opened(zip_of(b"x", times=20_000), None),
    "greedy zip": lambda: folder_zip.opened(greedy_lzma(), None),
    "large picture": lambda: decode(claiming(60_000, 60_000)),
    "large paper": lambda: require_fit(claiming(60_000, 60_000)),
    "large list": lambda: list_text.decoded(b"1," * list_text.MOST_BYTES),
    "endless quote": lambda: rows_of(b'"' + b"a\n" * 1_000_000),
    "endless answer": lambda: endless_card(b"\x61\xff", is_rude=True),
    "endless file": lambda: endless_card(b"x" * 250 + b"\x61\xff"),
    "absurd length": lambda: endless_card(b"\x30\x84\xff\xff\xff\xff\x90\x00"),
    "a few bytes at a time": lambda: endless_card(b"\x30\x82\x0f\xff\x90\x00"),
    "large certificate": lambda: endless_card(b"\x30\x82\xff\xff" + bytes(250) + b"\x90\x00"),
}


def outcome(attack: Callable[[], object]) -> str:
    try:
        attack()
    except Trouble as trouble:
        return trouble.code
    return "taken"


def main() -> None:
    """Play them all."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    print(json.dumps({name: outcome(attack) for name, attack in ATTACKS.items()}))


if __name__ == "__main__":
    main()
