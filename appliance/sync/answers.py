"""What an answer of the center means for its check."""

from dataclasses import dataclass, field
from datetime import datetime

from appliance.eligibility import center_reading, message_xml, xml_source
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.codes import SegmentOfResult, is_error
from appliance.eligibility.message import Block, ResultHeader, ResultMessage
from appliance.eligibility.message_bulk import BulkResultHeader
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger.checks import Check
from appliance.ledger.times import JAPAN
from appliance.sync.center_link import Question


@dataclass(frozen=True)
class Verdict:
    """An answer that closes a check: its XML, 資格有効性, and the trouble code when the question was refused."""

    xml: bytes = field(repr=False)
    qualification_validity: str | None
    refusal: str | None
    is_too_old: bool = False
    """Whether the center wants no card evidence of that age: it may be asked by numbers."""


def read(xml: bytes, question: Question) -> Verdict:
    """The verdict of an answer. Raises `Trouble` CENTER-002 when it is none, or not one to this question."""
    if question.ask.family is not Family.SINGLE:
        return _of_family(xml, question)
    try:
        message = message_xml.read_result(xml)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    segment = message.message_header.segment_of_result
    if segment in (None, "", SegmentOfResult.PROCESSING):
        raise Trouble("CENTER-002", f"SegmentOfResult {segment}")
    echo = message.message_header.arbitrary_file_identifier
    if echo and question.identifier and echo != question.identifier:
        # Better no answer than another patient's.
        raise Trouble("CENTER-002", "ArbitraryFileIdentifier")
    if segment != SegmentOfResult.NORMAL:
        is_too_old = question.ask is Ask.CARD and center_reading.is_evidence_too_old(message.message_header)
        return Verdict(xml, None, "CENTER-004", is_too_old)
    return Verdict(xml, message.message_body.qualification_validity, None)


def _of_family(data: bytes, question: Question) -> Verdict:
    """The verdict on an answer of another family, of which only the header is looked at: a bulk result may be large."""
    family = question.ask.family
    if data.startswith(center_reading.PDF_START):
        return Verdict(data, None, None)
    try:
        source = xml_source.parse(data, xml_source.BULK_SIZE_LIMIT)
        header = message_xml.read_source(_Answer, _without_body(source)).message_header
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    if header.segment_of_result == SegmentOfResult.PROCESSING and not family.is_fetch:
        raise Trouble("CENTER-002", "SegmentOfResult 2")
    for echo, known in (
        (header.arbitrary_file_identifier, question.identifier),
        (header.reception_number, question.reception_number),
    ):
        if echo and known and echo != known:
            raise Trouble("CENTER-002", "別の依頼への応答です")
    # Some of these families know no SegmentOfResult: then what the body says is the answer.
    is_refused = bool(header.segment_of_result) and is_error(header.segment_of_result)
    return Verdict(data, None, "CENTER-004" if is_refused else None)


def _without_body(source: xml_source.Source) -> xml_source.Source:
    body = source.root.find("MessageBody")
    if body is not None:
        source.root.remove(body)
    return source


@dataclass(frozen=True, kw_only=True)
class _Answer(Block):
    """The header of any answer: that of a bulk result has all elements that matter here."""

    message_header: BulkResultHeader = field(default_factory=BulkResultHeader)


def refused_here(check: Check, trouble: Trouble, now: datetime, text: str = "") -> Verdict:
    """The verdict on a check that cannot be put as a question: whoever asked gets an answer in the usual form.

    `text` is what to tell in place of the trouble's title.
    """
    message = ResultMessage(
        message_header=ResultHeader(
            process_execution_time=f"{now.astimezone(JAPAN):%Y%m%d%H%M%S}",
            medical_institution_code=check.institution_code,
            segment_of_result=SegmentOfResult.ERROR.value,
            error_code=trouble.code,
            error_message=text or trouble.entry.title,
            character_code_identifier="0",
        )
    )
    return Verdict(message_xml.write(message), None, trouble.code)
