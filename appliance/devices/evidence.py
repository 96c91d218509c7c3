"""From a card and a PIN to evidence, with everything verified before anything leaves this process."""

import secrets
from collections.abc import Callable
from datetime import datetime

from appliance.devices.certificate import TrustStore, check_chain, verify_signature
from appliance.devices.mynumber import MyNumberSession
from appliance.eligibility.evidence import CardEvidence, HolderVerification
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
    challenge = make_challenge(institution_code, now)
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
    )
