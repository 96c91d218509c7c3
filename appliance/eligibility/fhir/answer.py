"""CoverageEligibilityResponse: the center's answer as a whole."""

from dataclasses import dataclass

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.about import About
from appliance.eligibility.fhir.outcome import failures, result
from appliance.eligibility.fhir.question import center, purposes
from appliance.eligibility.fhir.taken import Json, Taken, absent, filled, strange
from appliance.eligibility.message import ResultMessage


@dataclass(frozen=True)
class Around:
    """What an answer refers to, and what it repeats of the OperationOutcome."""

    patient: Json
    question: Json
    clinic: Json | None
    insurances: list[Json]
    outcome: Json


def answer(message: ResultMessage, header: Taken, body: Taken, about: About, around: Around) -> Json:
    """The answer, with all of `header` and `body` that nobody took before. `created` is the center's own time of it."""
    remark = message.message_body.processing_result_message or ""
    created = header.moment("process_execution_time")
    served = header.day("qualification_confirmation_date")
    rest = [*header.rest(), *body.rest()]
    left = [one for part in (message, message.message_header, message.message_body) for one in strange(part)]
    return {
        "resourceType": "CoverageEligibilityResponse",
        **filled(
            extension=[*rest, *left],
            identifier=[{"system": systems.CHECK, "value": about.check_id}] if about.check_id else None,
        ),
        "status": "active",
        "purpose": purposes(message.message_header),
        "patient": around.patient,
        **filled(servicedDate=served),
        **({"created": created} if created else {"_created": absent()}),
        **filled(requestor=around.clinic),
        "request": around.question,
        "outcome": result(message),
        **filled(disposition=remark if remark.strip() else None),
        "insurer": center(),
        **filled(insurance=around.insurances, error=failures(around.outcome)),
    }
