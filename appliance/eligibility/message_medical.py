"""Requests for medical information (YZK, TKK) and 特定健診 results (TKK); `message_drugs.py` has the drugs.

Note the element names of the request: they are not those of a qualification request.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.eligibility.message import Block, coded, listed, repeated


class FileCategory(StrEnum):
    """What a request wants back: 3 and 4 bring treatments and operations too and exist for YZK only."""

    PDF = "1"
    XML = "2"
    PDF_WITH_TREATMENTS = "3"
    XML_WITH_TREATMENTS = "4"


RESULT_CODE_NORMAL = "1"


@dataclass(frozen=True, kw_only=True)
class MedicalRequestHeader(Block):
    """Header of a request for medical information: whose."""

    medical_institution_code: str | None = None
    insurer_number: str | None = None
    insurance_card_symbol: str | None = None
    insured_person_identification_number: str | None = None
    branch_number: str | None = None
    arbitrary_file_identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class DrugRequestBody(Block):
    """Body of YZKsiquc01req. Months yyyyMM; `file_category` is a `FileCategory`."""

    start_date: str | None = None
    end_date: str | None = None
    file_category: str | None = None
    pr_di_inf_classification: str | None = coded("OQSCD030")
    medical_treatment_flag: str | None = coded("OQSCD028")


@dataclass(frozen=True, kw_only=True)
class DrugRequestMessage(Block):
    """YZKsiquc01req."""

    message_header: MedicalRequestHeader = field(default_factory=MedicalRequestHeader)
    message_body: DrugRequestBody = field(default_factory=DrugRequestBody)


@dataclass(frozen=True, kw_only=True)
class CheckupRequestBody(Block):
    """Body of TKKsiquc01req; `file_category` is `FileCategory.PDF` or `FileCategory.XML`."""

    file_category: str | None = None
    pr_di_inf_classification: str | None = coded("OQSCD030")
    medical_treatment_flag: str | None = coded("OQSCD028")


@dataclass(frozen=True, kw_only=True)
class CheckupRequestMessage(Block):
    """TKKsiquc01req."""

    message_header: MedicalRequestHeader = field(default_factory=MedicalRequestHeader)
    message_body: CheckupRequestBody = field(default_factory=CheckupRequestBody)


@dataclass(frozen=True, kw_only=True)
class CheckupPerson(Block):
    """QualificationsInfo: who was examined."""

    name: str | None = None
    kanas_name: str | None = None
    birthday: str | None = None
    administrative_gender_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckupHeader(Block):
    """Header of TKKsiquc01res. `result_code` 1 is success, else `message_contents` says why not."""

    process_execution_time: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")
    result_code: str | None = None
    message_contents: str | None = None
    qualifications_info: CheckupPerson | None = None


@dataclass(frozen=True, kw_only=True)
class CheckupItem(Block):
    """HealthCheckupResultAndQuestionInfo: one value or one answer; item codes have 17 characters."""

    item_code: str | None = None
    item_name: str | None = None
    data_type: str | None = None
    data_value: str | None = None
    unit: str | None = None
    oid: str | None = None
    data_value_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checkup(Block):
    """SpecificHealthCheckupInfo: one examination."""

    effective_time: str | None = None
    health_checkup_result_and_question_infos: tuple[CheckupItem, ...] = listed(
        "HealthCheckupResultAndQuestionInfos", "HealthCheckupResultAndQuestionInfo"
    )


@dataclass(frozen=True, kw_only=True)
class CheckupBody(Block):
    """Body of TKKsiquc01res: the examinations. The outcome stands here or in the header."""

    result_code: str | None = None
    message_contents: str | None = None
    specific_health_checkup_info: tuple[Checkup, ...] = repeated("SpecificHealthCheckupInfo")


@dataclass(frozen=True, kw_only=True)
class CheckupMessage(Block):
    """TKKsiquc01res as XML."""

    message_header: CheckupHeader = field(default_factory=CheckupHeader)
    message_body: CheckupBody = field(default_factory=CheckupBody)
