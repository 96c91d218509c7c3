"""The messages of the single check as typed values: request (OQS-IF-001) and result (OQS-IF-002, card result).

Every value is the text of the message, untouched: leading zeros and spaces survive, unknown codes too. Field
order is the documented element order; element names are the field names in CamelCase. `None` means the element
is absent, an empty text that it is there and empty. Elements we do not know are kept as XML in `unknown`, whatever
else belongs to no field in `extras`; both are written back. Reconstructed from public implementations, not from
the official specification: `readings.py` lists what is our reading alone.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


def coded(table: str) -> Any:
    """A text field whose values are codes of `table`."""
    return field(default=None, metadata={"code": table})


def listed(element: str, item: str) -> Any:
    """A field holding every `item` inside the one wrapper `element`."""
    return field(default=(), metadata={"element": element, "item": item})


def repeated(element: str) -> Any:
    """A field holding every `element`, which is repeated without a wrapper."""
    return field(default=(), metadata={"element": element})


class ExtraKind(StrEnum):
    """What an `Extra` is."""

    ATTRIBUTE = "attribute"
    TEXT = "text"
    ELEMENT = "element"
    EMPTY = "empty"


@dataclass(frozen=True)
class Extra:
    """What belongs to no field and is no element of its own: kept so that nothing of a message is lost.

    An attribute (`name`, `value`), text between elements (`value`), an element where only the items of a list belong
    (`value` is its XML), or a list's wrapper without any item. `field` is the field in whose element it stood, empty
    for the element of the block itself.
    """

    kind: ExtraKind
    field: str = ""
    name: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Base of every group of elements; `unknown` holds the XML of children this version does not know.

    `places` says for each of them after which field it came (empty: before all); those without a place are written
    at the end. `extras` holds what else was there.
    """

    unknown: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False, compare=False)
    extras: tuple[Extra, ...] = field(default=(), repr=False)


BASE_FIELDS = frozenset({"unknown", "places", "extras"})


@dataclass(frozen=True, kw_only=True)
class SearchInfo(Block):
    """QualificationConfirmSearchInfo: the keys of one person. Dates yyyyMMdd, insurer number 8 wide."""

    insurer_number: str | None = None
    insured_card_symbol: str | None = None
    insured_identification_number: str | None = None
    insured_branch_number: str | None = None
    birthdate: str | None = None
    limit_application_certificate_related_cons_flg: str | None = coded("OQSCD001")
    arbitrary_identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestHeader(Block):
    """Header of a request: day to check (yyyyMMdd), who asks (10 digits), the sender's own token."""

    qualification_confirmation_date: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestBody(Block):
    """Body of a single request: exactly one set of keys."""

    qualification_confirm_search_info: SearchInfo = field(default_factory=SearchInfo)


@dataclass(frozen=True, kw_only=True)
class RequestMessage(Block):
    """OQSsiquc01req."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: RequestBody = field(default_factory=RequestBody)


@dataclass(frozen=True, kw_only=True)
class ResultHeader(Block):
    """Header of a result. Times yyyyMMddHHmmss, Japan."""

    process_execution_time: str | None = None
    qualification_confirmation_date: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    reference_classification: str | None = coded("OQSCD002")
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")


@dataclass(frozen=True, kw_only=True)
class ElderlyRecipientCertificate(Block):
    """高齢受給者証情報; the ratio in percent, three digits (`020` = 2割)."""

    elderly_recipient_certificate_date: str | None = None
    elderly_recipient_valid_start_date: str | None = None
    elderly_recipient_valid_end_date: str | None = None
    elderly_recipient_contribution_ratio: str | None = None


@dataclass(frozen=True, kw_only=True)
class LimitApplicationCertificate(Block):
    """限度額適用認定証関連情報."""

    limit_application_certificate_classification: str | None = coded("OQSCD011")
    limit_application_certificate_classification_flag: str | None = coded("OQSCD012")
    limit_application_certificate_date: str | None = None
    limit_application_certificate_valid_start_date: str | None = None
    limit_application_certificate_valid_end_date: str | None = None
    limit_application_certificate_long_term_date: str | None = None


@dataclass(frozen=True, kw_only=True)
class SpecificDiseasesCertificate(Block):
    """特定疾病療養受療証; self pay in yen a month."""

    specific_diseases_disease_category: str | None = coded("OQSCD013")
    specific_diseases_certificate_date: str | None = None
    specific_diseases_valid_start_date: str | None = None
    specific_diseases_valid_end_date: str | None = None
    specific_diseases_self_pay: str | None = None


@dataclass(frozen=True, kw_only=True)
class MedicalTicket(Block):
    """MedicalTicketInfo: 医療券・調剤券 of 医療扶助. `status_of_infecton` is spelt so in the interface."""

    ticket_type: str | None = coded("OQSCD018")
    medical_ticket_valid_date: str | None = None
    medical_ticket_expiration_date: str | None = None
    issue_number: str | None = None
    medical_treatment_month: str | None = None
    designated_medical_institution_code: str | None = None
    designated_medical_institution_flag: str | None = coded("OQSCD026")
    designated_medical_institution_name: str | None = None
    prescription_issuer_medical_institution_code: str | None = None
    prescription_issuer_medical_institution_name: str | None = None
    injury_name1: str | None = None
    injury_name2: str | None = None
    injury_name3: str | None = None
    medical_treatment_type: str | None = coded("OQSCD019")
    self_pay_amount: str | None = None
    district_contact_name: str | None = None
    handling_contact_name: str | None = None
    single_or_combined_use: str | None = coded("OQSCD020")
    status_of_social_insurance: str | None = coded("OQSCD021")
    consistency_flag: str | None = coded("OQSCD022")
    status_of_infecton: str | None = coded("OQSCD023")
    status_of_elderly_medical_care: str | None = coded("OQSCD024")
    status_of_prefectural_expenses: str | None = coded("OQSCD025")
    remarks1: str | None = None
    remarks2: str | None = None
    remarks3: str | None = None


@dataclass(frozen=True, kw_only=True)
class Qualification(Block):
    """ResultOfQualificationConfirmation: one insurance (or 医療扶助) of one person.

    `limit_application_certificate_changed` comes in bulk results only; `prescription_issue_select` stands here or in
    the body (ask `prescription_issue_select`).
    """

    insured_card_classification: str | None = coded("OQSCD010")
    insurer_number: str | None = None
    insured_card_symbol: str | None = None
    insured_identification_number: str | None = None
    insured_branch_number: str | None = None
    personal_family_classification: str | None = coded("OQSCD009")
    insured_name: str | None = None
    name: str | None = None
    name_of_other: str | None = None
    name_kana: str | None = None
    name_of_other_kana: str | None = None
    sex1: str | None = coded("OQSCD007")
    sex2: str | None = coded("OQSCD007")
    birthdate: str | None = None
    address: str | None = None
    post_number: str | None = None
    qualification_date: str | None = None
    disqualification_date: str | None = None
    insured_certificate_issuance_date: str | None = None
    insured_card_valid_date: str | None = None
    insured_card_expiration_date: str | None = None
    insured_partial_contribution_ratio: str | None = None
    preschool_classification: str | None = coded("OQSCD015")
    reason_of_loss: str | None = coded("OQSCD008")
    insurer_name: str | None = None
    public_expense_number: str | None = None
    beneficiary_number: str | None = None
    welfare_office_name: str | None = None
    elderly_recipient_certificate_info: ElderlyRecipientCertificate | None = None
    limit_application_certificate_related_cons_flg: str | None = coded("OQSCD001")
    limit_application_certificate_related_cons_time: str | None = None
    limit_application_certificate_related_info: LimitApplicationCertificate | None = None
    limit_application_certificate_changed: str | None = coded("OQSCD014")
    specific_diseases_certificate_related_cons_flg: str | None = coded("OQSCD016")
    specific_diseases_certificate_related_cons_time: str | None = None
    specific_diseases_certificate_list: tuple[SpecificDiseasesCertificate, ...] = listed(
        "SpecificDiseasesCertificateList", "SpecificDiseasesCertificateInfo"
    )
    public_expense_result_list: tuple[MedicalTicket, ...] = listed(
        "PublicExpenseResultList", "MedicalTicketInfo"
    )
    specific_health_checkups_info_cons_flg: str | None = coded("OQSCD016")
    specific_health_checkups_info_cons_time: str | None = None
    specific_health_checkups_info_available_time: str | None = None
    pharmacists_info_cons_flg: str | None = coded("OQSCD016")
    pharmacists_info_cons_time: str | None = None
    pharmacists_info_available_time: str | None = None
    diagnosis_info_cons_flg: str | None = coded("OQSCD016")
    diagnosis_info_cons_time: str | None = None
    diagnosis_info_available_time: str | None = None
    operation_info_cons_flg: str | None = coded("OQSCD016")
    operation_info_cons_time: str | None = None
    operation_info_available_time: str | None = None
    diagnosis_name_cons_flg: str | None = coded("OQSCD016")
    diagnosis_name_cons_time: str | None = None
    diagnosis_name_available_time: str | None = None
    infectious_info_cons_flg: str | None = coded("OQSCD016")
    infectious_info_cons_time: str | None = None
    infectious_info_available_time: str | None = None
    allergy_info_cons_flg: str | None = coded("OQSCD016")
    allergy_info_cons_time: str | None = None
    allergy_info_available_time: str | None = None
    contraindication_info_cons_flg: str | None = coded("OQSCD016")
    contraindication_info_cons_time: str | None = None
    contraindication_info_available_time: str | None = None
    test_info_cons_flg: str | None = coded("OQSCD016")
    test_info_cons_time: str | None = None
    test_info_available_time: str | None = None
    prescription_info_cons_flg: str | None = coded("OQSCD016")
    prescription_info_cons_time: str | None = None
    prescription_info_available_time: str | None = None
    prescription_issue_select: str | None = coded("OQSCD017")
    reference_number: str | None = None
    qualification_confirmation_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResultBody(Block):
    """Body of a single or card result; `qualification_confirm_search_info` echoes the request, absent for cards."""

    qualification_confirm_search_info: SearchInfo | None = None
    prescription_issue_select: str | None = coded("OQSCD017")
    processing_result_status: str | None = coded("OQSCD004")
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    qualification_validity: str | None = coded("OQSCD006")
    result_list: tuple[Qualification, ...] = listed("ResultList", "ResultOfQualificationConfirmation")


@dataclass(frozen=True, kw_only=True)
class ResultMessage(Block):
    """OQSsiquc01res, also the card ("face") result."""

    message_header: ResultHeader = field(default_factory=ResultHeader)
    message_body: ResultBody = field(default_factory=ResultBody)


def prescription_issue_select(body: ResultBody, result: Qualification | None = None) -> str | None:
    """電子 or 紙 (OQSCD017), from the result or else from the body: sources put it in either; None when in neither."""
    own = result.prescription_issue_select if result is not None else None
    return own if own is not None else body.prescription_issue_select
