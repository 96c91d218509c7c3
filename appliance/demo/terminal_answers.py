"""What the virtual terminal writes: the virtual center's answers as files of the field, elements in any order."""

import random
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from lxml import etree

from appliance.demo.center_desk import Desk, ForeignClinicError
from appliance.demo.center_evidence import Holder
from appliance.demo.center_memory import Memory
from appliance.demo.people import Person
from appliance.eligibility import message_xml
from appliance.eligibility.center_reading import Ask, CardRequest
from appliance.eligibility.evidence import CertificateStatus, HolderVerification
from appliance.eligibility.message import Block, ResultMessage
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, Consents
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, Encoding
from appliance.ledger.times import JAPAN, Clock

_DECLARATION = re.compile(r"<\?xml.*?\?>\s*", re.DOTALL)


class TerminalDesk:
    """The virtual center as the terminal reaches it. Thread-safe."""

    def __init__(self, institution_code: str, clock: Clock) -> None:
        self._institution_code = institution_code
        self._clock = clock
        self._desk = Desk(Memory(), tuple, clock)

    def by_request(self, family: Family, data: bytes) -> Block:
        """The answer to a request file. Raises `Trouble` INPUT-002 to INPUT-004 for one the terminal refuses itself."""
        try:
            answer = self._desk.answer(
                Ask.of(family), secrets.token_hex(16), data, self._institution_code, None
            )
        except ForeignClinicError as error:
            raise Trouble("INPUT-004") from error
        return message_xml.read_as(family.result, answer, BULK_SIZE_LIMIT)

    def by_card(self, person: Person, consents: Consents = ALL_CONSENTS) -> ResultMessage:
        """What comes of `person` at a reader of the terminal: no word of which reader it was."""
        at = self._clock().astimezone(JAPAN)
        request = CardRequest(
            day=at.date(),
            institution_code=self._institution_code,
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
        return self._desk.at_reader(request, Holder(person, CertificateStatus.VALID))


def encoded(message: Block, encoding: Encoding) -> bytes:
    """`message` as XML in the documented order, its header naming the encoding where it has a place for that."""
    code = "1" if encoding is Encoding.SHIFT_JIS else "0"
    header: Any = getattr(message, "message_header")  # noqa: B009 - every message has one, no base class says so
    if any(item.name == "character_code_identifier" for item in fields(header)):
        message = replace(message, message_header=replace(header, character_code_identifier=code))  # type: ignore[call-arg]
    return message_xml.write(message, encoding)


def in_field_order(message: Block, encoding: Encoding, chance: random.Random) -> bytes:
    """`message` as XML with its elements in an order that means nothing, as hash tables give it."""
    text = encoded(message, encoding).decode(encoding.codec)
    declaration = _DECLARATION.match(text)
    start = declaration.group() if declaration else ""
    root = etree.fromstring(text[len(start) :])
    header_and_body = list(root)
    for element in header_and_body:
        _shuffle(element, chance)
    return (start + etree.tostring(root, encoding="unicode")).encode(encoding.codec)


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
