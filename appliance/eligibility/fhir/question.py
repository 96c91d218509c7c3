"""CoverageEligibilityRequest: what was asked, as the answer repeats it; by card it says that and no more."""

from appliance.eligibility.codes import ReferenceClassification
from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.about import About
from appliance.eligibility.fhir.coverage import asked_coverage
from appliance.eligibility.fhir.taken import Json, Taken, absent, filled, spelt_moment, strange
from appliance.eligibility.message import ResultHeader, ResultMessage, SearchInfo


def question(message: ResultMessage, header: Taken, about: About, patient: Json, clinic: Json | None) -> Json:
    """The question about `patient`, unless the echo names a person of its own. Takes its identifier out of `header`."""
    echo = message.message_body.qualification_confirm_search_info
    taken = Taken(echo) if echo else Taken(SearchInfo())
    birth = taken.day("birthdate")
    asked = {"resourceType": "Patient", "id": "person", "birthDate": birth}
    person = {"reference": "#person"} if birth else patient
    contained = [*([asked] if birth else []), *([asked_coverage(taken, person)] if echo else [])]
    identifiers = {
        systems.CHECK: about.check_id,
        systems.FILE_IDENTIFIER: header.text("arbitrary_file_identifier"),
        systems.PERSON_IDENTIFIER: taken.text("arbitrary_identifier"),
    }
    created = spelt_moment(about.received_at) if about.received_at else None
    return {
        "resourceType": "CoverageEligibilityRequest",
        **filled(
            contained=contained,
            extension=[*taken.rest(), *(strange(echo) if echo else [])],
            identifier=[{"system": system, "value": value} for system, value in identifiers.items() if value],
        ),
        "status": "active",
        "purpose": purposes(message.message_header),
        "patient": person,
        **({"created": created} if created else {"_created": absent()}),
        **filled(provider=clinic),
        "insurer": center(),
        **filled(insurance=[{"coverage": {"reference": "#asked"}}] if echo else None),
    }


def purposes(header: ResultHeader) -> list[str]:
    """By card nobody names an insurance: which ones there are is asked too."""
    by_card = header.reference_classification == ReferenceClassification.CARD
    return [*(["discovery"] if by_card else []), "validation", "benefits"]


def center() -> Json:
    """Whom is asked. It has no number of its own in the messages."""
    return {"type": "Organization", "display": "オンライン資格確認等システム"}
