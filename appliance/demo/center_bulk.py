"""Results of the virtual center's bulk jobs: one unit a person."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from appliance.demo.center_records import Records
from appliance.demo.center_search import holding, matching
from appliance.demo.people import Person
from appliance.eligibility.codes import (
    ConsentStatus,
    ProcessingResultStatus,
    QualificationValidity,
    SegmentOfResult,
)
from appliance.eligibility.message import Qualification, SearchInfo
from appliance.eligibility.message_bulk import (
    BulkConfirmUnit,
    BulkResultBody,
    BulkResultHeader,
    BulkResultMessage,
    BulkSearchInfo,
)
from appliance.eligibility.message_reference import (
    ReferenceBulkBody,
    ReferenceBulkMessage,
    ReferenceNumberRegistration,
    ReferenceUnit,
)
from appliance.ledger.times import JAPAN

LONGEST_REFERENCE_NUMBER = 50
TIME = "%Y%m%d%H%M%S"
_NO_NUMBERS = ("DEMO0004E", "必要な項目がありません。")
_NOBODY = ("DEMO0005E", "該当する資格がありません。")
_TOO_LONG = ("DEMO0006E", "照会番号は50文字までです。")
_CONSENTS = (
    "specific_health_checkups_info",
    "pharmacists_info",
    "diagnosis_info",
    "operation_info",
)
_ERROR, _NORMAL = ProcessingResultStatus.ERROR.value, ProcessingResultStatus.NORMAL.value


def header(clinic: str, identifier: str | None, number: str | None, now: datetime) -> BulkResultHeader:
    """The header of a bulk result that has nothing to count yet."""
    return BulkResultHeader(
        process_execution_time=now.astimezone(JAPAN).strftime(TIME),
        qualification_confirmation_date=f"{now.astimezone(JAPAN):%Y%m%d}",
        medical_institution_code=clinic,
        arbitrary_file_identifier=identifier,
        reception_number=number,
        segment_of_result=SegmentOfResult.NORMAL.value,
        character_code_identifier="0",
    )


def _counted(head: BulkResultHeader, states: Iterable[str | None]) -> BulkResultHeader:
    found = list(states)
    return replace(
        head,
        number_of_processing_result=str(len(found)),
        number_of_normal_processing=str(found.count(_NORMAL)),
        number_of_error=str(found.count(_ERROR)),
    )


def result(head: BulkResultHeader, units: Iterable[BulkConfirmUnit]) -> BulkResultMessage:
    """The whole message."""
    found = tuple(units)
    return BulkResultMessage(
        message_header=_counted(head, (unit.processing_result_status for unit in found)),
        message_body=BulkResultBody(bulk_confirm_unit=found),
    )


def person_unit(asked: BulkSearchInfo, everybody: tuple[Person, ...]) -> BulkConfirmUnit:
    """The answer on one person of a 一括照会, who is echoed."""
    unit = BulkConfirmUnit(qualification_confirm_search_info=asked)
    if not (asked.insurer_number and asked.insured_identification_number and asked.birthdate):
        code, text = _NO_NUMBERS
        return replace(
            unit, processing_result_status=_ERROR, processing_result_code=code, processing_result_message=text
        )
    found = matching(_as_single(asked), everybody)
    one_only = found[0].qualification_validity if len(found) == 1 else QualificationValidity.SEVERAL.value
    return replace(
        unit,
        processing_result_status=_NORMAL,
        qualification_validity=one_only if found else QualificationValidity.NONE.value,
        result_of_qualification_confirmation=tuple(
            _without_consented(one, asked) for person in found for one in person.qualifications
        ),
    )


def _as_single(asked: BulkSearchInfo) -> SearchInfo:
    return SearchInfo(
        insurer_number=asked.insurer_number,
        insured_card_symbol=asked.insured_card_symbol,
        insured_identification_number=asked.insured_identification_number,
        insured_branch_number=asked.insured_branch_number,
        birthdate=asked.birthdate,
    )


def _without_consented(one: Qualification, asked: BulkSearchInfo) -> Qualification:
    """Bulk results say only whether the 限度額 that the clinic knows still holds."""
    known = asked.limit_application_certificate_related_info
    changed = None
    if known is not None:
        changed = "0" if known == one.limit_application_certificate_related_info else "1"
    return replace(
        one,
        limit_application_certificate_related_info=None,
        specific_diseases_certificate_list=(),
        limit_application_certificate_changed=changed,
    )


def ticket_units(month: str | None, everybody: tuple[Person, ...]) -> Iterable[BulkConfirmUnit]:
    """Everybody of 医療扶助 with a 医療券 of that month (yyyyMM), with these tickets only."""
    for person in everybody:
        for one in person.qualifications:
            tickets = tuple(t for t in one.public_expense_result_list if t.medical_treatment_month == month)
            if tickets:
                yield _unit(person, replace(one, public_expense_result_list=tickets))


def consent_units(first: str, people: Iterable[Person]) -> Iterable[BulkConfirmUnit]:
    """Those who agreed at home: at ten on the first day (yyyyMMdd) asked for, and the last of them has run out."""
    found = tuple(people)
    given = datetime.strptime(first, "%Y%m%d") + timedelta(hours=10)  # noqa: DTZ007 - the interface's local text
    for person in found:
        state = ConsentStatus.EXPIRED if person is found[-1] else ConsentStatus.GIVEN
        changes: dict[str, Any] = {}
        for name in _CONSENTS:
            changes[f"{name}_cons_flg"] = state.value
            changes[f"{name}_cons_time"] = given.strftime(TIME)
            changes[f"{name}_available_time"] = (given + timedelta(days=90)).strftime(TIME)
        for one in person.qualifications:
            yield _unit(person, replace(one, **changes))


def _unit(person: Person, one: Qualification) -> BulkConfirmUnit:
    return BulkConfirmUnit(
        processing_result_status=_NORMAL,
        qualification_validity=person.qualification_validity,
        result_of_qualification_confirmation=(one,),
    )


def registered(
    records: Records, clinic: str, asked: ReferenceNumberRegistration, everybody: tuple[Person, ...]
) -> ReferenceUnit:
    """Register one 照会番号, and say whether it was taken."""
    unit = ReferenceUnit(reference_number_registration_info=asked, reference_number=asked.reference_number)
    problem = _problem(asked, found := holding(asked, everybody))
    if problem is not None:
        code, text = problem
        return replace(
            unit, processing_result_status=_ERROR, processing_result_code=code, processing_result_message=text
        )
    for person in found:
        records.register(clinic, person.id, asked.reference_number or "")
    return replace(unit, processing_result_status=_NORMAL)


def _problem(asked: ReferenceNumberRegistration, found: tuple[Person, ...]) -> tuple[str, str] | None:
    if not asked.reference_number:
        return _NO_NUMBERS
    if len(asked.reference_number) > LONGEST_REFERENCE_NUMBER:
        return _TOO_LONG
    return None if found else _NOBODY


def reference_result(head: BulkResultHeader, units: Iterable[ReferenceUnit]) -> ReferenceBulkMessage:
    """The whole message of a bulk registration."""
    found = tuple(units)
    return ReferenceBulkMessage(
        message_header=_counted(head, (unit.processing_result_status for unit in found)),
        message_body=ReferenceBulkBody(bulk_confirm_unit=found),
    )
