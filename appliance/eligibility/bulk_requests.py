"""The messages that a bulk run asks with. Each takes an `identifier` of its own: no two requests may share one."""

from collections.abc import Iterable, Mapping

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.codes import MedicalTreatment
from appliance.eligibility.message import Block, RequestHeader
from appliance.eligibility.message_bulk import (
    BulkRequestBody,
    BulkRequestMessage,
    BulkSearchInfo,
    ConsentRequestBody,
    ConsentRequestMessage,
    ConsentSearchInfo,
    FetchBody,
    FetchMessage,
    TicketRequestBody,
    TicketRequestMessage,
    TicketSearchInfo,
)
from appliance.eligibility.message_reference import (
    ReferenceNumberRegistration,
    ReferenceRequestBody,
    ReferenceRequestMessage,
)
from appliance.eligibility.numbers import padded_insurer_number
from appliance.eligibility.request_families import Family


def hand_in(
    family: Family,
    header: RequestHeader,
    people: Iterable[tuple[int, Appointment]],
    terms: Mapping[str, str],
) -> Block:
    """The message of step 01. `people` are numbered: the number comes back as ArbitraryIdentifier.

    `terms` are for the families without a list: `month` (yyyyMM), or `first` and `last` (yyyyMMdd).
    """
    if family is Family.BULK:
        infos = tuple(_search(place, one) for place, one in people)
        return BulkRequestMessage(
            message_header=header, message_body=BulkRequestBody(qualification_confirm_search_info=infos)
        )
    if family is Family.REFERENCES:
        found = tuple(_registration(place, one) for place, one in people)
        return ReferenceRequestMessage(
            message_header=header, message_body=ReferenceRequestBody(reference_number_registration_info=found)
        )
    if family is Family.TICKETS:
        month = TicketSearchInfo(medical_treatment_month=terms["month"])
        return TicketRequestMessage(
            message_header=header, message_body=TicketRequestBody(qualification_confirm_search_info=month)
        )
    flag = MedicalTreatment.HOME if family is Family.HOME else MedicalTreatment.ONLINE
    period = ConsentSearchInfo(
        consent_date_from=terms["first"], consent_date_to=terms["last"], medical_treatment_flag=flag.value
    )
    return ConsentRequestMessage(
        message_header=header, message_body=ConsentRequestBody(qualification_confirm_search_info=period)
    )


def fetch(header: RequestHeader, reception_number: str) -> FetchMessage:
    """The message of step 02 of every family."""
    return FetchMessage(message_header=header, message_body=FetchBody(reception_number=reception_number))


def _search(place: int, one: Appointment) -> BulkSearchInfo:
    return BulkSearchInfo(
        insurer_number=padded_insurer_number(one.insurer_number),
        insured_card_symbol=one.symbol or None,
        insured_identification_number=one.number,
        insured_branch_number=one.branch or None,
        birthdate=one.birthdate,
        arbitrary_identifier=str(place),
    )


def _registration(place: int, one: Appointment) -> ReferenceNumberRegistration:
    return ReferenceNumberRegistration(
        reference_number=one.patient,
        insurer_number=padded_insurer_number(one.insurer_number),
        insured_card_symbol=one.symbol or None,
        insured_identification_number=one.number,
        insured_branch_number=one.branch or None,
        arbitrary_identifier=str(place),
    )
