"""Talking to a virtual card without a reader: the commands the tests need, by name."""

from dataclasses import dataclass

from appliance.demo.virtual_card import VirtualCard

JPKI = bytes.fromhex("D392F000260100000001")
FACE = bytes.fromhex("D3921000310001010402")
TEXT = bytes.fromhex("D3921000310001010408")
COMMON = bytes.fromhex("D3921000310001010100")
SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


@dataclass(frozen=True)
class Talk:
    """Sends to `card`; every answer is (data, status word)."""

    card: VirtualCard

    def send(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self.card.transmit(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def hex(self, apdu: str) -> tuple[bytes, int]:
        return self.send(bytes.fromhex(apdu))

    def application(self, aid: bytes) -> int:
        return self.send(bytes([0, 0xA4, 4, 0x0C, len(aid)]) + aid)[1]

    def file(self, number: int) -> int:
        return self.send(bytes([0, 0xA4, 2, 0x0C, 2]) + number.to_bytes(2, "big"))[1]

    def tries(self, number: int) -> int:
        self.file(number)
        return self.hex("00200080")[1]

    def verify(self, number: int, secret: str) -> int:
        self.file(number)
        return self.send(bytes([0, 0x20, 0, 0x80, len(secret)]) + secret.encode())[1]

    def sign(self, number: int, payload: bytes) -> tuple[bytes, int]:
        self.file(number)
        return self.send(bytes([0x80, 0x2A, 0, 0x80, len(payload)]) + payload + b"\0")

    def read(self, number: int) -> bytes:
        """The whole file in short reads; fails on any status but 9000 and, at the end, 6B00."""
        assert self.file(number) == 0x9000
        content = b""
        while len(content) < 0x8000:
            data, status = self.send(bytes([0, 0xB0, len(content) >> 8, len(content) & 0xFF, 0]))
            if status == 0x6B00:
                return content
            assert status == 0x9000
            content += data
        raise AssertionError("a file without end")


def der(content: bytes) -> bytes:
    """The DER object at the start of `content`, without what fills the file up."""
    return content[: int.from_bytes(content[2:4], "big") + 4]


def elements(record: bytes) -> dict[int, bytes]:
    """The two-byte-tagged elements inside one two-byte-tagged BER-TLV record."""
    found, body = {}, _element(record)[1]
    while body:
        tag, value, body = _element(body)
        found[tag] = value
    return found


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    width = data[2] & 0x7F if data[2] & 0x80 else 0
    size = int.from_bytes(data[3 : 3 + width], "big") if width else data[2]
    start = 3 + width
    return int.from_bytes(data[:2], "big"), data[start : start + size], data[start + size :]
