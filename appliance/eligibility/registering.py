"""One 照会番号 to register, and what the center said of it."""

from appliance.eligibility import message_xml
from appliance.eligibility.appointments import LONGEST_PATIENT
from appliance.eligibility.codes import ProcessingResultStatus
from appliance.eligibility.message import Qualification, RequestHeader
from appliance.eligibility.message_reference import (
    ReferenceNumberRegistration,
    ReferenceRequestBody,
    ReferenceRequestMessage,
    ReferenceResultMessage,
)
from appliance.eligibility.numbers import looks_like_my_number, padded_insurer_number
from appliance.eligibility.trouble import Trouble


def clean_number(text: str) -> str:
    """A patient's number as it was typed, without the spaces around it.

    Raises `Trouble`: INPUT-001 for an empty or too long one, INPUT-007 for what may be a My Number.
    """
    number = text.strip()
    if not number or len(number) > LONGEST_PATIENT or not number.isprintable():
        raise Trouble("INPUT-001", "number")
    if looks_like_my_number(number.replace("-", "").replace(" ", "")):
        raise Trouble("INPUT-007")
    return number


def may_be_registered(one: Qualification) -> bool:
    """Whether the answer has the numbers that a 照会番号 hangs on."""
    return bool(one.insurer_number and one.insured_identification_number)


def registration(number: str, one: Qualification, institution_code: str, token: str) -> bytes:
    """The message that registers `number` for this insurance; `token` is the sender's own and never used before."""
    info = ReferenceNumberRegistration(
        reference_number=number,
        insurer_number=padded_insurer_number(one.insurer_number or ""),
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
    )
    header = RequestHeader(medical_institution_code=institution_code, arbitrary_file_identifier=token)
    body = ReferenceRequestBody(reference_number_registration_info=(info,))
    return message_xml.write(ReferenceRequestMessage(message_header=header, message_body=body))


def refusal_of(xml: bytes) -> str | None:
    """None when the number was taken, else the center's own words for why not.

    Raises `Trouble` INPUT-002 or INPUT-003 for what is no such answer.
    """
    body = message_xml.read_as(ReferenceResultMessage, xml).message_body
    if body.processing_result_status == ProcessingResultStatus.NORMAL:
        return None
    said = (body.processing_result_message, body.processing_result_code)
    return " ".join(text for text in said if text) or "理由の記載がありません"
