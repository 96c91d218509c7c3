"""What stands on the face of a virtual card and in its text application."""

import hashlib
import io
from collections.abc import Callable

import pytest
from PIL import Image

from appliance.demo.people import person
from tests.demo.card_talk import COMMON, FACE, TEXT, Talk, elements

Drawn = Callable[..., Talk]
NO_NUMBER = "999999999999"


def test_the_number_on_the_cards_is_no_my_number() -> None:
    weights = [q + 1 if q <= 6 else q - 5 for q in range(1, 12)]
    total = sum(int(d) * q for d, q in zip(reversed(NO_NUMBER[:11]), weights, strict=True)) % 11
    assert int(NO_NUMBER[11]) != (0 if total <= 1 else 11 - total)


@pytest.mark.parametrize("secret", ["b", "a"])
def test_face_opens_with_either_number(draw: Drawn, secret: str) -> None:
    talk, owner = draw("p01"), person("p01")
    talk.application(FACE)
    talk.file(0x0002)
    assert talk.hex("00B0000000")[1] == 0x6982
    number = 0x0012 if secret == "b" else 0x0013
    assert talk.verify(number, owner.verification_number_b if secret == "b" else NO_NUMBER) == 0x9000
    face = elements(talk.read(0x0002))
    assert sorted(face) == list(range(0xDF21, 0xDF2B))
    assert face[0xDF22] == b"19800217"
    assert face[0xDF29] == b"20350217"


def test_face_pictures_are_what_cards_hold(draw: Drawn) -> None:
    talk = draw("p02")
    talk.application(FACE)
    talk.verify(0x0012, person("p02").verification_number_b)
    face = elements(talk.read(0x0002))
    photo = Image.open(io.BytesIO(face[0xDF27]))
    assert (photo.format, photo.mode) == ("JPEG2000", "L")
    assert face[0xDF27][4:8] == b"jP  "
    assert 2000 < len(face[0xDF27]) < 8000
    for tag in (0xDF25, 0xDF26):
        text = Image.open(io.BytesIO(face[tag]))
        assert (text.format, text.mode) == ("PNG", "1")
        assert len(text.getcolors() or ()) == 2
    assert Image.open(io.BytesIO(face[0xDF2A])).size == (24, 12)


def test_offsets_lead_to_the_elements(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(FACE)
    talk.verify(0x0012, person("p01").verification_number_b)
    record = talk.read(0x0002)
    start = 2 + 1 + (record[2] & 0x7F)
    offsets = elements(record)[0xDF21]
    places = [int.from_bytes(offsets[i : i + 2], "big") for i in range(0, len(offsets), 2)]
    tags = [int.from_bytes(record[start + place : start + place + 2], "big") for place in places]
    assert tags == list(range(0xDF22, 0xDF2B))


def test_verification_number_b_follows_the_worked_example() -> None:
    owner = person("p01")
    assert owner.verification_number_b == "550217" + "2035" + owner.security_code


def test_text_application_never_holds_a_my_number(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(TEXT)
    assert talk.verify(0x0011, "1234") == 0x9000
    number = talk.read(0x0001)
    assert len(number) == 17
    assert number[3:15] == NO_NUMBER.encode()
    facts = elements(talk.read(0x0002))
    assert facts[0xDF22].decode() == "見本　太郎"
    signed = elements(talk.read(0x0003))
    assert signed[0xDF31] == hashlib.sha256(number).digest()


def test_b_opens_the_facts_and_not_the_number(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(TEXT)
    assert talk.verify(0x0015, person("p01").verification_number_b) == 0x9000
    assert talk.read(0x0002)
    talk.file(0x0001)
    assert talk.hex("00B0000000")[1] == 0x6982


def test_common_application_has_one_record(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(COMMON)
    talk.file(0x0001)
    data, status = talk.hex("00B2010400")
    assert status == 0x9000
    assert data.startswith(b"DEMO")
    assert talk.hex("00B2020400")[1] == 0x6A83
