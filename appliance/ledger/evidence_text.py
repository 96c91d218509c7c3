"""The card's evidence as the text that stands in the ledger."""

import json
from base64 import b64decode, b64encode
from datetime import date

from appliance.eligibility.evidence import CardEvidence, CertificateStatus, HolderVerification, Medium

_BYTES = ("certificate_der", "challenge", "signature")


def dump(evidence: CardEvidence) -> str:
    """`evidence` as JSON, bytes in base64."""
    values = {name: b64encode(getattr(evidence, name)).decode("ascii") for name in _BYTES}
    values |= {
        "algorithm": evidence.algorithm,
        "holder_verification": evidence.holder_verification.value,
        "certificate_status": evidence.certificate_status.value,
        "expires_on": evidence.expires_on.isoformat(),
        "medium": evidence.medium.value,
    }
    return json.dumps(values)


def load(text: str) -> CardEvidence:
    """What `dump` wrote. Raises `ValueError` or `KeyError` for anything else."""
    values = json.loads(text)
    return CardEvidence(
        **{name: b64decode(values[name]) for name in _BYTES},
        algorithm=values["algorithm"],
        holder_verification=HolderVerification(values["holder_verification"]),
        certificate_status=CertificateStatus(values["certificate_status"]),
        expires_on=date.fromisoformat(values["expires_on"]),
        medium=Medium(values.get("medium", Medium.CARD)),
    )
