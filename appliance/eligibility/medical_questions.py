"""The two questions that bring everything the clinical viewer shows, and what their answers say.

`YZK` brings drugs and, asked for, treatments and operations; `TKK` the checkups. That one question for treatments is good where
the patient has not agreed to the drugs is our reading: the center leaves out what was not agreed to, and so does the box.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import TypeVar

from appliance.eligibility import message_xml
from appliance.eligibility.codes import is_error
from appliance.eligibility.medical_access import Item
from appliance.eligibility.message import Qualification
from appliance.eligibility.message_drugs import DrugBody, DrugMessage
from appliance.eligibility.message_medical import (
    RESULT_CODE_NORMAL,
    CheckupBody,
    CheckupMessage,
    CheckupRequestBody,
    CheckupRequestMessage,
    DrugRequestBody,
    DrugRequestMessage,
    FileCategory,
    MedicalRequestHeader,
)
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble

MONTHS = 60
"""How far back is asked: what the center has is three to five years."""

_SHOWN = "1"
_OUTPATIENT = "1"


class Ask(StrEnum):
    """What is asked in one question."""

    RECORDS = "records"
    CHECKUPS = "checkups"

    @classmethod
    def of(cls, item: Item) -> "Ask":
        """The question that brings `item`."""
        return cls.CHECKUPS if item is Item.CHECKUPS else cls.RECORDS

    @property
    def items(self) -> tuple[Item, ...]:
        """What it can bring."""
        return tuple(item for item in Item if Ask.of(item) is self)

    @property
    def family(self) -> Family:
        """Its message."""
        return Family.CHECKUPS if self is Ask.CHECKUPS else Family.DRUGS


def request(
    ask: Ask,
    items: Collection[Item],
    whose: Qualification,
    today: date,
    *,
    institution_code: str,
    identifier: str,
) -> bytes:
    """The question as XML; `items` is what the patient has agreed to."""
    header = MedicalRequestHeader(
        medical_institution_code=institution_code,
        insurer_number=whose.insurer_number,
        insurance_card_symbol=whose.insured_card_symbol,
        insured_person_identification_number=whose.insured_identification_number,
        branch_number=whose.insured_branch_number,
        arbitrary_file_identifier=identifier,
    )
    if ask is Ask.CHECKUPS:
        body = CheckupRequestBody(
            file_category=FileCategory.XML,
            pr_di_inf_classification=_SHOWN,
            medical_treatment_flag=_OUTPATIENT,
        )
        return message_xml.write(CheckupRequestMessage(message_header=header, message_body=body))
    months = months_back(today, MONTHS)
    is_more = Item.TREATMENTS in items or Item.OPERATIONS in items
    records = DrugRequestBody(
        start_date=months[-1],
        end_date=months[0],
        file_category=FileCategory.XML_WITH_TREATMENTS if is_more else FileCategory.XML,
        pr_di_inf_classification=_SHOWN,
        medical_treatment_flag=_OUTPATIENT,
    )
    return message_xml.write(DrugRequestMessage(message_header=header, message_body=records))


def months_back(today: date, count: int) -> tuple[str, ...]:
    """`count` months as yyyyMM, this one first."""
    last = today.year * 12 + today.month - 1
    return tuple(f"{at // 12:04d}{at % 12 + 1:02d}" for at in range(last, last - count, -1))


M = TypeVar("M", DrugMessage, CheckupMessage)


def read_records(data: bytes) -> DrugBody:
    """Drugs, treatments and operations.

    Raises `Trouble`: MEDICAL-002 when the center gives none (its own words are the detail), CENTER-002 for no such answer.
    """
    return read_record_message(data).message_body


def read_record_message(data: bytes) -> DrugMessage:
    """The whole answer with them. Raises as `read_records`."""
    return _read(DrugMessage, data)


def read_checkups(data: bytes) -> CheckupBody:
    """The examinations. Raises as `read_records`."""
    return read_checkup_message(data).message_body


def read_checkup_message(data: bytes) -> CheckupMessage:
    """The whole answer with them. Raises as `read_records`."""
    return _read(CheckupMessage, data)


def _read(kind: type[M], data: bytes) -> M:
    try:
        message = message_xml.read_as(kind, data)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    header, body = message.message_header, message.message_body
    if header.segment_of_result and is_error(header.segment_of_result):
        raise Trouble("MEDICAL-002", " ".join(filter(None, (header.error_code, header.error_message))))
    code = header.result_code or body.result_code
    if code is not None and code.strip() != RESULT_CODE_NORMAL:
        raise Trouble("MEDICAL-002", header.message_contents or body.message_contents or f"ResultCode {code}")
    return message
