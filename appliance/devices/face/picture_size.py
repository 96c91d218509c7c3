"""How large a picture says it is, read from its header before any decoder sees it. Pure."""

import re
from dataclasses import dataclass

from appliance.eligibility.trouble import Trouble

_PNG = b"\x89PNG\r\n\x1a\n"
_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_CODESTREAM = b"\xff\x4f\xff\x51"
_JPEG = b"\xff\xd8\xff"
# SOF0 to SOF15 without DHT, JPG and DAC.
_FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MOST_TILES = 64
_PNM_HEAD = 1000
_PNM_WORD = re.compile(rb"(?:\s|#[^\n]*\n)+([0-9]{1,9})(?=\s)")
_MOST_BOXES = 32


@dataclass(frozen=True)
class Size:
    """Pixels across and down, and how many components (1 grey, 3 colour, 4 with alpha)."""

    width: int
    height: int
    components: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def size_of(data: bytes | bytearray) -> Size:
    """The size of a PNG, JPEG, JPEG 2000 or binary PNM. Raises `Trouble` FACE-003 for anything else or a broken header."""
    try:
        size = _by_kind(data)
    except (IndexError, ValueError) as error:
        raise Trouble("FACE-003", "ヘッダーが途中で切れているか、壊れています") from error
    if size.width < 1 or size.height < 1 or size.components not in {1, 2, 3, 4}:
        raise Trouble("FACE-003", f"大きさ {size.width}×{size.height}、成分 {size.components}")
    return size


def _by_kind(data: bytes | bytearray) -> Size:
    if data[:8] == _PNG:
        return _png(data)
    if data[:3] == _JPEG:
        return _jpeg(data)
    if data[:12] == _JP2:
        return _jp2(data)
    if data[:4] == _CODESTREAM:
        return _codestream(data)
    if bytes(data[:2]) in {b"P5", b"P6"}:
        return _pnm(data)
    raise Trouble("FACE-003", "PNG、JPEG、JPEG 2000、PNMのいずれでもありません")


def _number(data: bytes | bytearray, at: int, octets: int) -> int:
    part = data[at : at + octets]
    if len(part) != octets:
        raise IndexError(at)
    return int.from_bytes(part, "big")


def _png(data: bytes | bytearray) -> Size:
    if data[12:16] != b"IHDR":
        raise ValueError("IHDR")
    components = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}.get(_number(data, 25, 1), 0)
    return Size(_number(data, 16, 4), _number(data, 20, 4), components)


def _jpeg(data: bytes | bytearray) -> Size:
    at = 2
    while at < len(data):
        if data[at] != 0xFF:
            raise ValueError("marker")
        marker = data[at + 1]
        if marker in _FRAME_STARTS:
            return Size(_number(data, at + 7, 2), _number(data, at + 5, 2), _number(data, at + 9, 1))
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _STANDALONE:
            at += 2
        else:
            at += 2 + max(_number(data, at + 2, 2), 2)
    raise IndexError(at)


def _jp2(data: bytes | bytearray) -> Size:
    """The first codestream of a JP2 file: the box header names a size too, but the codestream is what gets decoded."""
    at = 0
    for _ in range(_MOST_BOXES):
        length, kind, head = _number(data, at, 4), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = _number(data, at + 8, 8), 16
        if kind == b"jp2c":
            return _codestream(data[at + head :])
        if length < head:
            raise ValueError("box")
        at += length
    raise ValueError("boxes")


def _codestream(data: bytes | bytearray) -> Size:
    if data[:4] != _CODESTREAM:
        raise ValueError("SIZ")
    right, bottom, left, top, tile_width, tile_height = (_number(data, 8 + 4 * i, 4) for i in range(6))
    components = _number(data, 40, 2)
    width, height = right - left, bottom - top
    if min(width, height, tile_width, tile_height) < 1 or not 1 <= components <= 4:
        raise ValueError("SIZ")
    if -(-right // tile_width) * -(-bottom // tile_height) > _MOST_TILES:
        raise Trouble("FACE-004", "JPEG 2000のタイルが多すぎます")
    for place in range(components):
        depth, across, down = data[42 + 3 * place : 45 + 3 * place]
        if depth != 7 or across != 1 or down != 1:
            raise ValueError("component")
    return Size(width, height, components)


def _pnm(data: bytes | bytearray) -> Size:
    words = [int(word) for word in _PNM_WORD.findall(bytes(data[2:_PNM_HEAD]))[:3]]
    width, height, most = words
    if most != 255:
        raise ValueError("maxval")
    return Size(width, height, 1 if data[1:2] == b"5" else 3)
