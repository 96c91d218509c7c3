"""The one operation: bytes in, data and status out, dead after the first failure."""

import logging

import pytest

from appliance.devices import apdu
from appliance.devices.codes import Application
from appliance.devices.connection import CardConnection, Response
from appliance.eligibility.trouble import Trouble
from tests.devices.wires import ScriptedWire

READ = apdu.read_binary(0, 256)


def test_an_answer_is_split_into_data_and_status() -> None:
    assert CardConnection(ScriptedWire(["CAFE9000"])).transmit(READ) == Response(b"\xca\xfe", 0x9000)


def test_an_answer_in_parts_is_fetched_whole() -> None:
    wire = ScriptedWire(["016102", "02036101", "049000"])
    assert CardConnection(wire).transmit(READ) == Response(b"\x01\x02\x03\x04", 0x9000)
    assert wire.sent[1:] == [bytes.fromhex("00C0000002"), bytes.fromhex("00C0000001")]


def test_an_answer_in_endless_parts_ends_the_connection() -> None:
    connection = CardConnection(ScriptedWire(["006101"] * 100))
    with pytest.raises(Trouble, match="CARD-001"):
        connection.transmit(READ)
    with pytest.raises(Trouble, match="CARD-001"):
        connection.transmit(READ)


@pytest.mark.parametrize(
    ("command", "again"),
    [(READ, "00B0000010"), (apdu.sign(b"\x01\x02"), "802A008002010210")],
    ids=["without data", "with data"],
)
def test_a_wrong_length_is_corrected_once(command: bytes, again: str) -> None:
    wire = ScriptedWire(["6C10", "AA9000"])
    assert CardConnection(wire).transmit(command).data == b"\xaa"
    assert wire.sent[1] == bytes.fromhex(again)


@pytest.mark.parametrize("command", [apdu.verify(b"1234"), apdu.ask_tries()], ids=["verify", "tries"])
def test_a_pin_is_never_sent_twice_whatever_the_card_answers(command: bytes) -> None:
    wire = ScriptedWire(["6C10", "9000"])
    assert CardConnection(wire).transmit(command).sw == 0x6C10
    assert len(wire.sent) == 1


@pytest.mark.parametrize("failure", [Trouble("READER-002"), Trouble("CARD-003")], ids=lambda t: t.code)
def test_a_failed_transport_is_final(failure: Trouble) -> None:
    wire = ScriptedWire([failure, "9000"])
    connection = CardConnection(wire)
    for _ in range(2):
        with pytest.raises(Trouble) as caught:
            connection.transmit(READ)
        assert caught.value.code == failure.code
    assert len(wire.sent) == 1


@pytest.mark.parametrize("answer", ["", "90"])
def test_an_answer_without_status_is_a_broken_transport(answer: str) -> None:
    connection = CardConnection(ScriptedWire([answer, "9000"]))
    for _ in range(2):
        with pytest.raises(Trouble, match="CARD-003"):
            connection.transmit(READ)


def test_a_bug_in_the_wire_ends_the_connection_too() -> None:
    wire = ScriptedWire([RuntimeError("bug"), "9000"])
    connection = CardConnection(wire)
    with pytest.raises(RuntimeError):
        connection.transmit(READ)
    with pytest.raises(Trouble, match="CARD-003"):
        connection.transmit(READ)


def test_leaving_closes_the_wire_and_the_connection() -> None:
    wire = ScriptedWire(["9000"])
    with CardConnection(wire) as connection:
        pass
    assert wire.closed == 1
    with pytest.raises(Trouble, match="CARD-003"):
        connection.transmit(READ)


def test_the_log_holds_header_and_lengths_and_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection = CardConnection(ScriptedWire(["9000", "DEADBEEF9000"]))
    connection.transmit(apdu.verify(b"7391"))
    connection.transmit(READ)
    assert [record.name for record in caplog.records] == ["appliance.devices.apdu"] * 2
    assert [record.getMessage() for record in caplog.records] == [
        "ins=20 p1=00 p2=80 sent=9 got=0 sw=9000",
        "ins=B0 p1=00 p2=00 sent=5 got=4 sw=9000",
    ]


def test_no_bytes_of_an_answer_are_printed() -> None:
    assert repr(Response(b"secret", 0x9000)) == "Response(sw=36864)"


def test_commands_are_the_bytes_the_card_knows() -> None:
    assert apdu.select_application(Application.JPKI).hex() == "00a4040c0ad392f000260100000001"
    assert apdu.select_file(0x000A).hex() == "00a4020c02000a"
    assert apdu.read_binary(0x0234, 256).hex() == "00b0023400"
    assert apdu.verify(b"1234").hex() == "002000800431323334"
    assert apdu.ask_tries().hex() == "00200080"
    assert apdu.sign(b"\x05").hex() == "802a0080010500"
