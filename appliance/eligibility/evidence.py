"""What a card has proved: the piece of a check that only the card itself can give."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class HolderVerification(StrEnum):
    """How it was made sure that the holder of the card is its owner."""

    PIN = "pin"
    FACE = "face"
    VISUAL = "visual"


class Medium(StrEnum):
    """What held the certificate: the plastic card, or a phone with the card's function."""

    CARD = "card"
    ANDROID = "android"


class CertificateStatus(StrEnum):
    """How the certificate on the card stands to the calendar; an expired one never becomes evidence."""

    VALID = "valid"
    NEARLY_EXPIRED = "nearly_expired"
    GRACE = "grace"


class SignatureAlgorithm(StrEnum):
    """How the card signs. Follows the key in the certificate, never the model of the card."""

    RSA_SHA256 = "rsa-sha256"
    ECDSA_SHA384 = "ecdsa-sha384"


@dataclass(frozen=True)
class CardEvidence:
    """A certificate and a signature made with its key over a fresh challenge, all checked on this box.

    Chain, dates and signature hold; revocation was not asked (未失効確認 is the center's).
    `certificate_der` is DER, `algorithm` a value of `SignatureAlgorithm`, `signature` is 256 bytes for RSA-2048
    and DER (r, s) for ECDSA.
    The bytes identify the patient and therefore stay out of `repr`.
    """

    certificate_der: bytes = field(repr=False)
    challenge: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: str
    holder_verification: HolderVerification
    certificate_status: CertificateStatus
    expires_on: date
    medium: Medium = Medium.CARD
