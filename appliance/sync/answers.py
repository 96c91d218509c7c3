"""What an answer of the center means for its check."""

from dataclasses import dataclass, field
from datetime import datetime

from appliance.eligibility import message_xml
from appliance.eligibility.codes import SegmentOfResult
from appliance.eligibility.message import ResultHeader, ResultMessage
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


def read(xml: bytes, question: Question) -> Verdict:
    """The verdict of an answer. Raises `Trouble` CENTER-002 when it is none, or not one to this question."""
    try:
        message = message_xml.read_result(xml)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    segment = message.message_header.segment_of_result
    if segment in (None, "", SegmentOfResult.PROCESSING):
        raise Trouble("CENTER-002", f"SegmentOfResult {segment}")
    if segment != SegmentOfResult.NORMAL:
        return Verdict(xml, None, "CENTER-004")
    echo = message.message_header.arbitrary_file_identifier
    if echo and question.identifier and echo != question.identifier:
        # Better no answer than another patient's.
        raise Trouble("CENTER-002", "ArbitraryFileIdentifier")
    return Verdict(xml, message.message_body.qualification_validity, None)


def refused_here(check: Check, trouble: Trouble, now: datetime) -> Verdict:
    """The verdict on a check that cannot be put as a question: whoever asked gets an answer in the usual form."""
    message = ResultMessage(
        message_header=ResultHeader(
            process_execution_time=f"{now.astimezone(JAPAN):%Y%m%d%H%M%S}",
            medical_institution_code=check.institution_code,
            segment_of_result=SegmentOfResult.ERROR.value,
            error_code=trouble.code,
            error_message=trouble.entry.title,
            character_code_identifier="0",
        )
    )
    return Verdict(message_xml.write(message), None, trouble.code)
