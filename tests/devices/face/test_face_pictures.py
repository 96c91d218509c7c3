"""Pictures are measured before they are decoded, and hostile ones end in a code."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.demo.card_pictures import portrait_jp2
from appliance.devices.face.picture import MOST_BYTES, decode, decode_card_photo, quiet_opencv, wipe, wiped
from appliance.devices.face.picture_size import Size, size_of
from appliance.eligibility.trouble import Trouble

quiet_opencv()
GREY = np.tile(np.arange(0, 240, 2).astype(np.uint8), (90, 1))
COLOUR = np.dstack([GREY, GREY[:, ::-1], GREY])


def encoded(suffix: str, picture: np.ndarray = GREY) -> bytes:
    done, data = cv2.imencode(suffix, picture)
    assert done
    return data.tobytes()


def codestream(jp2: bytes) -> bytes:
    return jp2[jp2.index(b"\xff\x4f\xff\x51") :]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jp2", ".pgm"])
def test_the_header_tells_the_size_that_the_decoder_finds(suffix: str) -> None:
    data = encoded(suffix)
    assert size_of(data) == Size(120, 90, 1)
    assert decode(bytearray(data)).shape == (90, 120, 3)


def test_colour_comes_out_as_red_green_blue() -> None:
    assert size_of(encoded(".png", COLOUR)).components == 3
    assert decode(encoded(".png", COLOUR))[0, 0].tolist() == COLOUR[0, 0, ::-1].tolist()


def test_a_card_photo_is_read_with_and_without_its_container() -> None:
    photo = portrait_jp2("p01")
    assert decode_card_photo(photo).shape == (320, 240)
    assert (decode_card_photo(codestream(photo)) == decode_card_photo(photo)).all()


def png_claiming(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + head
        + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    )


def jp2_claiming(width: int, height: int, tile: int = 0) -> bytes:
    stream = bytearray(codestream(portrait_jp2("p01")))
    stream[8:16] = struct.pack(">II", width, height)
    stream[24:32] = struct.pack(">II", tile or width, tile or height)
    return bytes(stream)


@pytest.mark.parametrize(
    "bomb",
    [
        png_claiming(60000, 60000),
        b"P5 99999 99999 255\n" + bytes(100),
        jp2_claiming(65535, 65535),
        jp2_claiming(1000, 1000, tile=1),
        bytes(MOST_BYTES + 1),
    ],
    ids=["png", "pnm", "jp2", "tiles", "bytes"],
)
def test_a_bomb_is_refused_by_its_size(bomb: bytes) -> None:
    with pytest.raises(Trouble, match="FACE-004"):
        decode(bomb)


@pytest.mark.parametrize(
    "bomb", [jp2_claiming(2000, 2000), jp2_claiming(10, 10), portrait_jp2("p01") + bytes(70000)]
)
def test_a_card_photo_keeps_within_what_cards_hold(bomb: bytes) -> None:
    with pytest.raises(Trouble, match="FACE-004"):
        decode_card_photo(bomb)


@pytest.mark.parametrize("name", [".png", ".jpg", ".jp2", ".pgm"])
def test_a_picture_cut_anywhere_ends_in_a_code_or_a_picture(name: str) -> None:
    data = encoded(name)
    outcomes = [outcome(data[:length]) for length in (*range(0, 60, 3), len(data) // 2)]
    assert set(outcomes) <= {"FACE-003", "FACE-004", (90, 120, 3)}
    assert outcomes.count("FACE-003") >= 12


def outcome(data: bytes) -> object:
    try:
        return decode(data).shape
    except Trouble as trouble:
        return trouble.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        b"<svg/>",
        b"P5 x y 255 ",
        b"P5 10 10 65535 " + bytes(300),
        b"P5\n" + b"# no number\n" * 100,
        b"\xff\xd8\xff" + b"\xff" * 30,
        b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x00abcd" * 40,
        Path(__file__).read_bytes(),
    ],
)
def test_what_is_no_picture_is_told(data: bytes) -> None:
    with pytest.raises(Trouble, match="FACE-003"):
        decode(data)


def test_scrambled_card_photos_never_break_out() -> None:
    dice = np.random.default_rng(20261122)
    photo = portrait_jp2("p02")
    outcomes: set[object] = set()
    for _ in range(150):
        data = bytearray(photo)
        for place in dice.integers(0, len(data), 6):
            data[place] = int(dice.integers(256))
        try:
            outcomes.add(decode_card_photo(data).ndim)
        except Trouble as trouble:
            outcomes.add(trouble.code)
    assert outcomes <= {2, "FACE-003", "FACE-004"}
    assert {2, "FACE-003"} <= outcomes


def test_buffers_are_overwritten() -> None:
    picture, data = COLOUR.copy(), bytearray(b"secret")
    with pytest.raises(RuntimeError), wiped(picture, data):
        raise RuntimeError
    assert not picture.any()
    assert data == bytes(6)
    wipe(np.frombuffer(b"read only", np.uint8))
