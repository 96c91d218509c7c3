"""What most tests of the ledger do before they begin: open checks, take them, answer them."""

from datetime import UTC, date, datetime, timedelta

from appliance.eligibility.evidence import (
    CardEvidence,
    CertificateStatus,
    HolderVerification,
    SignatureAlgorithm,
)
from appliance.ledger import checks, results
from appliance.ledger.checks import Check, NewCheck, Origin
from appliance.ledger.database import Ledger

NOW = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
LEASE = timedelta(seconds=30)
EVIDENCE = CardEvidence(
    certificate_der=b"certificate",
    challenge=b"\x00\xff",
    signature=b"signature",
    algorithm=SignatureAlgorithm.RSA_SHA256,
    holder_verification=HolderVerification.PIN,
    certificate_status=CertificateStatus.GRACE,
    expires_on=date(2026, 3, 1),
)


def after(seconds: float) -> datetime:
    """So many seconds after the test's beginning."""
    return NOW + timedelta(seconds=seconds)


def opened(
    ledger: Ledger, count: int = 1, origin: Origin = Origin.CARD, asked_by: str | None = None
) -> list[str]:
    """The ids of new checks, one a second."""
    new = NewCheck(origin=origin, institution_code="1319999999", request_xml=b"<XmlMsg/>", asked_by=asked_by)
    return [checks.open_check(ledger, new, after(number)) for number in range(count)]


def claimed(ledger: Ledger, owner: str = "me", now: datetime = NOW) -> Check:
    """The next check, which must be there."""
    check = checks.claim(ledger, owner, now, LEASE)
    assert check is not None
    return check


def answered(
    ledger: Ledger, check_id: str, owner: str = "me", refusal: str | None = None, now: datetime | None = None
) -> bool:
    """Whether the answer counted."""
    return results.record(
        ledger,
        check_id,
        owner,
        xml=b"<XmlMsg>1</XmlMsg>",
        qualification_validity=None if refusal else "1",
        refusal=refusal,
        now=now or after(5),
    )


def found(ledger: Ledger, check_id: str) -> Check:
    """The check with this id, which must be there."""
    check = checks.find(ledger, check_id)
    assert check is not None
    return check
