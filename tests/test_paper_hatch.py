"""The way of a picture to the devices process and of a reading back: whole, or a trouble; nothing of it in a log."""

import logging
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance import paper_hatch
from appliance.eligibility.papers import Check, FieldReading, PaperReading
from appliance.eligibility.trouble import Trouble
from appliance.paper_hatch import PaperHatch, have_read, unpacked

NUMBER = "12139995"
READING = PaperReading(
    "ticket",
    "医療券・調剤券",
    (
        FieldReading("payer_number", "公費負担者番号", NUMBER, 0.98, Check.PASSED, "", (0.1, 0.2, 0.3, 0.04)),
        FieldReading("name", "氏名", None, 0.5, Check.NONE, "自動では採りません。", None),
    ),
    b"\xff\xd8 a picture \x00",
)
Offer = Callable[[Callable[[bytes], PaperReading]], Path]


@pytest.fixture
def offer(box_dir: Path) -> Iterator[Offer]:
    """Call it with what reads pictures; it gives the path of the hatch."""
    opened = []

    def make(read: Callable[[bytes], PaperReading]) -> Path:
        path = box_dir / "paper.sock"
        opened.append(PaperHatch(path, read))
        return path

    yield make
    for one in opened:
        one.close()
    assert not (box_dir / "paper.sock").exists()


def test_a_reading_comes_back_as_it_was_and_the_picture_arrives_whole(offer: Offer) -> None:
    seen = []
    picture = bytes(range(256)) * 4000

    def read(given: bytes) -> PaperReading:
        seen.append(given)
        return READING

    assert have_read(offer(read), picture) == READING
    assert seen == [picture]


def test_a_trouble_comes_back_with_its_detail(offer: Offer) -> None:
    def read(_: bytes) -> PaperReading:
        raise Trouble("PAPER-002", "見出し1個")

    with pytest.raises(Trouble) as caught:
        have_read(offer(read), b"picture")
    assert (caught.value.code, caught.value.detail) == ("PAPER-002", "見出し1個")


def test_a_fault_of_ours_tells_the_log_its_kind_and_nothing_of_the_paper(
    offer: Offer, caplog: pytest.LogCaptureFixture
) -> None:
    def read(_: bytes) -> PaperReading:
        raise RuntimeError(NUMBER)

    with caplog.at_level(logging.DEBUG), pytest.raises(Trouble) as caught:
        have_read(offer(read), b"picture")
    assert caught.value.code == "BOX-005"
    assert "RuntimeError" in caplog.text
    assert NUMBER not in caplog.text


def test_nobody_there_is_said(box_dir: Path) -> None:
    with pytest.raises(Trouble) as caught:
        have_read(box_dir / "paper.sock", b"picture")
    assert caught.value.code == "BOX-003"


def test_a_picture_that_is_too_large_is_not_even_sent(box_dir: Path) -> None:
    with pytest.raises(Trouble) as caught:
        have_read(box_dir / "paper.sock", bytes(paper_hatch.MOST_BYTES + 1))
    assert caught.value.code == "PAPER-001"


@pytest.mark.parametrize(
    "sent",
    [(1 << 60).to_bytes(8, "big") + b"x", bytes(8), (100).to_bytes(8, "big") + b"broken off", b"abc"],
)
def test_what_is_no_whole_picture_is_read_by_nobody(offer: Offer, sent: bytes) -> None:
    def read(_: bytes) -> PaperReading:
        pytest.fail("read")

    path = offer(read)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        line = connection.makefile("rb").readline()
    with pytest.raises(Trouble) as caught:
        unpacked(line)
    assert caught.value.code == "PAPER-001"


def test_only_the_owner_may_use_it(offer: Offer) -> None:
    path = offer(lambda _: READING)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b'{"code": ""}', b'{"code": "", "detail": "", "reading": 7}']
)
def test_an_answer_that_is_broken_off_is_none(line: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        unpacked(line)
    assert caught.value.code == "BOX-003"


def test_neither_values_nor_picture_stand_in_a_repr() -> None:
    assert NUMBER not in repr(READING)
    assert "picture" not in repr(READING).replace("picture=", "")
