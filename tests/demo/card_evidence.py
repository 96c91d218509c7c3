"""Evidence of a person's card as the devices process makes it, without a reader: a P-384 card, quick to issue."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from appliance.demo import paths
from appliance.demo.card_ca import CardKey, Holder, Purpose, Validity, open_authority
from appliance.demo.people import person
from appliance.eligibility.evidence import (
    CardEvidence,
    CertificateStatus,
    HolderVerification,
    SignatureAlgorithm,
)
from appliance.ledger.times import utc_now

INSTITUTION = "1319999999"


def evidence_of(
    state: Path,
    person_id: str,
    *,
    days_left: float = 1000,
    challenge: bytes = bytes(32) + f"{INSTITUTION}20260520120000".encode(),
    now: datetime | None = None,
) -> CardEvidence:
    """What the card of `person_id` proves, its certificate from the card CA of the demo in `state`."""
    now = now or utc_now()
    authority = open_authority(paths.cards_folder(state), Purpose.AUTHENTICATION, now, CardKey.P_384)
    key = ec.generate_private_key(ec.SECP384R1())
    who = person(person_id)
    ends = now + timedelta(days=days_left)
    der = authority.issue(
        key.public_key(),
        Holder(who.certificate_id, who.certificate_serial),
        Validity(ends - timedelta(days=1500), ends),
    )
    return CardEvidence(
        certificate_der=der,
        challenge=challenge,
        signature=key.sign(challenge, ec.ECDSA(hashes.SHA384())),
        algorithm=SignatureAlgorithm.ECDSA_SHA384,
        holder_verification=HolderVerification.PIN,
        certificate_status=CertificateStatus.VALID,
        expires_on=ends.date(),
    )
