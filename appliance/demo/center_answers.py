"""What the virtual center answers: from a person to the interface's result message."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.demo.center_evidence import Holder
from appliance.demo.center_search import matching
from appliance.demo.people import Person
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.codes import (
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
)
from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.message import (
    Qualification,
    RequestMessage,
    ResultBody,
    ResultHeader,
    ResultMessage,
)
from appliance.eligibility.visit import NO_CONSENTS, Consents, available_until
from appliance.ledger.times import JAPAN

_TIME = "%Y%m%d%H%M%S"
_MEDICAL = ("specific_health_checkups_info", "pharmacists_info", "diagnosis_info", "operation_info")
# Codes of our own: the official table (別紙6-1) is not public.
_REMARKS = {
    CertificateStatus.NEARLY_EXPIRED: (
        "DEMO0001I",
        "電子証明書の有効期限まで3か月未満です。更新をご案内ください。",
    ),
    CertificateStatus.GRACE: (
        "DEMO0002I",
        "電子証明書の有効期限が切れています。薬剤情報等は提供できません。",
    ),
}
_EXPIRED = ("DEMO0003E", "電子証明書の有効期限が切れています。")


def by_numbers(request: RequestMessage, everybody: tuple[Person, ...], now: datetime) -> ResultMessage:
    """The answer to a question by numbers, which echoes the numbers and never carries medical consents."""
    info = request.message_body.qualification_confirm_search_info
    found = matching(info, everybody)
    wants_limit = info.limit_application_certificate_related_cons_flg == "1"
    asked_at = now.astimezone(JAPAN)
    results = tuple(
        _with_consents(one, NO_CONSENTS, asked_at, limit=wants_limit, medical=False)
        for person in found
        for one in person.qualifications
    )
    return ResultMessage(
        message_header=_header(
            request.message_header.qualification_confirmation_date,
            request.message_header.medical_institution_code,
            request.message_header.arbitrary_file_identifier,
            ReferenceClassification.NUMBERS,
            now,
        ),
        message_body=ResultBody(
            qualification_confirm_search_info=info,
            processing_result_status=ProcessingResultStatus.NORMAL.value,
            qualification_validity=_validity(found),
            result_list=results,
        ),
    )


def _validity(found: tuple[Person, ...]) -> str:
    if len(found) == 1:
        return found[0].qualification_validity
    return (QualificationValidity.SEVERAL if found else QualificationValidity.NONE).value


def by_card(request: CardRequest, holder: Holder, now: datetime) -> ResultMessage:
    """The answer to a question by card, with the patient's consents in it."""
    header = _header(
        f"{request.day:%Y%m%d}",
        request.institution_code,
        request.identifier,
        ReferenceClassification.CARD,
        now,
    )
    if holder.status is None:
        code, text = _EXPIRED
        body = ResultBody(
            processing_result_status=ProcessingResultStatus.ERROR.value,
            processing_result_code=code,
            processing_result_message=text,
        )
        return ResultMessage(message_header=header, message_body=body)
    code_and_text = _REMARKS.get(holder.status, (None, None))
    return ResultMessage(
        message_header=header,
        message_body=ResultBody(
            processing_result_status=ProcessingResultStatus.NORMAL.value,
            processing_result_code=code_and_text[0],
            processing_result_message=code_and_text[1],
            qualification_validity=_validity((holder.person,) if holder.person else ()),
            result_list=_card_results(request, holder),
            prescription_issue_select=request.choices.prescription.value or None,
        ),
    )


def _card_results(request: CardRequest, holder: Holder) -> tuple[Qualification, ...]:
    if holder.person is None:
        return ()
    given_at = datetime.strptime(request.consented_at, _TIME).replace(tzinfo=JAPAN)
    in_grace = holder.status is CertificateStatus.GRACE
    consents = replace(
        NO_CONSENTS if in_grace else request.consents,
        specific_diseases_certificate_related=request.consents.specific_diseases_certificate_related,
    )
    return tuple(
        _with_consents(one, consents, given_at, limit=True, medical=True)
        for one in holder.person.qualifications
    )


def refusal(
    institution_code: str, identifier: str | None, text: str, now: datetime, code: str = "DEMO0009E"
) -> ResultMessage:
    """SegmentOfResult 9: the question as such is refused."""
    header = _header(None, institution_code, identifier, None, now)
    return ResultMessage(
        message_header=replace(
            header,
            segment_of_result=SegmentOfResult.ERROR.value,
            error_code=code,
            error_message=text,
        )
    )


def still_processing(institution_code: str, identifier: str | None, now: datetime) -> ResultMessage:
    """SegmentOfResult 2: no answer yet."""
    header = _header(None, institution_code, identifier, None, now)
    return ResultMessage(message_header=replace(header, segment_of_result=SegmentOfResult.PROCESSING.value))


def _header(
    day: str | None,
    institution_code: str | None,
    identifier: str | None,
    kind: ReferenceClassification | None,
    now: datetime,
) -> ResultHeader:
    return ResultHeader(
        process_execution_time=now.astimezone(JAPAN).strftime(_TIME),
        qualification_confirmation_date=day,
        medical_institution_code=institution_code,
        arbitrary_file_identifier=identifier,
        reference_classification=kind.value if kind else None,
        segment_of_result=SegmentOfResult.NORMAL.value,
        character_code_identifier="0",
    )


def _with_consents(
    one: Qualification, consents: Consents, given_at: datetime, *, limit: bool, medical: bool
) -> Qualification:
    """`one` with the flags and times of `consents`, and without what was not consented to.

    限度額 comes with every card by law; `limit` says whether it comes.
    """
    changes: dict[str, Any] = _flag("limit_application_certificate_related", limit, given_at)
    if not limit:
        changes["limit_application_certificate_related_info"] = None
    diseases = consents.specific_diseases_certificate_related
    if medical:
        changes |= _flag("specific_diseases_certificate_related", diseases, given_at)
        for name in _MEDICAL:
            changes |= _medical_flag(name, getattr(consents, name), given_at)
    if not diseases:
        changes["specific_diseases_certificate_list"] = ()
    return replace(one, **changes)


def _flag(name: str, given: bool, at: datetime) -> dict[str, str]:
    times = {f"{name}_cons_time": at.strftime(_TIME)} if given else {}
    return {f"{name}_cons_flg": "1" if given else "0", **times}


def _medical_flag(name: str, given: bool, at: datetime) -> dict[str, str]:
    until = {f"{name}_available_time": available_until(at).strftime(_TIME)} if given else {}
    return {**_flag(name, given, at), **until}
