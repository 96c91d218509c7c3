"""OperationOutcome: errors and remarks of the center, and the trouble by which the box refused."""

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.codes import ProcessingResultStatus, SegmentOfResult, is_error
from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.taken import Json, Taken, filled
from appliance.eligibility.message import ResultMessage


def outcome(message: ResultMessage, header: Taken, body: Taken, trouble_code: str | None) -> Json:
    """An OperationOutcome, or an empty object when there is nothing to say. Takes codes and texts out of both blocks."""
    failed = message.message_body.processing_result_status == ProcessingResultStatus.ERROR
    found = [
        _issue("error", systems.ERROR_CODE, header.code("error_code"), header.text("error_message")),
        _issue(
            "error" if failed else "information",
            systems.RESULT_CODE,
            body.code("processing_result_code"),
            body.text("processing_result_message"),
        ),
        _trouble(trouble_code),
    ]
    issues = [one for one in found if one]
    return {"resourceType": "OperationOutcome", "issue": issues} if issues else {}


def failures(outcome: Json) -> list[Json]:
    """The errors of a response, from the issues that are errors."""
    return [{"code": issue["details"]} for issue in outcome.get("issue", ()) if issue["severity"] == "error"]


def result(message: ResultMessage) -> str:
    """How the whole went, in FHIR's words."""
    segment = message.message_header.segment_of_result
    if segment == SegmentOfResult.PROCESSING:
        return "queued"
    failed = message.message_body.processing_result_status == ProcessingResultStatus.ERROR
    return "error" if failed or is_error(segment) else "complete"


def _issue(severity: str, system: str, code: str | None, text: str | None) -> Json | None:
    if code is None and text is None:
        return None
    kind = "processing" if severity == "error" else "informational"
    details = filled(coding=[filled(system=system, code=code)], text=text)
    return {"severity": severity, "code": kind, "details": details}


def _trouble(code: str | None) -> Json | None:
    entry = CATALOGUE.get(code) if code else None
    if entry is None:
        return None
    details = {"coding": [{"system": systems.TROUBLE, "code": entry.code, "display": entry.title}]}
    kind = "transient" if entry.retryable else "processing"
    return {"severity": "error", "code": kind, "details": details, "diagnostics": entry.reception}
