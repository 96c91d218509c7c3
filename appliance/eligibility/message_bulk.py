"""The four steps of every bulk inquiry: ask (01req), receipt (01res), fetch (02req), result (02res).

一括照会 (OQSmuquc), 医療扶助 (OQSmutic), 訪問診療等 (OQSmuhvq) and オンライン診療等 (OQSmuonq) differ in what is asked
only. While the center is at it a fetch is answered with SegmentOfResult 2: wait, then fetch again under a new name.
"""

from dataclasses import dataclass, field

from appliance.eligibility.message import (
    Block,
    LimitApplicationCertificate,
    Qualification,
    RequestHeader,
    coded,
    listed,
    repeated,
)


@dataclass(frozen=True, kw_only=True)
class BulkSearchInfo(Block):
    """QualificationConfirmSearchInfo of a bulk inquiry, one a person; `arbitrary_identifier` comes back with the result.

    `limit_application_certificate_related_info` is what the clinic holds already: the center says whether it still does.
    """

    insurer_number: str | None = None
    insured_card_symbol: str | None = None
    insured_identification_number: str | None = None
    insured_branch_number: str | None = None
    birthdate: str | None = None
    limit_application_certificate_related_cons_flg: str | None = coded("OQSCD001")
    limit_application_certificate_related_info: LimitApplicationCertificate | None = None
    arbitrary_identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketSearchInfo(Block):
    """What 医療扶助 asks for: everybody entrusted to this clinic in a month (yyyyMM)."""

    medical_treatment_month: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentSearchInfo(Block):
    """What 訪問 and オンライン診療 ask for: everybody who agreed (or was seen, オンライン only) between two days (yyyyMMdd)."""

    consent_date_from: str | None = None
    consent_date_to: str | None = None
    examination_date_from: str | None = None
    examination_date_to: str | None = None
    medical_treatment_flag: str | None = coded("OQSCD028")


@dataclass(frozen=True, kw_only=True)
class BulkRequestBody(Block):
    """Body of OQSmuquc01req: one set of keys a person."""

    qualification_confirm_search_info: tuple[BulkSearchInfo, ...] = repeated("QualificationConfirmSearchInfo")


@dataclass(frozen=True, kw_only=True)
class BulkRequestMessage(Block):
    """OQSmuquc01req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: BulkRequestBody = field(default_factory=BulkRequestBody)


@dataclass(frozen=True, kw_only=True)
class TicketRequestBody(Block):
    """Body of OQSmutic01req."""

    qualification_confirm_search_info: TicketSearchInfo = field(default_factory=TicketSearchInfo)


@dataclass(frozen=True, kw_only=True)
class TicketRequestMessage(Block):
    """OQSmutic01req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: TicketRequestBody = field(default_factory=TicketRequestBody)


@dataclass(frozen=True, kw_only=True)
class ConsentRequestBody(Block):
    """Body of OQSmuhvq01req and OQSmuonq01req."""

    qualification_confirm_search_info: ConsentSearchInfo = field(default_factory=ConsentSearchInfo)


@dataclass(frozen=True, kw_only=True)
class ConsentRequestMessage(Block):
    """OQSmuhvq01req and OQSmuonq01req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: ConsentRequestBody = field(default_factory=ConsentRequestBody)


@dataclass(frozen=True, kw_only=True)
class ReceiptHeader(Block):
    """Header of a receipt (01res); the error fields are those of a single result."""

    process_execution_time: str | None = None
    qualification_confirmation_date: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")


@dataclass(frozen=True, kw_only=True)
class ReceiptBody(Block):
    """What was received: an opaque number to fetch the result with, and when (yyyyMMddHHmmss)."""

    reception_number: str | None = None
    reception_date_time: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiptMessage(Block):
    """OQSmuXXX01res."""

    message_header: ReceiptHeader = field(default_factory=ReceiptHeader)
    message_body: ReceiptBody = field(default_factory=ReceiptBody)


@dataclass(frozen=True, kw_only=True)
class FetchBody(Block):
    """Which job's result is wanted."""

    reception_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class FetchMessage(Block):
    """OQSmuXXX02req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: FetchBody = field(default_factory=FetchBody)


@dataclass(frozen=True, kw_only=True)
class BulkResultHeader(Block):
    """Header of a bulk result, with how many went well and how many did not."""

    process_execution_time: str | None = None
    qualification_confirmation_date: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    reception_number: str | None = None
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    number_of_processing_result: str | None = None
    number_of_normal_processing: str | None = None
    number_of_error: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")


@dataclass(frozen=True, kw_only=True)
class BulkConfirmUnit(Block):
    """The answer on one person. Results stand below it as they like: ask `message_xml.unit_results` for all of them."""

    qualification_confirm_search_info: BulkSearchInfo | None = None
    processing_result_status: str | None = coded("OQSCD004")
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    qualification_validity: str | None = coded("OQSCD006")
    result_of_qualification_confirmation: tuple[Qualification, ...] = repeated(
        "ResultOfQualificationConfirmation"
    )
    result_list: tuple[Qualification, ...] = listed("ResultList", "ResultOfQualificationConfirmation")
    reference_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class BulkResultBody(Block):
    """Body of a bulk result: one unit a person."""

    bulk_confirm_unit: tuple[BulkConfirmUnit, ...] = repeated("BulkConfirmUnit")


@dataclass(frozen=True, kw_only=True)
class BulkResultMessage(Block):
    """OQSmuXXX02res."""

    message_header: BulkResultHeader = field(default_factory=BulkResultHeader)
    message_body: BulkResultBody = field(default_factory=BulkResultBody)
