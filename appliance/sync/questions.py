"""From a check in the ledger to the question for the center."""

from dataclasses import replace
from typing import Any

from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.message import RequestMessage
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import NO_CONSENTS, Choices
from appliance.ledger.checks import Check, Origin
from appliance.ledger.times import JAPAN, clinic_day
from appliance.sync.center_link import Question


def question(check: Check) -> Question:
    """The question for `check`. Raises `Trouble` INPUT-002 or INPUT-003 for one that can never be asked."""
    return replace(_question(check), institution_code=check.institution_code)


def _question(check: Check) -> Question:
    if check.family is not Family.SINGLE:
        return _of_family(check)
    return _by_numbers(check) if check.request_xml is not None else _by_card(check)


def _by_card(check: Check) -> Question:
    if check.evidence is None:
        raise Trouble("INPUT-003", "照会の内容がありません")
    xml = center_reading.card_request(
        check.evidence,
        check.consents or NO_CONSENTS,
        check.received_at.astimezone(JAPAN),
        check_id=check.id,
        institution_code=check.institution_code,
        day=clinic_day(check.received_at),
        choices=check.consent_record.choices if check.consent_record else Choices(),
    )
    return Question(check.id, Ask.CARD, xml, center_reading.identifier(check.id))


def _by_numbers(check: Check) -> Question:
    if check.request_xml is None:
        raise Trouble("INPUT-003", "照会の内容がありません")
    # The center may have refused the card under the check's own id.
    asked_as = center_reading.id_in_place(check.id) if check.is_by_numbers_instead else check.id
    message = _completed(message_xml.read_request(check.request_xml), check, asked_as)
    return Question(
        asked_as,
        Ask.NUMBERS,
        message_xml.write(message),
        message.message_header.arbitrary_file_identifier,
    )


def _of_family(check: Check) -> Question:
    """A message of another family, as its sender wrote it but for order and encoding."""
    if check.request_xml is None:
        raise Trouble("INPUT-003", "依頼の内容がありません")
    message: Any = message_xml.read_as(check.family.request, check.request_xml)
    return Question(
        check.id,
        Ask.of(check.family),
        message_xml.write(message),
        message.message_header.arbitrary_file_identifier,
        message.message_body.reception_number if check.family.is_fetch else None,
    )


def _completed(message: RequestMessage, check: Check, asked_as: str) -> RequestMessage:
    """With our institution code, the day the patient came, and an identifier unless the sender chose (or left) his."""
    header = message.message_header
    ours = None if check.origin is Origin.FOLDER else center_reading.identifier(asked_as)
    return replace(
        message,
        message_header=replace(
            header,
            medical_institution_code=check.institution_code,
            qualification_confirmation_date=header.qualification_confirmation_date
            or f"{clinic_day(check.received_at):%Y%m%d}",
            arbitrary_file_identifier=ours or header.arbitrary_file_identifier,
        ),
    )
