"""Whose card it is: the virtual center checks a card's evidence again and finds the person by serial number."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from appliance.demo.people import Person, people_on
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.evidence import CertificateStatus
from appliance.ledger.times import JAPAN, clinic_day

GRACE_MONTHS = 3
WARNING_MONTHS = 3
_STAMP = len("YYYYMMDDhhmmss")


class EvidenceRefusedError(Exception):
    """The evidence proves nothing; the text says why and names nobody."""


def signed_at(request: CardRequest) -> datetime:
    """When the card signed, as the challenge says that it signed. Raises `EvidenceRefusedError` when it says nothing."""
    try:
        return datetime.strptime(request.challenge[-_STAMP:].decode("ascii"), "%Y%m%d%H%M%S").replace(
            tzinfo=JAPAN
        )
    except ValueError as error:
        raise EvidenceRefusedError("challenge") from error


@dataclass(frozen=True)
class Holder:
    """Who holds the card (None: nobody the center knows) and how its certificate stands, None when it is over."""

    person: Person | None
    status: CertificateStatus | None


def identify(request: CardRequest, anchors: tuple[x509.Certificate, ...], now: datetime) -> Holder:
    """The holder of the card. Raises `EvidenceRefusedError` when signature, issuer or challenge do not hold."""
    try:
        certificate = x509.load_der_x509_certificate(request.certificate_der)
        _check_issuer(certificate, anchors)
        _check_signature(certificate, request)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise EvidenceRefusedError(type(error).__name__) from error
    if request.institution_code.encode("ascii", "replace") not in request.challenge:
        raise EvidenceRefusedError("challenge")
    serial = certificate.serial_number
    found = (p for p in people_on(clinic_day(now)) if serial in (p.certificate_serial, p.phone_serial))
    return Holder(next(found, None), _status(certificate.not_valid_after_utc, now))


def _check_issuer(certificate: x509.Certificate, anchors: tuple[x509.Certificate, ...]) -> None:
    for anchor in anchors:
        try:
            certificate.verify_directly_issued_by(anchor)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return
    raise InvalidSignature


def _check_signature(certificate: x509.Certificate, request: CardRequest) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(request.signature, request.challenge, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(request.signature, request.challenge, ec.ECDSA(hashes.SHA384()))
    else:
        raise TypeError("key")


def _status(ends: datetime, now: datetime) -> CertificateStatus | None:
    if now > _months_on(ends, GRACE_MONTHS):
        return None
    if now > ends:
        return CertificateStatus.GRACE
    if now >= _months_on(ends, -WARNING_MONTHS):
        return CertificateStatus.NEARLY_EXPIRED
    return CertificateStatus.VALID


def _months_on(moment: datetime, months: int) -> datetime:
    local = moment.astimezone(JAPAN)
    years, month = divmod(local.month - 1 + months, 12)
    year = local.year + years
    return local.replace(
        year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1])
    )
