import json
import logging
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import (
    ALL_CONSENTS,
    NO_CONSENTS,
    Choices,
    ConsentWay,
    Display,
    Language,
    PrescriptionForm,
    SightReason,
    Way,
)
from appliance.hatch import (
    LINE_LIMIT,
    BegunSight,
    Cancelled,
    GivenConsents,
    HatchServer,
    JudgedHolder,
    ShowsCard,
    StaffCalled,
    Touch,
    TypedCardNumber,
    TypedPin,
    WantedDisplay,
    WantedLanguage,
    WantedPhone,
    WantedWay,
    WentBack,
    pass_through,
)
from appliance.ledger.database import Ledger
from appliance.settings import Box

PIN = "7391"
TOUCHES: list[Touch] = [
    TypedPin("1", "visit", PIN),
    GivenConsents("1", "visit", ALL_CONSENTS),
    GivenConsents("2", "visit", NO_CONSENTS, language=Language.KOREAN),
    GivenConsents(
        "1",
        "visit",
        ALL_CONSENTS,
        ConsentWay.ALL,
        "2026-11",
        Choices(PrescriptionForm.PAPER, medical_subsidy=False),
    ),
    Cancelled("1", "visit"),
    StaffCalled("1", "見本"),
    WantedPhone("1", ""),
    WantedWay("1", "visit", Way.FACE),
    WentBack("1", "visit"),
    TypedCardNumber("1", "visit", "55021720352285"),
    ShowsCard("1", "visit"),
    WantedLanguage("1", "", Language.CHINESE_TRADITIONAL),
    WantedDisplay("1", "visit", Display(big=True)),
    BegunSight("1", "visit", "uketsuke", SightReason.PIN_FORGOTTEN),
    JudgedHolder("1", "visit", "uketsuke", same=False),
]
Offer = Callable[[Callable[[Touch], None]], Path]


@pytest.fixture
def offer(box_dir: Path) -> Iterator[Offer]:
    """Call it with what takes the touches; it gives the path of the hatch."""
    servers = []

    def make(take: Callable[[Touch], None]) -> Path:
        path = box_dir / "hatch.sock"
        servers.append(HatchServer(path, take))
        return path

    yield make
    for server in servers:
        server.close()


def raw(path: Path, line: bytes) -> object:
    """What the hatch answers to a line nobody checked."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(path))
        connection.sendall(line)
        return json.loads(connection.makefile("rb").readline())["code"]


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: type(touch).__name__)
def test_a_touch_arrives_as_it_was_sent(offer: Offer, touch: Touch) -> None:
    taken: list[Touch] = []
    pass_through(offer(taken.append), touch)
    assert taken == [touch]


def test_touches_may_come_at_once(offer: Offer) -> None:
    taken: list[Touch] = []
    path = offer(taken.append)
    touches = [Cancelled(str(number), "visit") for number in range(12)]
    threads = [threading.Thread(target=pass_through, args=(path, touch)) for touch in touches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=lambda one: int(one.reader)) == touches


@pytest.mark.parametrize("code", ["VISIT-001", "CARD-005", "INPUT-001"])
def test_a_refusal_comes_back_with_its_code(offer: Offer, code: str) -> None:
    def refuse(touch: Touch) -> None:
        raise Trouble(code, "detail stays there")

    with pytest.raises(Trouble) as caught:
        pass_through(offer(refuse), TOUCHES[0])
    assert (caught.value.code, caught.value.detail) == (code, "")


def test_without_devices_the_hatch_is_closed(box_dir: Path) -> None:
    with pytest.raises(Trouble, match="BOX-003"):
        pass_through(box_dir / "hatch.sock", TOUCHES[0])
    with pytest.raises(Trouble, match="BOX-003"):
        pass_through(box_dir / "no-folder" / "hatch.sock", TOUCHES[0])


def test_a_socket_of_a_dead_process_is_closed_too_and_does_not_hinder_the_next(
    box_dir: Path, offer: Offer
) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(box_dir / "hatch.sock"))
    with pytest.raises(Trouble, match="BOX-003"):
        pass_through(box_dir / "hatch.sock", TOUCHES[0])
    taken: list[Touch] = []
    pass_through(offer(taken.append), TOUCHES[0])
    assert taken == TOUCHES[:1]


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", b"[]\n", b"{}\n", b"\xff\n"])
def test_an_answer_that_is_none_counts_as_no_answer(box_dir: Path, answer: bytes) -> None:
    path = box_dir / "hatch.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def answer_once() -> None:
            connection, _ = server.accept()
            with connection:
                connection.makefile("rb").readline()
                connection.sendall(answer)

        thread = threading.Thread(target=answer_once)
        thread.start()
        with pytest.raises(Trouble, match="BOX-003"):
            pass_through(path, TOUCHES[0])
        thread.join()


def line(**values: object) -> bytes:
    return json.dumps(values).encode() + b"\n"


CONSENTS = dict.fromkeys(vars(ALL_CONSENTS), True)
GARBAGE = {
    "empty": b"\n",
    "text": b"hello\n",
    "number": b"5\n",
    "list": b"[]\n",
    "null": b"null\n",
    "bytes": b"\xff\xfe\n",
    "deep": b"[" * 4000 + b"\n",
    "no-kind": line(reader="1", visit="v"),
    "unknown-kind": line(kind="Box", reader="1", visit="v"),
    "list-kind": line(kind=[], reader="1", visit="v"),
    "missing": line(kind="TypedPin", reader="1", visit="v"),
    "too-much": line(kind="Cancelled", reader="1", visit="v", pin=PIN),
    "number-pin": line(kind="TypedPin", reader="1", visit="v", pin=7391),
    "choices": line(
        kind="GivenConsents",
        reader="1",
        visit="v",
        consents=CONSENTS,
        choices={"prescription": "3", "medical_subsidy": None},
    ),
    "subsidy": line(
        kind="GivenConsents",
        reader="1",
        visit="v",
        consents=CONSENTS,
        choices={"prescription": "", "medical_subsidy": "yes"},
    ),
    "way": line(kind="WantedWay", reader="1", visit="v", way="magic"),
    "reason": line(kind="BegunSight", reader="1", visit="v", by="me", reason="because"),
    "judgement": line(kind="JudgedHolder", reader="1", visit="v", by="me", same="yes"),
    "display": line(kind="WantedDisplay", reader="1", visit="v", display={"big": 1}),
    "tries": line(kind="TypedPin", reader="1", visit="v", pin=PIN, tries_left="3"),
    "tries-yes": line(kind="TypedPin", reader="1", visit="v", pin=PIN, tries_left=True),
    "null-visit": line(kind="Cancelled", reader="1", visit=None),
    "consent-words": line(
        kind="GivenConsents", reader="1", visit="v", consents=CONSENTS | {"diagnosis_info": "no"}
    ),
    "consent-numbers": line(
        kind="GivenConsents", reader="1", visit="v", consents=CONSENTS | {"diagnosis_info": 1}
    ),
    "consent-missing": line(kind="GivenConsents", reader="1", visit="v", consents={"diagnosis_info": True}),
    "consent-text": line(kind="GivenConsents", reader="1", visit="v", consents="all"),
    "oversize": line(kind="TypedPin", reader="1", visit="v" * LINE_LIMIT, pin=PIN),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_and_the_hatch_stays_open(
    offer: Offer, garbage: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    taken: list[Touch] = []
    path = offer(taken.append)
    assert raw(path, garbage) == "INPUT-001"
    assert taken == []
    pass_through(path, TOUCHES[0])
    assert taken == TOUCHES[:1]
    assert capfd.readouterr() == ("", "")


def test_who_hangs_up_in_the_middle_harms_nobody(offer: Offer, capfd: pytest.CaptureFixture[str]) -> None:
    taken: list[Touch] = []
    path = offer(taken.append)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(b'{"kind": "Typed')
    pass_through(path, TOUCHES[0])
    assert taken == TOUCHES[:1]
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_the_devices_is_theirs_and_tells_no_pin(
    offer: Offer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(touch: Touch) -> None:
        assert isinstance(touch, TypedPin)
        raise ValueError(touch.pin)

    caplog.set_level(logging.DEBUG)
    with pytest.raises(Trouble) as caught:
        pass_through(offer(fail), TOUCHES[0])
    assert caught.value.code == "BOX-005"
    assert "BOX-005 ValueError" in caplog.text
    assert PIN not in caplog.text + str(capfd.readouterr()) + str(caught.value)


def test_a_pin_is_in_no_repr() -> None:
    touch = TypedPin("1", "visit", PIN)
    assert PIN not in f"{touch} {touch!r} {[touch]}"
    assert touch.pin == PIN


def test_a_pin_leaves_nothing_in_the_state_folder_or_the_log(
    box_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box = Box(box_dir)
    box.create()
    with closing(Ledger.of(box)) as ledger, closing(HatchServer(box.hatch_socket, lambda touch: None)):
        pass_through(box.hatch_socket, TypedPin("1", "visit", "73917391"))
        ledger.read.execute("PRAGMA wal_checkpoint")
        kept = b"".join(path.read_bytes() for path in box_dir.rglob("*") if path.is_file())
    assert len(kept) > 4096
    assert b"73917391" not in kept
    assert "73917391" not in caplog.text


def test_the_socket_is_the_owners_alone(offer: Offer) -> None:
    before = os.umask(0)
    try:
        mode = offer(lambda touch: None).stat().st_mode
    finally:
        os.umask(before)
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_making_the_hatch_leaves_the_umask_alone(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(mask: int) -> int:
        raise AssertionError(mask)

    monkeypatch.setattr(os, "umask", touched)
    assert offer(lambda touch: None).exists()


def test_closing_takes_the_socket_away(box_dir: Path) -> None:
    path = box_dir / "hatch.sock"
    HatchServer(path, lambda touch: None).close()
    assert not path.exists()


def test_a_deep_folder_works(box_dir: Path) -> None:
    deep = box_dir.joinpath(*["state-of-the-reception-box"] * 8)
    deep.mkdir(parents=True)
    taken: list[Touch] = []
    with closing(HatchServer(deep / "hatch.sock", taken.append)):
        pass_through(deep / "hatch.sock", TOUCHES[1])
    assert taken == [TOUCHES[1]]
