"""The virtual card, command by command."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.demo.card_box import CardBox
from appliance.demo.card_ca import CardKey
from appliance.demo.virtual_card import Pin
from tests.demo.card_talk import COMMON, FACE, JPKI, SHA256_DIGEST_INFO, TEXT, Talk, der

Drawn = Callable[..., Talk]


@pytest.mark.parametrize(
    ("who", "token"),
    [
        ("p01", "JPKIAPICCTOKEN2"),
        ("phone", "JPKIAPGPSETOKEN"),
        ("iphone", "JPKIAPIOSTOKEN"),
        ("juki", "JPKIAPICCTOKEN"),
    ],
)
def test_the_token_tells_what_it_is(draw: Drawn, who: str, token: str) -> None:
    talk = draw(who)
    assert talk.application(JPKI) == 0x9000
    assert talk.read(0x0006) == token.encode().ljust(160)


def test_a_foreign_card_has_none_of_the_applications(draw: Drawn) -> None:
    talk = draw("foreign")
    assert {talk.application(aid) for aid in (JPKI, FACE, TEXT, COMMON)} == {0x6A82}
    assert talk.file(0x000A) == 0x6A82
    assert talk.hex("00B0000000") == (b"", 0x6986)


def test_the_certificate_is_free_on_a_card_and_guarded_on_a_phone(draw: Drawn) -> None:
    for who, before in (("p01", 0x9000), ("phone", 0x6982)):
        talk = draw(who)
        talk.application(JPKI)
        talk.file(0x000A)
        assert talk.hex("00B0000000")[1] == before
        assert talk.verify(0x0018, "1234") == 0x9000
        talk.file(0x000A)
        assert talk.hex("00B0000000")[1] == 0x9000


def test_pin_counts_down_blocks_and_stays_blocked(draw: Drawn) -> None:
    talk = draw("p02")
    talk.application(JPKI)
    assert talk.tries(0x0018) == 0x63C3
    assert [talk.verify(0x0018, "0000") for _ in range(4)] == [0x63C2, 0x63C1, 0x63C0, 0x6984]
    assert talk.verify(0x0018, "1234") == 0x6984
    assert talk.tries(0x0018) == 0x63C0
    assert talk.sign(0x0017, b"x")[1] == 0x6982


def test_right_pin_fills_the_counter_and_asking_costs_nothing(draw: Drawn) -> None:
    talk = draw("p02")
    talk.application(JPKI)
    assert talk.verify(0x0018, "9999") == 0x63C2
    assert [talk.tries(0x0018) for _ in range(5)] == [0x63C2] * 5
    assert talk.verify(0x0018, "1234") == 0x9000
    assert talk.tries(0x0018) == 0x63C3


def test_counters_outlive_the_card_object(draw: Drawn) -> None:
    first = draw("p03")
    first.application(JPKI)
    first.verify(0x0018, "0000")
    again = draw("p03")
    again.application(JPKI)
    assert again.tries(0x0018) == 0x63C2


def test_every_pin_starts_with_its_tries(draw: Drawn) -> None:
    talk = draw("p01")
    limits = {
        JPKI: {0x0018: 3, 0x001B: 5},
        FACE: {0x0012: 10, 0x0013: 10},
        TEXT: {0x0011: 3, 0x0014: 10, 0x0015: 10},
    }
    for aid, pins in limits.items():
        talk.application(aid)
        assert {number: talk.tries(number) - 0x63C0 for number in pins} == pins


def test_blocked_and_nearly_blocked_people(draw: Drawn) -> None:
    for who, status in (("p30", 0x63C0), ("p31", 0x63C1)):
        talk = draw(who)
        talk.application(JPKI)
        assert talk.tries(0x0018) == status


def test_pin_is_forgotten_on_reset_and_on_leaving_the_application(draw: Drawn) -> None:
    talk = draw("p01")
    for leave in (talk.card.reset, lambda: talk.application(FACE)):
        talk.application(JPKI)
        talk.verify(0x0018, "1234")
        assert talk.sign(0x0017, b"x")[1] == 0x9000
        leave()
        talk.application(JPKI)
        assert talk.sign(0x0017, b"x")[1] == 0x6982


def test_rsa_signature_verifies_with_the_certificate(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    certificate = x509.load_der_x509_certificate(der(talk.read(0x000A)))
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"challenge")
    talk.verify(0x0018, "1234")
    signature, status = talk.sign(0x0017, SHA256_DIGEST_INFO + digest.finalize())
    assert status == 0x9000
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature, b"challenge", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(("length", "status"), [(1, 0x9000), (51, 0x9000), (245, 0x9000), (246, 0x6700)])
def test_rsa_pads_any_payload_verbatim(draw: Drawn, length: int, status: int) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    certificate = x509.load_der_x509_certificate(der(talk.read(0x000A)))
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    payload = bytes(range(length))
    talk.verify(0x0018, "1234")
    signature, got = talk.sign(0x0017, payload)
    assert got == status
    if status == 0x9000:
        numbers = key.public_numbers()
        block = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(256, "big")
        assert block == b"\x00\x01" + b"\xff" * (253 - length) + b"\x00" + payload


def test_a_card_of_the_next_generation_signs_with_p384(draw: Drawn) -> None:
    talk = draw("p01", CardKey.P_384)
    talk.application(JPKI)
    key = x509.load_der_x509_certificate(der(talk.read(0x000A))).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = hashes.Hash(hashes.SHA384())
    digest.update(b"challenge")
    talk.verify(0x0018, "1234")
    signature, status = talk.sign(0x0017, digest.finalize())
    assert status == 0x9000
    key.verify(signature, b"challenge", ec.ECDSA(hashes.SHA384()))


def test_sign_certificate_needs_the_sign_password(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    talk.verify(0x0018, "1234")
    talk.file(0x0001)
    assert talk.hex("00B0000000")[1] == 0x6982
    assert talk.verify(0x001B, "DEMO1234") == 0x9000
    usage = x509.load_der_x509_certificate(der(talk.read(0x0001))).extensions.get_extension_for_class(
        x509.KeyUsage
    )
    assert usage.value.content_commitment
    assert x509.load_der_x509_certificate(der(talk.read(0x0002))).subject


def test_reading_by_offset_and_by_short_file_id(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    whole = talk.read(0x000A)
    assert talk.hex("00B0010010") == (whole[256:272], 0x9000)
    assert talk.hex("00B08A0410") == (whole[4:20], 0x9000)
    assert talk.hex("00B000000400")[1] == 0x6700
    assert talk.hex("00B00000000600") == (whole[:1536], 0x9000)
    assert talk.hex("00B07FFF00")[1] == 0x6B00
    assert talk.hex("00B09E0000")[1] == 0x6A82


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        ("00A4040C0AD392F000260100000002", 0x6A82),
        ("00A40000023F00", 0x6A86),
        ("00A4020C020099", 0x6A82),
        ("00FF0000", 0x6D00),
        ("00240180", 0x6D00),
        ("FFCA000000", 0x6E00),
        ("0170000000", 0x6881),
        ("00A404", 0x6700),
        ("00A4040C0AD392", 0x6700),
        ("0020008104", 0x6A86),
        ("802A010001AA00", 0x6A86),
    ],
)
def test_what_the_card_does_not_understand(draw: Drawn, apdu: str, status: int) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    assert talk.hex(apdu) == (b"", status)


def test_a_file_is_used_only_as_what_it_is(draw: Drawn) -> None:
    talk = draw("p01")
    talk.application(JPKI)
    assert talk.hex("00B0000000")[1] == 0x6986
    talk.file(0x0018)
    assert talk.hex("00B0000000")[1] == 0x6981
    assert talk.sign(0x000A, b"x")[1] == 0x6981
    assert talk.tries(0x0017) == 0x6981


def test_certificates_count_their_days_from_today(draw: Drawn, demo_drawer_folder: Path) -> None:
    later = datetime(2027, 1, 10, 12, tzinfo=UTC)
    for who, days in (("p01", 1200), ("p27", -130), ("p28", -30), ("p29", 60)):
        talk = Talk(CardBox(demo_drawer_folder).card(who, later))
        talk.application(JPKI)
        end = x509.load_der_x509_certificate(der(talk.read(0x000A))).not_valid_after_utc
        assert (end.date() - later.date()).days == days


def test_no_secret_in_the_repr_of_a_pin(draw: Drawn) -> None:
    applications = draw("p01").card._applications
    pins = [
        element
        for application in applications.values()
        for element in application.elements.values()
        if isinstance(element, Pin)
    ]
    assert len(pins) == 9
    assert not any(pin.secret.decode() in repr(pin) for pin in pins)


@pytest.fixture(scope="module")
def open_card(demo_drawer_folder: Path) -> Talk:
    box = CardBox(demo_drawer_folder)
    box.restore_pins("p36")
    return Talk(box.card("p36", datetime(2026, 5, 20, tzinfo=UTC)))


_LIKELY = st.builds(
    lambda head, body: bytes(head) + body,
    st.tuples(
        st.sampled_from([0x00, 0x80, 0x01, 0xFF]),
        st.sampled_from([0xA4, 0xB0, 0xB2, 0x20, 0x2A, 0x24]),
        st.sampled_from([0x00, 0x02, 0x04, 0x81, 0x8A]),
        st.sampled_from([0x00, 0x04, 0x0C, 0x80]),
    ),
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"\x0a" + JPKI, b"\x0a" + FACE, b"\x02\x00\x0a", b"\x02\x00\x17", b"\x041234", b"\0"]
        ),
    ),
)


@settings(max_examples=300, deadline=None)
@given(apdus=st.lists(st.one_of(st.binary(max_size=300), _LIKELY), max_size=8))
def test_any_bytes_get_a_status_word(open_card: Talk, apdus: list[bytes]) -> None:
    open_card.application(JPKI)
    for apdu in apdus:
        answer = open_card.card.transmit(apdu)
        assert len(answer) >= 2
        assert len(answer) == 2 or answer[-2:] == b"\x90\x00"
