"""Outage notes at the desk: forms as the pages send them, and patients of the demo written down."""

from datetime import timedelta
from typing import Any

from appliance.demo.people import Person, person
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs
from appliance.ledger import line, outage_notes
from appliance.ledger.line import Phase
from appliance.ledger.outage_notes import Note
from appliance.ledger.times import clinic_day
from tests.web.desk_world import CODE, Desk


def cut(desk: Desk) -> None:
    """The line has been down for an hour."""
    line.note(desk.ledger, Phase.STOPPED, "LINE-001", desk.now() - timedelta(hours=1))


def facts_of(desk: Desk, who: Person, **changes: Any) -> NoteFacts:
    """What a note of that person says."""
    known: dict[str, Any] = {
        "name": who.name,
        "kana": who.name_kana,
        "sex": who.sex,
        "birthdate": who.birthdate,
        "address": who.address,
        "visited_on": clinic_day(desk.now()),
        "reason": Reason.LINE,
        "reason_text": "",
        "received_as": ReceivedAs.DECLARATION,
        "institution_code": CODE,
    }
    return NoteFacts(**known | changes)


def noted(desk: Desk, who: str = "p01", check_id: str | None = None, **changes: Any) -> Note:
    """A note of that person of the demo."""
    facts = facts_of(desk, person(who), **changes)
    return found(desk, outage_notes.write(desk.ledger, facts, "sakura", desk.now(), check_id))


def found(desk: Desk, note_id: str) -> Note:
    """The note with this id, which must be there."""
    note = outage_notes.find(desk.ledger, note_id)
    assert note is not None
    return note


def form_of(desk: Desk, **changes: str) -> dict[str, str]:
    """The form of a note as the page sends it, without anything wrong in it."""
    return {
        "name": "徳川　花子",
        "kana": "とくがわ はなこ",
        "birthdate": "S54.3.5",
        "sex": "2",
        "address": "東京都千代田区一番町1-2-3",
        "visited_on": clinic_day(desk.now()).isoformat(),
        "reason": "line",
        "reason_text": "",
        "received_as": "declaration",
        "institution_code": CODE,
    } | changes


def numbers_of(who: str) -> dict[str, str]:
    """The numbers that 障害時モード gives for that person of the demo, as they are typed."""
    found = person(who).qualifications[0]
    return {
        "insurer_number": (found.insurer_number or "").strip(),
        "symbol": found.insured_card_symbol or "",
        "number": found.insured_identification_number or "",
        "branch": found.insured_branch_number or "",
    }
