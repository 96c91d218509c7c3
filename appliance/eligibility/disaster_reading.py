"""Our own reading of 災害時医療情報閲覧, which has no public interface at all: what a search asks and what comes back.

Nothing here is official. The official way is a screen of the center in a browser, and no message of it is public. The
virtual center shares these guesses; whoever learns the real ones replaces this module and
`tests/eligibility/test_disaster_reading.py`, and nothing else.

- A search (`Family.DISASTER_SEARCH`) says by what, that it is for care, and how the patient agreed. Its answer names
  everybody found with what tells them apart, and a token for each, good for this clinic for a day at most.
- Opening (`Family.DISASTER_OPEN`) says a token and one kind, and brings that kind and nothing else. Drugs, treatments and
  checkups have the form of the public messages.
- A center that has not opened the mode for the clinic's area refuses with `SegmentOfResult` 9 and `CLOSED`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from appliance.eligibility import message_xml
from appliance.eligibility.codes import SegmentOfResult, is_error
from appliance.eligibility.disaster import Consent, Keys, Kind, Way, is_kana
from appliance.eligibility.message import Block, Qualification, RequestHeader, ResultHeader, listed
from appliance.eligibility.message_drugs import DrugBody
from appliance.eligibility.message_medical import CheckupBody
from appliance.eligibility.numbers import padded_insurer_number
from appliance.eligibility.trouble import Trouble

CLOSED = "MDGD0001E"
FORGOTTEN = "MDGD0002E"
TOO_MANY = "MDGD0003E"
FOR_CARE = "1"
"""The purpose; there is no other."""

_REFUSALS = {CLOSED: "DISASTER-003", FORGOTTEN: "DISASTER-005", TOO_MANY: "DISASTER-006"}


@dataclass(frozen=True, kw_only=True)
class SearchBody(Block):
    """Who is searched for, and what for."""

    search_way: str | None = None
    purpose: str | None = None
    consent: str | None = None
    name: str | None = None
    name_kana: str | None = None
    birthdate: str | None = None
    sex: str | None = None
    address: str | None = None
    insurer_number: str | None = None
    insured_card_symbol: str | None = None
    insured_identification_number: str | None = None
    insured_branch_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class SearchMessage(Block):
    """A search."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: SearchBody = field(default_factory=SearchBody)


@dataclass(frozen=True, kw_only=True)
class Match(Block):
    """Somebody found: the least that tells people apart, and what to open them by."""

    match_token: str | None = field(default=None, repr=False)
    name: str | None = None
    name_kana: str | None = None
    birthdate: str | None = None
    sex: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class MatchBody(Block):
    """Everybody found."""

    matches: tuple[Match, ...] = listed("MatchList", "Match")


@dataclass(frozen=True, kw_only=True)
class MatchMessage(Block):
    """The answer to a search."""

    message_header: ResultHeader = field(default_factory=ResultHeader)
    message_body: MatchBody = field(default_factory=MatchBody)


@dataclass(frozen=True, kw_only=True)
class OpenBody(Block):
    """What to open of whom."""

    match_token: str | None = field(default=None, repr=False)
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class OpenMessage(Block):
    """One opening."""

    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: OpenBody = field(default_factory=OpenBody)


@dataclass(frozen=True, kw_only=True)
class RecordBody(Block):
    """What was opened; the other kinds are absent."""

    qualifications: tuple[Qualification, ...] = listed("ResultList", "ResultOfQualificationConfirmation")
    drugs: DrugBody | None = None
    checkups: CheckupBody | None = None


@dataclass(frozen=True, kw_only=True)
class RecordMessage(Block):
    """The answer to an opening."""

    message_header: ResultHeader = field(default_factory=ResultHeader)
    message_body: RecordBody = field(default_factory=RecordBody)


M = TypeVar("M", MatchMessage, RecordMessage)


def search_request(
    way: Way, keys: Keys, birthdate: date, consent: Consent, *, institution_code: str, identifier: str
) -> bytes:
    """A search as XML; `keys` are those of `way`, `birthdate` the day that was understood of them."""
    name = keys.name or None
    body = SearchBody(
        search_way=way.value,
        purpose=FOR_CARE,
        consent=consent.value,
        name=None if is_kana(keys.name) else name,
        name_kana=name if is_kana(keys.name) else None,
        birthdate=f"{birthdate:%Y%m%d}",
        sex=keys.sex or None,
        address=keys.address or None,
        insurer_number=padded_insurer_number(keys.insurer_number) if keys.insurer_number else None,
        insured_card_symbol=keys.symbol or None,
        insured_identification_number=keys.number or None,
        insured_branch_number=keys.branch or None,
    )
    return message_xml.write(
        SearchMessage(message_header=_header(institution_code, identifier), message_body=body)
    )


def open_request(token: str, kind: Kind, *, institution_code: str, identifier: str) -> bytes:
    """An opening as XML."""
    body = OpenBody(match_token=token, kind=kind.value)
    return message_xml.write(
        OpenMessage(message_header=_header(institution_code, identifier), message_body=body)
    )


def _header(institution_code: str, identifier: str) -> RequestHeader:
    return RequestHeader(medical_institution_code=institution_code, arbitrary_file_identifier=identifier)


def read_matches(data: bytes) -> tuple[Match, ...]:
    """Everybody found. Raises `Trouble`: DISASTER-003, -005, -006 or CENTER-004 as refused, CENTER-002 for no such answer."""
    message = _read(MatchMessage, data)
    return message.message_body.matches


def read_record(data: bytes) -> RecordBody:
    """What was opened. Raises as `read_matches`."""
    return _read(RecordMessage, data).message_body


def _read(kind: type[M], data: bytes) -> M:
    try:
        message = message_xml.read_as(kind, data)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    header = message.message_header
    segment = header.segment_of_result
    if segment and is_error(segment):
        raise Trouble(_REFUSALS.get(header.error_code or "", "CENTER-004"), header.error_code or "")
    if segment != SegmentOfResult.NORMAL:
        raise Trouble("CENTER-002", "SegmentOfResult")
    return message
