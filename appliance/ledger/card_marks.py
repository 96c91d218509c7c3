"""What makes two checks checks of the same card, without saying whose card it is."""

import hashlib

from cryptography import x509

from appliance.eligibility.evidence import CardEvidence


def card_mark(evidence: CardEvidence) -> str | None:
    """A hash over issuer and serial number of the card's certificate; None when it cannot be read as one.

    A card whose certificate is renewed has another mark: then nothing is known of it, which does no harm.
    """
    try:
        certificate = x509.load_der_x509_certificate(evidence.certificate_der)
        said = certificate.issuer.public_bytes() + b"\0" + str(certificate.serial_number).encode()
    except Exception:  # a library that reads what a card says may raise anything
        return None
    return hashlib.sha256(said).hexdigest()
