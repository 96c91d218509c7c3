"""照会番号: the clinic's own patient number, registered with the center, single (OQSsiimm01) and bulk (OQSmuimm01/02).

It hangs on the insurance: after a change of insurer it must be registered again. Nobody can be looked up by it; it
only comes back in results. Receipt and fetch of the bulk job are `ReceiptMessage` and `FetchMessage`.
"""

from dataclasses import dataclass, field

from appliance.eligibility.message import Block, RequestHeader, coded, repeated
from appliance.eligibility.message_bulk import BulkResultHeader


@dataclass(frozen=True, kw_only=True)
class ReferenceNumberRegistration(Block):
    """ReferenceNumberRegistrationInfo: the number (at most 50 characters) and whose it shall be."""

    reference_number: str | None = None
    insurer_number: str | None = None
    insured_card_symbol: str | None = None
    insured_identification_number: str | None = None
    insured_branch_number: str | None = None
    arbitrary_identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceRequestBody(Block):
    """Body of a registration: one, in bulk several."""

    reference_number_registration_info: tuple[ReferenceNumberRegistration, ...] = repeated(
        "ReferenceNumberRegistrationInfo"
    )


@dataclass(frozen=True, kw_only=True)
class ReferenceRequestMessage(Block):
    """OQSsiimm01req and OQSmuimm01req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: ReferenceRequestBody = field(default_factory=ReferenceRequestBody)


@dataclass(frozen=True, kw_only=True)
class ReferenceResultHeader(Block):
    """Header of the answer to a single registration."""

    process_execution_time: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")


@dataclass(frozen=True, kw_only=True)
class ReferenceResultBody(Block):
    """Whether the number was taken."""

    reference_number_registration_info: ReferenceNumberRegistration | None = None
    processing_result_status: str | None = coded("OQSCD004")
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    reference_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceResultMessage(Block):
    """OQSsiimm01res."""

    message_header: ReferenceResultHeader = field(default_factory=ReferenceResultHeader)
    message_body: ReferenceResultBody = field(default_factory=ReferenceResultBody)


@dataclass(frozen=True, kw_only=True)
class ReferenceUnit(Block):
    """The answer on one registration of a bulk job."""

    reference_number_registration_info: ReferenceNumberRegistration | None = None
    processing_result_status: str | None = coded("OQSCD004")
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    reference_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceBulkBody(Block):
    """Body of a bulk registration's result: one unit a number."""

    bulk_confirm_unit: tuple[ReferenceUnit, ...] = repeated("BulkConfirmUnit")


@dataclass(frozen=True, kw_only=True)
class ReferenceBulkMessage(Block):
    """OQSmuimm02res."""

    message_header: BulkResultHeader = field(default_factory=BulkResultHeader)
    message_body: ReferenceBulkBody = field(default_factory=ReferenceBulkBody)
