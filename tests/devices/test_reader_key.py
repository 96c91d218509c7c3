"""Readers are known by serial number, however they were plugged in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.devices.readers import ReaderKey, free_key, reader_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Madoguchi Demo Reader (DEMO0001) 00 01", ReaderKey("Madoguchi Demo Reader", "DEMO0001", 1)),
        ("SONY RC-S300/P (0012345) 02 00", ReaderKey("SONY RC-S300/P", "0012345", 0)),
        (
            "ACS ACR1252 1S CL Reader [ACR1252 Dual Reader PICC] (A1) 00 00",
            ReaderKey("ACS ACR1252 1S CL Reader [ACR1252 Dual Reader PICC]", "A1", 0),
        ),
        ("Virtual PCD 00 0A", ReaderKey("Virtual PCD", None, 10)),
        ("Reader (old) model 01 00", ReaderKey("Reader (old) model", None, 0)),
        ("Odd", ReaderKey("Odd", None, 0)),
        ("", ReaderKey("", None, 0)),
    ],
)
def test_the_key_is_in_the_name(name: str, key: ReaderKey) -> None:
    assert reader_key(name) == key


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15))
def test_the_plug_order_does_not_matter_and_the_slot_does(first: int, second: int, slot: int) -> None:
    names = [f"Model (S1) {plug:02X} {slot:02X}" for plug in (first, second)]
    assert reader_key(names[0]) == reader_key(names[1])
    assert reader_key(f"Model (S1) {first:02X} {slot:02X}") != reader_key(
        f"Model (S1) {first:02X} {slot + 1:02X}"
    )


@given(st.text())
def test_any_name_has_a_key(name: str) -> None:
    assert str(reader_key(name))


def test_a_key_prints_as_the_name_without_its_plug_number() -> None:
    assert str(reader_key("Madoguchi Demo Reader (DEMO0001) 03 01")) == "Madoguchi Demo Reader (DEMO0001) 01"


def test_readers_without_serial_are_told_apart_but_not_stable() -> None:
    first = reader_key("Cheap Reader 00 00")
    second = free_key("Cheap Reader 01 00", [first])
    third = free_key("Cheap Reader 02 00", [first, second])
    assert (str(first), str(second), str(third)) == (
        "Cheap Reader 00",
        "Cheap Reader 00 #2",
        "Cheap Reader 00 #3",
    )
    assert not any(key.is_stable for key in (first, second, third))
    assert reader_key("Good Reader (X) 00 00").is_stable
