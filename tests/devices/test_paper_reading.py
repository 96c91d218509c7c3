"""Faked papers of every kind, photographed badly: what is accepted is what stands there; hostile pictures end quickly."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from appliance.devices.paper.reader import PaperReader
from appliance.devices.paper.reading import read_paper
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.papers import PaperReading
from appliance.eligibility.trouble import Trouble
from tests.papers.distortion import HARD, PHONE, SCAN, WEBCAM, Way, pictured
from tests.papers.holders import TODAY
from tests.papers.layouts import paper

pytestmark = pytest.mark.timeout(180)

NUMBERS = ("insurer_number", "payer_number", "recipient_number")
PAPERS = [
    ("certificate", 0, SCAN, 0),
    ("certificate", 3, PHONE, 0),
    ("child", 1, WEBCAM, 2),
    ("single-parent", 0, SCAN, 0),
    ("disability", 2, HARD, 1),
    ("ticket", 1, WEBCAM, 3),
]


def values(reading: PaperReading) -> dict[str, str]:
    return {one.name: one.value for one in reading.fields if one.value is not None}


@pytest.mark.parametrize(
    ("kind", "seed", "way", "turns"), PAPERS, ids=[f"{one[0]}-{one[1]}" for one in PAPERS]
)
def test_a_paper_is_recognised_and_what_is_accepted_stands_there(
    kind: str, seed: int, way: Way, turns: int
) -> None:
    printed = paper(kind, seed)
    reading = read_paper(pictured(printed.sheet.image, way, seed, turns), TODAY)
    assert reading.document == kind
    accepted = values(reading)
    assert {name: printed.truth[name] for name in accepted} == accepted
    checked = [name for name in NUMBERS if name in printed.truth]
    assert all(name in accepted for name in checked)
    assert "name" not in accepted
    assert reading.picture.startswith(b"\xff\xd8")


def test_numbers_with_wrong_check_digits_are_refused_with_a_reason() -> None:
    printed = paper("single-parent", 1, is_true=False)
    assert not has_valid_check_digit(printed.truth["payer_number"])
    reading = read_paper(pictured(printed.sheet.image, SCAN, 1), TODAY)
    refused = {one.name: one.reason for one in reading.fields if one.value is None}
    assert "検証番号" in refused["payer_number"]
    assert "検証番号" in refused["recipient_number"]
    assert "birthdate" in values(reading)


def _png(width: int, height: int, body: bytes = b"") -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")


def _jpeg(width: int, height: int) -> bytes:
    found, data = cv2.imencode(".jpg", np.full((height, width), 200, np.uint8))
    assert found
    return bytes(data)


HOSTILE = {
    "text": b"not a picture at all",
    "empty": b"",
    "pdf": b"%PDF-1.7 " + bytes(1000),
    "20,000 wide": _jpeg(20_000, 400),
    "bomb by its head": _png(60_000, 60_000, zlib.compress(bytes(100_000))),
    "a large one": _png(8_000, 8_000, zlib.compress(bytes(64_000_000))),
    "head only": _png(3_000, 3_000),
    "stamp": _jpeg(40, 40),
    "too many bytes": _jpeg(400, 400) + bytes(17 * 1024 * 1024),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        PaperReader().read(data, TODAY)
    assert caught.value.code == "PAPER-001"


def test_a_picture_that_is_cut_off_is_refused() -> None:
    whole = pictured(paper("child", 0).sheet.image, SCAN, 0)
    with pytest.raises(Trouble) as caught:
        PaperReader().read(whole[: len(whole) // 3], TODAY)
    assert caught.value.code in {"PAPER-001", "PAPER-002"}


@pytest.mark.parametrize("kind", ["grey", "noise"])
def test_what_is_no_paper_is_said(kind: str) -> None:
    shape = (800, 1000, 3)
    grey = np.full(shape, 180, np.uint8)
    noise = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    _, data = cv2.imencode(".jpg", grey if kind == "grey" else noise)
    with pytest.raises(Trouble) as caught:
        PaperReader().read(bytes(data), TODAY)
    assert caught.value.code == "PAPER-002"


def test_a_reading_that_takes_too_long_is_ended() -> None:
    picture = pictured(paper("child", 0).sheet.image, SCAN, 0)
    with pytest.raises(Trouble) as caught:
        PaperReader(longest=0.05).read(picture, TODAY)
    assert caught.value.code == "PAPER-003"


def test_the_worker_reads_within_its_limits() -> None:
    printed = paper("public", 1)
    reading = PaperReader().read(pictured(printed.sheet.image, WEBCAM, 1), TODAY)
    assert reading.document == "public"
    assert values(reading)["payer_number"] == printed.truth["payer_number"]
