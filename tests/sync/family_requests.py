"""Requests of every family as a レセコン writes them, about the fictitious people."""

from typing import Any

from appliance.demo.people import person
from appliance.eligibility.message import Block, RequestBody, RequestHeader, RequestMessage, SearchInfo
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
from appliance.eligibility.message_medical import (
    CheckupRequestBody,
    CheckupRequestMessage,
    DrugRequestBody,
    DrugRequestMessage,
    MedicalRequestHeader,
)
from appliance.eligibility.message_reference import (
    ReferenceNumberRegistration,
    ReferenceRequestBody,
    ReferenceRequestMessage,
)
from appliance.eligibility.message_xml import Encoding, write
from appliance.eligibility.request_families import Family
from tests.demo.card_evidence import INSTITUTION

HEADER = RequestHeader(medical_institution_code=INSTITUTION, arbitrary_file_identifier="見本-0001")


def numbers(person_id: str) -> dict[str, Any]:
    """The numbers on a person's first document."""
    one = person(person_id).qualifications[0]
    return {
        "insurer_number": one.insurer_number,
        "insured_card_symbol": one.insured_card_symbol,
        "insured_identification_number": one.insured_identification_number,
        "insured_branch_number": one.insured_branch_number,
    }


def single(person_id: str) -> RequestMessage:
    who = person(person_id)
    info = SearchInfo(**numbers(person_id), birthdate=f"{who.birthdate:%Y%m%d}")
    return RequestMessage(
        message_header=HEADER, message_body=RequestBody(qualification_confirm_search_info=info)
    )


def bulk(*person_ids: str) -> BulkRequestMessage:
    infos = tuple(
        BulkSearchInfo(
            **numbers(one),
            birthdate=f"{person(one).birthdate:%Y%m%d}",
            arbitrary_identifier=f"{one}_1",
        )
        for one in person_ids
    )
    return BulkRequestMessage(
        message_header=HEADER, message_body=BulkRequestBody(qualification_confirm_search_info=infos)
    )


def registration(number: str, *person_ids: str) -> ReferenceRequestMessage:
    found = tuple(ReferenceNumberRegistration(reference_number=number, **numbers(one)) for one in person_ids)
    return ReferenceRequestMessage(
        message_header=HEADER, message_body=ReferenceRequestBody(reference_number_registration_info=found)
    )


def fetch(number: str) -> FetchMessage:
    return FetchMessage(
        message_header=RequestHeader(medical_institution_code=INSTITUTION),
        message_body=FetchBody(reception_number=number),
    )


def consents(flag: str) -> ConsentRequestMessage:
    info = ConsentSearchInfo(
        consent_date_from="20261101", consent_date_to="20261130", medical_treatment_flag=flag
    )
    return ConsentRequestMessage(
        message_header=HEADER, message_body=ConsentRequestBody(qualification_confirm_search_info=info)
    )


def tickets(month: str) -> TicketRequestMessage:
    info = TicketSearchInfo(medical_treatment_month=month)
    return TicketRequestMessage(
        message_header=HEADER, message_body=TicketRequestBody(qualification_confirm_search_info=info)
    )


def _whose(person_id: str) -> MedicalRequestHeader:
    keys = numbers(person_id)
    return MedicalRequestHeader(
        medical_institution_code=INSTITUTION,
        insurer_number=keys["insurer_number"],
        insurance_card_symbol=keys["insured_card_symbol"],
        insured_person_identification_number=keys["insured_identification_number"],
        branch_number=keys["insured_branch_number"],
        arbitrary_file_identifier="見本-0002",
    )


def drugs(person_id: str, category: str = "4") -> DrugRequestMessage:
    body = DrugRequestBody(start_date="200001", end_date="209912", file_category=category)
    return DrugRequestMessage(message_header=_whose(person_id), message_body=body)


def checkups(person_id: str, category: str = "2") -> CheckupRequestMessage:
    return CheckupRequestMessage(
        message_header=_whose(person_id), message_body=CheckupRequestBody(file_category=category)
    )


SAMPLES: dict[Family, Block] = {
    Family.SINGLE: single("p01"),
    Family.REFERENCE: registration("000777", "p02"),
    Family.BULK: bulk("p01", "p04"),
    Family.BULK_FETCH: fetch("no such job"),
    Family.REFERENCES: registration("000778", "p03", "p01"),
    Family.REFERENCES_FETCH: fetch("no such job"),
    Family.TICKETS: tickets("202611"),
    Family.TICKETS_FETCH: fetch("no such job"),
    Family.HOME: consents("2"),
    Family.HOME_FETCH: fetch("no such job"),
    Family.ONLINE: consents("3"),
    Family.ONLINE_FETCH: fetch("no such job"),
    Family.DRUGS: drugs("p01"),
    Family.CHECKUPS: checkups("p01"),
}


def sample(family: Family, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """A good request of that family."""
    return write(SAMPLES[family], encoding)
