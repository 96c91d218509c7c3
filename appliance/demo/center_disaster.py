"""災害時医療情報閲覧 at the virtual center: answers searches only while it is switched on for the clinic's area."""

import secrets
import threading
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.demo import center_medical
from appliance.demo.center_search import folded, matching
from appliance.demo.people import Person
from appliance.eligibility import disaster, disaster_reading
from appliance.eligibility.codes import SegmentOfResult
from appliance.eligibility.disaster import Kind, Way
from appliance.eligibility.disaster_reading import (
    Match,
    MatchBody,
    MatchMessage,
    OpenMessage,
    RecordBody,
    RecordMessage,
    SearchBody,
    SearchMessage,
)
from appliance.eligibility.message import Block, ResultHeader, SearchInfo
from appliance.eligibility.message_drugs import DrugHeader
from appliance.eligibility.message_medical import CheckupHeader
from appliance.eligibility.visit import NO_CONSENTS
from appliance.ledger.times import JAPAN, clinic_day

MOST_MATCHES = 10
_NEEDED = {Kind.DRUGS: "drugs", Kind.TREATMENTS: "diagnosis", Kind.CHECKUPS: "checkups"}
_ALL_MONTHS = ("000000", "999999")
_TEXTS = {
    disaster_reading.CLOSED: "災害時の閲覧は、この地域では開いていません（デモ）",
    disaster_reading.FORGOTTEN: "検索の結果が見つかりません（デモ）",
    disaster_reading.TOO_MANY: "該当者が多すぎます（デモ）",
}


@dataclass(frozen=True)
class Asked:
    """One question of a clinic."""

    message: SearchMessage | OpenMessage
    clinic: str
    now: datetime
    everybody: tuple[Person, ...]


class DisasterDesk:
    """Thread-safe. Switched off at first; forgets tokens when it is switched off."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: tuple[str, ...] | None = None
        self._found: dict[tuple[str, str], str] = {}

    def switch(self, codes: tuple[str, ...] | None) -> None:
        """Open for the areas of these codes (none: everywhere), or close with None."""
        with self._lock:
            self._codes = codes
            if codes is None:
                self._found.clear()

    @property
    def state(self) -> dict[str, object]:
        """For the control socket: whether it is on, and for which codes."""
        with self._lock:
            return {"on": self._codes is not None, "area": list(self._codes or ())}

    def answer(self, asked: Asked) -> Block:
        """The answering message, a refusal too."""
        with self._lock:
            is_open = self._codes is not None and disaster.covers(self._codes, asked.clinic)
        if isinstance(asked.message, SearchMessage):
            return self._search(asked, asked.message.message_body, is_open=is_open)
        return self._open(asked, asked.message, is_open=is_open)

    def _search(self, asked: Asked, body: SearchBody, *, is_open: bool) -> MatchMessage:
        if not is_open or body.purpose != disaster_reading.FOR_CARE:
            return MatchMessage(message_header=_refused(asked, disaster_reading.CLOSED))
        found = _found(body, asked.everybody)
        if len(found) > MOST_MATCHES:
            return MatchMessage(message_header=_refused(asked, disaster_reading.TOO_MANY))
        matches = tuple(self._match(asked.clinic, person) for person in found)
        return MatchMessage(message_header=_header(asked), message_body=MatchBody(matches=matches))

    def _match(self, clinic: str, person: Person) -> Match:
        token = secrets.token_hex(8)
        with self._lock:
            self._found[clinic, token] = person.id
        return Match(
            match_token=token,
            name=person.name,
            name_kana=person.name_kana,
            birthdate=f"{person.birthdate:%Y%m%d}",
            sex=person.sex,
            address=person.address,
        )

    def _open(self, asked: Asked, message: OpenMessage, *, is_open: bool) -> RecordMessage:
        if not is_open:
            return RecordMessage(message_header=_refused(asked, disaster_reading.CLOSED))
        body = message.message_body
        with self._lock:
            person_id = self._found.get((asked.clinic, body.match_token or ""))
        person = next((one for one in asked.everybody if one.id == person_id), None)
        if person is None:
            return RecordMessage(message_header=_refused(asked, disaster_reading.FORGOTTEN))
        record = _record(person, body.kind or "", clinic_day(asked.now))
        return RecordMessage(message_header=_header(asked), message_body=record)


def _found(body: SearchBody, everybody: tuple[Person, ...]) -> tuple[Person, ...]:
    if body.search_way == Way.NUMBERS:
        info = SearchInfo(
            insurer_number=body.insurer_number,
            insured_card_symbol=body.insured_card_symbol,
            insured_identification_number=body.insured_identification_number,
            insured_branch_number=body.insured_branch_number,
            birthdate=body.birthdate,
        )
        return matching(info, everybody)
    return tuple(person for person in everybody if _is_sought(body, person))


def _is_sought(body: SearchBody, person: Person) -> bool:
    """As far as it was said: names as a whole, an address as a part of the known one."""
    return (
        (person.sex, f"{person.birthdate:%Y%m%d}") == (body.sex, body.birthdate)
        and folded(body.name) in ("", folded(person.name))
        and _in_katakana(body.name_kana) in ("", folded(person.name_kana))
        and bool(body.name or body.name_kana)
        and folded(body.address) in folded(person.address)
    )


def _in_katakana(text: str | None) -> str:
    return "".join(chr(ord(one) + 0x60) if "ぁ" <= one <= "ゖ" else one for one in folded(text))


def _record(person: Person, kind: str, today: date) -> RecordBody:
    if kind == Kind.INSURANCE:
        return RecordBody(qualifications=person.qualifications)
    has_any = _NEEDED.get(Kind(kind), "") in person.medical_information
    if kind == Kind.CHECKUPS:
        message = center_medical.checkups(CheckupHeader(), person, today)
        return RecordBody(checkups=message.message_body if has_any else None)
    wants_drugs = kind == Kind.DRUGS
    consents = replace(
        NO_CONSENTS,
        pharmacists_info=wants_drugs,
        diagnosis_info=not wants_drugs,
        operation_info=not wants_drugs,
    )
    drugs = center_medical.drugs(DrugHeader(), person, consents, today, _ALL_MONTHS).message_body
    return RecordBody(drugs=drugs if has_any else None)


def _header(asked: Asked) -> ResultHeader:
    return ResultHeader(
        process_execution_time=asked.now.astimezone(JAPAN).strftime("%Y%m%d%H%M%S"),
        medical_institution_code=asked.clinic,
        arbitrary_file_identifier=asked.message.message_header.arbitrary_file_identifier,
        segment_of_result=SegmentOfResult.NORMAL.value,
        character_code_identifier="0",
    )


def _refused(asked: Asked, code: str) -> ResultHeader:
    return replace(
        _header(asked),
        segment_of_result=SegmentOfResult.ERROR.value,
        error_code=code,
        error_message=_TEXTS[code],
    )
