"""Whose signature, what for, and how the certificate stands to the calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.demo.card_ca import CardAuthority, CardKey, Holder, Purpose, Validity, open_authority
from appliance.demo.card_signing import sign_payload
from appliance.devices import keys
from appliance.devices.certificate import CardCertificate, TrustStore, check_chain, verify_signature
from appliance.devices.months import add_months
from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.trouble import Trouble

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
HOLDER = Holder("SAMPLE000000000000001A", 0x0705D990)
KEY = ec.generate_private_key(ec.SECP384R1())
Judge = Callable[[bytes], CardCertificate]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CardAuthority:
    return open_authority(tmp_path_factory.mktemp("ca"), Purpose.AUTHENTICATION, NOW, CardKey.P_384)


@pytest.fixture(scope="module")
def trust(authority: CardAuthority) -> TrustStore:
    return TrustStore((authority.certificate,))


def issued(authority: CardAuthority, ends: datetime, starts: datetime | None = None) -> bytes:
    starts = starts or ends - timedelta(days=365)
    return authority.issue(KEY.public_key(), HOLDER, Validity(starts, ends))


def built(
    authority: CardAuthority,
    *extensions: tuple[x509.ExtensionType, bool],
    key: rsa.RSAPublicKey | None = None,
) -> bytes:
    """A certificate signed by the authority's key with just these extensions."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.certificate.subject)
        .public_key(key or KEY.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signing_key = authority._key
    return builder.sign(signing_key, hashes.SHA384()).public_bytes(Encoding.DER)


def usage(digital_signature: bool = True, content_commitment: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        (datetime(2026, 8, 20, 3, 0, 1, tzinfo=UTC), CertificateStatus.VALID),
        (datetime(2026, 8, 20, 3, 0, 0, tzinfo=UTC), CertificateStatus.NEARLY_EXPIRED),
        (datetime(2026, 5, 20, 3, 0, 0, tzinfo=UTC), CertificateStatus.NEARLY_EXPIRED),
        (datetime(2026, 5, 20, 2, 59, 59, tzinfo=UTC), CertificateStatus.GRACE),
        (datetime(2026, 2, 20, 3, 0, 0, tzinfo=UTC), CertificateStatus.GRACE),
    ],
)
def test_the_calendar_decides(
    authority: CardAuthority, trust: TrustStore, ends: datetime, status: CertificateStatus
) -> None:
    assert check_chain(issued(authority, ends), trust, NOW).status is status


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 2, 20, 2, 59, 59, tzinfo=UTC), "CARD-007"),
        (datetime(2026, 5, 20, 3, 0, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "CARD-011"),
    ],
    ids=["expired for good", "not yet valid"],
)
def test_outside_its_time_it_is_refused(
    authority: CardAuthority, trust: TrustStore, starts: datetime, ends: datetime, code: str
) -> None:
    with pytest.raises(Trouble, match=code):
        check_chain(issued(authority, ends, starts), trust, NOW)


def test_the_last_day_is_the_one_in_japan(authority: CardAuthority, trust: TrustStore) -> None:
    ends = datetime(2027, 2, 17, 14, 59, 59, tzinfo=UTC)
    assert check_chain(issued(authority, ends), trust, NOW).expires_on == date(2027, 2, 17)
    later = ends + timedelta(seconds=1)
    assert check_chain(issued(authority, later), trust, NOW).expires_on == date(2027, 2, 18)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2025, 11, 30), 3, (2026, 2, 28)),
        ((2027, 11, 30), 3, (2028, 2, 29)),
        ((2026, 5, 31), -3, (2026, 2, 28)),
        ((2026, 10, 15), 3, (2027, 1, 15)),
        ((2026, 1, 15), -3, (2025, 10, 15)),
        ((2026, 12, 31), 0, (2026, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(
    start: tuple[int, int, int], months: int, end: tuple[int, int, int]
) -> None:
    assert add_months(datetime(*start, 23, 59, tzinfo=UTC), months) == datetime(*end, 23, 59, tzinfo=UTC)


def test_the_issuer_is_found_by_signature_among_namesakes(tmp_path: Path, authority: CardAuthority) -> None:
    namesake = open_authority(tmp_path, Purpose.AUTHENTICATION, NOW, CardKey.P_384)
    assert namesake.certificate.subject == authority.certificate.subject
    der = issued(authority, NOW + timedelta(days=365))
    both = TrustStore((namesake.certificate, authority.certificate))
    assert check_chain(der, both, NOW).status is CertificateStatus.VALID
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(der, TrustStore((namesake.certificate,)), NOW)


def test_the_key_identifier_alone_convinces_nobody(tmp_path: Path, authority: CardAuthority) -> None:
    """A certificate that points at the trusted CA's key but was signed by another one of the same name."""
    forger = open_authority(tmp_path, Purpose.AUTHENTICATION, NOW, CardKey.P_384)
    aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.certificate.public_key())  # type: ignore[arg-type]
    forged = built(forger, (usage(), True), (aki, False))
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(forged, TrustStore((authority.certificate,)), NOW)


def test_an_authority_before_its_time_is_not_believed(authority: CardAuthority, trust: TrustStore) -> None:
    """And one that ended before the certificate did is not either."""
    der = issued(authority, NOW + timedelta(days=30 * 365), NOW - timedelta(days=20 * 365))
    for moment in (NOW - timedelta(days=10 * 365), NOW + timedelta(days=20 * 365)):
        with pytest.raises(Trouble, match="CARD-008"):
            check_chain(der, trust, moment)


@pytest.mark.parametrize(
    "extensions",
    [
        [],
        [(usage(digital_signature=False, content_commitment=True), True)],
        [(usage(content_commitment=True), True)],
        [(usage(), True), (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)],
    ],
    ids=["no usage", "not for signing in", "署名用", "unknown critical extension"],
)
def test_a_certificate_for_something_else_is_refused(
    authority: CardAuthority, trust: TrustStore, extensions: list[tuple[x509.ExtensionType, bool]]
) -> None:
    assert check_chain(built(authority, (usage(), True)), trust, NOW).status is CertificateStatus.VALID
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(built(authority, *extensions), trust, NOW)


def test_a_short_key_is_refused(authority: CardAuthority, trust: TrustStore) -> None:
    short = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(built(authority, (usage(), True), key=short), trust, NOW)


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01\x01", b"\xff" * 300])
def test_what_is_no_certificate_is_refused(trust: TrustStore, der: bytes) -> None:
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(der, trust, NOW)


def test_a_changed_byte_is_noticed(authority: CardAuthority, trust: TrustStore) -> None:
    der = issued(authority, NOW + timedelta(days=365))
    forged = der.replace(HOLDER.common_name.encode(), b"SAMPLE000000000000002A")
    assert forged != der
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(forged, trust, NOW)


@pytest.mark.parametrize("kind", list(CardKey))
def test_a_signature_belongs_to_its_challenge(
    authority: CardAuthority, trust: TrustStore, kind: CardKey
) -> None:
    private = rsa.generate_private_key(65537, 2048) if kind is CardKey.RSA_2048 else KEY
    der = authority.issue(private.public_key(), HOLDER, Validity(NOW, NOW + timedelta(days=365)))
    certificate = check_chain(der, trust, NOW)
    signature = sign_payload(private, keys.payload(certificate.key, b"challenge"))
    verify_signature(certificate, b"challenge", signature)
    for challenge, changed in ((b"another", signature), (b"challenge", signature[:-1]), (b"challenge", b"")):
        with pytest.raises(Trouble, match="CARD-009"):
            verify_signature(certificate, challenge, changed)


def test_a_raw_ecdsa_signature_becomes_der() -> None:
    key = KEY.public_key()
    der = sign_payload(KEY, keys.payload(key, b"challenge"))
    r, s = decode_dss_signature(der)
    raw = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    assert keys.normal_form(key, raw) == keys.normal_form(key, der) == der


def test_nothing_of_the_patient_is_printed(authority: CardAuthority, trust: TrustStore) -> None:
    certificate = check_chain(issued(authority, NOW + timedelta(days=365)), trust, NOW)
    assert repr(certificate) == (
        "CardCertificate(algorithm=<SignatureAlgorithm.ECDSA_SHA384: 'ecdsa-sha384'>, "
        "status=<CertificateStatus.VALID: 'valid'>, expires_on=datetime.date(2027, 5, 20))"
    )
    with pytest.raises(Trouble) as caught:
        check_chain(issued(authority, NOW - timedelta(days=200)), trust, NOW)
    assert HOLDER.common_name not in str(caught.value)
    assert replace(certificate, status=CertificateStatus.GRACE) != certificate


def test_the_trust_store_is_a_folder_of_pem_files(tmp_path: Path, authority: CardAuthority) -> None:
    assert TrustStore.load(tmp_path / "missing").authorities == ()
    (tmp_path / "two.pem").write_bytes(authority.pem * 2)
    (tmp_path / "other.txt").write_text("not looked at")
    assert TrustStore.load(tmp_path).authorities == (authority.certificate,) * 2
    (tmp_path / "broken.pem").write_text("not a certificate")
    with pytest.raises(Trouble, match=r"broken\.pem"):
        TrustStore.load(tmp_path)


def test_an_empty_trust_store_believes_nobody(authority: CardAuthority) -> None:
    with pytest.raises(Trouble, match="CARD-008"):
        check_chain(issued(authority, NOW + timedelta(days=365)), TrustStore(()), NOW)
