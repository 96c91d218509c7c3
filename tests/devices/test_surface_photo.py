"""The photo is read from the card's face with the number printed there, and nothing else is."""

import logging

import pytest

from appliance.demo.card_box import CardBox
from appliance.demo.card_pictures import portrait_jp2
from appliance.demo.people import person
from appliance.devices import apdu
from appliance.devices.certificate import TrustStore
from appliance.devices.codes import Application, SurfaceFile
from appliance.devices.connection import CardConnection
from appliance.devices.evidence import read_evidence
from appliance.devices.holder_ways import WrongNumber
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.surface import read_photo
from appliance.devices.without_pin import open_key
from appliance.eligibility.evidence import HolderVerification
from appliance.eligibility.trouble import Trouble
from tests.devices.conftest import NOW
from tests.devices.wires import DirectWire, ScriptedWire

RIGHT = person("p01").verification_number_b
WRONG = "0" * 14
VERIFY = apdu.verify(b"")[:4]


@pytest.fixture(autouse=True)
def fresh_counters(drawer: CardBox) -> None:
    drawer.restore_pins("p01")


def opened(
    drawer: CardBox, who: str = "p01", dies_at: int | None = None
) -> tuple[CardConnection, DirectWire]:
    wire = DirectWire(drawer.card(who, NOW), dies_at)
    return CardConnection(wire), wire


def scripted(*answers: str | Exception) -> tuple[CardConnection, ScriptedWire]:
    wire = ScriptedWire(answers)
    return CardConnection(wire), wire


def presented(wire: DirectWire | ScriptedWire) -> int:
    return sum(sent.startswith(VERIFY) and len(sent) > 5 for sent in wire.sent)


def test_the_photo_comes_whole_and_nothing_else_of_the_face(drawer: CardBox) -> None:
    connection, wire = opened(drawer)
    photo = read_photo(connection, RIGHT)
    assert bytes(photo) == portrait_jp2("p01")
    read = sum(sent[4] or 256 for sent in wire.sent if sent[1] == 0xB0)
    assert read < len(photo) + 64
    assert apdu.select_file(0x0013) not in wire.sent
    assert apdu.select_application(Application.TEXT) not in wire.sent


def test_a_wrong_number_costs_one_try_and_says_how_many_are_left(drawer: CardBox) -> None:
    connection, wire = opened(drawer)
    with pytest.raises(WrongNumber) as caught:
        read_photo(connection, WRONG)
    assert caught.value.tries_left == 9
    assert presented(wire) == 1


def test_the_last_try_is_never_spent(drawer: CardBox) -> None:
    for left in range(9, 0, -1):
        connection, _ = opened(drawer)
        with pytest.raises(WrongNumber) as caught:
            read_photo(connection, WRONG)
        assert caught.value.tries_left == left
    connection, wire = opened(drawer)
    with pytest.raises(Trouble, match="CARD-014"):
        read_photo(connection, RIGHT)
    assert presented(wire) == 0


@pytest.mark.parametrize("number", ["", "1" * 13, "1" * 15, "１" * 14, "5502172035228x"])
def test_what_is_no_number_never_reaches_the_card(drawer: CardBox, number: str) -> None:
    connection, wire = opened(drawer)
    with pytest.raises(Trouble, match="INPUT-001"):
        read_photo(connection, number)
    assert wire.sent == []


def test_a_card_pulled_at_any_command_ends_in_a_code(drawer: CardBox) -> None:
    connection, wire = opened(drawer)
    read_photo(connection, RIGHT)
    for command in range(1, len(wire.sent) + 1, 4):
        pulled, _ = opened(drawer, dies_at=command)
        with pytest.raises(Trouble, match="CARD-003"):
            read_photo(pulled, RIGHT)


OK = "9000"
FOUND = (OK, OK, "63CA", OK, OK)


@pytest.mark.parametrize(
    "answers",
    [
        ("6A82",),
        (OK, "6A82"),
        (OK, OK, "6700"),
        (OK, OK, "63CA", "6F00"),
        (*FOUND, "6982"),
        (*FOUND, "FF4082006000" + OK),
        (*FOUND, "FF2084000000" + OK),
        (*FOUND, "FF2080DF2200" + OK),
        (*FOUND, "FF208200600000" + OK, "DF2700000000" + OK),
        (*FOUND, "FF208200600000" + OK, "DF2782FFFF00" + OK),
        (*FOUND, "FF208200600000" + OK, "DF2284000000" + OK),
        (*FOUND, "FF208200600000" + OK, *(["DF2200000000" + OK] * 40)),
        (*FOUND, "FF208200600000" + OK, "DF2710000000" + OK, "6B00"),
    ],
)
def test_a_card_that_answers_nonsense_ends_in_a_code(answers: tuple[str, ...]) -> None:
    connection, _ = scripted(*answers)
    with pytest.raises(Trouble, match="FACE-010"):
        read_photo(connection, RIGHT)


def test_the_number_shows_in_no_log(drawer: CardBox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection, _ = opened(drawer)
    read_photo(connection, RIGHT)
    assert caplog.records
    assert RIGHT not in caplog.text
    assert RIGHT.encode().hex() not in caplog.text


def test_a_virtual_card_signs_without_pin(drawer: CardBox, trust: TrustStore) -> None:
    connection, wire = opened(drawer)
    session = MyNumberSession(connection)
    session.require_wanted()
    tries = session.tries_left()
    read_photo(connection, RIGHT)
    session.come_back()
    evidence = read_evidence(
        session, lambda: open_key(connection), HolderVerification.FACE, trust, NOW, "1311234567"
    )
    assert evidence.holder_verification is HolderVerification.FACE
    assert session.tries_left() == tries == 3
    assert presented(wire) == 1


@pytest.mark.parametrize("who", ["foreign", "phone", "juki"])
def test_other_cards_do_not(drawer: CardBox, who: str) -> None:
    connection, wire = opened(drawer, who)
    with pytest.raises(Trouble, match="FACE-011"):
        open_key(connection)
    assert not [sent for sent in wire.sent if sent[:2] == b"\x80\xf7"]


def test_a_card_that_does_not_say_it_is_virtual_never_gets_our_command() -> None:
    real = ("0x" + "A").encode().hex() * 8 + OK
    connection, wire = scripted(OK, OK, real)
    with pytest.raises(Trouble, match="FACE-011"):
        open_key(connection)
    assert not [sent for sent in wire.sent if sent[0] == 0x80]


def test_files_of_the_number_that_is_never_read_are_not_even_named() -> None:
    assert {file.value for file in SurfaceFile} == {0x0002, 0x0012}
