"""What the virtual terminal writes: the virtual center's answers as files of the field, elements in any order."""

import random
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime

from lxml import etree

from appliance.demo import center_answers
from appliance.demo.center_evidence import Holder
from appliance.demo.people import Person, people_on
from appliance.eligibility import message_xml
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.codes import ReferenceClassification
from appliance.eligibility.evidence import CertificateStatus, HolderVerification
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, Consents
from appliance.ledger.times import JAPAN, clinic_day

_DECLARATION = re.compile(r"<\?xml.*?\?>\s*", re.DOTALL)
_CODECS = {Encoding.UTF_8: "utf-8", Encoding.SHIFT_JIS: "cp932"}


def by_request(data: bytes, institution_code: str, now: datetime) -> ResultMessage:
    """The answer to a request file. Raises `Trouble` INPUT-002 to INPUT-004 for one the terminal itself refuses."""
    request = message_xml.read_request(data)
    if request.message_header.medical_institution_code != institution_code:
        raise Trouble("INPUT-004")
    return center_answers.by_numbers(request, people_on(clinic_day(now)), now)


def by_card(
    person: Person, institution_code: str, now: datetime, consents: Consents = ALL_CONSENTS
) -> ResultMessage:
    """What comes of `person` at a reader of the terminal: no word of which reader it was."""
    at = now.astimezone(JAPAN)
    request = CardRequest(
        day=at.date(),
        institution_code=institution_code,
        # 16 characters that end with =, as the field's do.
        identifier=urlsafe_b64encode(secrets.token_bytes(11)).decode("ascii"),
        certificate_der=b"",
        challenge=b"",
        signature=b"",
        algorithm="",
        holder_verification=HolderVerification.FACE,
        consents=consents,
        consented_at=at.strftime("%Y%m%d%H%M%S"),
    )
    message = center_answers.by_card(request, Holder(person, CertificateStatus.VALID), now)
    header = replace(message.message_header, reference_classification=ReferenceClassification.CARD.value)
    return replace(message, message_header=header)


def in_field_order(message: ResultMessage, encoding: Encoding, chance: random.Random) -> bytes:
    """`message` as XML with its elements in an order that means nothing, as hash tables give it."""
    code = "1" if encoding is Encoding.SHIFT_JIS else "0"
    header = replace(message.message_header, character_code_identifier=code)
    text = message_xml.write(replace(message, message_header=header), encoding).decode(_CODECS[encoding])
    declaration = _DECLARATION.match(text)
    start = declaration.group() if declaration else ""
    root = etree.fromstring(text[len(start) :])
    header_and_body = list(root)
    for element in header_and_body:
        _shuffle(element, chance)
    return (start + etree.tostring(root, encoding="unicode")).encode(_CODECS[encoding])


def _shuffle(element: "etree._Element", chance: random.Random) -> None:
    children = list(element)
    chance.shuffle(children)
    element[:] = children
    for child in children:
        _shuffle(child, chance)


def face_name(institution_code: str, at: datetime) -> str:
    """A new name for a card result: code, 20 hexadecimal digits, the moment in Japan."""
    token = secrets.token_hex(10)
    return f"OQSsiquc01res_face_{institution_code}{token}_{at.astimezone(JAPAN):%Y%m%d%H%M%S}.xml"
