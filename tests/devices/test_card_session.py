"""A session with each kind of card, without pcscd between."""

import logging
import traceback

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from appliance.demo.card_box import CardBox, Phone
from appliance.demo.card_ca import CardKey
from appliance.demo.people import person
from appliance.devices import apdu
from appliance.devices.certificate import TrustStore
from appliance.devices.codes import CardKind
from appliance.devices.connection import CardConnection
from appliance.devices.evidence import make_challenge, read_evidence, read_phone_evidence
from appliance.devices.keys import card_key
from appliance.devices.mynumber import MyNumberSession, WrongPin
from appliance.devices.pin import Pin
from appliance.eligibility.evidence import CardEvidence, CertificateStatus, HolderVerification, Medium
from appliance.eligibility.trouble import Trouble
from tests.devices.conftest import NOW
from tests.devices.wires import DirectWire, ScriptedWire

RIGHT, WRONG = Pin("1234"), Pin("7391")
VERIFY = apdu.verify(b"")[:4]
CODE = "1311234567"


def session_with(
    drawer: CardBox, who: str = "p01", dies_at: int | None = None, kind: CardKey = CardKey.RSA_2048
) -> tuple[MyNumberSession, DirectWire]:
    wire = DirectWire(drawer.card(who, NOW, kind), dies_at)
    return MyNumberSession(CardConnection(wire)), wire


def verifies(wire: DirectWire) -> int:
    """How many PINs were sent."""
    return sum(sent.startswith(VERIFY) and len(sent) > len(VERIFY) for sent in wire.sent)


def evidence_of(session: MyNumberSession, trust: TrustStore) -> CardEvidence:
    return read_evidence(session, lambda: session.verify_pin(RIGHT), HolderVerification.PIN, trust, NOW, CODE)


@pytest.mark.parametrize("kind", list(CardKey))
def test_a_card_and_its_pin_become_evidence(drawer: CardBox, trust: TrustStore, kind: CardKey) -> None:
    session, _ = session_with(drawer, kind=kind)
    evidence = evidence_of(session, trust)
    assert evidence.certificate_der == session.certificate()
    assert evidence.algorithm == {CardKey.RSA_2048: "rsa-sha256", CardKey.P_384: "ecdsa-sha384"}[kind]
    assert evidence.holder_verification is HolderVerification.PIN
    assert evidence.certificate_status is CertificateStatus.VALID
    assert evidence.challenge[32:] == b"131123456720260520120000"


def test_the_whole_way_takes_few_commands(drawer: CardBox, trust: TrustStore) -> None:
    session, wire = session_with(drawer)
    evidence = evidence_of(session, trust)
    reads = -(-len(evidence.certificate_der) // 256)
    assert len(wire.sent) == 4 + reads + 5
    assert all(len(sent) < 300 for sent in wire.sent)


def test_what_was_read_is_not_read_again(drawer: CardBox) -> None:
    session, wire = session_with(drawer)
    session.certificate()
    session.tries_left()
    before = len(wire.sent)
    session.kind()
    session.certificate()
    session.tries_left()
    assert len(wire.sent) == before + 1


@pytest.mark.parametrize(
    ("who", "kind", "code"),
    [
        ("foreign", CardKind.FOREIGN, "CARD-002"),
        ("juki", CardKind.JUKI, "CARD-002"),
        ("phone", CardKind.ANDROID, "CARD-010"),
        ("iphone", CardKind.IPHONE, "CARD-010"),
    ],
)
def test_other_cards_are_told_apart_and_never_shown_a_pin(
    drawer: CardBox, trust: TrustStore, who: str, kind: CardKind, code: str
) -> None:
    session, wire = session_with(drawer, who)
    assert session.kind() is kind
    with pytest.raises(Trouble) as caught:
        evidence_of(session, trust)
    assert caught.value.code == code
    with pytest.raises(Trouble, match=code):
        session.verify_pin(RIGHT)
    assert verifies(wire) == 0


def phone_with(
    drawer: CardBox, who: str = "p01", make: Phone = Phone.ANDROID
) -> tuple[MyNumberSession, DirectWire]:
    wire = DirectWire(drawer.phone(who, make, NOW))
    return MyNumberSession(CardConnection(wire), CardKind.ANDROID), wire


def test_a_phone_is_read_after_its_pin_and_its_evidence_says_so(drawer: CardBox, trust: TrustStore) -> None:
    session, wire = phone_with(drawer)
    with pytest.raises(Trouble, match="CARD-001"):
        session.certificate()
    evidence = read_phone_evidence(session, RIGHT, trust, NOW, CODE)
    assert (evidence.medium, evidence.holder_verification) == (Medium.ANDROID, HolderVerification.PIN)
    assert (
        x509.load_der_x509_certificate(evidence.certificate_der).serial_number == person("p01").phone_serial
    )
    assert verifies(wire) == 1
    with pytest.raises(WrongPin) as caught:
        read_phone_evidence(phone_with(drawer)[0], WRONG, trust, NOW, CODE)
    assert caught.value.tries_left == 2
    assert session_with(drawer)[0].tries_left() == 3, "the card's counter is its own"


def test_a_phone_has_no_months_of_grace(drawer: CardBox, trust: TrustStore) -> None:
    with pytest.raises(Trouble, match="CARD-007"):
        read_phone_evidence(phone_with(drawer, "p28")[0], RIGHT, trust, NOW, CODE)


def test_what_is_no_android_phone_gets_no_pin_at_the_reader_for_phones(drawer: CardBox) -> None:
    wires = {
        "PHONE-001": DirectWire(drawer.card("p01", NOW)),
        "PHONE-002": DirectWire(drawer.phone("p01", Phone.IPHONE, NOW)),
        "PHONE-003": DirectWire(drawer.card("foreign", NOW)),
    }
    for code, wire in wires.items():
        with pytest.raises(Trouble) as caught:
            MyNumberSession(CardConnection(wire), CardKind.ANDROID).verify_pin(RIGHT)
        assert (caught.value.code, verifies(wire)) == (code, 0)


def test_an_unknown_token_is_a_foreign_card() -> None:
    session = MyNumberSession(CardConnection(ScriptedWire(["9000", "9000", "FF" * 32 + "9000"])))
    assert session.kind() is CardKind.FOREIGN


def test_a_pin_wrong_once_then_right(drawer: CardBox) -> None:
    session, _ = session_with(drawer)
    with pytest.raises(WrongPin) as caught:
        session.verify_pin(WRONG)
    assert (caught.value.code, caught.value.tries_left, session.tries_left()) == ("CARD-004", 2, 2)
    session.verify_pin(RIGHT)
    assert session.tries_left() == 3


def test_a_pin_wrong_twice_is_not_tried_a_third_time(drawer: CardBox) -> None:
    session, wire = session_with(drawer)
    for left in (2, 1):
        with pytest.raises(WrongPin) as caught:
            session.verify_pin(WRONG)
        assert caught.value.tries_left == left
    with pytest.raises(Trouble) as refused:
        session.verify_pin(RIGHT)
    assert refused.value.code == "CARD-005"
    assert verifies(wire) == 2
    assert session.tries_left() == 1


def test_at_one_left_nothing_is_sent(drawer: CardBox, trust: TrustStore) -> None:
    session, wire = session_with(drawer, "p31")
    with pytest.raises(Trouble, match="CARD-005"):
        evidence_of(session, trust)
    assert (verifies(wire), session.tries_left()) == (0, 1)


def test_a_locked_pin_is_said_to_be_locked(drawer: CardBox, trust: TrustStore) -> None:
    session, wire = session_with(drawer, "p30")
    with pytest.raises(Trouble, match="CARD-006"):
        evidence_of(session, trust)
    assert verifies(wire) == 0


OPENED = ["9000", "9000", b"JPKIAPICCTOKEN2".ljust(32).hex() + "9000", "9000"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["63C3", "63C0"], "CARD-006"),
        (["63C2", "6984"], "CARD-006"),
        (["6983"], "CARD-006"),
        (["6300"], "CARD-001"),
        (["6F00"], "CARD-001"),
        (["63C3", "6F00"], "CARD-001"),
        (["63C3", "6300", "63C2"], "CARD-004"),
    ],
)
def test_each_status_of_verify_has_its_meaning(answers: list[str], code: str) -> None:
    wire = ScriptedWire(OPENED + answers)
    with pytest.raises(Trouble) as caught:
        MyNumberSession(CardConnection(wire)).verify_pin(RIGHT)
    assert caught.value.code == code
    assert len(wire.sent) == len(OPENED + answers)


def test_a_card_already_verified_has_all_its_tries() -> None:
    assert MyNumberSession(CardConnection(ScriptedWire([*OPENED, "9000"]))).tries_left() == 3


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["6A82"], "CARD-012"),
        (["6982"], "CARD-001"),
        (["9000", "FF" * 256 + "9000"], "CARD-012"),
        (["9000", "6B00"], "CARD-001"),
        (["9000", "9000"], "CARD-001"),
        (["9000", "3084FFFFFFFF9000"], "CARD-008"),
        (["9000", "30820200" + "00" * 252 + "9000", "6B00"], "CARD-001"),
    ],
    ids=["no file", "locked", "empty", "past end", "nothing", "endless", "cut short"],
)
def test_a_certificate_that_cannot_be_read(answers: list[str], code: str) -> None:
    wire = ScriptedWire([*OPENED[:3], *answers])
    with pytest.raises(Trouble) as caught:
        MyNumberSession(CardConnection(wire)).certificate()
    assert caught.value.code == code
    assert len(wire.sent) == 3 + len(answers)


def test_a_file_shorter_than_the_first_read_is_read_whole() -> None:
    wire = ScriptedWire([*OPENED[:3], "9000", "3003020105FFFF6282"])
    assert MyNumberSession(CardConnection(wire)).certificate().hex() == "3003020105"


@pytest.mark.parametrize("dies_at", range(1, 16))
def test_a_card_pulled_at_any_command_ends_the_session(
    drawer: CardBox, trust: TrustStore, dies_at: int
) -> None:
    session, wire = session_with(drawer, dies_at=dies_at)
    for _ in range(2):
        with pytest.raises(Trouble, match="CARD-003"):
            evidence_of(session, trust)
    assert len(wire.sent) == dies_at


def test_signing_needs_the_pin(drawer: CardBox) -> None:
    session, _ = session_with(drawer)
    with pytest.raises(Trouble, match="6982"):
        session.sign(b"challenge")


def test_an_expired_card_costs_no_try(drawer: CardBox, trust: TrustStore) -> None:
    session, wire = session_with(drawer, "p27")
    with pytest.raises(Trouble, match="CARD-007"):
        evidence_of(session, trust)
    assert verifies(wire) == 0


def test_within_the_grace_the_card_still_serves(drawer: CardBox, trust: TrustStore) -> None:
    session, _ = session_with(drawer, "p28")
    assert evidence_of(session, trust).certificate_status is CertificateStatus.GRACE


def test_a_card_of_an_unknown_authority_is_not_asked_for_the_pin(drawer: CardBox) -> None:
    session, wire = session_with(drawer)
    with pytest.raises(Trouble, match="CARD-008"):
        evidence_of(session, TrustStore(()))
    assert verifies(wire) == 0


class _LyingWire(DirectWire):
    """A card whose signature is not over what was asked."""

    def exchange(self, apdu: bytes) -> bytes:
        return super().exchange(apdu[:-2] + b"\x00\x00" if apdu[:2] == b"\x80\x2a" else apdu)


def test_a_signature_over_something_else_never_leaves(drawer: CardBox, trust: TrustStore) -> None:
    session = MyNumberSession(CardConnection(_LyingWire(drawer.card("p01", NOW))))
    with pytest.raises(Trouble, match="CARD-009"):
        evidence_of(session, trust)


def test_challenges_are_fresh_and_bound_to_clinic_and_time() -> None:
    one, other = (make_challenge(CODE, NOW) for _ in range(2))
    assert one[:32] != other[:32]
    assert one[32:] == other[32:] == b"1311234567" + b"20260520120000"


def test_evidence_prints_no_bytes(drawer: CardBox, trust: TrustStore) -> None:
    session, _ = session_with(drawer)
    assert repr(evidence_of(session, trust)) == (
        "CardEvidence(algorithm=<SignatureAlgorithm.RSA_SHA256: 'rsa-sha256'>, "
        "holder_verification=<HolderVerification.PIN: 'pin'>, "
        "certificate_status=<CertificateStatus.VALID: 'valid'>, expires_on=datetime.date(2029, 9, 1), medium=<Medium.CARD: 'card'>)"
    )


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(Trouble, match="CARD-008"):
        card_key(ed25519.Ed25519PrivateKey.generate().public_key())


def _shown(error: BaseException) -> str:
    """Everything a handler that prints locals could show of the package's frames, causes and contexts too."""
    texts = []
    chain: BaseException | None = error
    while chain is not None:
        texts.append(str(chain))
        frames = traceback.TracebackException.from_exception(chain, capture_locals=True).stack
        texts += [str(frame.locals) for frame in frames if "/appliance/" in frame.filename]
        chain = chain.__cause__ or chain.__context__
    return "".join(texts)


@pytest.mark.parametrize("failure", [Trouble("CARD-003"), ValueError("bug")], ids=["pulled", "bug"])
def test_the_pin_is_in_no_traceback_and_no_log(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Trouble) as caught:
        MyNumberSession(CardConnection(ScriptedWire([*OPENED, "63C3", failure]))).verify_pin(WRONG)
    everything = _shown(caught.value) + caplog.text
    assert "Pin(****)" in everything
    for form in ("7391", b"7391".hex(), str(list(b"7391"))):
        assert form not in everything
