"""Opening one kind of one person's records, reading and printing it: each of these is written down."""

from datetime import datetime

from flask import Response, make_response, redirect, render_template, request

from appliance.eligibility import center_reading, disaster_reading
from appliance.eligibility.disaster import KIND_LABELS, Kind
from appliance.eligibility.disaster_reading import Match, RecordBody
from appliance.eligibility.medical_access import Item
from appliance.eligibility.message_drugs import DrugBody
from appliance.eligibility.message_medical import CheckupBody
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, disaster_searches
from appliance.ledger.checks import CheckState
from appliance.ledger.disaster_searches import Opening, Search
from appliance.web import guard
from appliance.web.disaster.area import announced, blueprint
from appliance.web.disaster.asking import answer_to, check_line, mine
from appliance.web.disaster.searching import waiting_page
from appliance.web.disaster.words import KIND_NOTES, insurance_facts, moment, somebody_found
from appliance.web.medical import shown
from appliance.web.room import here

_DONE = (Item.TREATMENTS, Item.OPERATIONS)


@blueprint.post("/disaster/searches/<search_id>/open")
@guard.medical
def open_kind(search_id: str) -> Response:
    """Ask for one kind of one person found, unless it was asked for already."""
    made = mine(search_id)
    place, kind = request.form.get("place", -1, type=int), request.form.get("kind", "")
    matches = _matches(made)
    if not 0 <= place < len(matches) or kind not in set(Kind):
        raise Trouble("INPUT-001", "kind")
    opening_id = _known(search_id, place, Kind(kind)) or _begin(made, place, matches[place], Kind(kind))
    return make_response(redirect(f"/disaster/openings/{opening_id}", 303))


@blueprint.get("/disaster/openings/<opening_id>")
@guard.medical
def read(opening_id: str) -> str:
    """What was opened, as tables."""
    opening, made = _mine(opening_id)
    back = f"/disaster/searches/{made.id}"
    answer = answer_to(made.id, opening.check_id)
    if answer.data is None:
        return waiting_page(answer.trouble, answer.seconds, back)
    try:
        record = disaster_reading.read_record(answer.data)
    except Trouble as trouble:
        return waiting_page(trouble.entry, 0, back)
    room = here()
    now = room.clock()
    disaster_searches.viewed(room.ledger, opening, guard.signed_in().name, now)
    mode = announced()
    match = _matches(made)[opening.place]
    until = min(mode.ends_at, made.made_at + disaster_searches.KEPT) if mode else now
    return render_template(
        f"disaster/{opening.kind}.html",
        **_tables_of(opening.kind, record, match.sex or "", now),
        person=somebody_found(match, now),
        opening=opening,
        search=made,
        kind=KIND_LABELS[opening.kind],
        kinds=KIND_LABELS,
        note=KIND_NOTES[opening.kind],
        until=until,
        left=max(0, int((until - now).total_seconds())),
        moment=moment,
        now=now,
        mode=mode,
    )


@blueprint.post("/disaster/openings/<opening_id>/print")
@guard.medical
def printed(opening_id: str) -> Response:
    """The browser is about to print what was opened."""
    opening, _ = _mine(opening_id)
    room = here()
    disaster_searches.printed(room.ledger, opening, guard.signed_in().name, room.clock())
    return make_response("", 204)


def _tables_of(kind: Kind, record: RecordBody, sex: str, now: datetime) -> dict[str, object]:
    match kind:
        case Kind.DRUGS:
            return shown.drugs(record.drugs or DrugBody(), now)
        case Kind.TREATMENTS:
            return shown.treatments(record.drugs or DrugBody(), _DONE, now)
        case Kind.CHECKUPS:
            return shown.checkups_of(record.checkups or CheckupBody(), now, sex)
        case Kind.INSURANCE:
            return {"insurances": [insurance_facts(one) for one in record.qualifications]}


def _mine(opening_id: str) -> tuple[Opening, Search]:
    opening = disaster_searches.find_opening(here().ledger, opening_id)
    if opening is None:
        raise Trouble("INPUT-005")
    return opening, mine(opening.search_id)


def _matches(made: Search) -> tuple[Match, ...]:
    answer = answer_to(made.id, made.check_id)
    if answer.data is None:
        raise Trouble("DISASTER-005")
    return disaster_reading.read_matches(answer.data)


def _known(search_id: str, place: int, kind: Kind) -> str | None:
    """An opening that has brought this kind already, or is about to."""
    ledger = here().ledger
    for one in disaster_searches.openings_of(ledger, search_id):
        check = checks.find(ledger, one.check_id)
        is_good = check is not None and check.state not in (CheckState.REFUSED, CheckState.WITHDRAWN)
        if (one.place, one.kind) == (place, kind) and is_good:
            return one.id
    return None


def _begin(made: Search, place: int, match: Match, kind: Kind) -> str:
    check_line()
    room = here()
    code = room.settings.institution_code
    opening_id = disaster_searches.new_id()
    message = disaster_reading.open_request(
        match.match_token or "",
        kind,
        institution_code=code,
        identifier=center_reading.identifier(opening_id),
    )
    now = room.clock()
    opening = Opening(id=opening_id, search_id=made.id, place=place, kind=kind, made_at=now, check_id="")
    disaster_searches.opened(room.ledger, opening, message, code, now)
    return opening_id
