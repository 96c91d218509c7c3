"""AuditEvent: one row of the audit trail. The trail holds no identifier of a patient, so neither does this."""

from datetime import datetime

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.taken import Json, filled, spelt_moment


def audit_event(
    *, seq: int, at: datetime, actor: str, action: str, subject: str, detail: str, institution_code: str
) -> Json:
    """What `actor` did to the row `subject`, at the box of a clinic. `seq` tells rows of one box apart.

    `action` is the box's own word for it; FHIR's `action` and `outcome` are left out, because a row does not say whether it
    read or wrote, and stands only where the deed was done.
    """
    entity = filled(
        what={"identifier": {"system": systems.AUDIT_SUBJECT, "value": subject}} if subject.strip() else None,
        description=detail if detail.strip() else None,
    )
    return {
        "resourceType": "AuditEvent",
        "id": str(seq),
        "type": {"system": systems.AUDIT, "code": action},
        "recorded": spelt_moment(at),
        "agent": [
            {"who": {"identifier": {"system": systems.AUDIT_ACTOR, "value": actor}}, "requestor": True}
        ],
        "source": {
            "observer": {
                "identifier": {"system": systems.INSTITUTION, "value": institution_code},
                "display": "madoguchi",
            }
        },
        **filled(entity=[entity] if entity else None),
    }
