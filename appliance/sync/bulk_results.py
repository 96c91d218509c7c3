"""From the answers to a chunk's steps to what the ledger stores: the reception number, the outcome of each person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from appliance.eligibility import message_xml, xml_source
from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import NOT_ANSWERED, Outcome, Urgency, outcome_of
from appliance.eligibility.codes import ProcessingResultStatus, SegmentOfResult
from appliance.eligibility.comparing import same_number
from appliance.eligibility.message import Block
from appliance.eligibility.message_bulk import BulkConfirmUnit, BulkResultHeader, ReceiptMessage
from appliance.eligibility.message_reference import ReferenceUnit
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.request_families import Family
from appliance.eligibility.xml_reader import read_block

Known = Callable[[Appointment], Mapping[str, str]]


@dataclass(frozen=True)
class ChunkResult:
    """Outcomes by place in the run, and of people who are in no list of ours."""

    outcomes: dict[int, Outcome] = field(repr=False)
    others: tuple[Outcome, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Answer(Block):
    message_header: BulkResultHeader = field(default_factory=BulkResultHeader)


def reception_number(xml: bytes) -> str:
    """The number in a receipt; empty when it has none. Raises `Trouble` INPUT-002 or INPUT-003."""
    return (message_xml.read_as(ReceiptMessage, xml).message_body.reception_number or "").strip()


def chunk_result(
    xml: bytes, family: Family, asked: Mapping[int, Appointment], known: Known
) -> ChunkResult | None:
    """What a fetched result says of the people who were `asked` about; None while the center is still at it.

    Raises `Trouble` INPUT-002 or INPUT-003.
    """
    source = xml_source.parse(xml, xml_source.BULK_SIZE_LIMIT)
    kind: type[BulkConfirmUnit | ReferenceUnit] = (
        ReferenceUnit if family is Family.REFERENCES else BulkConfirmUnit
    )
    # One unit at a time: as objects, all of them together would take many times what the file does.
    elements = source.root.findall("MessageBody/BulkConfirmUnit")
    for body in source.root.findall("MessageBody"):
        source.root.remove(body)
    header = message_xml.read_source(_Answer, source).message_header
    if header.segment_of_result == SegmentOfResult.PROCESSING:
        return None
    units = (read_block(kind, one, has_attributes=source.has_attributes) for one in elements)
    return _sorted_in(units, asked, known)


def _sorted_in(
    units: Iterator[BulkConfirmUnit | ReferenceUnit], asked: Mapping[int, Appointment], known: Known
) -> ChunkResult:
    outcomes: dict[int, Outcome] = {}
    others = []
    for unit in units:
        place = _place_of(unit, asked)
        if place is None or place in outcomes:
            others.append(_outcome(unit, {}))
        else:
            outcomes[place] = _outcome(unit, known(asked[place]))
    missing = {place: NOT_ANSWERED for place in asked if place not in outcomes}
    return ChunkResult(outcomes | missing, tuple(others))


def _outcome(unit: BulkConfirmUnit | ReferenceUnit, known: Mapping[str, str]) -> Outcome:
    if isinstance(unit, BulkConfirmUnit):
        return outcome_of(unit, known)
    is_taken = unit.processing_result_status == ProcessingResultStatus.NORMAL
    return Outcome(
        Urgency.REGISTERED if is_taken else Urgency.FAILED,
        code=unit.processing_result_code or "",
        message=unit.processing_result_message or "",
        reference_number=unit.reference_number or "",
    )


def _place_of(unit: BulkConfirmUnit | ReferenceUnit, asked: Mapping[int, Appointment]) -> int | None:
    """By the number we gave; a center that does not repeat it repeats the keys, which must name one person alone."""
    echo = (
        unit.qualification_confirm_search_info
        if isinstance(unit, BulkConfirmUnit)
        else unit.reference_number_registration_info
    )
    if echo is None:
        return None
    number = (echo.arbitrary_identifier or "").strip()
    if number:
        return int(number) if number.isascii() and number.isdigit() and int(number) in asked else None
    insurer = normal_insurer_number(echo.insurer_number or "")
    found = [
        place
        for place, one in asked.items()
        if one.insurer_number == insurer
        and same_number(one.number, echo.insured_identification_number or "")
        and same_number(one.branch, echo.insured_branch_number or "")
        and one.birthdate == (getattr(echo, "birthdate", None) or one.birthdate)
    ]
    return found[0] if len(found) == 1 else None
