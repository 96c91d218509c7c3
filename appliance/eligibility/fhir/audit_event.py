"""AuditEvent: one row of the audit trail. The trail holds no identifier of a patient, so neither does this."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

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


def in_bundle(events: Iterable[Json], at: datetime) -> Iterator[str]:
    """AuditEvents as the JSON text of a Bundle of type collection, an entry at a time: there may be more than can be held."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": spelt_moment(at)}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    opening = ', "entry": [\n'
    for event in events:
        url = f"urn:uuid:{uuid5(NAMESPACE_OID, json.dumps(event, sort_keys=True))}"
        yield opening + json.dumps({"fullUrl": url, "resource": event}, ensure_ascii=False)
        opening = ",\n"
    yield "}\n" if opening.startswith(", ") else "\n]}\n"
