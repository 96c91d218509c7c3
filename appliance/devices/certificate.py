"""Judging a card's certificate on the spot: whose signature, what for, and how it stands to the calendar.

Revocation (未失効確認) is not asked here: only registered verifiers may, and for eligibility the center does it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from appliance.devices import keys
from appliance.devices.months import add_months
from appliance.eligibility.evidence import CertificateStatus, SignatureAlgorithm
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import JAPAN

WARNING_MONTHS = 3
GRACE_MONTHS = 3
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True)
class TrustStore:
    """The certificate authorities whose cards this box believes. All JPKI generations carry one and the same name."""

    authorities: tuple[x509.Certificate, ...] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Every certificate in every `*.pem` of `folder`; a folder that is missing or empty trusts nobody.

        Raises `Trouble("CARD-008")` naming the file when one cannot be read as PEM.
        """
        found: list[x509.Certificate] = []
        for path in sorted(folder.glob("*.pem")):
            try:
                found += x509.load_pem_x509_certificates(path.read_bytes())
            except (ValueError, OSError):
                raise Trouble("CARD-008", f"{path.name}を読めません") from None
        return cls(tuple(found))


@dataclass(frozen=True)
class CardCertificate:
    """A certificate whose chain, purpose and dates hold at the moment it was checked; not asked for revocation.

    `expires_on` is the last day in Japan on which it is valid. What names the patient stays out of `repr`.
    """

    der: bytes = field(repr=False)
    key: keys.CardKey = field(repr=False)
    algorithm: SignatureAlgorithm
    status: CertificateStatus
    expires_on: date


def check_chain(certificate_der: bytes, trust: TrustStore, now: datetime) -> CardCertificate:
    """Judge the certificate at `now` (aware).

    Raises `Trouble`: CARD-008 for a certificate that is malformed, not for authentication or not from a trusted
    authority; CARD-011 before its first moment; CARD-007 when it ended more than three months ago.
    """
    certificate = _load(certificate_der)
    _check_purpose(certificate)
    _check_issuer(certificate, trust, now)
    key = keys.card_key(certificate.public_key())
    ends = certificate.not_valid_after_utc.astimezone(JAPAN)
    return CardCertificate(
        certificate_der,
        key,
        keys.algorithm_of(key),
        _status(certificate.not_valid_before_utc, ends, now),
        ends.date(),
    )


def verify_signature(certificate: CardCertificate, challenge: bytes, signature: bytes) -> None:
    """Return when the card's key signed `challenge`. Raises `Trouble("CARD-009")` otherwise."""
    keys.verify(certificate.key, challenge, signature)


def _load(der: bytes) -> x509.Certificate:
    # cryptography's messages may quote the certificate, so they are not carried on.
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.public_key()
    except Exception:
        raise Trouble("CARD-008", "証明書の形が正しくありません") from None
    return certificate


def _check_purpose(certificate: x509.Certificate) -> None:
    if any(e.critical and isinstance(e.value, x509.UnrecognizedExtension) for e in certificate.extensions):
        raise Trouble("CARD-008", "知らない重要拡張があります")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise Trouble("CARD-008", "鍵用途がありません") from None
    # content_commitment marks the 署名用 certificate, which has no business here.
    if not usage.digital_signature or usage.content_commitment or usage.key_cert_sign:
        raise Trouble("CARD-008", "利用者証明用の鍵用途ではありません")


def _check_issuer(certificate: x509.Certificate, trust: TrustStore, now: datetime) -> None:
    if not isinstance(certificate.signature_hash_algorithm, _HASHES):
        raise Trouble("CARD-008", "署名のハッシュ関数が弱すぎます")
    # Within the months of grace the authority may have ended together with the certificate.
    moment = min(now, certificate.not_valid_after_utc)
    for authority in trust.authorities:
        if (
            _in_force(authority, moment)
            and _names(certificate, authority)
            and _signed(certificate, authority)
        ):
            return
    raise Trouble("CARD-008", f"信頼する認証局{len(trust.authorities)}件のどれも発行者ではありません")


def _in_force(authority: x509.Certificate, moment: datetime) -> bool:
    return authority.not_valid_before_utc <= moment <= authority.not_valid_after_utc


def _names(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the key identifiers match; where either is missing the signature alone decides."""
    try:
        wanted = certificate.extensions.get_extension_for_class(
            x509.AuthorityKeyIdentifier
        ).value.key_identifier
        offered = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return True
    return wanted is None or wanted == offered


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _status(starts: datetime, ends: datetime, now: datetime) -> CertificateStatus:
    if now < starts:
        raise Trouble("CARD-011", "有効期間の前です")
    if now > add_months(ends, GRACE_MONTHS):
        raise Trouble("CARD-007", f"満了から{GRACE_MONTHS}か月を過ぎています")
    if now > ends:
        return CertificateStatus.GRACE
    return (
        CertificateStatus.NEARLY_EXPIRED
        if now >= add_months(ends, -WARNING_MONTHS)
        else CertificateStatus.VALID
    )
