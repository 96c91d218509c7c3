"""The virtual center's answers to everything but the question after one patient's insurance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from appliance.demo import center_bulk, center_medical
from appliance.demo.center_records import Job, Records
from appliance.demo.center_search import holding
from appliance.demo.people import Person, people_on
from appliance.eligibility import message_xml
from appliance.eligibility.codes import SegmentOfResult
from appliance.eligibility.message import Block, SearchInfo
from appliance.eligibility.message_bulk import (
    BulkResultHeader,
    BulkResultMessage,
    ReceiptBody,
    ReceiptHeader,
    ReceiptMessage,
)
from appliance.eligibility.message_drugs import DrugHeader, DrugMessage
from appliance.eligibility.message_medical import CheckupHeader, CheckupMessage, FileCategory
from appliance.eligibility.message_reference import (
    ReferenceBulkMessage,
    ReferenceResultBody,
    ReferenceResultHeader,
    ReferenceResultMessage,
)
from appliance.eligibility.request_families import Family
from appliance.eligibility.visit import Consents
from appliance.ledger.times import JAPAN, clinic_day

AT_HOME = 3
"""How many of the people have agreed to 訪問診療, and as many others to オンライン診療."""

_NO_JOB = ("DEMO0011E", "受付番号が見つかりません。")
_NO_PDF = ("DEMO0010E", "PDFは用意していません。XMLで請求してください。")
_NO_CONSENT = "閲覧の同意がないか、期限が切れています。"
_NOBODY = "該当する資格がありません。"
_REFUSED_CODE = "9"
_FETCHED_BY = {
    Family.BULK: Family.BULK_FETCH,
    Family.REFERENCES: Family.REFERENCES_FETCH,
    Family.TICKETS: Family.TICKETS_FETCH,
    Family.HOME: Family.HOME_FETCH,
    Family.ONLINE: Family.ONLINE_FETCH,
}


@dataclass(frozen=True)
class Asked:
    """One question: what, by which clinic, when."""

    family: Family
    message: Any
    clinic: str
    now: datetime

    @property
    def identifier(self) -> str | None:
        """What comes back in the answer's header."""
        found: str | None = self.message.message_header.arbitrary_file_identifier
        return found

    @property
    def stamp(self) -> str:
        """The time of the answer, as the interface writes it."""
        return self.now.astimezone(JAPAN).strftime(center_bulk.TIME)

    @property
    def everybody(self) -> tuple[Person, ...]:
        """The people as they are on that day."""
        return people_on(clinic_day(self.now))


class FamilyDesk:
    """Answers questions of every family but the single check. Thread-safe. `delay` is how long a bulk job takes."""

    def __init__(self, records: Records, delay: Callable[[], float]) -> None:
        self._records = records
        self._delay = delay

    def answer(self, asked: Asked) -> Block:
        """The answering message."""
        if asked.family is Family.REFERENCE:
            return self._register(asked)
        if asked.family in (Family.DRUGS, Family.CHECKUPS):
            return self._medical(asked)
        return self._fetch(asked) if asked.family.is_fetch else self._hand_in(asked)

    def _register(self, asked: Asked) -> Block:
        info = asked.message.message_body.reference_number_registration_info[0]
        unit = center_bulk.registered(self._records, asked.clinic, info, asked.everybody)
        return ReferenceResultMessage(
            message_header=ReferenceResultHeader(
                process_execution_time=asked.stamp,
                medical_institution_code=asked.clinic,
                arbitrary_file_identifier=asked.identifier,
                segment_of_result=SegmentOfResult.NORMAL.value,
                character_code_identifier="0",
            ),
            message_body=ReferenceResultBody(
                processing_result_status=unit.processing_result_status,
                processing_result_code=unit.processing_result_code,
                processing_result_message=unit.processing_result_message,
                reference_number=unit.reference_number,
            ),
        )

    def _hand_in(self, asked: Asked) -> Block:
        ready_at = asked.now + timedelta(seconds=self._delay())
        result = self._result(asked, asked.now)
        job = Job(asked.clinic, _FETCHED_BY[asked.family], ready_at, result)
        number = self._records.hand_in(job)
        return ReceiptMessage(
            message_header=ReceiptHeader(
                process_execution_time=asked.stamp,
                medical_institution_code=asked.clinic,
                arbitrary_file_identifier=asked.identifier,
                segment_of_result=SegmentOfResult.NORMAL.value,
                character_code_identifier="0",
            ),
            message_body=ReceiptBody(reception_number=number, reception_date_time=asked.stamp),
        )

    def _fetch(self, asked: Asked) -> Block:
        number = asked.message.message_body.reception_number
        head = center_bulk.header(asked.clinic, asked.identifier, number, asked.now)
        job = self._records.job(number)
        kind = ReferenceBulkMessage if asked.family is Family.REFERENCES_FETCH else BulkResultMessage
        if job is None or (job.clinic, job.fetched_by) != (asked.clinic, asked.family):
            code, text = _NO_JOB
            return kind(
                message_header=replace(
                    head, segment_of_result=SegmentOfResult.ERROR.value, error_code=code, error_message=text
                )
            )
        if asked.now < job.ready_at:
            return kind(message_header=replace(head, segment_of_result=SegmentOfResult.PROCESSING.value))
        whole: Any = job.result
        answer: Block = replace(
            whole, message_header=_renumbered(whole.message_header, number, asked.identifier)
        )
        return answer

    def _result(self, asked: Asked, now: datetime) -> Block:
        head = center_bulk.header(asked.clinic, asked.identifier, None, now)
        everybody = self._records.known_to(asked.clinic, asked.everybody)
        body = asked.message.message_body
        if asked.family is Family.REFERENCES:
            return center_bulk.reference_result(
                head,
                (
                    center_bulk.registered(self._records, asked.clinic, one, everybody)
                    for one in body.reference_number_registration_info
                ),
            )
        info = body.qualification_confirm_search_info
        if asked.family is Family.BULK:
            return center_bulk.result(head, (center_bulk.person_unit(one, everybody) for one in info))
        if asked.family is Family.TICKETS:
            return center_bulk.result(head, center_bulk.ticket_units(info.medical_treatment_month, everybody))
        first = info.consent_date_from or info.examination_date_from or f"{clinic_day(now):%Y%m%d}"
        return center_bulk.result(head, center_bulk.consent_units(first, _agreed(asked.family, everybody)))

    def _medical(self, asked: Asked) -> Block:
        category = asked.message.message_body.file_category
        if category in (FileCategory.PDF, FileCategory.PDF_WITH_TREATMENTS):
            return _medical_refusal(asked, _NO_PDF)
        person = next(iter(holding(_keys(asked.message.message_header), asked.everybody)), None)
        if person is None:
            return _medical_error(asked, _NOBODY)
        consents = self._records.consents_of(person.id, asked.now)
        if asked.family is Family.CHECKUPS:
            if not consents.specific_health_checkups_info or "checkups" not in person.medical_information:
                return _medical_error(asked, _NO_CONSENT)
            return center_medical.checkups(_checkup_header(asked), person, clinic_day(asked.now))
        body = asked.message.message_body
        shown = _shown(consents, person, with_treatments=category == FileCategory.XML_WITH_TREATMENTS)
        if not (shown.pharmacists_info or shown.diagnosis_info or shown.operation_info):
            return _medical_error(asked, _NO_CONSENT)
        period = (body.start_date or "000000", body.end_date or "999999")
        return center_medical.drugs(_drug_header(asked), person, shown, clinic_day(asked.now), period)


def _renumbered(head: BulkResultHeader, number: str | None, identifier: str | None) -> BulkResultHeader:
    return replace(
        head, reception_number=number, arbitrary_file_identifier=identifier or head.arbitrary_file_identifier
    )


def _agreed(family: Family, everybody: tuple[Person, ...]) -> Iterable[Person]:
    able = [person for person in everybody if person.medical_information]
    return able[:AT_HOME] if family is Family.HOME else able[AT_HOME : 2 * AT_HOME]


def _keys(header: Any) -> SearchInfo:
    return SearchInfo(
        insurer_number=header.insurer_number,
        insured_card_symbol=header.insurance_card_symbol,
        insured_identification_number=header.insured_person_identification_number,
        insured_branch_number=header.branch_number,
    )


def _shown(consents: Consents, person: Person, *, with_treatments: bool) -> Consents:
    known = person.medical_information
    return replace(
        consents,
        pharmacists_info=consents.pharmacists_info and "drugs" in known,
        diagnosis_info=with_treatments and consents.diagnosis_info and "diagnosis" in known,
        operation_info=with_treatments and consents.operation_info and "operation" in known,
    )


def _drug_header(asked: Asked) -> DrugHeader:
    return DrugHeader(
        process_execution_time=asked.stamp,
        medical_institution_code=asked.clinic,
        arbitrary_file_identifier=asked.identifier,
        character_code_identifier="0",
    )


def _checkup_header(asked: Asked) -> CheckupHeader:
    return CheckupHeader(
        process_execution_time=asked.stamp,
        medical_institution_code=asked.clinic,
        arbitrary_file_identifier=asked.identifier,
        character_code_identifier="0",
    )


def _medical_error(asked: Asked, text: str) -> Block:
    changes: dict[str, Any] = {"result_code": _REFUSED_CODE, "message_contents": text}
    return _medical_answer(asked, changes)


def _medical_refusal(asked: Asked, code_and_text: tuple[str, str]) -> Block:
    code, text = code_and_text
    changes: dict[str, Any] = {
        "segment_of_result": SegmentOfResult.ERROR.value,
        "error_code": code,
        "error_message": text,
    }
    return _medical_answer(asked, changes)


def _medical_answer(asked: Asked, changes: dict[str, Any]) -> Block:
    if asked.family is Family.DRUGS:
        return DrugMessage(message_header=replace(_drug_header(asked), **changes))
    return CheckupMessage(message_header=replace(_checkup_header(asked), **changes))


def read(family: Family, question: bytes, clinic: str, now: datetime) -> Asked:
    """The question in `question`. Raises `Trouble` INPUT-002 or INPUT-003 for one that cannot be read."""
    return Asked(family, message_xml.read_as(family.request, question), clinic, now)
