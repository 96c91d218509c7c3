"""From a card and a PIN to evidence, with everything verified before anything leaves this process."""

import secrets
from collections.abc import Callable
from datetime import datetime

from appliance.devices.certificate import CardCertificate, TrustStore, check_chain, verify_signature
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.pin import Pin
from appliance.eligibility.evidence import CardEvidence, CertificateStatus, HolderVerification, Medium
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import JAPAN

NONCE_LENGTH = 32


def make_challenge(institution_code: str, now: datetime) -> bytes:
    """What the card signs: 32 random bytes ‖ the institution code ‖ `now` as `YYYYMMDDhhmmss` of Japan, both ASCII.

    The random bytes make it fresh; code and time bind the signature to this clinic and moment.
    """
    stamp = now.astimezone(JAPAN).strftime("%Y%m%d%H%M%S")
    return secrets.token_bytes(NONCE_LENGTH) + (institution_code + stamp).encode("ascii")


def read_evidence(
    session: MyNumberSession,
    unlock: Callable[[], None],
    verification: HolderVerification,
    trust: TrustStore,
    now: datetime,
    institution_code: str,
) -> CardEvidence:
    """Certificate, `unlock` of the key, signature: in that order, so that a bad certificate costs no PIN try.

    Raises `Trouble` with any CARD or READER code; `WrongPin` of an unlock by PIN carries the tries left.
    """
    certificate = check_chain(session.certificate(), trust, now)
    unlock()
    return _signed(session, certificate, verification, Medium.CARD, make_challenge(institution_code, now))


def read_phone_evidence(
    session: MyNumberSession, pin: Pin, trust: TrustStore, now: datetime, institution_code: str
) -> CardEvidence:
    """PIN, certificate, signature: in that order, because a phone shows its certificate to nobody before the PIN.

    Raises `Trouble` as `read_evidence`, and CARD-007 from the day after its end: months of grace are for cards only.
    """
    session.verify_pin(pin)
    certificate = check_chain(session.certificate(), trust, now)
    if certificate.status is CertificateStatus.GRACE:
        raise Trouble("CARD-007", "スマートフォンの証明書には満了後の猶予がありません")
    challenge = make_challenge(institution_code, now)
    return _signed(session, certificate, HolderVerification.PIN, Medium.ANDROID, challenge)


def _signed(
    session: MyNumberSession,
    certificate: CardCertificate,
    verification: HolderVerification,
    medium: Medium,
    challenge: bytes,
) -> CardEvidence:
    signature = session.sign(challenge)
    verify_signature(certificate, challenge, signature)
    return CardEvidence(
        certificate_der=certificate.der,
        challenge=challenge,
        signature=signature,
        algorithm=certificate.algorithm,
        holder_verification=verification,
        certificate_status=certificate.status,
        expires_on=certificate.expires_on,
        medium=medium,
    )
